"""Orders that wait to be paid, with payments that a gateway could capture: for benchmarks and fault runs, in a database of their own."""

import json
from argparse import ArgumentParser
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.core.management import BaseCommand

from saudagar.checkout import actions as checkout
from saudagar.checkout.batch import Placing
from saudagar.checkout.rules.pricing import Basket
from saudagar.checkout.rules.promises import promised
from saudagar.checkout.rules.quotes import Quote
from saudagar.checkout.rules.requests import QuoteRequest, basket
from saudagar.foundation.clock import now
from saudagar.foundation.ids import Kind, handle, new_id
from saudagar.foundation.sealing import seal
from saudagar.orders.rules import BUYER_PURPOSE, Address, Buyer, buyer_bytes
from saudagar.payments.models import Payment
from saudagar.payments.rules import life
from saudagar.site.management.commands.stage import stage

BUYER = Buyer(
    name="Rina Contoh",
    phone="+6281200000001",
    email="rina@contoh.example",
    address=Address(country="ID", line="Jl. Contoh 1", city="Bandung", postal_code="40111", region="32.73"),
)
AT_ONCE = 400


class Command(BaseCommand):
    help = "Makes orders that wait to be paid; prints their payments as JSON. Not for a database that is used."

    def add_arguments(self, parser: ArgumentParser) -> None:
        for name in ("businesses", "listings", "payments"):
            parser.add_argument(name, type=int)

    def handle(self, *, businesses: int, listings: int, payments: int, **_: Any) -> None:
        self.stdout.write(json.dumps(stage_payments(businesses, listings, payments)))


def stage_payments(businesses: int, listings: int, payments: int) -> list[dict[str, Any]]:
    """So many purchases of one order each, spread over the listings, each with a payment that the gateway was asked for."""
    at = now()
    offers = [row["listing"] for row in stage(businesses, listings, payments)]
    promises = [checkout.quote(_basket(listing), at=at).quote for listing in offers]
    quotes = [msgspec.structs.replace(promises[place % len(promises)], id=new_id()) for place in range(payments)]
    sealed = seal(buyer_bytes(BUYER), BUYER_PURPOSE)
    for start in range(0, len(quotes), AT_ONCE):
        checkout.place_batch([Placing(promised(quote), sealed, "Bandung", "qris") for quote in quotes[start : start + AT_ONCE]], at=at)
    rows = [_payment(quote, at) for quote in quotes]
    Payment.objects.bulk_create(rows, batch_size=1000)
    return [
        {"payment": handle(Kind.PAYMENT, row.business_id, row.id), "reference": row.gateway_reference, "amount": row.amount} for row in rows
    ]


def _basket(listing: str) -> Basket:
    asked: dict[str, Any] = {
        "market": "id",
        "destination": {"country": "ID", "region": "32.73", "postal_code": "40111"},
        "lines": [{"listing": listing, "quantity": 1}],
    }
    return basket(msgspec.convert(asked, QuoteRequest), "id")


def _payment(quote: Quote, at: datetime) -> Payment:
    payment_id: UUID = new_id()
    pay_by = at.replace(year=at.year + 1)  # nobody asks the gateway about it meanwhile
    return Payment(
        business_id=quote.home,
        id=payment_id,
        purchase_id=quote.id,
        method="qris",
        gateway="snap_qris",
        state=Payment.State.PENDING,
        amount=quote.total,
        currency=quote.currency,
        order_business_ids=[order.business_id for order in quote.orders],
        gateway_reference=f"QR{payment_id.int >> 55 & (1 << 60) - 1}",
        qr_payload="0" * 240,  # as long as a real one
        started_at=at,
        expires_at=pay_by,
        next_check_at=life.next_check(pay_by, pay_by, checks=0, at=pay_by),
    )
