"""What a business makes or sells, in three languages, with what customs and buyers need to know."""

from django.db import models

from saudagar.foundation.keys import SellerKey, SellerModel


class Category(models.Model):
    """A small shared tree of categories. Names: language -> text."""

    code = models.SlugField(max_length=40, primary_key=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")
    names = models.JSONField()
    position = models.PositiveSmallIntegerField(default=0)


class Product(SellerModel):
    class State(models.TextChoices):
        DRAFT = "draft"
        READY = "ready"
        ARCHIVED = "archived"

    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True)
    hs_code = models.CharField(max_length=12, blank=True)  # 6 digits HS 2022, more where a tariff asks
    origin = models.CharField(max_length=2, default="ID")
    brand = models.CharField(max_length=80, blank=True)
    updated_at = models.DateTimeField(auto_now=True)


class ProductText(SellerModel):
    product = SellerKey(Product, models.CASCADE, related_name="texts")
    language = models.CharField(max_length=7)
    title = models.CharField(max_length=150)
    description = models.TextField(max_length=5000, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint("business_id", "product", "language", name="product_text_once")]


class Variant(SellerModel):
    """What is counted and sold: one size, one taste, one colour."""

    product = SellerKey(Product, models.CASCADE, related_name="variants")
    sku = models.CharField(max_length=40)
    gtin = models.CharField(max_length=14, blank=True)
    names = models.JSONField(default=dict, blank=True)  # language -> "250 g"
    price = models.BigIntegerField()  # home price in IDR minor units, taxes included
    net_grams = models.PositiveIntegerField()
    gross_grams = models.PositiveIntegerField()
    length_mm = models.PositiveIntegerField(default=0)
    width_mm = models.PositiveIntegerField(default=0)
    height_mm = models.PositiveIntegerField(default=0)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint("business_id", "sku", name="sku_once"),
            models.CheckConstraint(condition=models.Q(price__gt=0), name="variant_has_price"),
        ]
