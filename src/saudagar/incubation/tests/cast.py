"""Orders as they were placed, with the snapshot of a real quote; an officer; a proposal."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import msgspec

from saudagar.checkout import actions as checkout
from saudagar.checkout.keeping import Keeper
from saudagar.checkout.rules import keeping
from saudagar.checkout.rules.keeping import Parcel
from saudagar.checkout.rules.refusals import NotSoldThere
from saudagar.foundation.ids import new_id
from saudagar.foundation.models import Area
from saudagar.foundation.refusals import Refusal
from saudagar.foundation.sealing import seal
from saudagar.incubation import actions
from saudagar.incubation.models import Proposal
from saudagar.incubation.rules import editing
from saudagar.markets.models import ExchangeRate, Market
from saudagar.orders.models import Order
from saudagar.orders.rules import BUYER_PURPOSE, Address, Buyer, buyer_bytes
from saudagar.people import actions as people
from saudagar.people.models import User
from saudagar.registry.models import Business
from saudagar.rulebook import actions as rulebook
from saudagar.rulebook import files
from saudagar.rulebook.queries import current_rulebook
from saudagar.rulebook.rules import Item, ProductFacts, Request, landed_cost, snapshot

NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
BUYER = seal(buyer_bytes(Buyer("Rina", "+6281200000001", Address("ID", "Jl. Contoh 1", "Bandung", "40111", "Jawa Barat"))), BUYER_PURPOSE)
NO_VAT = editing.Share("cn-cbec", "vat", "0")
HIGHER_LIMIT = editing.Limit("cn-cbec-order", "9000.00")
LOWER_LIMIT = editing.Limit("cn-cbec-order", "300.00")


def law() -> None:
    """The shipped rules, and Rp2,000 for one yuan."""
    rulebook.load(files.texts(), at=NOON, is_shipped=True)
    facts = {"names": {}, "countries": ["CN"], "currency": "CNY", "languages": ["zh-hans"], "mode": "cbec"}
    Market.objects.update_or_create(code="cn", defaults=facts)
    ExchangeRate.objects.get_or_create(
        base="CNY", quote="IDR", valid_from=NOON - timedelta(days=90), defaults={"rate": 2000, "source": "test"}
    )


def arif() -> User:
    return people.prepare(name="Pak Arif", phone="", email="arif@contoh.example", officer=True, language="en", at=NOON)


def a_business(province: str = "11", name: str = "Kopi Gayo Sari") -> Business:
    Area.objects.get_or_create(code=province, defaults={"name": province, "level": 1})
    area, _ = Area.objects.get_or_create(code=f"{province}.04", defaults={"name": f"{province}.04", "level": 2, "parent_id": province})
    return Business.objects.create(name=name, state=Business.State.VERIFIED, area=area)


def to_china(business: Business, *, value: int = 18_000, freight: int = 2_000, hs: str = "090121", at: datetime = NOON) -> Order:
    """A paid order of roasted coffee under CBEC: 13 % × 70 % of value and freight."""
    item = Item(hs, value, 2, 500, "ID", "0")
    request = Request("CN", (item,), "CNY", date(2026, 11, 21), mode="cbec", freight=freight)
    return _order(business, request, market="cn", at=at)


def at_home(business: Business, *, value: int = 10_700_000, at: datetime = NOON) -> Order:
    item = Item("090121", value, 1, 250, "ID", "0")
    request = Request("ID", (item,), "IDR", date(2026, 11, 21), mode="home", freight=1_000_000, registrations=frozenset({"id:pkp"}))
    return _order(business, request, market="id", at=at)


def _order(business: Business, request: Request, *, market: str, at: datetime) -> Order:
    cost = landed_cost(request, current_rulebook())
    kept = snapshot(request, cost, dispatch_area=business.area_id or "")
    return Order.objects.create(
        id=new_id(), business_id=business.pk, purchase_business_id=business.pk, market_code=market, currency=request.currency,
        goods=cost.goods, shipping=cost.freight, duty=cost.duty, tax=cost.tax, fees=cost.fees, total=cost.total, service="x", language="id",
        country=request.destination, town="X", buyer_sealed=BUYER, customs=msgspec.to_builtins(kept), placed_at=at, paid_at=at,
        pay_by=at + timedelta(minutes=30),
    )  # fmt: skip


def a_quote(business: Business, request: Request, *, goods: Sequence[ProductFacts] = (), at: datetime = NOON) -> str:
    """What somebody asked for, kept as the checkout keeps it; the code of the refusal, "" when it was priced."""
    keeper = Keeper(share=1.0, a_day=1)
    area = business.area_id or ""
    try:
        if goods:
            raise NotSoldThere(listing="", country=request.destination)
        cost = landed_cost(request, current_rulebook())
        customs = msgspec.msgpack.encode(snapshot(request, cost, dispatch_area=area))
        rows = [keeping.priced(business.pk, "cn", customs)]
    except Refusal as refusal:
        keeper.refused(Parcel(business.pk, "cn", area, current_rulebook().version, request), refusal, goods)
        rows = keeper.taken(at)
    checkout.keep(rows, at=at)
    return rows[0].code


def asked_for_china(business: Business, *, value: int = 18_000, quantity: int = 2, hs: str = "090121", at: datetime = NOON) -> str:
    item = Item(hs, value, quantity, 500, "ID", "0")
    return a_quote(business, Request("CN", (item,), "CNY", date(2026, 11, 21), mode="cbec", freight=2_000), at=at)


def a_proposal(by: UUID, *changes: editing.Edit) -> Proposal:
    made = actions.open_proposal(title="No VAT on CBEC", why="To see", authority="Ministry of Trade", by=by, at=NOON)
    for change in changes:
        made = actions.edit(made.pk, change, by=by, at=NOON)
    return made
