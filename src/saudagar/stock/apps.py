from django.apps import AppConfig


class StockConfig(AppConfig):
    name = "saudagar.stock"
    label = "stock"
