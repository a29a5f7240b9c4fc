from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "saudagar.messages"
    label = "notices"
