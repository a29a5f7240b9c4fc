"""GET of purchases and orders by handle. Whoever holds a handle may see how it stands; who bought and where to, nobody learns here."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from saudagar.foundation.ids import Kind, handle, short_number
from saudagar.orders import queries
from saudagar.orders.models import Order

router = Router(tags=["orders"])


@router.get("/purchases/{handle_text}")
def purchase(request: HttpRequest, handle_text: str) -> dict[str, Any]:
    """A purchase and the orders it became. 404 `bad_handle`, `unknown_order`."""
    found = queries.purchase_by_handle(handle_text)
    orders = queries.orders_of(found)
    return {
        "purchase": queries.purchase_handle(found),
        "status": standing([order.state for order in orders]),
        "currency": found.currency,
        "total": found.total,
        "placed_at": found.placed_at.isoformat(),
        "pay_by": found.pay_by.isoformat(),
        "orders": [as_data(order) for order in orders],
    }


@router.get("/orders/{handle_text}")
def order(request: HttpRequest, handle_text: str) -> dict[str, Any]:
    """One order with its lines and the moments of its life. 404 `bad_handle`, `unknown_order`."""
    return as_data(queries.order_by_handle(handle_text))


def standing(states: list[str]) -> str:
    """One word for a purchase of several orders: their common state, or "mixed"."""
    return states[0] if len(set(states)) == 1 else "mixed"


def as_data(order: Order) -> dict[str, Any]:
    moments = ("placed_at", "paid_at", "packed_at", "shipped_at", "delivered_at", "inspection_ends_at", "completed_at", "closed_at")
    return {
        "order": handle(Kind.ORDER, order.business_id, order.id),
        "number": short_number(order.id),
        "business": handle(Kind.BUSINESS, order.business_id),
        "status": order.state,
        "currency": order.currency,
        **{name: getattr(order, name) for name in ("goods", "discount", "shipping", "duty", "tax", "fees", "total")},
        "lines": [
            {
                "listing": handle(Kind.LISTING, line.business_id, line.listing_id),
                "sku": line.sku,
                "title": line.title,
                "quantity": line.quantity,
                "unit_price": line.unit_price,
                "total": line.total,
            }
            for line in order.lines.all()
        ],
        "country": order.country,
        **{name: moment.isoformat() for name in moments if (moment := getattr(order, name))},
    }
