from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "saudagar.catalogue"
    label = "catalogue"
