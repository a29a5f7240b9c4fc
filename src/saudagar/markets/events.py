"""What the markets tell. Facts name the product and the market; the seller of the event is its business."""

from datetime import datetime
from uuid import UUID

from saudagar.foundation.outbox import tell, tell_at_once


def proposed(business_id: UUID, product_id: UUID, market: str, *, at: datetime) -> None:
    """`markets.proposed` {product, market}: a seller asks for a place in a curated market."""
    tell(business_id, "markets.proposed", {"product": str(product_id), "market": market}, at=at)


def decided(business_id: UUID, product_id: UUID, market: str, *, is_approved: bool, reason: str, at: datetime) -> None:
    """`markets.decided` {product, market, approved, reason}: the curator's answer, for the seller."""
    facts = {"product": str(product_id), "market": market, "approved": is_approved, "reason": reason}
    tell(business_id, "markets.decided", facts, at=at)


def paused(business_id: UUID, product_id: UUID, market: str, *, reason: str, at: datetime) -> None:
    """`markets.paused` {product, market, reason}: taken off sale by the platform, because something is missing now."""
    tell(business_id, "markets.paused", {"product": str(product_id), "market": market, "reason": reason}, at=at)


def changed(business_id: UUID, market: str) -> None:
    """At once, `markets.changed` {market}: a business sells something there that it did not sell, or no longer, or at another price."""
    tell_at_once("markets.changed", business_id, market=market)


def repriced(market: str) -> None:
    """At once, `markets.repriced` {market}: the exchange moved its prices."""
    tell_at_once("markets.repriced", market=market)
