"""Releases of the rulebook that this installation has known, and the nomenclature. The rules themselves live in a release's texts."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from saudagar.foundation.ids import new_id


class Release(models.Model):
    """The files of one rulebook, whole and unchanged. An order names the release it was priced under, so none is ever deleted."""

    version = models.CharField(max_length=24, primary_key=True)  # "2026-11-21-6e15d83d": as of, and the content's hash
    sha256 = models.CharField(max_length=64, unique=True)
    title = models.CharField(max_length=200, blank=True)
    texts = models.JSONField()  # file name -> text
    is_shipped = models.BooleanField()  # came with the project: a newer shipped one may replace it by itself
    base = models.CharField(max_length=24, blank=True)  # the shipped release it was made from; itself when it is one; "" when unknown
    is_current = models.BooleanField(default=False)
    loaded_at = models.DateTimeField()
    loaded_by = models.UUIDField(null=True)  # people.User

    class Meta:
        constraints = [
            models.UniqueConstraint("is_current", name="one_current_release", condition=models.Q(is_current=True)),
        ]


class Pilot(models.Model):
    """For a cohort, and for a while, another release is law. Quotes read this table; who tries what, and why, is told elsewhere."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    release = models.ForeignKey(Release, models.PROTECT, related_name="pilots")
    provinces = ArrayField(models.CharField(max_length=2))  # where the goods are sent from; empty = all
    markets = ArrayField(models.CharField(max_length=12))  # empty = all
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(db_index=True)  # brought forward when it is stopped

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(ends_at__gte=models.F("starts_at")), name="pilot_ends_after_start")]


class HsCode(models.Model):
    """One code of the Harmonized System: chapter (2), heading (4) or subheading (6)."""

    code = models.CharField(max_length=6, primary_key=True)
    section = models.CharField(max_length=5)
    description = models.TextField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(code__regex=r"^[0-9]{2}([0-9]{2}){0,2}$"), name="hs_code_is_digits")]


class HsCorrection(models.Model):
    """An officer's word on what a title means: the matcher reads it as strong evidence. The latest on one text holds."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    text = models.CharField(max_length=300, unique=True)
    hs = models.CharField(max_length=6)
    at = models.DateTimeField(db_index=True)
    by = models.UUIDField(null=True)  # people.User

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(hs__regex=r"^[0-9]{6}$"), name="hs_correction_is_digits")]
