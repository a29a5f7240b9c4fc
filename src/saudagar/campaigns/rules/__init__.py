"""What a campaign allows. Pure."""

from uuid import UUID

from saudagar.campaigns.rules.refusals import NoSuchCampaign as NoSuchCampaign
from saudagar.foundation.sealing import blind_index


def claim_id(campaign_id: UUID, listing_id: UUID, buyer: str) -> UUID:
    """The id of what one buyer has of one listing in one campaign: a keyed hash of all three.

    buyer  the identity number where the law asks for one, else the digits of the telephone number
    """
    return UUID(bytes=blind_index("campaigns.claim", f"{campaign_id}{listing_id}{buyer}"))
