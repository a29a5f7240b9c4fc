from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "saudagar.site"
    label = "site"
