"""`./saudagar manage prove_ledger`: is the ledger right? Exit code 1 when it is not, with the rows that offend."""

from typing import Any

from django.core.management.base import BaseCommand

from saudagar.foundation.money import shown
from saudagar.settlement import queries


class Command(BaseCommand):
    help = "Proves the ledger: zero per currency, escrow = paid unreleased orders, releases, payouts, gateway clearing."

    def handle(self, *args: Any, **options: Any) -> None:
        checks = queries.proof()
        for check in checks:
            self.stdout.write(f"{'ok   ' if check.is_right else 'WRONG'} {check.code}")
            for figure in check.figures:
                words = shown(figure.value, figure.currency, "en")
                wanted = "" if figure.is_right else f", should be {shown(figure.wanted, figure.currency, 'en')}"
                self.stdout.write(f"        {figure.name} {figure.currency}: {words}{wanted}")
            for row in check.wrong:
                facts = ", ".join(f"{name} {fact}" for name, fact in row.facts.items())
                self.stdout.write(f"        {row.kind} {row.reference} of business {row.business}: {facts}")
        if not all(check.is_right for check in checks):
            raise SystemExit(1)
