"""Pictures and papers that were let in. The files stand beside the database, named by what is in them."""

from django.db import models

from saudagar.foundation.keys import SellerModel


class Picture(SellerModel):
    """One picture of one business, in the widths of `rules.WIDTHS`. Two businesses with the same picture share the files."""

    digest = models.CharField(max_length=64)  # rules.Prepared.digest
    width = models.PositiveIntegerField()  # of the widest rendition
    height = models.PositiveIntegerField()
    added_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("business_id", "digest", name="picture_once")]


class Document(SellerModel):
    """A scanned or digital paper of one business: sealed at rest, shown only to the business and to officers."""

    class Form(models.TextChoices):
        PDF = "pdf"
        WEBP = "webp"

    digest = models.CharField(max_length=64)  # SHA-256 of what is shown
    form = models.CharField(max_length=4, choices=Form)
    name = models.CharField(max_length=120)  # as it was uploaded
    size_bytes = models.PositiveIntegerField()
    added_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("business_id", "digest", name="document_once")]
