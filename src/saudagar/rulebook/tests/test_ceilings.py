"""A verdict with a ceiling is the landed cost's own word: up to it every parcel is worked out, above it none."""

from datetime import date
from fractions import Fraction

import pytest

from saudagar.foundation.money import decimals
from saudagar.foundation.refusals import Refusal
from saudagar.rulebook.files import texts
from saudagar.rulebook.rules import Item, ProductFacts, Request, Rulebook, landed_cost, may_sell, read
from saudagar.rulebook.rules.coverage import goods_of
from saudagar.rulebook.rules.refusals import NoTariffData
from saudagar.rulebook.rules.selling import NOT_ALLOWED
from saudagar.rulebook.rules.switching import with_positions
from saudagar.rulebook.tests.cast import TODAY, shipped
from saudagar.rulebook.tests.made_up import FOB, country, row, rule, scheme

WITH = ("au:gst", "ch:vat", "eu:ioss", "my:lvg", "no:voec", "nz:gst", "sg:ovr", "uk:vat")
DEAR = 10**9
RATES = {"USD": "1", "AUD": "1", "EUR": "1", "JPY": "100"}

WAYS = [
    (there.code, mode.name)
    for there in shipped().destinations.values()
    for mode in there.modes
    if not mode.home and (not there.union or there.code in ("DE", "RO"))
]


def answer(destination: str, mode: str, hs: str, value: int, registrations=frozenset(), uses: int = 0) -> str:
    """ "" when it is worked out, else the refusal's code. value: one piece, minor units of the destination's currency."""
    there = shipped().destinations[destination]
    dispatch = "CN" if destination == "ID" else "ID"
    request = Request(
        destination,
        (Item(hs, value, 1, 500, dispatch),),
        there.currency,
        TODAY,
        mode=mode,
        dispatch=dispatch,
        registrations=registrations,
        rates={currency: rate for currency, rate in RATES.items() if currency != there.currency},
        region=next(iter(there.regions), ""),
        buyer_uses=uses,
    )
    try:
        landed_cost(request, shipped())
    except Refusal as refusal:
        return refusal.code
    return ""


def at(ceiling, there) -> int:
    """The ceiling in the destination's minor units; RATES are the same exchange."""
    if ceiling.currency == there.currency:
        return ceiling.amount
    return int(Fraction(ceiling.amount, 10 ** decimals(ceiling.currency)) * Fraction(RATES[ceiling.currency]) * 10**there.decimals)


@pytest.mark.parametrize("registrations", [frozenset(), frozenset(WITH)], ids=["bare", "registered"])
@pytest.mark.parametrize(("destination", "mode"), WAYS)
def test_the_verdict_and_the_landed_cost_say_the_same(destination, mode, registrations):
    there = shipped().destinations[destination]
    dispatch = "CN" if destination == "ID" else "ID"
    for hs in goods_of(shipped()):
        facts = ProductFacts(hs, dispatch)
        said = may_sell(shipped(), facts, destination, TODAY, mode=mode, dispatch=dispatch, registrations=registrations)
        if said.up_to:
            line = at(said.up_to, there)
            assert answer(destination, mode, hs, line, registrations) == "", (hs, said.up_to)
            assert answer(destination, mode, hs, line + 1, registrations) == "no_tariff_data", (hs, said.up_to)
            if said.up_to.uses is not None:
                assert answer(destination, mode, hs, line, registrations, said.up_to.uses - 1) == ""
                assert answer(destination, mode, hs, line, registrations, said.up_to.uses) == "no_tariff_data"
        elif "no_tariff_data" in [reason.rule for reason in said.reasons]:
            assert answer(destination, mode, hs, DEAR, registrations) == "no_tariff_data", hs
        elif said.status != NOT_ALLOWED:
            # Where only an agreement's rate is known its proof is among what is missing. What a limit refuses is another matter.
            proofs = frozenset(paper.key for each in said.missing for paper in each.papers)
            assert answer(destination, mode, hs, DEAR, registrations | proofs) != "no_tariff_data", hs


def without(switch: str) -> Rulebook:
    return read(with_positions(texts(), {switch: False}))


def test_turmeric_to_japan_only_up_to_ten_thousand_yen_where_its_range_is_not_charged():
    said = may_sell(without("jp_upper_end_of_range"), ProductFacts("091030", papers={"phytosanitary": None}), "JP", TODAY)
    assert said.up_to is not None
    assert (said.up_to.rule, said.up_to.amount, said.up_to.currency, said.up_to.per) == ("jp-10000-duty", 10_000, "JPY", "order")
    assert said.up_to.words["en"].startswith("Only parcels up to JP¥10,000 (value of the goods, freight, insurance).")
    assert said.up_to.words["id"].startswith("Hanya kiriman sampai JP¥10.000")
    assert said.up_to.words["zh-hans"].startswith("仅限不超过 JP¥10,000 的包裹")


def test_goods_nobody_has_thought_of_are_not_opened_by_de_minimis():
    said = may_sell(shipped(), ProductFacts("930100"), "JP", TODAY)
    assert (said.status, [reason.rule for reason in said.reasons], said.up_to) == ("not_allowed", ["no_tariff_data"], None)


def test_a_baht_is_no_ceiling():
    assert may_sell(shipped(), ProductFacts("220299"), "TH", TODAY).status == "not_allowed"


def test_a_buyers_parcels_count_where_the_relief_ends_with_them():
    ceiling = may_sell(without("tw_upper_end_of_range"), ProductFacts("090230"), "TW", TODAY).up_to
    assert ceiling is not None
    assert ceiling.uses == 6
    assert "only a buyer's first 6 parcels" in ceiling.words["en"]


SMALL = rule("limit", "xa-100", f'mode = "parcel"\nmeasure = "order_value"\n{FOB}at_most = "100.00"\nrefuses = false')
FREE_BELOW = scheme('within_limit = "xa-100"\nduty_share = "0"', "xa-small")
WITH_VOEC = scheme('within_limit = "xa-100"\nduty_share = "0"\nif_registration = "xa:voec"', "xa-small")
KNOWN = [row("xa-vat", "vat", "090121", "20%")]
VOEC = '[[registration]]\nkey = "xa:voec"\nof = "platform"\nnames = { id = "x", en = "x", "zh-hans" = "x" }\n'


def sold(book, **more):
    return may_sell(book, ProductFacts("090121"), "XA", date(2026, 11, 21), **more)


def test_a_flat_scheme_below_a_limit_is_the_ceiling():
    said = sold(country(SMALL, FREE_BELOW, scheme(), rows=KNOWN))
    assert said.is_allowed
    assert said.up_to is not None
    assert (said.up_to.rule, said.up_to.amount, said.up_to.currency) == ("xa-100", 100_00, "EUR")
    assert sold(country(SMALL, FREE_BELOW, scheme(), rows=[*KNOWN, row("xa-duty", "duty", "09", "5%")])).up_to is None


def test_a_scheme_that_needs_a_registration_opens_nothing_without_it():
    book = country(SMALL, WITH_VOEC, scheme(), rows=KNOWN, registrations=VOEC)
    assert [reason.rule for reason in sold(book).reasons] == ["no_tariff_data"]
    ceiling = sold(book, registrations=frozenset({"xa:voec"})).up_to
    assert ceiling is not None
    assert ceiling.rule == "xa-100"


def test_below_is_said_as_below_and_a_piece_as_a_piece():
    limit = rule("limit", "xa-100", f'mode = "parcel"\nmeasure = "unit_value"\n{FOB}below = "100.00"\nrefuses = false')
    ceiling = sold(country(limit, FREE_BELOW, scheme(), rows=KNOWN)).up_to
    assert ceiling is not None
    assert (ceiling.is_exclusive, ceiling.per) == (True, "unit")
    assert ceiling.words["en"].startswith("Only pieces below €100.00 each (value of the goods).")


def test_both_rates_lacking_the_lower_relief_is_the_ceiling():
    duty = rule("relief", "xa-duty-200", f'kinds = ["duty"]\n{FOB}at_most = "200.00"')
    tax = rule("relief", "xa-vat-50", f'kinds = ["vat"]\n{FOB}at_most = "50.00"')
    rows = [row("xa-list", "list", "0901", mode="other"), row("xa-vat", "vat", "20", "20%")]
    ceiling = sold(country(duty, tax, scheme(), rows=rows)).up_to
    assert ceiling is not None
    assert ceiling.rule == "xa-vat-50"


def test_a_rate_of_an_agreement_alone_waits_for_its_proof():
    paper = (
        '[[paper]]\nkey = "form_e"\nof = "parcel"\nnames = { id = "x", en = "x", "zh-hans" = "x" }\n'
        'given_by = { id = "x", en = "x", "zh-hans" = "x" }\ntakes = { id = "x", en = "x", "zh-hans" = "x" }\n'
    )
    rows = [*KNOWN, row("xa-form", "duty", "0901", "0%", origin="ID", agreement="ACFTA", proof="form_e")]
    book = country(scheme(), rows=rows, papers=paper)
    said = sold(book)
    assert (said.status, [paper.key for each in said.missing for paper in each.papers]) == ("allowed_when", ["form_e"])
    with_it = may_sell(book, ProductFacts("090121", papers={"form_e": None}), "XA", date(2026, 11, 21))
    assert with_it.is_allowed
    bare = Request("XA", (Item("090121", 100_00, 1, 0, "ID"),), "EUR", date(2026, 11, 21))
    with pytest.raises(NoTariffData):
        landed_cost(bare, book)
