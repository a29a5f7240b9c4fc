"""What a basket costs, all of it: goods, shipping, duty, tax. Pure; the slow part of buying, done before the rush.

Rows come from `sql/quote_lines.sql`; the promise goes into the token, the explanation to the buyer.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from itertools import groupby
from types import MappingProxyType
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from saudagar.campaigns.rules import NoSuchCampaign
from saudagar.catalogue.rules.origin import claimed_there, claims_of
from saudagar.checkout.rules.keeping import Parcel
from saudagar.checkout.rules.quotes import LIFETIME_SECONDS, MOST_LINES, MOST_PIECES, MOST_TOTAL, Quote, QuotedLine, QuotedOrder
from saudagar.checkout.rules.refusals import (
    CampaignOver,
    NotInCampaign,
    NotServed,
    OverBuyerLimit,
    QuotesNotYet,
    TermsNotOffered,
    UnknownListing,
)
from saudagar.foundation.faults import fault
from saudagar.foundation.ids import Kind, handle
from saudagar.foundation.refusals import Invalid, Refusal, spoken
from saudagar.rulebook import rules as trade
from saudagar.rulebook.rules import LandedCost, Rulebook
from saudagar.rulebook.rules.agreements import agreements_with
from saudagar.rulebook.rules.counting import Counted, Held, Used, counts, used_by_limit
from saudagar.rulebook.rules.currencies import rates_for
from saudagar.rulebook.rules.identities import KINDS as IDENTITIES
from saudagar.rulebook.rules.levies import levies
from saudagar.rulebook.rules.model import Destination as Place
from saudagar.rulebook.rules.model import Requirement
from saudagar.rulebook.rules.piloting import Trial, law_for
from saudagar.rulebook.rules.resolving import place
from saudagar.shipping import rules as lanes
from saudagar.shipping.rules import Card, Option
from saudagar.stock.rules import OutOfStock

HOME_CURRENCY = "IDR"
TOO_DEAR = {
    "id": "harganya lebih dari yang boleh untuk satu pembelian",
    "en": "this is more than one purchase may cost",
    "zh-hans": "金额超过单次购买的上限",
}
NOTHING_USED: Used = MappingProxyType({})
SELLS_WITH_PPN = frozenset({"id:pkp"})

# Goods leave from Indonesia. Stock in a bonded warehouse abroad comes with the lane that serves it.
DISPATCH = "ID"

LAW_DAY = ZoneInfo("Asia/Jakarta")  # the day whose law applies is the day where the seller is
QUARTER_SECONDS = 15 * 60


@lru_cache(maxsize=256)
def _day_at(quarter: int) -> date:
    return datetime.fromtimestamp(quarter * QUARTER_SECONDS, LAW_DAY).date()


def law_day(at: datetime) -> date:
    """The day of the law at a moment. Every quarter of an hour lies within one day of any time zone.

    >>> [law_day(datetime.fromisoformat(f"2026-11-10T{hour}Z")).day for hour in ("16:59:59", "17:00:00")]
    [10, 11]
    """
    return _day_at(int(at.timestamp() // QUARTER_SECONDS))


WORDS: Mapping[str, Mapping[str, str]] = {
    "goods": {"id": "Harga barang", "en": "Goods", "zh-hans": "商品"},
    "discount": {"id": "Potongan harga", "en": "Discount", "zh-hans": "优惠"},
    "shipping": {"id": "Ongkos kirim", "en": "Shipping", "zh-hans": "运费"},
}


class Destination(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a parcel shall go, as far as the price depends on it."""

    country: Annotated[str, msgspec.Meta(max_length=80)]
    region: Annotated[str, msgspec.Meta(max_length=80)] = ""
    postal_code: Annotated[str, msgspec.Meta(max_length=12)] = ""


class Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of a basket: a listing by its handle, and how many."""

    listing: str
    quantity: int


class Basket(msgspec.Struct, frozen=True):
    """What a buyer asks to have priced. Shipping: "" takes the cheapest. Campaign: the code of one that has not begun yet. Terms: DAP
    leaves what the border collects to be paid at the door."""

    market: str
    destination: Destination
    lines: tuple[tuple[UUID, UUID, int], ...]  # business, listing, pieces: each listing once
    shipping: str = ""
    buyer_reference: str = ""
    language: str = "id"
    campaign: str = ""
    terms: str = "DDP"


class CampaignHours(msgspec.Struct, frozen=True):
    """When a campaign of a market runs, and from when on quotes ahead of it can be had."""

    code: str
    quotes_from: datetime
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class MarketFacts:
    code: str
    countries: Sequence[str]
    currency: str
    methods: Sequence[str]
    services: Sequence[str]  # shipping services allowed; empty: all that go there
    mode: str  # how goods enter, in the rulebook's words: "home", "cbec"
    pay_minutes: int
    rate: Fraction | None  # market currency for one unit of home currency; None at home
    rate_id: str
    campaigns: Sequence[CampaignHours] = ()
    home_rates: Mapping[str, Fraction] = field(default_factory=dict)  # home currency for one unit of another; of markets of many countries
    registrations: frozenset[str] = frozenset()  # of the platform: "eu:ioss", "sg:ovr"
    terms: Sequence[str] = ("DDP",)  # offered: DDP, DAP


class Offer(msgspec.Struct, frozen=True):
    """What a listing costs in a campaign, from a pool of its own. Price in minor units; most_per_buyer 0: no limit."""

    campaign_id: UUID
    code: str
    price: int
    most_per_buyer: int
    pool_id: UUID
    available: int
    area: str


class ListingRow(msgspec.Struct, frozen=True):
    """One listing with everything a price depends on. Grams and millimetres of one piece; price in minor units."""

    business_id: UUID
    listing_id: UUID
    price: int
    variant_id: UUID
    sku: str
    title: str
    hs: str
    origin: str
    net_grams: int
    gross_grams: int
    length_mm: int
    width_mm: int
    height_mm: int
    business_name: str
    is_vat_registered: bool
    pool_id: UUID | None
    available: int
    area: str
    flash_point: int | None = None  # °C, as the seller stated it
    battery: str = ""
    origin_stated: str | None = None  # what its seller states under trade agreements, as catalogue.rules.origin.claims_of reads it
    offer: Offer | None = None


class Asked(msgspec.Struct, frozen=True):
    """So many pieces of a listing, and from where at which price they will come: from a campaign where there is an offer."""

    row: ListingRow
    quantity: int
    unit_price: int
    pool_id: UUID
    area: str
    offer: Offer | None = None

    @property
    def total(self) -> int:
        return self.unit_price * self.quantity

    @property
    def gross_grams(self) -> int:
        """Of all pieces as they are sent: what the parcel weighs is the sum of its lines, so a carton is in them already. 0: not known.

        A catalogue may say that a piece weighs less as sent than without packing; what the goods weigh is the least it can be.
        """
        return max(self.row.gross_grams, self.row.net_grams) * self.quantity if self.row.gross_grams else 0


class Part(msgspec.Struct, frozen=True):
    """One row of the explanation. Contained tax is already in the prices and not added."""

    kind: str
    label: str
    amount: int
    rule: str
    source: str
    is_contained: bool = False
    is_at_door: bool = False  # not in the total


class PricedOrder(msgspec.Struct, frozen=True):
    """One seller's part, for people to read; the promise itself is `quoted`."""

    quoted: QuotedOrder
    business_name: str
    parts: tuple[Part, ...]
    chosen: Option
    options: tuple[Option, ...]
    asked: tuple[Asked, ...]  # for each line of `quoted`, in its order
    at_border: int = 0  # what the border collects: with the order under DDP, at the door under DAP
    proofs: tuple[trade.Proven, ...] = ()  # agreements whose rate is paid on the seller's word; line: of `quoted`


class Priced(msgspec.Struct, frozen=True):
    quote: Quote
    orders: tuple[PricedOrder, ...]
    asks: tuple[Requirement, ...]  # what the law wants the buyer to give (of "buyer") or to know (of "notice")
    terms: str = "DDP"
    offered: tuple[str, ...] = ("DDP",)  # terms of the market

    @property
    def due_at_door(self) -> int:
        return sum(order.quoted.due_at_door for order in self.orders)

    @property
    def at_border(self) -> int:
        """What the terms decide about: paid with the order, or at the door."""
        return sum(order.at_border for order in self.orders)

    @property
    def notices(self) -> tuple[Mapping[str, str], ...]:
        """What the buyer must be told, in three languages."""
        return tuple(ask.words for ask in self.asks if ask.of == "notice")


def basket_lines(wanted: Sequence[tuple[UUID, UUID, int]]) -> tuple[tuple[UUID, UUID, int], ...]:
    """Lines with each listing once, in the order given. Raises Invalid."""
    # By whole numbers: a UUID hashes itself in Python.
    merged: dict[tuple[int, int], tuple[UUID, UUID, int]] = {}
    for business_id, listing_id, quantity in wanted:
        if not 0 < quantity <= MOST_PIECES:
            raise _pieces_wrong(wanted)
        key = business_id.int, listing_id.int
        before = merged.get(key)
        merged[key] = business_id, listing_id, quantity + (before[2] if before else 0)
    if not 0 < len(merged) <= MOST_LINES:
        raise fault("many", ("lines",), MOST_LINES) if merged else fault("few", ("lines",), 1)
    return tuple(merged.values())


def _pieces_wrong(wanted: Sequence[tuple[UUID, UUID, int]]) -> Refusal:
    """Of the first line that asks for no pieces, or for too many."""
    place, quantity = next((n, quantity) for n, (_, _, quantity) in enumerate(wanted) if not 0 < quantity <= MOST_PIECES)
    path = ("lines", str(place), "quantity")
    return fault("least", path, 1) if quantity < 1 else fault("most", path, MOST_PIECES)


def check_served(basket: Basket, market: MarketFacts) -> None:
    """Raises NotServed, TermsNotOffered."""
    if basket.destination.country not in market.countries:
        raise NotServed("destination", market=market.code, country=basket.destination.country)
    if basket.terms not in market.terms:
        raise TermsNotOffered("terms", terms=basket.terms, offered=", ".join(market.terms))


def early_start(basket: Basket, market: MarketFacts, at: datetime) -> datetime | None:
    """The start of the campaign a basket is priced ahead of; None when none was named, or the one named runs already.

    Raises NoSuchCampaign, QuotesNotYet, CampaignOver.
    """
    if not basket.campaign:
        return None
    hours = next((each for each in market.campaigns if each.code == basket.campaign), None)
    if hours is None:
        raise NoSuchCampaign("campaign", campaign=basket.campaign)
    if at >= hours.ends_at:
        raise CampaignOver("campaign", campaign=hours.code, ended_at=hours.ends_at.isoformat())
    if at >= hours.starts_at:
        return None
    if at < hours.quotes_from:
        raise QuotesNotYet("campaign", campaign=hours.code, quotes_from=hours.quotes_from.isoformat())
    return hours.starts_at


def priced(
    basket: Basket,
    market: MarketFacts,
    rows: Sequence[ListingRow | None],
    *,
    quote_id: UUID,
    rulebook: Rulebook,
    trials: Sequence[Trial] = (),
    cards: Sequence[Card],
    used: Used = NOTHING_USED,
    at: datetime,
    not_before: datetime | None = None,
    refused: Callable[[Parcel, Refusal], None] | None = None,
) -> Priced:
    """The promise and its explanation. Raises NotServed, UnknownListing, OutOfStock, OverBuyerLimit, NotInCampaign, and what
    shipping and rulebook refuse.

    rows        for each line of the basket what it depends on, None where it is not for sale
    trials      rules that are law for a cohort: each order is priced under those that hold for it
    used        what this buyer used so far of the limits that count across orders (`tallies`)
    not_before  from when on the quote can be placed (`early_start`): its law, its rate cards and its campaigns are those of then
    refused     hears what the rulebook refuses, and why, before that is raised
    """
    holds_from = not_before or at
    check_served(basket, market)
    country = basket.destination.country
    place(rulebook, country)
    asked = []
    for (business_id, listing_id, quantity), row in zip(basket.lines, rows, strict=True):
        if row is None:
            raise UnknownListing("lines", listing=handle(Kind.LISTING, business_id, listing_id))
        asked.append(_asked(row, quantity))
    if not_before is not None and not any(ask.offer for ask in asked):
        raise NotInCampaign("campaign", campaign=basket.campaign)
    # One order per seller, lowest business first: the first one is the home of the purchase.
    asked.sort(key=_seller)
    day = law_day(holds_from)
    orders: list[PricedOrder] = []
    so_far = dict(used)
    held: dict[tuple[str, str, str], Held] = {}  # by tally, window and rule
    laws: dict[str, Rulebook] = {}
    for _, group in groupby(asked, key=_seller):
        ours = list(group)
        law = law_for(rulebook, trials, market=market.code, area=ours[0].area, at=holds_from) if trials else rulebook
        laws[law.version] = law
        order, counted, kept_to = _order(basket, market, ours, rulebook=law, cards=cards, used=so_far, day=day, refused=refused)
        orders.append(order)
        for each in kept_to:
            key = each.tally, each.window, each.rule
            before = so_far.get(each.key(day), 0) - used.get(each.key(day), 0)  # by the sellers before
            if before or key in held:
                # A basket under two laws keeps to the stricter.
                most = min(each.most, held[key].most) if key in held else each.most
                each = msgspec.structs.replace(each, amount=before + each.amount, most=most)
            held[key] = each
        for adds in counted:
            so_far[adds.key(day)] = so_far.get(adds.key(day), 0) + adds.amount
    total = sum(order.quoted.total for order in orders)
    if total > MOST_TOTAL:
        raise Invalid("lines", reason=TOO_DEAR)
    asks = {
        ask.id: ask for law in laws.values() for ask in trade.asked_of_buyer(law, country, day, mode=market.mode, dispatch=DISPATCH)
    }.values()
    quote = Quote(
        id=quote_id,
        market=market.code,
        currency=market.currency,
        total=total,
        language=spoken(basket.language),
        country=country,
        region=basket.destination.region,
        postal_code=basket.destination.postal_code,
        methods=tuple(market.methods),
        pay_minutes=market.pay_minutes,
        expires_at=holds_from + timedelta(seconds=LIFETIME_SECONDS),
        not_before=not_before,
        identity=trade.identity_asked(asks),
        mode=trade.mode_of(rulebook, country, market.mode, DISPATCH).name if held else "",
        held=tuple(held.values()),
        buyer_reference=basket.buyer_reference,
        orders=tuple(order.quoted for order in orders),
    )
    return Priced(quote, tuple(orders), tuple(asks), basket.terms, tuple(market.terms))


def _order(
    basket: Basket,
    market: MarketFacts,
    asked: Sequence[Asked],
    *,
    rulebook: Rulebook,
    cards: Sequence[Card],
    used: Used,
    day: date,
    refused: Callable[[Parcel, Refusal], None] | None,
) -> tuple[PricedOrder, Sequence[Counted], Sequence[Held]]:
    """One seller's order, what it counts for, and the limits per buyer it keeps."""
    first, area = asked[0].row, asked[0].area
    box = lanes.boxed(
        lanes.Piece(ask.quantity, ask.row.gross_grams, ask.row.length_mm, ask.row.width_mm, ask.row.height_mm) for ask in asked
    )
    options = lanes.options(
        cards,
        origin_area=area,
        destination_country=basket.destination.country,
        destination_region=basket.destination.region,
        destination_postal_code=basket.destination.postal_code,
        gross_grams=box.gross_grams,
        length_mm=box.length_mm,
        width_mm=box.width_mm,
        height_mm=box.height_mm,
        lanes=market.services or None,
        currency=market.currency,
        rate=market.rate or 1,
        hazards=_hazards(asked) if basket.destination.country != DISPATCH else (),
    )
    chosen = lanes.chosen(options, basket.shipping)
    there = rulebook.destinations[basket.destination.country]
    limits = trade.counted_limits(rulebook, basket.destination.country, day, mode=market.mode, dispatch=DISPATCH)
    request = trade.Request(
        destination=basket.destination.country,
        items=tuple(
            trade.Item(
                ask.row.hs,
                ask.total,
                ask.quantity,
                ask.row.net_grams * ask.quantity,
                ask.row.origin,
                str(place),
                _claims(ask.row, rulebook, basket.destination.country, day) if ask.row.origin_stated else (),
                ask.gross_grams,
            )
            for place, ask in enumerate(asked)
        ),
        currency=market.currency,
        on=day,
        mode=market.mode,
        dispatch=DISPATCH,
        freight=chosen.price_minor,
        registrations=market.registrations | SELLS_WITH_PPN if first.is_vat_registered else market.registrations,
        buyer_used=used_by_limit(limits, used, day) if limits else {},
        rates=rates_for(there, market.currency, market.home_rates),
        region=basket.destination.region if there.regions else "",
        terms=basket.terms,
    )
    try:
        cost = trade.landed_cost(request, rulebook)
    except Refusal as refusal:
        if refused is not None:
            refused(Parcel(first.business_id, market.code, area, rulebook.version, request), refusal)
        raise
    counted, held = counts(limits, request, there, cost) if limits else ((), ())
    kept = trade.snapshot(
        request,
        cost,
        descriptions={str(place): ask.row.title for place, ask in enumerate(asked)},
        dispatch_area=area,
        exchange_rate_id=market.rate_id,
        counts=counted,
    )
    duty, tax, fees = cost.with_order
    quoted = QuotedOrder(
        business_id=first.business_id,
        lines=tuple(_line(ask) for ask in asked),
        goods=cost.goods,
        discount=0,
        shipping=cost.freight,
        duty=duty,
        tax=tax,
        fees=fees,
        total=cost.due_at_checkout,
        service=chosen.service,
        customs=msgspec.msgpack.encode(kept),
        due_at_door=cost.due_at_door,
    )
    parts = _explained(cost, there, basket.language)
    order = PricedOrder(quoted, first.business_name, parts, chosen, tuple(options), tuple(asked), sum(cost.border), cost.proofs)
    return order, counted, held


def _hazards(asked: Sequence[Asked]) -> list[lanes.Hazard]:
    """What is dangerous in the basket, or may be: then a service that bars it is not offered."""
    found = (lanes.hazard_of(ask.row.hs, lanes.Said(ask.row.flash_point, battery=ask.row.battery)) for ask in asked)
    return [hazard for hazard in found if hazard is not None]


def _claims(row: ListingRow, rulebook: Rulebook, country: str, day: date) -> tuple[trade.Claim, ...]:
    """What the seller states of the origin of these goods, as far as it means anything there."""
    known = agreements_with(rulebook, country)
    return claimed_there(claims_of(row.origin_stated or "[]", day), known) if known else ()


def _seller(ask: Asked) -> int:
    return ask.row.business_id.int


def _asked(row: ListingRow, quantity: int) -> Asked:
    """Where the pieces come from, and for how much. Raises OutOfStock and OverBuyerLimit.

    A campaign that has too few left steps aside, and ordinary shopping goes on; so does one that is dearer than the ordinary price.
    """
    offer = row.offer
    is_ordinary = row.pool_id is not None and row.available >= quantity
    if offer is not None and offer.available >= quantity and not (is_ordinary and row.price < offer.price):
        if 0 < offer.most_per_buyer < quantity:
            listing = handle(Kind.LISTING, row.business_id, row.listing_id)
            raise OverBuyerLimit("lines", listing=listing, sku=row.sku, limit=offer.most_per_buyer)
        return Asked(row, quantity, offer.price, offer.pool_id, offer.area, offer)
    if row.pool_id is None or row.available < quantity:
        raise OutOfStock(
            "lines",
            listing=handle(Kind.LISTING, row.business_id, row.listing_id),
            sku=row.sku,
            left=max(row.available, offer.available if offer else 0),
        )
    return Asked(row, quantity, row.price, row.pool_id, row.area)


def _line(ask: Asked) -> QuotedLine:
    row, offer = ask.row, ask.offer
    return QuotedLine(
        row.listing_id,
        row.variant_id,
        ask.pool_id,
        row.sku,
        row.title,
        ask.quantity,
        ask.unit_price,
        ask.total,
        offer.campaign_id if offer else None,
        offer.most_per_buyer if offer else 0,
    )


def _explained(cost: LandedCost, there: Place, language: str) -> tuple[Part, ...]:
    """The parts in plain words: goods, shipping, then each tax once, however many lines it was worked out for."""
    spoken_language = spoken(language)
    parts = [
        Part("goods", WORDS["goods"][spoken_language], cost.goods, "", ""),
        Part("shipping", WORDS["shipping"][spoken_language], cost.freight, "", ""),
    ]
    parts += [
        Part(each.kind, each.label, each.amount, each.rule, each.source, each.is_contained, each.is_at_door)
        for each in levies(cost, there, spoken_language)
    ]
    return tuple(parts)


def counts_under(basket: Basket, market: MarketFacts, rulebook: Rulebook, trials: Sequence[Trial], day: date) -> tuple[str, str] | None:
    """The way in under which this buyer's other orders count, and the kind of identity number the buyer is known by there ("": by
    telephone). None where nothing is counted, which is nearly everywhere, and where the basket does not name its buyer."""
    country = basket.destination.country
    if not basket.buyer_reference or country not in rulebook.destinations:
        return None
    laws = (rulebook, *(trial.rulebook for trial in trials))
    if not any(trade.counted_limits(law, country, day, mode=market.mode, dispatch=DISPATCH) for law in laws):
        return None
    asks = trade.asked_of_buyer(rulebook, country, day, mode=market.mode, dispatch=DISPATCH)
    return trade.mode_of(rulebook, country, market.mode, DISPATCH).name, trade.identity_asked(asks)


def answer(priced: Priced, token: str) -> dict[str, Any]:
    """What POST /api/v1/quotes answers."""
    language = priced.quote.language
    asks = [_ask_answer(ask, language) for ask in priced.asks]
    early = {} if priced.quote.not_before is None else {"not_before": priced.quote.not_before.isoformat()}
    return {
        "quote": token,
        **early,
        "expires_at": priced.quote.expires_at.isoformat(),
        "currency": priced.quote.currency,
        "total": priced.quote.total,
        "terms": priced.terms,
        "due_at_door": priced.due_at_door,
        "identity": priced.quote.identity,
        "orders": [{**_order_answer(order, language), "requirements": asks} for order in priced.orders],
    }


def _ask_answer(ask: Requirement, language: str) -> dict[str, Any]:
    said = {"rule": ask.id, "of": ask.of, "text": ask.words[language], "source": ask.source}
    if ask.identity:
        kind = IDENTITIES[ask.identity]
        said |= {"identity": ask.identity, "name": kind.names[language], "help": kind.help[language]}
    return said


def _proof_answer(proof: trade.Proven) -> dict[str, Any]:
    """by: declaration (on the invoice) or paper (the certificate comes with the parcel)."""
    return {"line": proof.line, "agreement": proof.agreement, "paper": proof.proof, "by": proof.by, "rule": proof.rule}


def _order_answer(order: PricedOrder, language: str) -> dict[str, Any]:
    quoted = order.quoted
    return {
        "business": {"handle": handle(Kind.BUSINESS, quoted.business_id), "name": order.business_name},
        "lines": [
            {
                "listing": handle(Kind.LISTING, quoted.business_id, line.listing_id),
                "sku": line.sku,
                "title": line.title,
                "quantity": line.quantity,
                "unit_price": line.unit_price,
                "total": line.total,
                **({"campaign": ask.offer.code, "ordinary_price": ask.row.price} if ask.offer else {}),
            }
            for line, ask in zip(quoted.lines, order.asked, strict=True)
        ],
        "goods": quoted.goods,
        "discount": quoted.discount,
        "shipping": quoted.shipping,
        "duty": quoted.duty,
        "tax": quoted.tax,
        "fees": quoted.fees,
        "total": quoted.total,
        "due_at_door": quoted.due_at_door,
        **({"origin_proofs": [_proof_answer(proof) for proof in order.proofs]} if order.proofs else {}),
        "breakdown": [
            {
                "label": part.label,
                "amount": part.amount,
                "rule": part.rule,
                "source": part.source,
                "contained": part.is_contained,
                "at_door": part.is_at_door,
            }
            for part in order.parts
        ],
        "shipping_options": [
            {
                "code": option.code,
                "service": option.service,
                "name": option.names[language],
                "price": option.price_minor,
                "days": [option.days_min, option.days_max],
                "chosen": option.service == order.chosen.service,
            }
            for option in order.options
        ],
    }
