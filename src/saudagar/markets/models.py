"""Where things are sold, under which rules and at which price."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from saudagar.catalogue.models import Variant
from saudagar.foundation.keys import SellerKey, SellerModel


def only_ddp() -> list[str]:
    return ["DDP"]


class Market(models.Model):
    """A market is data: `id` at home, `cn` the pavilion in China, `world` every other country whose rules are known."""

    code = models.SlugField(max_length=12, primary_key=True)
    names = models.JSONField()  # language -> text
    countries = models.JSONField()  # destinations served: ["ID"]
    currency = models.CharField(max_length=3)
    languages = models.JSONField()  # first one is the default: ["id", "en", "zh-hans"]
    is_curated = models.BooleanField(default=False)
    margin_bp = models.IntegerField(default=0)  # added to the home price, basis points
    rounding = models.BigIntegerField(default=1)  # prices are rounded up to multiples of this, minor units
    fee_bp = models.IntegerField(default=0)  # platform fee on goods, basis points
    inspection_days = models.PositiveSmallIntegerField(default=2)
    pay_minutes = models.PositiveSmallIntegerField(default=30)
    payment_methods = models.JSONField(default=list)  # ["qris"]
    lanes = models.JSONField(default=list)  # codes of shipping services: ["jne-reg"]
    mode = models.CharField(
        max_length=20, blank=True
    )  # of the rulebook, how goods enter: "home", "cbec"; "": the usual way of each country
    # Who pays what the border of the destination collects. DDP: the buyer, with the order; DAP: the buyer, at the door. The first is usual.
    terms = models.JSONField(default=only_ddp)
    position = models.PositiveSmallIntegerField(default=0)
    is_open = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.code

    def clean(self) -> None:
        if not self.terms or not set(self.terms) <= {"DDP", "DAP"}:
            raise ValidationError({"terms": _("A list of DDP, DAP or both.")})

    @property
    def country(self) -> str:
        """The destination whose rules hold; of several the first."""
        return str(self.countries[0])

    @property
    def is_of_many(self) -> bool:
        """It serves several countries, each with rules of its own: a price needs to know which."""
        return len(self.countries) > 1


class ExchangeRate(models.Model):
    """Units of `quote` for one unit of `base`, from a moment on. Orders keep the id of the rate they were priced under."""

    base = models.CharField(max_length=3)
    quote = models.CharField(max_length=3)
    rate = models.DecimalField(max_digits=20, decimal_places=10)
    valid_from = models.DateTimeField()
    source = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint("base", "quote", "valid_from", name="rate_once"),
            models.CheckConstraint(condition=models.Q(rate__gt=0), name="rate_positive"),
        ]
        ordering = ["-valid_from"]

    def __str__(self) -> str:
        return f"1 {self.base} = {self.rate.normalize():f} {self.quote}"


class Listing(SellerModel):
    """One variant offered in one market."""

    class State(models.TextChoices):
        DRAFT = "draft"
        PROPOSED = "proposed"  # waits for the curator
        LIVE = "live"
        REFUSED = "refused"
        PAUSED = "paused"

    variant = SellerKey(Variant, related_name="listings")
    market = models.ForeignKey(Market, models.PROTECT, related_name="listings")
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    state_reason = models.CharField(max_length=500, blank=True)
    price = models.BigIntegerField()  # in the market's currency, minor units
    is_price_by_hand = models.BooleanField(default=False)
    rate = models.ForeignKey(ExchangeRate, models.PROTECT, null=True, blank=True)  # an automatic price in another currency came from
    featured_at = models.DateTimeField(null=True, blank=True)
    proposed_at = models.DateTimeField(null=True, blank=True)
    live_at = models.DateTimeField(null=True, blank=True)  # first shown: newest first on the storefront

    class Meta:
        constraints = [
            models.UniqueConstraint("business_id", "variant", "market", name="listing_once"),
            models.CheckConstraint(condition=models.Q(price__gt=0), name="listing_has_price"),
        ]
        indexes = [
            models.Index("market", "live_at", name="listing_live", condition=models.Q(state="live")),
            models.Index("business_id", "market", "live_at", name="listing_of_seller", condition=models.Q(state="live")),
            models.Index("market", "featured_at", name="listing_featured", condition=models.Q(state="live", featured_at__isnull=False)),
            models.Index("market", "proposed_at", name="listing_proposed", condition=models.Q(state="proposed")),
        ]
