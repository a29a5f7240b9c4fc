"""Pictures of a product."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from saudagar.catalogue import events
from saudagar.catalogue.actions.common import the_product
from saudagar.catalogue.models import Photo
from saudagar.catalogue.rules.product import (
    MOST_PHOTOS,
    TooManyPhotos,
)
from saudagar.media import actions as media


@transaction.atomic
def add_photo(business_id: UUID, product_id: UUID, data: bytes, *, at: datetime) -> UUID:
    """Rewrite and add a photo at the end. Raises TooManyPhotos and what media.rules.prepare raises."""
    the_product(business_id, product_id)
    photos = Photo.objects.filter(business_id=business_id, product_id=product_id)
    if photos.count() >= MOST_PHOTOS:
        raise TooManyPhotos(most=MOST_PHOTOS)
    picture = media.keep(business_id, data, at=at)
    last = photos.order_by("-position").values_list("position", flat=True).first()
    photo, _ = Photo.objects.get_or_create(
        business_id=business_id, product_id=product_id, picture_id=picture.pk, defaults={"position": 0 if last is None else last + 1}
    )
    events.changed(business_id)
    return photo.pk


@transaction.atomic
def remove_photo(business_id: UUID, product_id: UUID, photo_id: UUID) -> None:
    Photo.objects.filter(business_id=business_id, product_id=product_id, id=photo_id).delete()
    events.changed(business_id)


@transaction.atomic
def put_photo_first(business_id: UUID, product_id: UUID, photo_id: UUID) -> None:
    """The photo that lists show."""
    the_product(business_id, product_id)
    photos = sorted(
        Photo.objects.filter(business_id=business_id, product_id=product_id), key=lambda each: (each.pk != photo_id, each.position)
    )
    for position, photo in enumerate(photos):
        Photo.objects.filter(business_id=business_id, id=photo.pk).update(position=position)
    events.changed(business_id)
