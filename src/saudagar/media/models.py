"""Pictures that were let in. The files stand beside the database, named by what is in them."""

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
