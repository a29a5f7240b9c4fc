from django.apps import AppConfig


class StorefrontConfig(AppConfig):
    name = "saudagar.storefront"
    label = "storefront"
