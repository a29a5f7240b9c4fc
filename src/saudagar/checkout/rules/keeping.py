"""What is kept of a quote, so that it can be worked out again under other rules: of those that the rules refused, and of a sample. Pure.

It is the question to the rulebook and its answer. Nothing of it is about a person: no name, no address beyond country and province, no
reference of the buyer; what a buyer imported this year is a number. The same question of one day is one row, however often it was asked.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from uuid import UUID

import msgspec

from saudagar.rulebook.rules import Claim, CustomsSnapshot, Item, ProductFacts, Request
from saudagar.rulebook.rules import refusals as trade
from saudagar.rulebook.rules.counting import Counted
from saudagar.rulebook.rules.snapshot import asked
from saudagar.rulebook.rules.snapshot import request_of as asked_of

NOT_SOLD_THERE = "not_sold_there"
# What the rules refuse. A form that is wrong (a province nobody knows, a weight that is missing) is no question to them.
OF_RULES = frozenset(
    {
        NOT_SOLD_THERE,
        *(
            refusal.code
            for refusal in (
                trade.NoTariffData,
                trade.NoRulesOnDate,
                trade.UnknownMode,
                trade.NotThisWay,
                trade.OverOrderLimit,
                trade.OverYearLimit,
                trade.OverYearGrams,
                trade.OverUses,
            )
        ),
    }
)

Answer = tuple[int, int, int]  # what the buyer pays in all, of it duty, tax and fees, what the seller keeps; minor units


class Parcel(msgspec.Struct, frozen=True):
    """What one seller would send: a question to the rulebook."""

    business_id: UUID
    market: str
    area: str  # it is sent from: "11.04"
    release: str  # of the rules that were asked
    request: Request


class Goods(msgspec.Struct, frozen=True, omit_defaults=True):
    """What decides whether a product may be sold there: `ProductFacts`. papers: kind → last day it is valid."""

    hs: str
    origin: str
    traits: list[str] = []
    papers: dict[str, date | None] = {}
    agreements: list[str] = []


class QuestionLine(msgspec.Struct, frozen=True, array_like=True):
    hs: str
    origin: str
    quantity: int
    value: int
    net_grams: int
    claims: list[Claim] = []
    gross_grams: int = 0


class Question(msgspec.Struct, frozen=True, omit_defaults=True):
    """Kept as MessagePack. Names mean what they mean in `Request`; amounts in minor units of `currency`."""

    release: str
    on: date
    destination: str
    mode: str
    area: str
    currency: str
    lines: list[QuestionLine]
    freight: int = 0
    insurance: int = 0
    dispatch: str = "ID"
    region: str = ""
    rates: dict[str, str] = {}
    registrations: list[str] = []
    prices: str = ""
    terms: str = "DDP"
    buyer_year: int = 0
    buyer_grams: dict[str, int] = {}
    buyer_uses: int = 0
    buyer_used: dict[str, int] = {}
    goods: list[Goods] = []  # of what may not be sold there, else nothing
    answer: Answer | None = None  # None: refused


@dataclass(slots=True)
class Kept:
    """A row of checkout_keptquote. times: how often it was asked since it was written the last time."""

    business_id: UUID
    id: UUID
    day: date
    market: str
    code: str  # of the refusal; "" when it was priced
    country: str
    currency: str
    goods: int
    total: int
    question: bytes
    times: int = 1


_encode = msgspec.msgpack.Encoder().encode
decode = msgspec.msgpack.Decoder(Question).decode
_snapshot = msgspec.msgpack.Decoder(CustomsSnapshot).decode


def refused(parcel: Parcel, code: str, goods: Iterable[ProductFacts] = ()) -> Kept:
    """goods: what may not be sold there, where that is why."""
    question = _question(parcel.request, parcel.release, parcel.area)
    if code == NOT_SOLD_THERE:
        question = msgspec.structs.replace(question, goods=[_goods(facts) for facts in goods])
    return _kept(parcel.business_id, parcel.market, code, question, 0)


def priced(business_id: UUID, market: str, customs: bytes) -> Kept:
    """customs: the snapshot of a quoted order."""
    snapshot = _snapshot(customs)
    levies = snapshot.duty + snapshot.tax + snapshot.fees
    goods = sum(line.value for line in snapshot.lines)
    landed = goods + snapshot.freight + snapshot.insurance + levies
    answer = (landed, levies + snapshot.contained_tax, goods - snapshot.contained_tax)
    question = _question(asked_of(snapshot), snapshot.release, snapshot.dispatch_area)
    return _kept(business_id, market, "", msgspec.structs.replace(question, answer=answer), landed)


def parcel_of(business_id: UUID, market: str, customs: bytes, *, used: Mapping[str, int] | None = None) -> tuple[Parcel, Sequence[Counted]]:
    """The question that a quoted order answered, and what it counts for. used: of each limit, as it was found out later."""
    snapshot = _snapshot(customs)
    request = asked_of(snapshot)
    if used is not None:
        request = msgspec.structs.replace(request, buyer_used={rule: amount for rule, amount in used.items() if amount})
    return Parcel(business_id, market, snapshot.dispatch_area, snapshot.release, request), snapshot.counts


def request_of(question: Question) -> Request:
    items = [
        Item(line.hs, line.value, line.quantity, line.net_grams, line.origin, claims=tuple(line.claims), gross_grams=line.gross_grams)
        for line in question.lines
    ]
    return asked(question, items)


def facts_of(question: Question) -> list[ProductFacts]:
    return [ProductFacts(each.hs, each.origin, frozenset(each.traits), each.papers, frozenset(each.agreements)) for each in question.goods]


def oldest_to_keep(days: Sequence[tuple[date, int]], *, since: date, most: int) -> date:
    """The first day whose rows stay: none before `since`, and of younger days the newest that hold `most` rows in all.

    days: each with its rows, the newest first; that one always stays

    >>> week = [(date(2026, 11, day), 10) for day in (21, 20, 19)]
    >>> [oldest_to_keep(week, since=date(2026, 11, day), most=most).day for day, most in ((1, 30), (1, 29), (21, 30), (1, 0))]
    [19, 20, 21, 21]
    """
    oldest, rows = since, 0
    for place, (_, number) in enumerate(days):
        rows += number
        if place and rows > most:
            return max(oldest, days[place - 1][0])
    return max(oldest, min((day for day, _ in days), default=since))


def _question(request: Request, release: str, area: str) -> Question:
    return Question(
        release=release,
        on=request.on,
        destination=request.destination,
        mode=request.mode,
        area=area,
        currency=request.currency,
        lines=[
            QuestionLine(item.hs, item.origin, item.quantity, item.value, item.net_grams, list(item.claims), item.gross_grams)
            for item in request.items
        ],
        freight=request.freight,
        insurance=request.insurance,
        dispatch=request.dispatch,
        region=request.region,
        rates=dict(request.rates),
        registrations=sorted(request.registrations),
        prices=request.prices,
        terms=request.terms,
        buyer_year=request.buyer_year,
        buyer_grams=dict(request.buyer_grams),
        buyer_uses=request.buyer_uses,
        buyer_used=dict(sorted(request.buyer_used.items())),
    )


def _goods(facts: ProductFacts) -> Goods:
    return Goods(facts.hs, facts.origin, sorted(facts.traits), dict(sorted(facts.papers.items())), sorted(facts.agreements))


def _kept(business_id: UUID, market: str, code: str, question: Question, total: int) -> Kept:
    packed = _encode(question)
    return Kept(
        business_id=business_id,
        id=_id(question.on, f"{market} {code} ".encode() + packed),
        day=question.on,
        market=market,
        code=code,
        country=question.destination,
        currency=question.currency,
        goods=sum(line.value for line in question.lines),
        total=total,
        question=packed,
    )


def _id(day: date, content: bytes) -> UUID:
    """The day and the hash of what was asked: what is asked again has the same. A UUID of version 8, as all our ids."""
    number = day.toordinal() << 96 | int.from_bytes(blake2b(content, digest_size=12).digest())
    return UUID(int=number & ~(0xF << 76 | 3 << 62) | 8 << 76 | 2 << 62)
