from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "saudagar.payments"
    label = "payments"
