from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "saudagar.ledger"
    label = "ledger"
