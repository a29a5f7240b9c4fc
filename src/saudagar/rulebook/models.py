"""Releases of the rulebook that this installation has known, and the nomenclature. The rules themselves live in a release's texts."""

from django.db import models


class Release(models.Model):
    """The files of one rulebook, whole and unchanged. An order names the release it was priced under, so none is ever deleted."""

    version = models.CharField(max_length=24, primary_key=True)  # "2026-11-21-6e15d83d": as of, and the content's hash
    sha256 = models.CharField(max_length=64, unique=True)
    title = models.CharField(max_length=200, blank=True)
    texts = models.JSONField()  # file name -> text
    is_shipped = models.BooleanField()  # came with the project: a newer shipped one may replace it by itself
    is_current = models.BooleanField(default=False)
    loaded_at = models.DateTimeField()
    loaded_by = models.UUIDField(null=True)  # people.User

    class Meta:
        constraints = [
            models.UniqueConstraint("is_current", name="one_current_release", condition=models.Q(is_current=True)),
        ]


class HsCode(models.Model):
    """One code of the Harmonized System: chapter (2), heading (4) or subheading (6)."""

    code = models.CharField(max_length=6, primary_key=True)
    section = models.CharField(max_length=5)
    description = models.TextField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(code__regex=r"^[0-9]{2}([0-9]{2}){0,2}$"), name="hs_code_is_digits")]
