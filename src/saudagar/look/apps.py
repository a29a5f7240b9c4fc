from django.apps import AppConfig


class LookConfig(AppConfig):
    name = "saudagar.look"
    label = "look"
