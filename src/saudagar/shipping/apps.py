from django.apps import AppConfig


class ShippingConfig(AppConfig):
    name = "saudagar.shipping"
    label = "shipping"
