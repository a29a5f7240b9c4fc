"""Dangerous goods: which are, which services bar them, and that no parcel with them is booked there."""

from datetime import date
from fractions import Fraction

import pytest
from django.test import TestCase
from hypothesis import given
from hypothesis import strategies as st

from saudagar.catalogue.models import Product
from saudagar.shipping import actions, queries
from saudagar.shipping.models import HazardStatement, Parcel
from saudagar.shipping.rules import NoLane, Piece, boxed, card_on, options
from saudagar.shipping.rules.dangerous import (
    BATTERIES,
    DangerousGoodsBarred,
    DangerousGoodsUnstated,
    Said,
    goods_listed,
    hazard_of,
)
from saudagar.shipping.tests.cast import AT, CHEN, RINA, a_shop, an_order

CARDS = card_on(date(2026, 11, 21))


def test_the_list_is_sound():
    listed = goods_listed()
    assert len({each.id for each in listed}) == len(listed)
    assert {each.battery for each in listed} - {""} == set(BATTERIES)
    for each in listed:
        assert each.un[:2] == "UN" and each.un[2:].isdigit() and len(each.un) == 6, each.id
        assert each.source and each.certainty in "VSGU" and each.per in ("litre", "kilogram"), each.id
        assert each.hs or each.battery, each.id
        assert each.asks in ("", "flash_point") and all(group in ("I", "II", "III") for group in each.groups), each.id


@pytest.mark.parametrize(
    ("hs", "said", "un", "group"),
    [
        ("330300", Said(flash_point=22), "UN1266", "II"),
        ("330300", Said(flash_point=23), "UN1266", "III"),
        ("330300", Said(flash_point=60), "UN1266", "III"),
        ("330300", Said(flash_point=61), "", ""),
        ("330300", Said(), "UN1266", ""),  # dangerous until stated otherwise
        ("33012990", Said(flash_point=55), "UN1197", "III"),
        ("33012990", Said(flash_point=95), "", ""),
        ("440220", Said(flash_point=90), "UN1361", "III"),  # the code alone decides
        ("850760", Said(), "UN3480", ""),
        ("950300", Said(battery="ion_inside"), "UN3481", ""),
        ("950300", Said(battery="metal_inside"), "UN3091", ""),
        ("850760", Said(battery="ion_packed"), "UN3481", ""),  # what the seller states is more exact than the code
        ("090121", Said(), "", ""),
        ("", Said(), "", ""),
    ],
)
def test_what_is_dangerous(hs, said, un, group):
    found = hazard_of(hs, said)
    assert (found.goods.un, found.group, found.is_known) == (un, group, True) if un else found is None


def test_an_essential_oil_is_nothing_known_until_its_flash_point_is_stated():
    assert not hazard_of("330129").is_known


@given(st.integers(-50, 400))
def test_class_three_ends_at_sixty_degrees(degrees):
    for hs in ("330300", "330129", "380510"):
        assert (hazard_of(hs, Said(flash_point=degrees)) is None) == (degrees > 60)


def offered(*hazards, country="CN"):
    box = boxed([Piece(1, 300, 200, 100, 60)])
    rate = Fraction(1, 2250)
    return [
        each.service
        for each in options(
            CARDS, origin_area="11.04", destination_country=country, destination_region="32", gross_grams=box.gross_grams,
            currency="CNY", rate=rate, hazards=hazards,
        )
    ]  # fmt: skip


def test_a_service_that_bars_goods_is_not_offered():
    assert "pos-ems" in offered()
    with pytest.raises(DangerousGoodsBarred) as refused:
        offered(hazard_of("330300", Said(flash_point=17)))
    assert refused.value.facts["un"] == "UN1266"
    with pytest.raises(DangerousGoodsUnstated):
        offered(hazard_of("330129"))
    assert offered(hazard_of("330300", Said(flash_point=17)), country="ID") == offered(country="ID")  # at home carriers decide
    with pytest.raises(NoLane):
        offered(hazard_of("330300"), country="XX")


class Booking(TestCase):
    def setUp(self):
        self.shop = a_shop()
        self.business_id = self.shop.business_id
        self.product = Product.objects.get(business_id=self.business_id)

    def prepared(self, hs, buyer=CHEN, **said):
        Product.objects.filter(business_id=self.business_id).update(hs_code=hs)
        if said:
            actions.state_hazard(self.business_id, self.product.pk, said, at=AT)
        return actions.prepare(self.business_id, an_order(self.shop, buyer).id, at=AT)

    def test_a_barred_parcel_is_refused_before_anything_is_booked(self):
        with pytest.raises(DangerousGoodsBarred) as refused:
            self.prepared("330300", flash_point=17)
        assert refused.value.facts["un"] == "UN1266" and "Small packet" in refused.value.facts["service"]
        with pytest.raises(DangerousGoodsUnstated):
            self.prepared("330129", flash_point=None)
        with pytest.raises(DangerousGoodsBarred):
            self.prepared("950300", battery="ion_inside")
        assert not Parcel.objects.exists()

    def test_what_was_stated_to_be_safe_goes(self):
        assert self.prepared("330300", flash_point=75).carrier == "pos"
        assert HazardStatement.objects.count() == 1

    def test_at_home_nothing_is_barred(self):
        assert self.prepared("330300", RINA).carrier == "jne"

    def test_which_services_bar_it(self):
        names = {service.name for service in queries.services_that_bar(hazard_of("440220"), on=date(2026, 11, 21))}
        assert "pos-ems" in names and "jne-reg" not in names
