"""What campaigns hear; joined in site/events.py."""

from datetime import datetime
from typing import Any
from uuid import UUID

from saudagar.campaigns import queries
from saudagar.campaigns.rules.refusals import NoSuchCampaign
from saudagar.messages import actions as messages
from saudagar.registry import queries as registry


def decided(business_id: UUID, facts: dict[str, Any], happened_at: datetime) -> None:
    """Hears `campaigns.decided`: the owners read the officer's answer."""
    kind = "campaigns.approved" if facts["approved"] else "campaigns.refused"
    _tell_owners(kind, business_id, facts, {"reason": facts["reason"]}, at=happened_at)


def ended(business_id: UUID, facts: dict[str, Any], happened_at: datetime) -> None:
    """Hears `campaigns.ended`: of a campaign that was cancelled the owners must know; who withdrew knows it."""
    if facts["cancelled"]:
        _tell_owners("campaigns.cancelled", business_id, facts, {}, at=happened_at)


def _tell_owners(kind: str, business_id: UUID, told: dict[str, Any], facts: dict[str, Any], *, at: datetime) -> None:
    try:
        campaign = queries.campaign(told["campaign"])
    except NoSuchCampaign:
        return  # its code was changed while it was a draft
    key = (business_id, UUID(told["listing"]))
    goods = queries.goods(campaign, [key]).get(key)
    messages.notify_all(
        registry.owner_ids(business_id),
        kind,
        {"title": goods.name if goods else "", "campaign": campaign.names, "code": campaign.code, **facts},
        at=at,
        business_id=business_id,
        link=f"/seller/campaigns/{campaign.code}/",
        by_letter=kind == "campaigns.refused",
    )
