"""Numbers of postal items abroad: ranges a postal operator gave us, and what was issued from them."""

from django.db import models


class NumberRange(models.Model):
    """Serials first..last of one S10 service indicator, given by the postal operator. They go round, a year apart at least."""

    service = models.CharField(max_length=2)  # RR registered, LX tracked, EE express, CP parcel
    country = models.CharField(max_length=2, default="ID")
    first = models.PositiveIntegerField()
    last = models.PositiveIntegerField()
    next_serial = models.PositiveIntegerField()
    source = models.CharField(max_length=200)  # the operator's letter or contract

    class Meta:
        constraints = [
            models.UniqueConstraint("service", "country", name="one_number_range"),
            models.CheckConstraint(
                condition=models.Q(first__lte=models.F("next_serial"), next_serial__lte=models.F("last"), last__lte=99_999_999),
                name="number_range_holds",
            ),
        ]


class IssuedNumber(models.Model):
    """The latest use of an item identifier."""

    identifier = models.CharField(max_length=13, primary_key=True)
    issued_at = models.DateTimeField()
    issued_for = models.CharField(max_length=25)  # handle of the parcel
