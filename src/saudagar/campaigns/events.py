"""What campaigns tell. An event belongs to a seller, so each entry tells its own."""

from datetime import datetime
from uuid import UUID

from saudagar.foundation.outbox import tell, tell_at_once


def decided(business_id: UUID, entry_id: UUID, listing_id: UUID, campaign: str, *, is_approved: bool, reason: str, at: datetime) -> None:
    """`campaigns.decided` {entry, listing, campaign, approved, reason}: the officer's answer, for the seller."""
    facts = {"entry": str(entry_id), "listing": str(listing_id), "campaign": campaign, "approved": is_approved, "reason": reason}
    tell(business_id, "campaigns.decided", facts, at=at)


def ended(business_id: UUID, entry_id: UUID, listing_id: UUID, campaign: str, *, is_cancelled: bool, at: datetime) -> None:
    """`campaigns.ended` {entry, listing, campaign, cancelled}: an entry gets no more quotes, because the officer cancelled the campaign
    or (cancelled: false) the seller withdrew."""
    facts = {"entry": str(entry_id), "listing": str(listing_id), "campaign": campaign, "cancelled": is_cancelled}
    tell(business_id, "campaigns.ended", facts, at=at)


def changed(campaign_id: UUID, market: str, business_id: UUID | None = None) -> None:
    """`campaigns.changed` {campaign, market}, told at once: whoever keeps pages of the campaign renders them anew, and those of the
    seller's goods, or of the whole market where hours or state changed."""
    tell_at_once("campaigns.changed", business_id, campaign=str(campaign_id), market=market)
