"""What orders brought their sellers, where it goes, and how it was paid out."""

from django.db import models

from saudagar.foundation.keys import SellerKey, SellerModel


class PayoutAccount(SellerModel):
    """The bank account of a business: one, sealed. Who changed it stands in the audit trail."""

    sealed = models.BinaryField()  # rules.BankAccount as JSON
    bank_code = models.CharField(max_length=3)
    last_characters = models.CharField(max_length=4)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("business_id", name="payout_account_once")]


class Payout(SellerModel):
    """One transfer to a seller for some released orders. Its handle and attempt are the gateway's reference, so it is paid once."""

    class State(models.TextChoices):
        REQUESTED = "requested"
        SENT = "sent"
        PAID = "paid"
        FAILED = "failed"
        RETURNED = "returned"

    state = models.CharField(max_length=10, choices=State, default=State.REQUESTED)
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()
    sealed = models.BinaryField()  # the account as it was then: a later change does not redirect money under way
    bank_code = models.CharField(max_length=3)
    last_characters = models.CharField(max_length=4)
    attempt = models.PositiveSmallIntegerField(default=1)  # counts up only after the gateway said no, or the bank sent it back
    tries = models.PositiveSmallIntegerField(default=0)  # of asking the gateway in this attempt
    retry_at = models.DateTimeField()
    failure = models.CharField(max_length=200, blank=True)
    gateway_reference = models.CharField(max_length=64, blank=True)
    requested_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(amount__gt=0), name="payout_pays")]
        indexes = [models.Index("retry_at", name="payout_open", condition=models.Q(state__in=["requested", "sent"]))]


class Release(SellerModel):
    """What one order brought its seller. Written with the posting of the release; only its payout is filled in later."""

    order = SellerKey("orders.Order", related_name="releases")
    released_at = models.DateTimeField()
    fee_bp = models.IntegerField()
    fee = models.BigIntegerField()  # in the order's currency, as the seller's share
    seller_share = models.BigIntegerField()
    rate = models.DecimalField(max_digits=24, decimal_places=10, null=True)  # payout currency for one unit of the order's currency
    currency = models.CharField(max_length=3)  # of what follows: the payout's
    gross = models.BigIntegerField()  # goods less discount
    contained_vat = models.BigIntegerField(default=0)  # PPN in the gross of a registered seller: the seller's own to declare
    withheld = models.BigIntegerField(default=0)  # PPh 22
    net = models.BigIntegerField()
    payout = SellerKey(Payout, null=True, related_name="releases")

    class Meta:
        constraints = [
            models.UniqueConstraint("business_id", "order", name="released_once"),
            models.CheckConstraint(condition=models.Q(net__gte=0), name="release_not_negative"),
        ]
        indexes = [models.Index("business_id", name="release_unpaid", condition=models.Q(payout__isnull=True))]
