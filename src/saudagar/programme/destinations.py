"""Reads: what the rulebook says to one product in every destination, what is missing there, and what a sample parcel costs landed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from uuid import UUID

from django.conf import settings

from saudagar.catalogue import queries as catalogue
from saudagar.catalogue.models import Certificate
from saudagar.catalogue.queries import ProductRow
from saudagar.foundation import money
from saudagar.foundation.ids import Kind, handle
from saudagar.foundation.refusals import Refusal, spoken
from saudagar.markets import queries as markets
from saudagar.markets.actions import law_day
from saudagar.markets.rules import NoRateForMarket
from saudagar.registry.models import Business, Outlet
from saudagar.rulebook.queries import current_rulebook
from saudagar.rulebook.rules import Claim
from saudagar.rulebook.rules.ceilings import Ceiling
from saudagar.rulebook.rules.labels import limit_words
from saudagar.rulebook.rules.landed import Item, LandedCost, Request, landed_cost, resolve
from saudagar.rulebook.rules.model import Destination, Limit, Mode, Paper, Rulebook
from saudagar.rulebook.rules.selling import ALLOWED, ALLOWED_WHEN, NOT_ALLOWED, Missing, ProductFacts, Verdict, asked_of_buyer, may_sell
from saudagar.shipping.rules import rates
from saudagar.shipping.rules.rates import NoLane

HOME, CURRENCY = "ID", "IDR"
STANDING = {ALLOWED: 0, ALLOWED_WHEN: 1, NOT_ALLOWED: 2}


@dataclass(frozen=True, slots=True)
class Sample:
    """The parcel that is priced everywhere: one piece. freight: None asks the rate cards."""

    price: int  # IDR minor units
    net_grams: int
    gross_grams: int
    freight: int | None = None


@dataclass(frozen=True, slots=True)
class PlantLacking:
    """A plant the product names that has not the paper."""

    handle: str
    name: str
    upload: str  # address where the paper is shown for it
    is_sent: bool


@dataclass(frozen=True, slots=True)
class PaperNeeded:
    """A paper that would do, ready to show. plants: of a paper of plants, those the product names; any one of them would do."""

    key: str
    name: str
    given_by: str
    takes: str
    upload: str  # address where it is shown to the officer
    is_sent: bool
    plants: Sequence[PlantLacking] = ()


@dataclass(frozen=True, slots=True)
class Need:
    words: str
    source: str
    papers: Sequence[PaperNeeded]
    expired_on: date | None


@dataclass(frozen=True, slots=True)
class Saving:
    """A proof of origin that would lower what this parcel pays."""

    paper: str
    saves: int  # IDR minor units


@dataclass(frozen=True, slots=True)
class Cost:
    """The sample parcel landed there, IDR minor units. refusal: why it cannot be worked out."""

    goods: int = 0
    freight: int = 0
    duty: int = 0
    tax: int = 0
    fees: int = 0
    total: int = 0
    is_freight_known: bool = True
    savings: Sequence[Saving] = ()
    refusal: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """One way in: cross-border retail, general trade … is_trade: a way for a shop; personal post is none."""

    mode: str
    name: str
    status: str
    reasons: Sequence[str]
    needs: Sequence[Need]
    advice: Sequence[Need]
    cost: Cost
    up_to: Ceiling | None = None  # only parcels up to there
    ceiling: str = ""  # the same in words
    is_trade: bool = True
    limits: Sequence[str] = ()  # what a parcel may not pass
    buyer: Sequence[str] = ()  # what the buyer must give or be told


@dataclass(frozen=True, slots=True)
class Place:
    """One destination. best: the way in that counts for a shop, by which the place is judged; others are also possible."""

    code: str
    name: str
    best: Way
    others: Sequence[Way]
    members: Sequence[Place] = ()  # of a union
    stands_for_all: str = ""  # of a union: the member whose cost and fees are shown

    @property
    def status(self) -> str:
        return self.best.status

    @property
    def possible(self) -> Sequence[Way]:
        return [way for way in self.others if way.status != NOT_ALLOWED]

    @property
    def closed(self) -> Sequence[Way]:
        return [way for way in self.others if way.status == NOT_ALLOWED]


def sample_of(row: ProductRow) -> Sample | None:
    """One piece of the product's first variant; None while it has none."""
    first = next(iter(row.offered), None)
    return Sample(first.price, first.net_grams, first.gross_grams or first.net_grams) if first else None


def places(row: ProductRow, seller: Business, sample: Sample, *, at: datetime, language: str | None) -> list[Place]:
    """Every destination, those that are open first. The product has an HS code."""
    book, on, words = current_rulebook(), law_day(at), spoken(language)
    facts = markets.product_facts(row, seller, on)
    waiting = catalogue.papers_waiting(row)
    origin_area = (
        Outlet.objects.filter(business_id=seller.pk, country=HOME, is_dispatch=True, area__isnull=False)
        .values_list("area_id", flat=True)
        .first()
    )
    known = _exchange({each.currency for each in book.destinations.values()}, at)
    asked = _Asked(
        book,
        facts,
        sample,
        on,
        words,
        waiting,
        seller.pk,
        seller.is_vat_registered,
        row,
        str(origin_area or seller.area_id or ""),
        known,
        frozenset(settings.PLATFORM_REGISTRATIONS),
        catalogue.claims_in_force(seller.pk, row.id, on),
        frozenset(each.proof for each in catalogue.agreements_for(row.hs_code, row.origin, on)),
    )
    found = [_place(asked, destination) for destination in book.destinations.values()]
    for union in book.unions.values():
        members = [each for each in found if each.code in union.members]
        if len(members) > 1:
            members.sort(key=lambda each: (STANDING[each.status], each.name))
            median = _most_common(members)
            together = replace(median, code=union.code, name=union.names[words], members=members, stands_for_all=median.name)
            found = [each for each in found if each.code not in union.members] + [together]
    return sorted(found, key=lambda each: (each.code != HOME, STANDING[each.status], each.name))


@dataclass(frozen=True, slots=True)
class _Asked:
    book: Rulebook
    facts: ProductFacts
    sample: Sample
    on: date
    words: str
    waiting: set[str]
    business_id: UUID
    is_vat_registered: bool
    row: ProductRow
    origin_area: str
    exchange: Mapping[str, str]  # currency → IDR for one of it, as a fraction
    registrations: frozenset[str]  # of the platform abroad
    claims: tuple[Claim, ...]  # what its seller states of its origin
    proofs: frozenset[str]  # papers of agreements that help these goods: stated, not uploaded


def _most_common(members: Sequence[Place]) -> Place:
    """The member that stands for the union: of the standing most members have, with the median landed cost."""
    standings = [each.status for each in members]
    usual = [each for each in members if each.status == max(set(standings), key=standings.count)]
    usual.sort(key=lambda each: each.best.cost.total)
    return usual[len(usual) // 2]


def _place(asked: _Asked, destination: Destination) -> Place:
    modes = [mode for mode in destination.modes if mode.home == (destination.code == HOME)]
    usual = destination.default_mode()
    modes.sort(key=lambda mode: mode.name != usual)
    ways = []
    for mode in modes:
        try:
            said = may_sell(
                asked.book, asked.facts, destination.code, asked.on, mode=mode.name, dispatch=HOME, registrations=asked.registrations
            )
        except Refusal as refusal:
            words = refusal.message(asked.words)
            cost = Cost(refusal=words, code=refusal.code)
            ways.append(Way(mode.name, mode.names[asked.words], NOT_ALLOWED, (words,), (), (), cost, is_trade=mode.trade))
            continue
        ways.append(_way(asked, destination, mode, said))
    best = _that_counts(ways)
    return Place(destination.code, destination.names[asked.words], best, [way for way in ways if way is not best])


def _that_counts(ways: Sequence[Way]) -> Way:
    """The usual way in, which comes first; where it is closed, the way of trade that asks least (fresh fruit into China). Never one that
    is for persons only, however little it asks."""
    if ways[0].status != NOT_ALLOWED:
        return ways[0]
    return min((way for way in ways if way.is_trade), key=lambda way: STANDING[way.status], default=ways[0])


def _way(asked: _Asked, destination: Destination, mode: Mode, said: Verdict) -> Way:
    return Way(
        mode.name,
        mode.names[asked.words],
        said.status,
        [reason.words[asked.words] for reason in said.reasons],
        [_need(asked, each) for each in said.missing],
        [_need(asked, each) for each in said.advice],
        _cost(asked, destination, mode.name),
        said.up_to,
        said.up_to.words[asked.words] if said.up_to else "",
        mode.trade,
        [limit_words(limit, asked.words) for limit in destination.limits if _is_bound(limit, mode, asked)],
        buyer=[each.words[asked.words] for each in asked_of_buyer(asked.book, destination.code, asked.on, mode=mode.name, dispatch=HOME)],
    )


def _is_bound(limit: Limit, mode: Mode, asked: _Asked) -> bool:
    """Whether parcels of these goods may not pass it."""
    is_here = limit.mode in ("", mode.name) and limit.holds(asked.on) and limit.refuses
    return is_here and (not limit.hs or asked.facts.hs.startswith(limit.hs))


def _need(asked: _Asked, missing: Missing) -> Need:
    return Need(missing.words[asked.words], missing.source, [_paper(asked, paper) for paper in missing.papers], missing.expired_on)


def _paper(asked: _Asked, paper: Paper) -> PaperNeeded:
    if paper.key in asked.proofs:
        upload = f"/seller/products/{handle(Kind.PRODUCT, asked.business_id, asked.row.id)}/origin/"
    elif paper.of in ("product", "parcel"):
        product = handle(Kind.PRODUCT, asked.business_id, asked.row.id)
        upload = f"/seller/products/{product}/?paper={paper.key}#papers"
    elif paper.key == "nib":
        upload = "/seller/business/"
    else:
        upload = f"/seller/certificates/?paper={paper.key}"
    words = asked.words
    plants: tuple[PlantLacking, ...] = ()
    if paper.of == "plant" and asked.row.made_in:
        upload = f"/seller/products/{handle(Kind.PRODUCT, asked.business_id, asked.row.id)}/plants/"  # where all are closed
        sent = {each.plant_id for each in asked.row.counted if each.kind == paper.key and each.state == Certificate.State.SUBMITTED}
        plants = tuple(
            PlantLacking(plant.handle, plant.name, f"/seller/plants/{plant.handle}/?paper={paper.key}#papers", plant.id in sent)
            for plant in asked.row.made_in
            if plant.is_active
        )
    is_sent = paper.key in asked.waiting
    return PaperNeeded(paper.key, paper.names[words], paper.given_by[words], paper.takes[words], upload, is_sent, plants)


def _cost(asked: _Asked, destination: Destination, mode: str) -> Cost:
    sample = asked.sample
    freight, is_known = sample.freight, True
    if freight is None:
        freight, is_known = _freight(asked, destination)
    item = Item(
        asked.facts.hs,
        sample.price,
        1,
        sample.net_grams,
        asked.facts.origin,
        claims=asked.claims,
        gross_grams=max(sample.gross_grams, sample.net_grams),
    )
    registrations = (
        asked.registrations | frozenset(asked.facts.papers) | (frozenset({"id:pkp"}) if asked.is_vat_registered else frozenset())
    )
    question = Request(
        destination=destination.code,
        items=(item,),
        currency=CURRENCY,
        on=asked.on,
        mode=mode,
        dispatch=HOME,
        freight=freight,
        registrations=registrations,
        rates=_rates(asked.exchange, destination.currency),
        region=next(iter(destination.regions), ""),  # where tax depends on the province: the first the rulebook names
    )
    try:
        cost = landed_cost(question, asked.book)
    except Refusal as refusal:
        return Cost(refusal=refusal.message(asked.words), code=refusal.code)
    return Cost(
        cost.goods,
        cost.freight,
        cost.duty,
        cost.tax,
        cost.fees,
        cost.total,
        is_known,
        _savings(asked, destination, question, cost),
    )


def _savings(asked: _Asked, destination: Destination, question: Request, cost: LandedCost) -> list[Saving]:
    """Proofs of origin the seller does not show yet, and what this parcel would save with each; the best first."""
    found = {}
    for row in resolve(asked.book, destination.code, asked.facts.hs, asked.facts.origin, asked.on).preferences:
        if not row.proof or row.proof in question.registrations or row.proof in found:
            continue
        try:
            with_it = landed_cost(_with_proof(question, row.proof), asked.book)
        except Refusal:
            continue
        if with_it.total < cost.total:
            paper = asked.book.papers.get(row.proof)
            found[row.proof] = Saving(paper.names[asked.words] if paper else row.proof, cost.total - with_it.total)
    return sorted(found.values(), key=lambda saving: -saving.saves)


def _with_proof(question: Request, proof: str) -> Request:
    facts = {name: getattr(question, name) for name in question.__struct_fields__}
    return Request(**{**facts, "registrations": question.registrations | {proof}})


def _freight(asked: _Asked, destination: Destination) -> tuple[int, bool]:
    """The cheapest lane of the rate cards in force; 0 and False where no card leads there."""
    sizes = next((variant.size_mm for variant in asked.row.offered), (0, 0, 0))
    try:
        found = rates.options(
            rates.card_on(asked.on),
            origin_area=asked.origin_area,
            destination_country=destination.code,
            destination_region=asked.origin_area if destination.code == HOME else "",
            gross_grams=max(asked.sample.gross_grams, 1),
            length_mm=sizes[0],
            width_mm=sizes[1],
            height_mm=sizes[2],
        )
    except NoLane:
        return 0, False
    return found[0].price_minor, True


def _exchange(currencies: set[str], at: datetime) -> dict[str, str]:
    """What one unit of each currency costs in rupiah, where a rate is known."""
    known = {CURRENCY: "1"}
    for currency in sorted(currencies | {"USD", "EUR"}):
        try:
            per_home = markets.rate_in_force(currency, at).per_home
        except NoRateForMarket:
            continue
        # per_home counts minor units for minor units.
        units = per_home * 10 ** money.decimals(CURRENCY) / 10 ** money.decimals(currency)
        known[currency] = str(1 / units)
    return known


def _rates(exchange: Mapping[str, str], customs: str) -> dict[str, str]:
    """Every known currency in the customs currency; empty where its own rate is not known."""
    if customs not in exchange:
        return {}
    return {currency: str(Fraction(rupiah) / Fraction(exchange[customs])) for currency, rupiah in exchange.items()}
