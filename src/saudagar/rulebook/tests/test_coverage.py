"""How far the shipped rulebook answers."""

from saudagar.rulebook.rules.coverage import coverage, goods_of
from saudagar.rulebook.rules.selling import ALLOWED, ProductFacts, may_sell
from saudagar.rulebook.tests.cast import TODAY, shipped

DESTINATIONS = (
    *("AE", "AU", "CA", "CH", "CN", "EU", "GB", "HK", "ID", "IN", "JP", "KR"),
    *("MY", "NO", "NZ", "PH", "SA", "SG", "TH", "TR", "TW", "US", "VN"),
)


def test_every_destination_has_a_row_for_each_way_in() -> None:
    goods = goods_of(shipped())
    found = coverage(shipped(), TODAY, goods)
    assert list(dict.fromkeys(each.destination for each in found)) == list(DESTINATIONS)
    assert len(goods) == 109
    for each in found:
        assert each.allowed + each.allowed_when + each.not_allowed == each.goods == 109
        assert max(each.with_duty, each.with_tax, each.with_preference) <= 109
        assert each.rules["U"] + each.rules["G"] + each.rules["V"] + each.rules["S"] > 0
    by_way = {(each.destination, each.mode): each for each in found}
    # Hong Kong and Singapore take nearly everything; without a tariff row there is no answer, so nothing may be sold.
    assert by_way["HK", "parcel"].with_duty == 109
    assert by_way["TR", "parcel"].not_allowed == 109 - by_way["TR", "parcel"].with_duty


# Goods of the facts whose rate of duty could not be read: they stay refused. Whoever finds a rate takes them out of here.
UNREAD = {
    "NO": {  # by recipe or by kilo
        *("041090", "081190", "190230", "190410", "190531", "190532", "190590"),
        *("200819", "210111", "210112", "210310", "210390", "220299"),
    },
    "TH": {"220299"},  # excise on the retail price there
}
BESIDE = {"100600", "170100"}  # rice and sugar: China limits them by person and year; sellers of this platform bring none


def test_all_goods_of_the_facts_have_a_rate_everywhere_but_for_these() -> None:
    found = coverage(shipped(), TODAY, goods_of(shipped()))
    unread: dict[str, set[str]] = {}
    for each in found:
        unread.setdefault(each.destination, set()).update({*each.without_duty} - BESIDE)
    assert {place: goods for place, goods in unread.items() if goods} == UNREAD


def test_a_count_is_what_one_by_one_says() -> None:
    goods = goods_of(shipped())
    (way,) = [each for each in coverage(shipped(), TODAY, goods) if each.destination == "JP"]
    assert way.with_duty + len(way.without_duty) == len(goods)
    one_by_one = [may_sell(shipped(), ProductFacts(hs), "JP", TODAY).status for hs in goods]
    assert way.allowed == one_by_one.count(ALLOWED)
