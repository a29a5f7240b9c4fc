import io

import pytest
from PIL import Image

from saudagar.foundation.clock import now
from saudagar.foundation.ids import new_id
from saudagar.media.rules import NotAPicture
from saudagar.registry import actions
from saudagar.registry.models import Business


@pytest.mark.django_db
def test_a_business_shows_a_picture_as_its_sign_and_nothing_else():
    business = Business.objects.create(name="Kopi Gayo Sari")
    out = io.BytesIO()
    Image.new("RGB", (200, 200), "#7a4a21").save(out, "PNG")
    digest = actions.show_emblem(business.pk, out.getvalue(), by=new_id(), at=now())
    business.refresh_from_db()
    assert business.emblem == digest and len(digest) == 64

    with pytest.raises(NotAPicture):
        actions.show_emblem(business.pk, b"<svg onload='x'>", by=new_id(), at=now())
    business.refresh_from_db()
    assert business.emblem == digest
