from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "saudagar.registry"
    label = "registry"
