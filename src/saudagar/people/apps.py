from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "saudagar.people"
    label = "people"
