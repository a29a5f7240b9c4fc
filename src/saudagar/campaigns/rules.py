"""What a campaign allows. Pure."""

from uuid import UUID

from saudagar.foundation.refusals import Refusal
from saudagar.foundation.sealing import blind_index


class NoSuchCampaign(Refusal):
    """No campaign has this code in this market, or it was never opened. Facts: campaign."""

    code = "no_such_campaign"
    status = 404
    words = {
        "id": "Promo {campaign} tidak ada di pasar ini.",
        "en": "There is no campaign {campaign} in this market.",
        "zh-hans": "此市场没有活动 {campaign}。",
    }


def claim_id(campaign_id: UUID, listing_id: UUID, buyer: str) -> UUID:
    """The id of what one buyer has of one listing in one campaign: a keyed hash of all three.

    buyer  the identity number where the law asks for one, else the digits of the telephone number
    """
    return UUID(bytes=blind_index("campaigns.claim", f"{campaign_id}{listing_id}{buyer}"))
