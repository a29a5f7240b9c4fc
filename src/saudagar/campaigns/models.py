"""Sales that begin and end at a second: 11.11, harvest weeks, Harbolnas."""

from django.db import models

from saudagar.foundation.ids import new_id
from saudagar.foundation.keys import SellerKey, SellerModel
from saudagar.markets.models import Listing, Market
from saudagar.stock.models import Pool


class Campaign(models.Model):
    """One sale in one market, opened by an officer, with the rules for joining it."""

    class State(models.TextChoices):
        DRAFT = "draft"
        OPEN = "open"  # sellers may apply; it runs by itself from starts_at to ends_at
        CANCELLED = "cancelled"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.SlugField(max_length=40, unique=True)  # in its address: "11-11-2026"
    market = models.ForeignKey(Market, models.PROTECT, related_name="campaigns")
    names = models.JSONField()  # language -> text
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    time_zone = models.CharField(max_length=40, default="Asia/Jakarta")  # IANA: in which its hours are told
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    quotes_from = models.DateTimeField()  # quotes for it can be had from here on, valid from starts_at on
    least_discount_bp = models.PositiveIntegerField(default=0)  # below the ordinary price, basis points
    least_pieces = models.PositiveIntegerField(default=1)  # of an allotment
    least_pictures = models.PositiveSmallIntegerField(default=1)
    most_late_bp = models.PositiveIntegerField(default=10_000)  # orders shipped late in the last 90 days, basis points
    most_per_buyer = models.PositiveIntegerField(default=0)  # pieces of one listing an entry may not exceed; 0 = each seller decides

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="campaign_ends_after_start"),
            models.CheckConstraint(condition=models.Q(quotes_from__lte=models.F("starts_at")), name="campaign_quotes_before_start"),
        ]
        indexes = [models.Index("market", "ends_at", name="campaign_of_market")]
        ordering = ["-starts_at"]

    def __str__(self) -> str:
        return self.code


class Entry(SellerModel):
    """One listing in one campaign: at which price, how many pieces, how many for one buyer. Approved, its pieces lie in `pool`."""

    class State(models.TextChoices):
        APPLIED = "applied"
        APPROVED = "approved"
        REFUSED = "refused"
        WITHDRAWN = "withdrawn"

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="entries")
    listing = SellerKey(Listing, related_name="entries")
    state = models.CharField(max_length=9, choices=State, default=State.APPLIED)
    state_reason = models.CharField(max_length=500, blank=True)
    price = models.BigIntegerField()  # minor units of the market's currency
    allotment = models.PositiveIntegerField()  # pieces
    most_per_buyer = models.PositiveIntegerField(default=0)  # pieces; 0 = no limit
    pool = SellerKey(Pool, related_name="entries", null=True)  # has the campaign's id; filled at approval
    applied_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    returns_at = models.DateTimeField(null=True)  # from here on what is left in `pool` goes back: the last quote has expired

    class Meta:
        constraints = [
            models.UniqueConstraint("business_id", "campaign", "listing", name="entry_once"),
            models.CheckConstraint(condition=models.Q(price__gt=0), name="entry_has_price"),
            models.CheckConstraint(condition=models.Q(allotment__gt=0), name="entry_has_pieces"),
            models.CheckConstraint(condition=~models.Q(state="approved") | models.Q(pool__isnull=False), name="entry_approved_has_pool"),
        ]
        indexes = [
            models.Index("business_id", "listing", name="entry_of_listing", condition=models.Q(state="approved")),
            models.Index("campaign", "state", name="entry_of_campaign"),
            models.Index("returns_at", name="entry_returns", condition=models.Q(pool__isnull=False)),
        ]


class Claim(SellerModel):
    """Pieces one buyer has of one listing in one campaign: for limits per buyer.

    Its id is a keyed hash of campaign, listing and buyer (`rules.claim_id`), so it says nothing about the buyer and the primary
    key finds it. Written by the intake, given back when an order ends unpaid or cancelled. Guarded by the pool's lock: whoever
    writes a claim holds the pool of its lines.
    """

    pieces = models.PositiveIntegerField()
    most = models.PositiveIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pieces__lte=models.F("most")), name="claim_within_limit")]


class Sample(models.Model):
    """How much of a running campaign was sold at a moment, taken every few seconds: what its chart is drawn from.

    Counting orders by the second would read as many rows as are written; the pools know it for nothing.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="samples")
    taken_at = models.DateTimeField()
    sold = models.BigIntegerField()  # pieces in live orders

    class Meta:
        constraints = [models.UniqueConstraint("campaign", "taken_at", name="sample_once")]
