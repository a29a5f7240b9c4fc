from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate

from saudagar.foundation.clock import now


class RulebookConfig(AppConfig):
    name = "saudagar.rulebook"
    label = "rulebook"

    def ready(self) -> None:
        post_migrate.connect(bring_shipped_rules, sender=self)


def bring_shipped_rules(using: str, **_: Any) -> None:
    """After each migration: a platform without rules can price nothing, and new code brings new rules."""
    from saudagar.rulebook import actions, models  # noqa: PLC0415  models cannot be imported before the apps are loaded

    if models.Release._meta.db_table in connections[using].introspection.table_names():
        actions.load_shipped(at=now())
