"""Parcels and what their carriers told of them; what sellers state of dangerous goods; numbers of
postal items."""

from django.core.exceptions import ValidationError
from django.db import models

from saudagar.catalogue.models import Product
from saudagar.foundation.keys import SellerKey, SellerModel
from saudagar.orders.models import Order
from saudagar.shipping.rules import life
from saudagar.shipping.rules.dangerous import BATTERIES


class Parcel(SellerModel):
    """One box on its way to the buyer of one order. The carrier knows it by our handle, so booking it twice is booking it once."""

    order = SellerKey(Order, related_name="parcels")
    carrier = models.CharField(max_length=20)  # "jne"
    service = models.CharField(max_length=20)  # "reg"
    state = models.CharField(max_length=12, choices=[(state, state) for state in life.STATES], default=life.NEW)
    gross_grams = models.PositiveIntegerField()
    length_mm = models.PositiveIntegerField(default=0)
    width_mm = models.PositiveIntegerField(default=0)
    height_mm = models.PositiveIntegerField(default=0)
    reference = models.CharField(max_length=60, blank=True)  # the carrier's own id of the shipment
    waybill = models.CharField(max_length=40, blank=True)
    item_number = models.CharField(max_length=13, blank=True)  # UPU S10, on postal lanes: the waybill is one
    price = models.BigIntegerField(default=0)  # what the carrier charges, rupiah in minor units
    failure = models.CharField(max_length=300, blank=True)  # why the carrier did not take it
    created_at = models.DateTimeField()
    booked_at = models.DateTimeField(null=True)
    printed_at = models.DateTimeField(null=True)  # its label, first
    handed_over_at = models.DateTimeField(null=True)  # as the seller says; the carrier's scan is what counts
    moved_at = models.DateTimeField(null=True)  # the newest thing the carrier told
    check_at = models.DateTimeField(null=True)  # when to ask the carrier unasked; null: nothing more to come
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [models.Index("check_at", name="parcel_to_check", condition=models.Q(check_at__isnull=False))]
        constraints = [
            models.UniqueConstraint("business_id", "order", name="parcel_once", condition=~models.Q(state__in=sorted(life.VOID))),
            models.CheckConstraint(condition=models.Q(gross_grams__gt=0), name="parcel_has_weight"),
        ]


class TrackingEvent(SellerModel):
    """One thing the carrier told. Rows are added, never changed: the parcel's state is computed from all of them."""

    parcel = SellerKey(Parcel, related_name="events")
    event_id = models.CharField(max_length=60)  # the carrier's; made from status and moment where we asked ourselves
    status = models.CharField(max_length=12)  # ours: life.STATES, or "note" where the carrier's word means nothing to us
    carrier_status = models.CharField(max_length=30)
    note = models.CharField(max_length=200, blank=True)
    happened_at = models.DateTimeField()
    heard_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("business_id", "parcel", "event_id", name="tracking_event_once")]


class HazardStatement(SellerModel):
    """What a seller states of a product so that carriers know whether it is dangerous; from section 9 of its safety data sheet."""

    product = SellerKey(Product, models.CASCADE, related_name="hazard_statements")
    flash_point = models.SmallIntegerField(null=True)  # °C, closed cup; null: not stated
    grams_per_litre = models.PositiveIntegerField(default=0)  # density of a liquid; 0: not stated
    battery = models.CharField(max_length=12, blank=True, choices=[(each, each) for each in BATTERIES])
    watt_hours = models.PositiveIntegerField(default=0)  # of one battery; 0: not stated
    stated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint("business_id", "product", name="hazard_stated_once"),
            models.CheckConstraint(
                condition=models.Q(flash_point__isnull=True) | models.Q(flash_point__gte=-50, flash_point__lte=400),
                name="hazard_flash_point",
            ),
        ]


class NumberRange(models.Model):
    """Serials first..last of one S10 service indicator, given by the postal operator. They go round, a year apart at least.

    One service may have several: a new range is entered before the old one ends.
    """

    service = models.CharField(max_length=2)  # RR registered, LX tracked, EE express, CP parcel
    country = models.CharField(max_length=2, default="ID")
    first = models.PositiveIntegerField()
    last = models.PositiveIntegerField()
    next_serial = models.PositiveIntegerField(help_text="The first one that was not given out yet; of a new range the first.")
    source = models.CharField(max_length=200, help_text="The operator's letter or contract.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(first__lte=models.F("next_serial"), next_serial__lte=models.F("last"), last__lte=99_999_999),
                name="number_range_holds",
            ),
            models.CheckConstraint(
                condition=models.Q(service__regex="^[A-Z]{2}$", country__regex="^[A-Z]{2}$"), name="number_range_letters"
            ),
        ]

    def clean(self) -> None:
        if self.first is None or self.last is None:
            return
        others = NumberRange.objects.exclude(pk=self.pk).filter(service=self.service, country=self.country)
        if others.filter(first__lte=self.last, last__gte=self.first).exists():
            raise ValidationError({"first": "Another range of this service has some of these numbers."})


class IssuedNumber(models.Model):
    """The latest use of an item identifier."""

    identifier = models.CharField(max_length=13, primary_key=True)
    issued_at = models.DateTimeField()
    issued_for = models.CharField(max_length=25)  # handle of the parcel
