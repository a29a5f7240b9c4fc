from django.apps import AppConfig


class SettlementConfig(AppConfig):
    name = "saudagar.settlement"
    label = "settlement"
