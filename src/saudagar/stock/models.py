"""How many pieces lie where."""

from django.db import models

from saudagar.catalogue.models import Variant
from saudagar.foundation.keys import SellerKey, SellerModel
from saudagar.registry.models import Outlet


class Pool(SellerModel):
    """Pieces of one variant at one outlet that may be sold. An allotment to a campaign is a pool with a campaign_id."""

    variant = SellerKey(Variant, related_name="pools")
    outlet = SellerKey(Outlet, related_name="pools")
    country = models.CharField(max_length=2)  # of the outlet: parcels leave from here
    campaign_id = models.UUIDField(null=True, blank=True)
    available = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(available__gte=0), name="never_oversold"),
            models.UniqueConstraint("business_id", "variant", "outlet", "campaign_id", name="pool_once", nulls_distinct=False),
        ]


class Movement(SellerModel):
    """Why a pool changed, except by orders: those are told by the lines of live orders.

    available = sum of movements - pieces of lines of orders that were neither cancelled nor expired.
    """

    pool = SellerKey(Pool, related_name="movements")

    class Reason(models.TextChoices):
        RECEIPT = "receipt"
        COUNT = "count"
        TRANSFER = "transfer"
        RETURN = "return"
        DAMAGE = "damage"
        CAMPAIGN = "campaign"  # set aside for one, or back from it

    pieces = models.IntegerField()
    reason = models.CharField(max_length=12, choices=Reason)
    note = models.CharField(max_length=200, blank=True)
    by_user = models.UUIDField(null=True)
    moved_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index("business_id", "moved_at", name="movement_history")]
