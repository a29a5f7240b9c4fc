from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "saudagar.campaigns"
    label = "campaigns"
