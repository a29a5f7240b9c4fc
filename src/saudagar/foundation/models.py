"""Tables that every room stands on: what is to be told, and the administrative areas of Indonesia."""

from django.db import models

from saudagar.foundation.keys import SellerModel


class OutboxEvent(SellerModel):
    """Something that happened and is still to be told: written with what it tells of, deleted when everybody has heard it."""

    name = models.CharField(max_length=60)
    facts = models.JSONField(default=dict)
    happened_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField()
    failure = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index("retry_at", name="outbox_due")]


class Area(models.Model):
    """An administrative area by its Ministry of Home Affairs code: 11 Aceh, 11.04 Aceh Tengah, 11.04.09.2001 a village."""

    class Level(models.IntegerChoices):
        PROVINCE = 1
        REGENCY = 2
        DISTRICT = 3
        VILLAGE = 4

    code = models.CharField(max_length=13, primary_key=True)
    name = models.CharField(max_length=100)
    level = models.PositiveSmallIntegerField(choices=Level)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="parts")
    bps_code = models.CharField(max_length=10, blank=True)  # Statistics Indonesia numbers Papua differently
    iso_code = models.CharField(max_length=6, blank=True)  # ISO 3166-2, provinces only: ID-AC

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name
