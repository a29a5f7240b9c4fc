"""Where goods are made: adding, changing, closing; one plant stays one plant once an officer has accepted its paper."""

from datetime import UTC, datetime

import pytest
from django.test import Client, TestCase

from saudagar.foundation.ids import Kind, handle
from saudagar.foundation.models import OutboxEvent
from saudagar.registry import actions, queries
from saudagar.registry.models import Membership, Plant
from saudagar.registry.rules import plants as rules
from saudagar.registry.tests.cast import a_business, budi, dewi, sari

AT = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
FACTS = {"name": "Sangrai Takengon", "kind": "kitchen", "area_code": "11.04", "address": "Jl. Contoh 1", "maker": ""}


def a_plant(business, by, plant_id=None, **changes):
    return actions.put_plant(business.pk, plant_id=plant_id, **{**FACTS, **changes}, by=by.pk, at=AT)


class Plants(TestCase):
    def setUp(self) -> None:
        self.owner, self.other = sari(), dewi()
        self.sari, self.dewi = a_business(self.owner), a_business(self.other, "Songket Dewi", nib="9120202012341")

    def test_added_changed_and_closed(self) -> None:
        made = a_plant(self.sari, self.owner, name="  Sangrai   Takengon ")
        a_plant(self.sari, self.owner, made.pk, name="Sangrai Gayo", maker="Pak Usman")
        row = queries.plant(self.sari.pk, made.pk)
        assert (row.plant.name, row.plant.maker, row.area) == ("Sangrai Gayo", "Pak Usman", "Kabupaten Aceh Tengah, Aceh")
        OutboxEvent.objects.all().delete()
        for is_active in (False, False, True):
            actions.open_plant(self.sari.pk, made.pk, is_active=is_active, by=self.owner.pk, at=AT)
        assert list(OutboxEvent.objects.values_list("name", "facts")) == [("registry.plant_changed", {"plant": str(made.pk)})] * 2
        assert queries.plant_names(self.sari.pk) == {"sangrai gayo": made.pk}

    def test_refusals_change_nothing(self) -> None:
        made = a_plant(self.sari, self.owner)
        fixed = a_plant(self.sari, self.owner, name="Kebun", kind="orchard")
        actions.fix_plant(self.sari.pk, fixed.pk)
        before = list(Plant.objects.order_by("id").values())
        for error, act in (
            (rules.PlantNameTaken, lambda: a_plant(self.sari, self.owner, name="SANGRAI takengon")),
            (rules.PlantNameTaken, lambda: a_plant(self.sari, self.owner, made.pk, name="Kebun")),
            (rules.PlantFixed, lambda: a_plant(self.sari, self.owner, fixed.pk, name="Kebun", kind="orchard", address="Lain")),
            (rules.PlantFixed, lambda: a_plant(self.sari, self.owner, fixed.pk, name="Kebun", kind="orchard", maker="Lain")),
            (rules.UnknownPlant, lambda: a_plant(self.dewi, self.other, made.pk)),
            (rules.UnknownPlant, lambda: actions.open_plant(self.dewi.pk, made.pk, is_active=False, by=self.other.pk, at=AT)),
            (rules.UnknownPlant, lambda: queries.plant(self.dewi.pk, made.pk)),
        ):
            with pytest.raises(error):
                act()
        assert list(Plant.objects.order_by("id").values()) == before
        assert a_plant(self.sari, self.owner, fixed.pk, name="Kebun Atas", kind="orchard").name == "Kebun Atas"
        a_plant(self.dewi, self.other)  # another business may call its own the same

    def test_no_more_than_so_many(self) -> None:
        rows = [Plant(business_id=self.sari.pk, name=f"K{number}", kind="orchard") for number in range(rules.MOST_PLANTS)]
        Plant.objects.bulk_create(rows)
        with pytest.raises(rules.TooManyPlants):
            a_plant(self.sari, self.owner)

    def test_on_pages_staff_add_and_close_one_and_others_find_nothing(self) -> None:
        worker = budi()
        Membership.objects.create(business_id=self.sari.pk, user_id=worker.pk, role="staff")
        client = Client(headers={"accept-language": "en"})
        client.force_login(worker, backend="django.contrib.auth.backends.ModelBackend")
        form = {"name": "Kebun Pak Usman", "kind": "orchard", "province": "11", "address": "Jl. Contoh 2", "maker": "Pak Usman"}
        page = client.post("/seller/plants/new/", {**form, "refresh": "1"}).content.decode()
        assert "11.04" in page and 'value="Kebun Pak Usman"' in page and not Plant.objects.exists()
        assert client.post("/seller/plants/new/", form).status_code == 422
        answer = client.post("/seller/plants/new/", {**form, "regency": "11.04"})
        made = Plant.objects.get()
        address = f"/seller/plants/{handle(Kind.PLANT, self.sari.pk, made.pk)}/"
        assert (answer.status_code, answer["Location"]) == (302, address)
        assert "Kebun Pak Usman" in client.get("/seller/plants/").content.decode()
        assert "Orchard, garden, farm or pond" in client.get(address).content.decode()
        client.post(f"{address}closing")
        assert not Plant.objects.get().is_active

        actions.fix_plant(self.sari.pk, made.pk)
        assert "only its name can be changed" in client.get(f"{address}facts/").content.decode()
        client.post(f"{address}facts/", {"name": "Kebun Usman", "address": "Lain", "kind": "factory"})
        made.refresh_from_db()
        assert (made.name, made.address, made.kind, made.area_id) == ("Kebun Usman", "Jl. Contoh 2", "orchard", "11.04")

        client.force_login(self.other, backend="django.contrib.auth.backends.ModelBackend")
        assert [client.get(path).status_code for path in (address, f"{address}facts/")] == [404, 404]
        assert client.post(f"{address}opening").status_code == 404
