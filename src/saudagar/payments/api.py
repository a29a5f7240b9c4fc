"""What buyers' apps ask about payment, and where gateways bring their notices."""

import logging
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Field, Router, Schema

from saudagar.foundation.clock import now
from saudagar.foundation.ids import Kind, handle
from saudagar.foundation.refusals import Refusal
from saudagar.orders import queries as order_queries
from saudagar.payments import actions, gateways
from saudagar.payments.models import Payment
from saudagar.payments.rules import qris

router = Router(tags=["payments"])

MOST_BYTES = 64 * 1024

log = logging.getLogger(__name__)


class PaymentOut(Schema):
    payment: str = Field(examples=["Q0123456789ABCDEFGHJKMNPQ"])
    purchase: str
    method: str = Field(examples=["qris"])
    status: str = Field(description="pending, captured, mismatched, failed or expired")
    amount: int = Field(description="minor units of `currency`")
    currency: str
    expires_at: datetime
    qris: str = Field("", description="payload to show as a QR code; empty for other methods")
    redirect: str = Field("", description="cashier page or app link where the buyer pays; may be empty")


@router.get("/purchases/{purchase}/payment", response=PaymentOut, summary="What the buyer pays with")
def payment_of_purchase(request: HttpRequest, purchase: str, method: str = "") -> dict[str, Any]:
    """Made on first request, the same on every later one. `method` is the one chosen with the order when it is left out."""
    found = order_queries.purchase_by_handle(purchase)
    payment = actions.start(found.business_id, found.id, method or found.method, now())
    return shown(payment)


@router.post("/payments/{gateway}/notices", summary="Called by payment gateways", include_in_schema=True)
def notices(request: HttpRequest, gateway: str) -> HttpResponse:
    """Signatures are checked against the raw body; repetitions are harmless. The answer is in the gateway's own language."""
    if gateway not in gateways.known():
        return JsonResponse({"error": {"code": "unknown_gateway", "message": gateway[:40]}}, status=404)
    adapter = gateways.gateway(gateway)
    if len(request.body) > MOST_BYTES:
        return JsonResponse(adapter.answer(taken=False, status=400), status=400)
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        verdict = actions.hear_notice(gateway, path=request.path, headers=headers, body=request.body, at=now())
    except Refusal as refusal:
        log.warning("notice of %s refused: %s", gateway, refusal)
        return JsonResponse(adapter.answer(taken=False, status=refusal.status), status=refusal.status)
    log.info("notice of %s: %s", gateway, verdict)
    return JsonResponse(adapter.answer(taken=True, status=200))


class QrisIn(Schema):
    payload: str = Field(max_length=1000)


class AccountOut(Schema):
    tag: str
    domain: str
    number: str
    merchant_id: str
    criteria: str


class QrisOut(Schema):
    is_dynamic: bool
    amount: int | None = Field(description="minor units; null when the payer types it")
    tip_fixed: int | None
    tip_percent: str | None
    total: int | None
    currency: str = "IDR"
    merchant_name: str = Field(description="show it to the payer: stickers get pasted over")
    merchant_number: str = Field(description="NMID")
    city: str
    postal_code: str
    category_code: str
    reference: str
    terminal: str
    accounts: list[AccountOut]


@router.post("/qris/parse", response=QrisOut, summary="Read a QRIS payload")
def qris_parse(request: HttpRequest, asked: QrisIn) -> qris.Qris:
    """Refuses what is doubtful: a wrong checksum, a repeated tag, an amount no bank takes, a forged merchant number."""
    return qris.parse(asked.payload)


def shown(payment: Payment) -> dict[str, Any]:
    """A payment as the API gives it."""
    return {
        "payment": handle(Kind.PAYMENT, payment.business_id, payment.id),
        "purchase": handle(Kind.PURCHASE, payment.business_id, payment.purchase_id),
        "method": payment.method,
        "status": "pending" if payment.state == Payment.State.STARTING else payment.state,
        "amount": payment.amount,
        "currency": payment.currency,
        "expires_at": payment.expires_at,
        "qris": payment.qr_payload,
        "redirect": payment.link,
    }
