"""A pilot: for a cohort the proposal is law, and everybody else is priced as before."""

from datetime import timedelta

import msgspec

from saudagar.checkout.rules.pricing import Basket, basket_lines, priced
from saudagar.checkout.tests.test_pricing import CARDS, CHINA, NOON, RULEBOOK, SHANGHAI, coffee
from saudagar.foundation.ids import new_business_id, new_id
from saudagar.rulebook import files
from saudagar.rulebook.rules import from_data, read, recompute
from saudagar.rulebook.rules.piloting import Trial


def proposed():
    texts = dict(files.texts())
    texts["destinations/CN.toml"] = texts["destinations/CN.toml"].replace('vat_share = "70%"', 'vat_share = "0"', 1)
    return read(texts)


PROPOSED = proposed()
ACEH = Trial(PROPOSED, frozenset({"11"}), frozenset({"cn"}), NOON - timedelta(days=1), NOON + timedelta(days=30))


def price(*areas: str, trials=(ACEH,), at=NOON):
    rows = [coffee(new_business_id(), price=9_000, area=area) for area in areas]
    basket = Basket("cn", SHANGHAI, basket_lines([(row.business_id, row.listing_id, 2) for row in rows]), "", language="en")
    found = priced(basket, CHINA, rows, quote_id=new_id(), rulebook=RULEBOOK, trials=trials, cards=CARDS, at=at)
    return found.quote.orders


def release(order) -> str:
    return msgspec.msgpack.decode(order.customs)["release"]


def test_the_cohort_is_priced_under_the_proposal_and_recomputes_under_it():
    (order,) = price("11.04")

    assert (order.tax, release(order)) == (0, PROPOSED.version)
    assert order.total == order.goods + order.shipping
    again = recompute(from_data(msgspec.msgpack.decode(order.customs)), PROPOSED)
    assert (again.duty, again.tax, again.total) == (order.duty, order.tax, order.total)


def test_others_are_priced_under_the_law_in_force():
    (outside,) = price("32.73")
    (without,) = price("32.73", trials=())

    assert release(outside) == RULEBOOK.version
    assert outside.tax == without.tax > 0


def test_a_basket_of_two_sellers_has_each_its_own_law():
    found = {release(order): order.tax > 0 for order in price("11.04", "32.73")}

    assert found == {PROPOSED.version: False, RULEBOOK.version: True}


def test_before_and_after_its_days_nobody_is_in_the_pilot():
    for at in (ACEH.starts_at - timedelta(seconds=1), ACEH.ends_at):
        (order,) = price("11.04", at=at)
        assert release(order) == RULEBOOK.version
