from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    name = "saudagar.programme"
    label = "programme"
