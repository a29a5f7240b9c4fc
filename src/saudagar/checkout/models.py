"""What must be known across sellers."""

from django.db import models


class BuyerYear(models.Model):
    """What one buyer imported under one scheme in one year: for limits per person, which no seller's rows could tell.

    Settled when an order is paid, taken back when it is refunded; checked when a quote is made and when it is placed. Two
    orders awaiting payment at once can together pass the limit: customs of the destination has the last word.
    """

    buyer = models.BinaryField(max_length=16)  # blind index of the identity number
    scheme = models.CharField(max_length=20)  # "cbec"
    year = models.PositiveSmallIntegerField()
    value = models.BigIntegerField()  # minor units of the customs currency

    class Meta:
        constraints = [models.UniqueConstraint("buyer", "scheme", "year", name="buyer_year_once")]
