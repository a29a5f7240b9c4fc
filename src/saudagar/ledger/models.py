"""Double-entry books: append-only, and the database refuses what does not balance."""

from django.db import models

from saudagar.foundation.keys import SellerKey, SellerModel


class Posting(SellerModel):
    """One movement of money of one business: a head with its entries, written by one statement (`sql/post.sql`), never changed."""

    kind = models.CharField(max_length=30)  # "capture", "release", "payout" …
    reference = models.CharField(max_length=80)  # what it is about; the same thing is posted once
    posted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("business_id", "kind", "reference", name="posting_once")]


class Entry(SellerModel):
    """One line of a posting. Amount: minor units, debit positive, credit negative; a posting sums to zero in each currency."""

    posting = SellerKey(Posting, related_name="entries", is_enforced=False)  # written with it, by one statement, and never changed
    account = models.CharField(max_length=24)  # one of rules.Account
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()
    order_id = models.UUIDField(null=True)  # the order it belongs to, where there is one

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(amount=0), name="entry_not_zero"),
            # What lies in escrow is compared with the orders, one by one.
            models.CheckConstraint(condition=~models.Q(account="escrow", order_id__isnull=True), name="escrow_names_order"),
        ]
