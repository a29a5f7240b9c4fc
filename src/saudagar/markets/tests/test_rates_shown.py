"""A rate of exchange in the number format of the reader."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.test import Client

from saudagar.markets import actions
from saudagar.people.models import User

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("language", "shown"), [("id", "16.400,5"), ("en", "16,400.5"), ("zh-hans", "16,400.5")])
def test_on_the_page_of_rates(language, shown):
    at = datetime(2026, 11, 21, tzinfo=UTC)
    actions.enter_rate("USD", Decimal("16400.5"), source="test", valid_from=at, at=at)
    client = Client(headers={"accept-language": language})
    officer = User.objects.create_user(email="petugas@contoh.example", is_officer=True)
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    assert f"<strong>{shown}</strong>" in client.get("/officer/rates/").content.decode()
