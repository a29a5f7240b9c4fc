"""What must be known across sellers, and quotes that are kept for replays."""

from django.db import models

from saudagar.foundation.keys import SellerModel


class BuyerTally(models.Model):
    """What one buyer used of a limit that counts across orders: value or grams imported in a year, parcels let off in a half-year. No
    seller's rows could tell.

    Settled when an order is paid, taken back when it is refunded; checked when a quote is made and when it is placed. Two
    orders awaiting payment at once can together pass a limit: customs of the destination has the last word.
    """

    buyer = models.BinaryField(max_length=16)  # blind index of the identity number; of the telephone number where none is asked for
    tally = models.CharField(max_length=200)  # what is counted together: "CN cbec value" (rulebook/rules/counting.py)
    period = models.CharField(max_length=10)  # "2026", "2026-H2", "2026-11-29"
    amount = models.BigIntegerField()  # minor units of the customs currency, grams, or times

    class Meta:
        constraints = [
            models.UniqueConstraint("buyer", "tally", "period", name="buyer_tally_once"),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="buyer_tally_not_below_zero"),
        ]


class KeptQuote(SellerModel):
    """One seller's part of a quote that the rules refused, or of a sample of those that were priced. Nobody's name, reference or address.

    Its id is made of the law's day and the hash of what was asked, so the same question of one day is one row. Amounts in minor units of
    `currency`. Only replays read it; `jobs.forget` deletes it.
    """

    law_day = models.DateField()
    market_code = models.CharField(max_length=12)
    code = models.CharField(max_length=40, blank=True)  # of the refusal; "" when it was priced
    country = models.CharField(max_length=2)  # destination
    province = models.CharField(max_length=2, blank=True)  # of the seller's seat
    currency = models.CharField(max_length=3)
    goods = models.BigIntegerField()
    total = models.BigIntegerField()  # 0 when it was refused
    question = models.BinaryField()  # rules.keeping.Question as MessagePack
    times = models.PositiveIntegerField()  # how often it was asked
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(times__gt=0), name="kept_quote_was_asked")]
