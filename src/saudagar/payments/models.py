"""What buyers are asked to pay, what gateways said about it, and what is owed back. A payment lives with its purchase, at home."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from saudagar.foundation.keys import SellerKey, SellerModel
from saudagar.orders.models import Purchase


class Payment(SellerModel):
    """One try to have a purchase paid by one method. Its handle is what the gateway knows it by."""

    class State(models.TextChoices):
        STARTING = "starting"  # the gateway is being asked
        PENDING = "pending"  # the buyer has something to pay with
        CAPTURED = "captured"
        MISMATCHED = "mismatched"  # paid, but not what was asked: for the operator to look at
        FAILED = "failed"
        EXPIRED = "expired"  # nobody paid in time; a late payment is still taken in, and owed back

    purchase = SellerKey(Purchase, related_name="payments")
    method = models.CharField(max_length=20)  # "qris"
    gateway = models.CharField(max_length=20)  # "snap_qris"
    state = models.CharField(max_length=12, choices=State, default=State.STARTING)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    order_business_ids = ArrayField(models.UUIDField())  # whose orders it pays
    gateway_reference = models.CharField(max_length=64, blank=True)
    qr_payload = models.CharField(max_length=600, blank=True)
    link = models.CharField(max_length=500, blank=True)  # cashier page, or the bank's app
    failure = models.CharField(max_length=200, blank=True)
    paid_amount = models.BigIntegerField(null=True)  # as the gateway said, where it differs
    paid_currency = models.CharField(max_length=3, blank=True)
    started_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    captured_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)  # found in a settlement file
    checks = models.PositiveSmallIntegerField(default=0)  # how often we asked the gateway ourselves
    next_check_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "business_id",
                "purchase",
                "method",
                condition=models.Q(state__in=["starting", "pending"]),  # two may be captured: then the second is owed back
                name="payment_open_once",
            ),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="payment_positive"),
        ]
        indexes = [
            models.Index("next_check_at", name="payment_to_check", condition=models.Q(next_check_at__isnull=False)),
            models.Index("id", name="payment_mismatched", condition=models.Q(state="mismatched")),
        ]


class Notice(SellerModel):
    """What a gateway told us, letter for letter, once; only what was truly signed by it is kept."""

    payment = SellerKey(Payment, related_name="notices", is_enforced=False)  # written while it is held
    digest = models.BinaryField(max_length=32)  # SHA-256 of the body
    body = models.TextField()
    headers = models.JSONField()
    verdict = models.CharField(max_length=20)
    times = models.PositiveIntegerField(default=1)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("business_id", "payment", "digest", name="notice_once")]


class Refund(SellerModel):
    """Money owed back to a buyer for one order, until the gateway has paid it."""

    class State(models.TextChoices):
        OWED = "owed"
        SENDING = "sending"
        PAID = "paid"
        REFUSED = "refused"  # the gateway will not: for the operator to pay another way

    class Reason(models.TextChoices):
        LATE = "late"  # paid after the order was closed
        TWICE = "twice"  # the order had been paid already
        CANCELLED = "cancelled"
        MISMATCHED = "mismatched"  # another amount or currency was paid than was asked

    payment = SellerKey(Payment, related_name="refunds")
    order_business_id = models.UUIDField()
    order_id = models.UUIDField()
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=12, choices=Reason)
    state = models.CharField(max_length=8, choices=State, default=State.OWED)
    gateway_reference = models.CharField(max_length=64, blank=True)
    failure = models.CharField(max_length=200, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    owed_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # Whatever the reason: an order's share of one payment goes back once.
            models.UniqueConstraint("business_id", "payment", "order_business_id", name="refund_once"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="refund_positive"),
        ]
        indexes = [models.Index("retry_at", name="refund_due", condition=models.Q(retry_at__isnull=False))]


class SettlementFile(models.Model):
    """A gateway's account of what it passed on. Not a seller's: one file speaks of many."""

    gateway = models.CharField(max_length=20)
    name = models.CharField(max_length=64)
    text = models.TextField()
    lines = models.PositiveIntegerField()
    matched = models.PositiveIntegerField()
    differences = models.JSONField(default=list)  # lines that fit nothing of ours, with the reason
    read_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("gateway", "name", name="settlement_file_once")]
        ordering = ["-read_at"]

    def __str__(self) -> str:
        return f"{self.gateway} {self.name}"
