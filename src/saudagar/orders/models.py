"""What was bought. The intake (`checkout/sql/place.sql`) writes these tables; nothing else creates rows here.

An index on an order costs more than the order, so there are few: rows are found by the handles people hold, and lists
come from the primary key, for ids are ordered by time.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from saudagar.foundation.fields import MessagePackField
from saudagar.foundation.keys import SellerKey, SellerModel


class State(models.TextChoices):
    """The life of an order; `rules.may_become` says what follows what."""

    AWAITING_PAYMENT = "awaiting_payment"
    PAID = "paid"
    PACKED = "packed"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    COMPLETED = "completed"  # inspection over: money released to the seller
    EXPIRED = "expired"  # not paid in time, pieces returned
    CANCELLED = "cancelled"


class Purchase(SellerModel):
    """One basket placed at once, with one order per seller. Lives with its home business, the lowest of them.

    Purchase and orders all have the id of the quote, so their primary keys are what refuses a quote placed twice.
    """

    market_code = models.CharField(max_length=12)
    currency = models.CharField(max_length=3)
    total = models.BigIntegerField()
    language = models.CharField(max_length=7)
    buyer_id = models.UUIDField(null=True)  # people.User, when the buyer was signed in
    method = models.CharField(max_length=20)  # of payment: "qris"
    order_business_ids = ArrayField(models.UUIDField())  # one order with each; it has the id of the purchase
    placed_at = models.DateTimeField()
    pay_by = models.DateTimeField()

    class Meta:
        indexes = [models.Index("buyer_id", name="purchase_of_buyer", condition=models.Q(buyer_id__isnull=False))]


class Order(SellerModel):
    """What one seller owes one buyer. Amounts in minor units of `currency`, as promised by the quote."""

    purchase_business_id = models.UUIDField()  # home of the purchase, which has the same id
    state = models.CharField(max_length=16, choices=State, default=State.AWAITING_PAYMENT)
    market_code = models.CharField(max_length=12)
    currency = models.CharField(max_length=3)
    goods = models.BigIntegerField()
    discount = models.BigIntegerField(default=0)
    shipping = models.BigIntegerField()
    duty = models.BigIntegerField()
    tax = models.BigIntegerField()  # on top of goods and shipping; 0 where prices contain it
    fees = models.BigIntegerField(default=0)
    total = models.BigIntegerField()
    service = models.CharField(max_length=30)  # shipping service: "jne-reg"
    language = models.CharField(max_length=7)
    country = models.CharField(max_length=2)  # destination
    town = models.CharField(max_length=80, blank=True)  # for lists; the address itself is sealed
    buyer_sealed = models.BinaryField()  # rules.Buyer as JSON
    customs = MessagePackField()  # rulebook snapshot: what is needed to recompute duty and tax
    placed_at = models.DateTimeField()
    pay_by = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    packed_at = models.DateTimeField(null=True)
    shipped_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    inspection_ends_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)  # expired or cancelled
    close_reason = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [
            models.Index("pay_by", name="order_unpaid", condition=models.Q(state="awaiting_payment")),
            models.Index("business_id", "paid_at", name="order_open", condition=models.Q(state__in=["paid", "packed"])),
            # What was paid in the last minutes, of millions: a summary of each 32 pages costs the intake nothing that can be measured.
            BrinIndex("paid_at", name="order_paid", pages_per_range=32, autosummarize=True),
            models.Index("inspection_ends_at", name="order_in_inspection", condition=models.Q(state="delivered")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    total=models.F("goods")
                    - models.F("discount")
                    + models.F("shipping")
                    + models.F("duty")
                    + models.F("tax")
                    + models.F("fees")
                ),
                name="order_adds_up",
            ),
        ]


class Line(SellerModel):
    """Pieces of one variant in one order. Names and prices as they were that day; the pool they were taken from.

    Its primary key is (business_id, order_id, position): lines are found by their order.
    """

    order = SellerKey(Order, related_name="lines", is_enforced=False)
    position = models.PositiveSmallIntegerField()
    listing_id = models.UUIDField()
    variant_id = models.UUIDField()
    pool_id = models.UUIDField()  # no foreign keys: the intake has these rows under lock
    claim_id = models.UUIDField(null=True)  # campaigns.Claim, where a limit per buyer counts these pieces
    sku = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    quantity = models.PositiveIntegerField()
    unit_price = models.BigIntegerField()
    total = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(quantity__gt=0), name="line_has_pieces")]
