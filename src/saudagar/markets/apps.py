from django.apps import AppConfig


class MarketsConfig(AppConfig):
    name = "saudagar.markets"
    label = "markets"
