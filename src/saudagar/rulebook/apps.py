from django.apps import AppConfig


class RulebookConfig(AppConfig):
    name = "saudagar.rulebook"
    label = "rulebook"
