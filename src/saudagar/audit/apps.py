from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "saudagar.audit"
    label = "audit"
