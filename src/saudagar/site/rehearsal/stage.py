"""The stage: a whole Saudagar of its own in a throw-away folder, on a copy of the data, with nobody outside to talk to."""

import json
import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from saudagar.foundation.ids import Kind, parse_handle
from saudagar.site.bench.house import House
from saudagar.site.environment import ROOT
from saudagar.site.rehearsal.checks import Banked
from saudagar.site.rehearsal.copying import Copied, environment
from saudagar.site.rehearsal.script import Offer, Options

NEVER = "0 0 1 1 *"


class Stage(House):
    """Web, worker, bank and database of the rehearsal."""

    def __init__(self, var: Path, copied: Copied | None, *, keys: str = "") -> None:
        super().__init__(var, web_workers=2)
        # Addresses and keys of providers, proxies, hosts: nothing of whoever started this reaches the copy.
        self.environment = {
            **environment(os.environ),
            "SAUDAGAR_VAR": str(var),
            "PORT": str(self.port),
            "SANDBOX_PORT": str(self.sandbox_port),
            "HOST": "127.0.0.1",
            "WEB_WORKERS": "2",
            # A copy of the demo says that it is one: invented people may not stand in a database that is meant in earnest.
            "SAUDAGAR_DEMO": "1" if copied is not None and copied.has_demo else "0",
            "SAUDAGAR_SANDBOX": "1",
            "SAUDAGAR_HOSTS": "127.0.0.1",
            "SAUDAGAR_DOOR_PER_SECOND": "0",
            "SAUDAGAR_SMS_GATEWAY": "saudagar.messages.gateways.NoSms",
            "SAUDAGAR_EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
            "SAUDAGAR_PAYOUT_SCHEDULE": NEVER,
            "PYTHONPATH": str(ROOT / "src"),
            **({"SAUDAGAR_KEYS": keys} if keys else {}),
        }

    def sale(self, options: Options) -> tuple[list[Offer], str, datetime]:
        """Prepares the sale in the copy: what the crowd can buy, in which campaign, from when on."""
        made = self._command("stage_sale", json.dumps(asdict(options)))
        return [Offer(**row) for row in made["offers"]], made["campaign"], datetime.fromisoformat(made["starts_at"])

    def bank(self) -> list[Banked]:
        """What the bank knows of payments: its own book, not ours."""
        rows = self._of_bank(
            "SELECT partner_reference, status, coalesce(paid_amount, amount), coalesce(paid_currency, currency) FROM payment"
        )
        return [Banked(*parse_handle(row[0], Kind.PAYMENT), row[1] == "paid", row[2], row[3]) for row in rows]

    def notices_waiting(self) -> int:
        """Notices the bank still wants to bring."""
        rows = self._of_bank("SELECT count(*) FROM notice WHERE due_at IS NOT NULL")
        return int(rows[0][0]) if rows else 0

    def notices_told(self) -> dict[str, int]:
        """Kind of notice -> how many the bank sent."""
        return dict(self._of_bank("SELECT kind, count(*) FROM notice WHERE tries > 0 GROUP BY kind"))

    def forged_notices(self) -> list[tuple[str, bool]]:
        """Kind of forgery, and whether the platform took it for true: of every forged notice."""
        rows = self._of_bank("SELECT kind, answer LIKE '2%' FROM notice WHERE kind IN ('forged', 'unsigned') AND tries > 0")
        return [(kind, bool(is_taken)) for kind, is_taken in rows]

    def _of_bank(self, query: str) -> Sequence[tuple[Any, ...]]:
        file = self.var / "sandbox" / "sandbox.sqlite3"
        with suppress(sqlite3.Error), closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=5)) as book:
            return book.execute(query).fetchall()
        return []


def limits(offers: Sequence[Offer]) -> dict[tuple[UUID, UUID], int]:
    """(business, listing) -> most pieces for one buyer."""
    return {parse_handle(offer.listing, Kind.LISTING): offer.most_per_buyer for offer in offers if offer.most_per_buyer}
