from django.apps import AppConfig


class CheckoutConfig(AppConfig):
    name = "saudagar.checkout"
    label = "checkout"
