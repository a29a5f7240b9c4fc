"""Whatever is in the parcel: parts add up, nothing is lost in a split, more never costs less, and it can be worked out again."""

import json

from hypothesis import given
from hypothesis import strategies as st

from saudagar.rulebook.rules import Item, Request, agrees, as_data, from_data, landed_cost, recompute, snapshot
from saudagar.rulebook.rules.landed import split
from saudagar.rulebook.rules.refusals import OverOrderLimit, OverYearLimit
from saudagar.rulebook.tests.cast import TODAY, shipped

BY_WEIGHT = tuple(prefix for limit in shipped().destinations["CN"].limits for prefix in limit.hs)  # sugar, rice: so many kilograms a year
GOODS = sorted(
    {
        row.hs.ljust(6, "0")
        for row in shipped().destinations["CN"].tariffs
        if row.kind == "list" and row.listed and not row.hs.startswith(BY_WEIGHT)
    }
)

items = st.builds(
    Item,
    hs=st.sampled_from(GOODS),
    value=st.integers(1, 400_000),
    quantity=st.integers(1, 9),
    net_grams=st.integers(1, 20_000),
    reference=st.text(max_size=5),
)
parcels = st.builds(
    Request,
    destination=st.just("CN"),
    items=st.lists(items, min_size=1, max_size=6).map(tuple),
    currency=st.just("CNY"),
    on=st.just(TODAY),
    freight=st.integers(0, 100_000),
    insurance=st.integers(0, 10_000),
    buyer_year=st.integers(0, 2_600_000),
)
homely = st.builds(
    Request,
    destination=st.just("ID"),
    items=st.lists(items, min_size=1, max_size=6).map(tuple),
    currency=st.just("IDR"),
    on=st.just(TODAY),
    freight=st.integers(0, 100_000),
    registrations=st.sampled_from([frozenset(), frozenset({"id:pkp"})]),
    prices=st.sampled_from(["", "exclusive"]),
)


def cost_or_refusal(request):
    try:
        return landed_cost(request, shipped())
    except (OverOrderLimit, OverYearLimit) as refusal:
        return refusal.code


@given(st.one_of(parcels, homely))
def test_everything_adds_up_and_can_be_worked_out_again(request):
    cost = cost_or_refusal(request)
    if isinstance(cost, str):
        basis = sum(item.value for item in request.items) + request.freight + request.insurance
        assert basis > 500_000 or basis + request.buyer_year > 2_600_000
        return
    assert cost.total == cost.goods + cost.freight + cost.insurance + cost.duty + cost.tax + cost.fees
    assert cost.total == sum(line.total for line in cost.lines)
    assert (cost.freight, cost.insurance) == (sum(line.freight for line in cost.lines), sum(line.insurance for line in cost.lines))
    assert cost.duty + cost.tax + cost.contained_tax == sum(part.charged for part in cost.parts)
    assert all(part.amount >= 0 and part.levy.rule and part.levy.source for part in cost.parts)

    kept = from_data(json.loads(json.dumps(as_data(snapshot(request, cost)))))
    again = recompute(kept, shipped())
    assert again == cost
    assert agrees(kept, again)


@given(parcels, st.integers(1, 50_000))
def test_within_one_scheme_more_value_never_costs_less(request, more):
    # Freight follows value: a dearer line takes freight away from a line with a higher rate. So several lines travel free here.
    free = len(request.items) > 1
    first = request.items[0]
    dearer = Item(first.hs, first.value + more, first.quantity, first.net_grams, first.origin, first.reference)
    before = cost_or_refusal(_with(request, request.items, free=free))
    after = cost_or_refusal(_with(request, (dearer, *request.items[1:]), free=free))
    if not isinstance(before, str) and not isinstance(after, str) and before.scheme == after.scheme:
        assert after.duty + after.tax >= before.duty + before.tax


@given(st.integers(0, 10**12), st.lists(st.integers(1, 10**9), min_size=1, max_size=20))
def test_a_split_loses_nothing_and_is_fair_to_a_unit(amount, weights):
    shares = split(amount, weights)
    assert sum(shares) == amount
    assert all(share >= amount * weight // sum(weights) for share, weight in zip(shares, weights, strict=True))
    assert sum(share - amount * weight // sum(weights) for share, weight in zip(shares, weights, strict=True)) < len(weights)


def _with(request, items, *, free=False):
    return Request(
        request.destination,
        items,
        request.currency,
        request.on,
        freight=0 if free else request.freight,
        insurance=0 if free else request.insurance,
        buyer_year=request.buyer_year,
    )
