"""What a business makes or sells, in three languages, with what customs and buyers need to know."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from saudagar.foundation.clock import now
from saudagar.foundation.keys import SellerKey, SellerModel
from saudagar.media.models import Document, Picture
from saudagar.registry.models import Plant

from .rules.identifiers import dotted
from .rules.origin import CRITERIA


class Category(models.Model):
    """A small shared tree of categories. Names: language -> text."""

    code = models.SlugField(max_length=40, primary_key=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")
    names = models.JSONField()
    words = models.JSONField(default=list, blank=True)  # what sellers and marketplaces call it, for imports
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "code"]
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return str(self.names.get("id", self.code))


class Product(SellerModel):
    class State(models.TextChoices):
        DRAFT = "draft"
        READY = "ready"
        ARCHIVED = "archived"

    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True)
    hs_code = models.CharField(max_length=12, blank=True)  # 6 digits HS 2022, more where a tariff asks
    origin = models.CharField(max_length=2, default="ID")
    traits = ArrayField(models.CharField(max_length=30), default=list, blank=True)  # of the rulebook: "fresh", "birds_nest"
    brand = models.CharField(max_length=80, blank=True)
    updated_at = models.DateTimeField(auto_now=True)


class SearchWords(models.Func):
    """The text of one language as search words: title before key words before description.

    Key words are never stemmed. They hold SKUs, and Chinese cut in pairs of characters, for PostgreSQL knows no Chinese words.
    """

    output_field = SearchVectorField()
    template = """(CASE language
        WHEN 'id' THEN setweight(to_tsvector('indonesian', title), 'A') || setweight(to_tsvector('indonesian', description), 'C')
        WHEN 'en' THEN setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', description), 'C')
        ELSE setweight(to_tsvector('simple', title), 'A') END || setweight(to_tsvector('simple', keywords), 'B'))"""


class ProductText(SellerModel):
    product = SellerKey(Product, models.CASCADE, related_name="texts")
    language = models.CharField(max_length=7)
    title = models.CharField(max_length=150)
    description = models.TextField(max_length=5000, blank=True)
    keywords = models.TextField(blank=True)  # rules.search.keywords, kept by actions
    search = models.GeneratedField(expression=SearchWords(), output_field=SearchVectorField(), db_persist=True)

    class Meta:
        constraints = [models.UniqueConstraint("business_id", "product", "language", name="product_text_once")]
        indexes = [GinIndex(fields=["search"], name="product_search", fastupdate=False)]


class Variant(SellerModel):
    """What is counted and sold: one size, one taste, one colour."""

    product = SellerKey(Product, models.CASCADE, related_name="variants")
    sku = models.CharField(max_length=40)
    gtin = models.CharField(max_length=14, blank=True)
    names = models.JSONField(default=dict, blank=True)  # language -> "250 g"
    price = models.BigIntegerField()  # home price in IDR minor units, taxes included
    net_grams = models.PositiveIntegerField(default=0)  # 0: not told yet, the product is not ready
    gross_grams = models.PositiveIntegerField(default=0)  # with its packing, as it is sent
    length_mm = models.PositiveIntegerField(default=0)
    width_mm = models.PositiveIntegerField(default=0)
    height_mm = models.PositiveIntegerField(default=0)
    position = models.PositiveSmallIntegerField(default=0)
    is_retired = models.BooleanField(default=False)  # no longer offered; kept because orders and stock name it

    class Meta:
        constraints = [
            models.UniqueConstraint("business_id", "sku", name="sku_once"),
            models.CheckConstraint(condition=models.Q(price__gt=0), name="variant_has_price"),
        ]


class Photo(SellerModel):
    """A picture of a product; the first one is shown in lists."""

    product = SellerKey(Product, models.CASCADE, related_name="photos")
    picture = SellerKey(Picture, related_name="photos")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint("business_id", "product", "picture", name="photo_once")]


class ProductPlant(SellerModel):
    """A product is made, grown or packed here. A fruit has an orchard and a packhouse; a product without any is made wherever."""

    product = SellerKey(Product, models.CASCADE, related_name="made_in")
    plant = SellerKey(Plant, related_name="products")

    class Meta:
        constraints = [models.UniqueConstraint("business_id", "product", "plant", name="product_plant_once")]


class Certificate(SellerModel):
    """A licence, registration or certificate of a product or of a plant; without either, of the whole business.

    Which products it counts for says `rules.certificates.is_counted`.

    Kind: a paper of the rulebook ("pirt", "halal", "gacc"). It counts once an officer has accepted it, from its first day to its last.
    A renewal waits beside the one in force, which counts until the renewal is accepted.
    """

    class State(models.TextChoices):
        SUBMITTED = "submitted"
        ACCEPTED = "accepted"
        REFUSED = "refused"

    product = SellerKey(Product, models.CASCADE, null=True, blank=True, related_name="certificates")
    plant = SellerKey(Plant, null=True, blank=True, related_name="certificates")
    kind = models.CharField(max_length=30)
    number = models.CharField(max_length=60)
    issuer = models.CharField(max_length=120, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    document = SellerKey(Document, null=True, blank=True, related_name="certificates")
    state = models.CharField(max_length=9, choices=State, default=State.SUBMITTED)
    state_reason = models.CharField(max_length=500, blank=True)
    submitted_at = models.DateTimeField(default=now)
    decided_at = models.DateTimeField(null=True, blank=True)
    warned_days = models.PositiveSmallIntegerField(null=True, blank=True)  # the seller was told so many days before the end

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "business_id", "product", "plant", "kind", "state", name="certificate_once_per_state", nulls_distinct=False
            ),
            models.CheckConstraint(condition=models.Q(product=None) | models.Q(plant=None), name="certificate_of_one_thing"),
        ]
        indexes = [
            models.Index("submitted_at", name="certificate_waiting", condition=models.Q(state="submitted")),
            models.Index("valid_until", name="certificate_ending", condition=models.Q(state="accepted", valid_until__isnull=False)),
        ]


class HsChoice(SellerModel):
    """Who chose a product's HS code, what the platform suggested then, and whether an officer has confirmed it, or put it right.

    It speaks of the code the product has while both agree; a code that came by another way (a list) has no choice yet.
    A code that an officer put right stays until an officer looks again: what the seller would rather have waits in `proposed`.
    """

    product = SellerKey(Product, models.CASCADE, related_name="hs_choices")
    hs = models.CharField(max_length=12)
    suggested = models.CharField(max_length=6, blank=True)  # the likeliest subheading for the title at that time
    differs = models.BooleanField()  # the code is of another subheading than the suggested one
    chosen_by = models.UUIDField(null=True)  # people.User
    chosen_at = models.DateTimeField()
    confirmed_by = models.UUIDField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    was = models.CharField(max_length=12, blank=True)  # the code that an officer put right
    reason = models.CharField(max_length=500, blank=True)  # why; only then
    proposed = models.CharField(max_length=12, blank=True)  # the seller's answer to it, which waits for an officer
    answer = models.CharField(max_length=300, blank=True)  # why, in the seller's words

    class Meta:
        constraints = [models.UniqueConstraint("business_id", "product", name="hs_choice_once")]
        indexes = [
            models.Index("chosen_at", name="hs_choice_differs", condition=models.Q(differs=True, confirmed_at=None)),
            models.Index("chosen_at", name="hs_choice_proposed", condition=~models.Q(proposed="")),
        ]

    @property
    def hs_shown(self) -> str:
        return dotted(self.hs)

    @property
    def was_shown(self) -> str:
        return dotted(self.was)

    @property
    def proposed_shown(self) -> str:
        return dotted(self.proposed)


class OriginStatement(SellerModel):
    """A seller's word that a product is of its origin under one trade agreement, why, and how that will be shown. Quotes abroad believe it.

    It speaks of the HS code and origin the product had then: another code has another rule of origin, so it must be said again.
    Read by the quotes as it is (`checkout/sql/quote_lines.sql`).
    """

    class State(models.TextChoices):
        STATED = "stated"
        ENDED = "ended"  # the seller took it back
        WITHDRAWN = "withdrawn"  # an officer found it wrong; only an officer allows it again

    class ShownBy(models.TextChoices):
        DECLARATION = "declaration"  # the seller's declaration on the invoice, as far as the agreement takes it
        PAPER = "paper"  # and the agreement's certificate, for each parcel that is worth more

    product = SellerKey(Product, models.CASCADE, related_name="origin_statements")
    agreement = models.CharField(max_length=20)  # of the rulebook: "ACFTA"
    criterion = models.CharField(max_length=4, choices=[(each, each) for each in CRITERIA])
    regional_value = models.PositiveSmallIntegerField(default=0)  # per cent, with RVC
    shown_by = models.CharField(max_length=11, choices=ShownBy)
    hs = models.CharField(max_length=12)
    origin = models.CharField(max_length=2)
    valid_until = models.DateField()
    state = models.CharField(max_length=9, choices=State, default=State.STATED)
    stated_at = models.DateTimeField()
    stated_by = models.UUIDField(null=True)  # people.User
    decided_at = models.DateTimeField(null=True)  # by an officer: withdrawn, or allowed again
    reason = models.CharField(max_length=500, blank=True)  # why it was withdrawn
    warned_days = models.PositiveSmallIntegerField(null=True)  # the seller was told so many days before the end

    class Meta:
        constraints = [
            models.UniqueConstraint("business_id", "product", "agreement", name="origin_stated_once"),
            models.CheckConstraint(
                condition=models.Q(regional_value__lte=100) & (~models.Q(criterion="RVC") | models.Q(regional_value__gte=1)),
                name="origin_statement_per_cent",
            ),
            models.CheckConstraint(condition=~models.Q(state="withdrawn") | ~models.Q(reason=""), name="origin_withdrawn_with_reason"),
        ]
        indexes = [
            models.Index("stated_at", name="origin_stated", condition=models.Q(state="stated")),
            models.Index("valid_until", name="origin_statement_ending", condition=models.Q(state="stated")),
            models.Index("decided_at", name="origin_withdrawn", condition=models.Q(state="withdrawn")),
        ]

    @property
    def hs_shown(self) -> str:
        return dotted(self.hs)


class ProductList(SellerModel):
    """A list a seller uploaded, kept between looking at its columns and taking it in; then deleted, or after a day."""

    name = models.CharField(max_length=120)
    data = models.BinaryField()
    uploaded_at = models.DateTimeField()
