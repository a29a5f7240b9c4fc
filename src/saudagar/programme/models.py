"""What sellers tell of their supply, how often products were looked at, and how ready they are for export."""

from django.db import models

from saudagar.catalogue.models import Product
from saudagar.foundation.keys import SellerKey, SellerModel


class Supply(SellerModel):
    """What a seller says they can make of a product, and how the trade sorts it."""

    class Grade(models.TextChoices):
        A = "a"
        B = "b"
        C = "c"

    product = SellerKey(Product, models.CASCADE, related_name="supplies")
    pieces_per_month = models.PositiveIntegerField(null=True, blank=True)
    grade = models.CharField(max_length=1, choices=Grade, blank=True)
    told_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("business_id", "product", name="supply_once")]


class ProductViews(SellerModel):
    """How often a product's page was sent in one market on one day. Nobody is known: no cookie, no address."""

    product = SellerKey(Product, models.CASCADE, related_name="views")
    market_code = models.CharField(max_length=12)
    day = models.DateField()
    views = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint("business_id", "product", "market_code", "day", name="views_once_a_day")]


class Readiness(SellerModel):
    """Export readiness as worked out on a day, of a product; without one, of the business. In tenths of a point."""

    product = SellerKey(Product, models.CASCADE, null=True, blank=True, related_name="readiness")
    day = models.DateField()
    score_tenths = models.PositiveSmallIntegerField()
    confidence_tenths = models.PositiveSmallIntegerField()
    parts = models.JSONField()  # name -> [value in thousandths or null, belief in thousandths]
    steps = models.JSONField()  # [{code, gain, confidence, product?, …}], the best first

    class Meta:
        constraints = [
            models.UniqueConstraint("business_id", "product", name="readiness_once", nulls_distinct=False),
            models.CheckConstraint(condition=models.Q(score_tenths__lte=1000, confidence_tenths__lte=1000), name="readiness_in_range"),
        ]
        indexes = [
            models.Index(models.F("score_tenths").desc(), "id", name="readiness_of_business", condition=models.Q(product__isnull=True))
        ]
