from django.apps import AppConfig


class IncubationConfig(AppConfig):
    name = "saudagar.incubation"
    label = "incubation"
