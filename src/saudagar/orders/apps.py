from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "saudagar.orders"
    label = "orders"
