import pytest
from django.test import Client

from saudagar.people.models import User
from saudagar.shipping import actions
from saudagar.shipping.carriers import Booking
from saudagar.shipping.tests.cast import AT, a_shop, an_order

pytestmark = pytest.mark.django_db


def test_operators_see_parcels_and_change_none():
    shop = a_shop()
    parcel = actions.prepare(shop.business_id, an_order(shop).id, at=AT)
    actions.take_booking(shop.business_id, parcel.id, Booking("ship1", "SBX0000000001", 0), at=AT)
    operator = Client()
    operator.force_login(User.objects.create_superuser("ops@contoh.example", "x"), backend="django.contrib.auth.backends.ModelBackend")
    assert "SBX0000000001" in operator.get("/admin/shipping/parcel/", {"q": "SBX0000000001"}).content.decode()
    assert operator.get(f"/admin/shipping/parcel/{parcel.id}/change/").status_code == 200
    assert operator.get("/admin/shipping/trackingevent/").status_code == 200
    assert operator.get("/admin/shipping/parcel/add/").status_code == 403
