from django.apps import AppConfig


class MediaConfig(AppConfig):
    name = "saudagar.media"
    label = "media"
