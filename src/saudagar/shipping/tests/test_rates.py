from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saudagar.shipping import rules
from saudagar.shipping.rules import Box, NoLane, Piece, ShippingNotOffered, rates

DAY = date(2026, 11, 21)
CARDS = rules.card_on(DAY)


def home(grams: int, region: str = "32.73", **more):
    return rules.options(CARDS, origin_area="11.04", destination_country="ID", destination_region=region, gross_grams=grams, **more)


def china(grams: int, **more):
    return rules.options(CARDS, origin_area="11.04", destination_country="CN", destination_region="31", gross_grams=grams, **more)


def test_from_gayo_to_bandung():
    found = home(540)
    assert [(option.code, option.service, option.price_minor, option.days_min, option.days_max) for option in found] == [
        ("economy", "jne-oke", 3_200_000, 5, 8),
        ("regular", "jne-reg", 3_800_000, 3, 5),
        ("express", "jne-yes", 6_200_000, 1, 2),
    ]
    assert found[0].names["id"] == "Ekonomi (JNE OKE)"
    assert {option.certainty for option in found} == {"illustrative"}


def test_from_gayo_to_shanghai_in_yuan():
    rate = Fraction(1, 2270)  # one rupiah in yuan
    found = china(540, currency="CNY", rate=rate)
    assert [(option.code, option.service, option.price_minor, option.currency) for option in found] == [
        ("economy", "pos-packet", 6740, "CNY"),  # 153,000 / 2,270 = 67.40
        ("express", "pos-ems", 11101, "CNY"),  # 252,000 / 2,270 = 111.01
    ]


def test_jne_weighs_with_tolerance_and_counts_space():
    assert [rates.jne_kilograms(grams) for grams in (1, 1300, 1301, 2300, 2301, 3000, 3001)] == [1, 1, 2, 2, 3, 3, 4]
    bulky = home(500, length_mm=400, width_mm=300, height_mm=200)  # 24,000 cm³ / 6000 = 4 kg
    assert {option.chargeable_grams for option in bulky} == {4000}
    assert bulky[0].price_minor == 4 * 3_200_000


@pytest.mark.parametrize(
    ("origin", "region", "zone"),
    [
        ("11.04", "11.04", "city"),
        ("11.04.09", "11.04", "city"),
        ("11.04", "11", "province"),
        ("11.04", "11.71", "province"),
        ("11.04", "12", "island"),
        ("11.04", "31", "near"),
        ("31.71", "61", "near"),
        ("51.03", "73", "near"),
        ("11.04", "61", "far"),
        ("11.04", "95", "farthest"),
    ],
)
def test_zones(origin, region, zone):
    assert rates._zone(CARDS[0], origin, "ID", region, "") == zone


def test_every_pair_of_provinces_has_a_zone_and_a_price():
    provinces = CARDS[0].groups
    assert len(provinces) == 38
    for here in provinces:
        for there in provinces:
            found = rules.options(CARDS, origin_area=f"{here}.01", destination_country="ID", destination_region=there, gross_grams=1000)
            assert {"economy", "regular"} <= {option.code for option in found}


def test_the_postal_code_stands_in_for_the_province():
    assert home(500, region="", destination_postal_code="40115") == home(500, region="32")
    assert home(500, region="", destination_postal_code="97751") == home(500, region="82")  # 977 before 97
    with pytest.raises(NoLane):
        home(500, region="", destination_postal_code="")


def test_small_packets_end_at_two_kilograms_and_ninety_centimetres():
    assert [option.service for option in china(2000)] == ["pos-packet", "pos-ems"]
    assert [option.service for option in china(2001)] == ["pos-ems"]
    assert [option.service for option in china(900, length_mm=400, width_mm=300, height_mm=210)] == ["pos-ems"]  # 91 cm


def test_ems_goes_on_by_half_kilograms_to_thirty():
    assert china(10_000)[0].price_minor == 114_820_000
    assert china(10_001)[0].price_minor == 114_820_000 + 4_920_000
    assert china(30_000)[0].service == "pos-ems"
    with pytest.raises(NoLane) as refused:
        china(30_001)
    assert refused.value.body("en")["error"] == {
        "code": "no_lane",
        "message": "No carrier takes a parcel of 30.001 kg to CN yet.",
        "country": "CN",
        "kilograms": "30.001",
    }


def test_a_country_without_a_lane_is_refused():
    with pytest.raises(NoLane):
        rules.options(CARDS, origin_area="11.04", destination_country="BR", gross_grams=500)


def test_a_market_narrows_the_lanes():
    assert [option.service for option in home(500, lanes={"jne-reg", "pos-ems"})] == ["jne-reg"]
    with pytest.raises(NoLane):
        home(500, lanes={"pos-ems"})


def test_a_buyer_chooses_by_code_or_service():
    found = home(500)
    assert rules.chosen(found).code == "economy"
    assert rules.chosen(found, "express").service == "jne-yes"
    assert rules.chosen(found, "jne-reg").code == "regular"
    with pytest.raises(ShippingNotOffered):
        rules.chosen(found, "drone")


def test_cards_are_dated():
    assert rules.card_on(date(2025, 12, 31)) == ()
    with pytest.raises(NoLane):
        rules.options((), origin_area="11.04", destination_country="ID", destination_region="32", gross_grams=500)


def test_pieces_share_a_box():
    assert rules.boxed([Piece(3, 270, 120, 200, 60), Piece(1, 100, 300, 20, 10)]) == Box(910, 300, 120, 122)
    assert rules.boxed([Piece(2, 250)]) == Box(500)


def test_names_speak_three_languages():
    for card in rates.cards():
        assert card.source and card.certainty
        for service in card.services:
            assert set(service.names) == {"id", "en", "zh-hans"}


@given(st.integers(1, 30_000), st.integers(1, 30_000), st.sampled_from(["11", "12", "32", "61", "95"]))
def test_heavier_never_costs_less(one, other, region):
    light, heavy = sorted((one, other))
    for find in (lambda grams: home(grams, region, lanes={"jne-reg"}), lambda grams: china(grams, lanes={"pos-ems"})):
        assert find(light)[0].price_minor <= find(heavy)[0].price_minor
