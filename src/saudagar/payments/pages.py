"""Where a buyer pays: the QR code or the way to the cashier, until the money is there."""

import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import segno
from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from saudagar.foundation.clock import now
from saudagar.foundation.ids import Kind, handle
from saudagar.foundation.refusals import Refusal
from saudagar.markets.models import Market
from saudagar.orders import queries as order_queries
from saudagar.orders.models import Order, Purchase
from saudagar.orders.rules import AWAITING_PAYMENT
from saudagar.payments import actions, queries
from saudagar.payments.models import Payment, Refund
from saudagar.payments.rules.life import LEAST_WAIT, GatewayBusy, NothingToPay, PaymentTimeOver, UnknownMethod

METHODS = {"qris": _("QRIS"), "alipay": _("Alipay"), "wallet": _("Card or wallet")}
# The clock on the buyer's wall: zone and what it is called there.
ZONES = {"cn": ("Asia/Shanghai", "UTC+8")}
HOME = ("Asia/Jakarta", "WIB")
REFUND_BADGES = {Refund.State.OWED: "refund_owed", Refund.State.SENDING: "refund_owed", Refund.State.PAID: "refunded"}


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a purchase is paid, ready to show. state: open, paid, over, busy or refused."""

    state: str
    minutes_left: int = 0
    until: str = ""  # as the clock on the buyer's wall shows it
    zone: str = ""


@require_GET
@never_cache
def pay(request: HttpRequest, purchase: str) -> HttpResponse:
    """GET /pay/{purchase}/: what to pay with; `?method=` changes the way, `?returned=1` is where a cashier page sends the buyer."""
    found = order_queries.purchase_by_handle(purchase)
    if "returned" in request.GET:
        _ask_gateway(found)
    payment, standing, refused = _begin(found, request.GET.get("method", ""), now())
    return _page(request, found, payment, standing, refused)


@require_POST
def check(request: HttpRequest, purchase: str) -> HttpResponse:
    """POST /pay/{purchase}/check: the buyer says it is paid; we ask the gateway, but not again and again."""
    found = order_queries.purchase_by_handle(purchase)
    _ask_gateway(found)
    return redirect("payments:pay", purchase)


@require_GET
@never_cache
def standing(request: HttpRequest, purchase: str) -> HttpResponse:
    """GET /pay/{purchase}/standing: the htmx fragment that counts down, and reloads the page when something has happened."""
    found = order_queries.purchase_by_handle(purchase)
    here = _standing(found, order_queries.orders_of(found), now())
    answer = render(request, "payments/_standing.html", {"purchase": purchase, "standing": here})
    if here.state != "open":
        answer["HX-Refresh"] = "true"
    return answer


@require_GET
@never_cache
def code(request: HttpRequest, purchase: str) -> HttpResponse:
    """GET /pay/{purchase}/qris.png: the code as a picture, for a banking app on the same telephone."""
    found = order_queries.purchase_by_handle(purchase)
    payment = queries.live_payment(found.business_id, found.id, "qris")
    if payment is None or not payment.qr_payload or payment.state != Payment.State.PENDING:
        raise Http404
    picture = io.BytesIO()
    segno.make(payment.qr_payload, error="m", micro=False).save(picture, kind="png", scale=10, border=4)
    answer = HttpResponse(picture.getvalue(), content_type="image/png")
    answer["Content-Disposition"] = f'attachment; filename="qris-{order_queries.purchase_handle(found)}.png"'
    return answer


def _begin(found: Purchase, method: str, at: datetime) -> tuple[Payment | None, Standing, str]:
    """The payment to show, how it stands, and what was refused, in words."""
    payment = None
    try:
        payment = actions.start(found.business_id, found.id, method or found.method, at)
    except (NothingToPay, PaymentTimeOver, UnknownMethod):
        pass
    except Refusal as refusal:
        return None, Standing("busy" if isinstance(refusal, GatewayBusy) else "refused"), refusal.message(get_language())
    return payment, _standing(found, order_queries.orders_of(found), at), ""


def _standing(found: Purchase, orders: list[Order], at: datetime) -> Standing:
    states = {order.state for order in orders}
    if AWAITING_PAYMENT not in states:
        return Standing("paid" if any(order.paid_at and not order.closed_at for order in orders) else "over")
    if found.pay_by <= at:
        return Standing("over")
    zone, name = ZONES.get(found.market_code, HOME)
    left = max(int((found.pay_by - at).total_seconds() + 59) // 60, 1)
    return Standing("open", left, f"{localtime(found.pay_by, ZoneInfo(zone)):%H:%M}", name)


def _ask_gateway(found: Purchase) -> None:
    for payment in queries.payments_of(found):
        waits = payment.state in (Payment.State.PENDING, Payment.State.STARTING, Payment.State.EXPIRED)
        if waits and cache.add(f"payments.asked.{payment.id}", 1, LEAST_WAIT.total_seconds()):
            try:
                actions.check(payment.business_id, payment.id, at=now())
            except Refusal:
                pass  # nobody answered: the page says what it knows


def _page(request: HttpRequest, found: Purchase, payment: Payment | None, here: Standing, refused: str) -> HttpResponse:
    text = order_queries.purchase_handle(found)
    market = Market.objects.filter(code=found.market_code).first()
    methods = queries.methods_of(found, market.payment_methods if market else [])
    context: dict[str, Any] = {
        "purchase": text,
        "payment": payment,
        "standing": here,
        "refused": refused,
        "amount": payment.amount if payment else found.total,
        "currency": found.currency,
        "merchant": queries.merchant(payment.order_business_ids if payment else found.order_business_ids).name,
        "method": payment.method if payment else found.method,
        "method_name": METHODS.get(payment.method if payment else found.method, ""),
        "methods": [(method, METHODS[method]) for method in methods],
        "qr": _drawn(payment.qr_payload) if payment and payment.qr_payload else "",
        "reference": handle(Kind.PAYMENT, payment.business_id, payment.id) if payment else "",
        "mismatched": any(one.state == Payment.State.MISMATCHED for one in queries.payments_of(found)),
        "refunds": [(refund, REFUND_BADGES.get(Refund.State(refund.state), "failed")) for refund in queries.refunds_of(found)],
        "is_demo": settings.DEMO,
    }
    return render(request, "payments/pay.html", context)


def _drawn(payload: str) -> SafeString:
    # segno writes nothing but its own paths: no word of the payload stands in the picture.
    picture = segno.make(payload, error="m", micro=False)
    return mark_safe(picture.svg_inline(border=2, omitsize=True, light="#fff", svgclass=None, lineclass=None))  # noqa: S308
