"""Reads of payments and refunds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from saudagar.foundation.ids import Kind, handle
from saudagar.foundation.walls import across_sellers
from saudagar.orders.models import Order, Purchase
from saudagar.payments.models import Payment, Refund, SettlementFile
from saudagar.payments.rules.life import GATEWAY_OF, UnknownPayment
from saudagar.registry.models import Business


def payment(business_id: UUID, payment_id: UUID) -> Payment:
    """Raises UnknownPayment."""
    found = Payment.objects.filter(business_id=business_id, id=payment_id).first()
    if found is None:
        raise UnknownPayment(payment=handle(Kind.PAYMENT, business_id, payment_id))
    return found


def payments_of(purchase: Purchase) -> list[Payment]:
    """Every try to pay one purchase, oldest first."""
    return list(Payment.objects.filter(business_id=purchase.business_id, purchase_id=purchase.id).order_by("id"))


def live_payment(home_business_id: UUID, purchase_id: UUID, method: str) -> Payment | None:
    """The try that has succeeded, else the one that is under way."""
    states = [Payment.State.STARTING, Payment.State.PENDING, Payment.State.CAPTURED]
    rows = Payment.objects.filter(business_id=home_business_id, purchase_id=purchase_id, method=method, state__in=states)
    found = sorted(rows, key=lambda payment: (payment.state == Payment.State.CAPTURED, payment.id))
    return found[-1] if found else None


def refunds_of(purchase: Purchase) -> list[Refund]:
    """What goes back to the buyer of one purchase, oldest first."""
    return list(Refund.objects.filter(business_id=purchase.business_id, payment__purchase_id=purchase.id).order_by("id"))


def refund_of_order(order: Order) -> Refund | None:
    """What goes back for one order, with its state (owed, sending, paid, refused); None for nothing. Show it beside the order's state."""
    rows = Refund.objects.filter(business_id=order.purchase_business_id, order_business_id=order.business_id, order_id=order.id)
    return rows.order_by("id").last()


@dataclass(frozen=True, slots=True)
class Merchant:
    """Whom the payer reads in the bank's app."""

    name: str
    city: str


@across_sellers
def merchant(business_ids: Sequence[UUID]) -> Merchant:
    """One seller is named; several are paid through the platform."""
    if len(business_ids) != 1:
        return Merchant("SAUDAGAR", "JAKARTA")
    business = Business.objects.select_related("area").filter(id=business_ids[0]).first()
    if business is None:
        return Merchant("SAUDAGAR", "JAKARTA")
    city = business.area.name if business.area else "INDONESIA"
    for kind in ("Kabupaten ", "Kota "):
        city = city.removeprefix(kind)
    return Merchant(business.name[:25], city[:15])


def methods_of(purchase: Purchase, market_methods: Sequence[str]) -> list[str]:
    """How it may be paid: the chosen method first, then what else the market takes and a gateway serves."""
    found = [purchase.method, *market_methods]
    return [method for place, method in enumerate(found) if method in GATEWAY_OF and method not in found[:place]]


@across_sellers
def payments_to_check(*, at: datetime, most: int = 200) -> list[tuple[UUID, UUID]]:
    """(business_id, payment_id) of payments that were started and of which nothing was heard."""
    return list(Payment.objects.filter(next_check_at__lte=at).order_by("next_check_at").values_list("business_id", "id")[:most])


@across_sellers
def refunds_to_send(*, at: datetime, most: int = 200) -> list[tuple[UUID, UUID]]:
    """(business_id, refund_id) of refunds that are due."""
    return list(Refund.objects.filter(retry_at__lte=at).order_by("retry_at").values_list("business_id", "id")[:most])


@across_sellers
def open_refunds(*, most: int = 200) -> list[Refund]:
    """What is still owed to buyers, oldest first: for the operator."""
    return list(Refund.objects.exclude(state=Refund.State.PAID).order_by("id")[:most])


@across_sellers
def mismatched_payments(*, most: int = 200) -> list[Payment]:
    """Payments that were made, but not as asked: for the operator."""
    return list(Payment.objects.filter(state=Payment.State.MISMATCHED).order_by("id")[:most])


def known_settlements(gateway: str) -> set[str]:
    """Names of the settlement files that were read."""
    return set(SettlementFile.objects.filter(gateway=gateway).values_list("name", flat=True))
