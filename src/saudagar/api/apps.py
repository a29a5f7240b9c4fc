from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "saudagar.api"
    label = "api"
