from django.apps import AppConfig


class CustomsConfig(AppConfig):
    name = "saudagar.customs"
    label = "customs"
