from django.apps import AppConfig


class FoundationConfig(AppConfig):
    name = "saudagar.foundation"
    label = "foundation"
