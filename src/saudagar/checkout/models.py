"""What must be known across sellers."""

from django.db import models


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
