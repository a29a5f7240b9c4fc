from django.apps import AppConfig


class LookConfig(AppConfig):
    """Layouts, components, design tokens, icons and static files: what every page is made of."""

    name = "saudagar.look"
    label = "look"
