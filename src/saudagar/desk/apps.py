from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "saudagar.desk"
    label = "desk"
