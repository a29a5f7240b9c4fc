"""May it be sold, and where: for anybody by HS code, for a seller by product."""

import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import get_language
from ninja import Field, Query, Router, Schema

from saudagar.catalogue import queries as catalogue
from saudagar.catalogue.rules.product import UnknownProduct
from saudagar.foundation.asking import Asked, Day
from saudagar.foundation.clock import now
from saudagar.foundation.ids import Kind, parse_handle
from saudagar.foundation.refusals import spoken
from saudagar.programme import destinations
from saudagar.programme.destinations import Place, Way
from saudagar.programme.rules.refusals import ProductHasNoHsCode
from saudagar.registry import queries as registry
from saudagar.rulebook.api import AskedOut, of_buyer
from saudagar.rulebook.queries import check_hs_codes, current_rulebook
from saudagar.rulebook.rules.ceilings import Ceiling
from saudagar.rulebook.rules.knowing import caution_beyond, check_papers, check_registrations, check_traits
from saudagar.rulebook.rules.selling import Missing, ProductFacts, may_sell

router = Router(tags=["may it be sold"])

Country = Annotated[str, Field(pattern="^[A-Z]{2}$")]
Word = Annotated[str, Field(max_length=40)]


class PaperOut(Schema):
    key: str
    name: str
    given_by: str
    takes: str


class MissingOut(Schema):
    rule: str
    words: str
    any_of: list[PaperOut] = Field(description="any one of these papers would do")
    blocks: bool
    source: str
    certainty: str
    expired_on: datetime.date | None


class ReasonOut(Schema):
    rule: str
    words: str
    source: str
    certainty: str


class UpToOut(Schema):
    """Dearer parcels are refused `no_tariff_data`: a rate that they need is not known yet."""

    rule: str
    amount: int = Field(description="minor units of `currency`")
    currency: str
    below: bool = Field(description="below the amount; false: at it, too")
    per: str = Field(description="order | line | unit: of what the amount is")
    value_basis: list[str] = Field(description="what counts: goods, freight, insurance")
    uses: int | None = Field(description="it ends with so many parcels of one buyer")
    words: str
    source: str
    certainty: str


class MaySellIn(Asked):
    hs: str = Field(max_length=16, examples=["090121"])
    origin: Country = "ID"
    traits: list[Word] = Field([], max_length=30, examples=[["fresh"]])
    papers: list[Word] | dict[Word, Day | None] = Field(
        [], description="kinds of papers in hand, or kind → last day it is valid (null: no end)", examples=[{"halal": "2028-01-31"}]
    )
    destination: Country
    mode: str = Field("", max_length=20, description="cbec, general, home …; the destination's usual one when left out")
    date: Day | None = Field(None, description="the day whose law applies; today when left out")
    registrations: list[Word] = Field(
        [], max_length=50, description="of platform and seller for tax abroad: they decide the scheme", examples=[["eu:ioss"]]
    )


class MaySellOut(Schema):
    status: str = Field(description="allowed | allowed_when | not_allowed")
    destination: str
    mode: str
    date: datetime.date
    release: str
    missing: list[MissingOut]
    advice: list[MissingOut]
    reasons: list[ReasonOut]
    up_to: UpToOut | None = Field(description="only parcels up to there; null: no such ceiling")
    buyer: list[AskedOut] = Field(description="what the buyer must give with an order or be told, whatever the goods")
    cautions: list[str] = Field(description="what asks for a look: a day beyond the rules")


@router.post("/may-sell", response=MaySellOut, summary="May these goods be sold there that day, and what is missing")
def may_it_be_sold(request: HttpRequest, asked: MaySellIn) -> dict[str, Any]:
    """The rulebook's answer, with the exact papers that are missing, who gives them and how long that takes. 422 `unknown_destination`,
    `bad_hs_code`, `unknown_mode`, `unknown_paper_key`, `unknown_trait`."""
    language, today, rulebook = spoken(get_language()), now().date(), current_rulebook()
    check_traits(rulebook, asked.traits)
    check_papers(rulebook, asked.papers)
    papers = dict(asked.papers) if isinstance(asked.papers, dict) else dict.fromkeys(asked.papers)
    facts = ProductFacts(asked.hs.replace(".", "").replace(" ", ""), asked.origin, frozenset(asked.traits), papers)
    check_hs_codes([facts.hs])
    check_registrations(rulebook, asked.registrations)
    said = may_sell(
        rulebook,
        facts,
        asked.destination,
        asked.date or today,
        mode=asked.mode,
        dispatch=asked.origin,
        registrations=frozenset(asked.registrations),
    )
    beyond = caution_beyond(rulebook, said.on, today=today)
    return {
        "status": said.status,
        "destination": said.destination,
        "mode": said.mode,
        "date": said.on,
        "release": said.release,
        "missing": [_missing(each, language) for each in said.missing],
        "advice": [_missing(each, language) for each in said.advice],
        "reasons": [
            {"rule": each.rule, "words": each.words[language], "source": each.source, "certainty": each.certainty} for each in said.reasons
        ],
        "up_to": _up_to(said.up_to, language) if said.up_to else None,
        "buyer": of_buyer(rulebook, said.destination, said.on, mode=said.mode, dispatch=asked.origin, language=language),
        "cautions": [beyond[language]] if beyond else [],
    }


def _up_to(ceiling: Ceiling, language: str) -> dict[str, Any]:
    return {
        **{name: getattr(ceiling, name) for name in ("rule", "amount", "currency", "per", "uses", "source", "certainty")},
        "below": ceiling.is_exclusive,
        "value_basis": sorted(ceiling.value_basis),
        "words": ceiling.words[language],
    }


def _missing(missing: Missing, language: str) -> dict[str, Any]:
    return {
        "rule": missing.rule,
        "words": missing.words[language],
        "any_of": [
            {"key": paper.key, "name": paper.names[language], "given_by": paper.given_by[language], "takes": paper.takes[language]}
            for paper in missing.papers
        ],
        "blocks": missing.blocks,
        "source": missing.source,
        "certainty": missing.certainty,
        "expired_on": missing.expired_on,
    }


@router.get("/products/{handle_text}/markets", summary="Where one's own product may be sold, and what a sample parcel costs there")
def markets(
    request: HttpRequest,
    handle_text: str,
    freight: Annotated[int | None, Query(ge=0, le=10**12, description="IDR minor units; the rate cards' cheapest when left out")] = None,
    gross_grams: Annotated[int | None, Query(ge=1, le=70_000, description="of one piece as sent")] = None,
) -> dict[str, Any]:
    """For those who act for the business, signed in; to everybody else the product does not exist. 404 `unknown_product`,
    409 `product_has_no_hs_code`. Amounts are rupiah in minor units. The European Union is one place with its members inside."""
    business_id, product_id = parse_handle(handle_text, Kind.PRODUCT)
    seller = registry.business(business_id)
    user: Any = request.user
    if seller is None or not user.is_authenticated or registry.membership(business_id, user.pk) is None:
        raise UnknownProduct()
    row = catalogue.product(business_id, product_id, get_language())
    usual = destinations.sample_of(row)
    if not row.hs_code or usual is None:
        raise ProductHasNoHsCode()
    grams = gross_grams or usual.gross_grams
    sample = destinations.Sample(usual.price, min(usual.net_grams, grams) or grams, grams, freight)
    found = destinations.places(row, seller, sample, at=now(), language=get_language())
    return {
        "product": row.handle,
        "hs": row.hs_code,
        "made_in": [{"plant": each.handle, "name": each.name, "kind": each.kind, "active": each.is_active} for each in row.made_in],
        "currency": destinations.CURRENCY,
        "sample": {"price": sample.price, "net_grams": sample.net_grams, "gross_grams": sample.gross_grams},
        "places": [_place(each) for each in found],
    }


def _place(place: Place) -> dict[str, Any]:
    data: dict[str, Any] = {
        "destination": place.code,
        "name": place.name,
        "status": place.status,
        "ways": [_way(way) for way in (place.best, *place.others)],  # the first is the one the place is judged by
    }
    if place.members:
        data["members"] = [_place(each) for each in place.members]
    return data


def _way(way: Way) -> dict[str, Any]:
    cost = way.cost
    landed: dict[str, Any] = (
        {"error": {"code": cost.code, "message": cost.refusal}}
        if cost.refusal
        else {
            **{name: getattr(cost, name) for name in ("goods", "freight", "duty", "tax", "fees", "total")},
            "freight_known": cost.is_freight_known,
            "savings": [{"paper": saving.paper, "saves": saving.saves} for saving in cost.savings],
        }
    )
    return {
        "mode": way.mode,
        "name": way.name,
        "status": way.status,
        "trade": way.is_trade,
        "limits": list(way.limits),
        "up_to": _up_to(way.up_to, spoken(get_language())) if way.up_to else None,
        "reasons": list(way.reasons),
        "missing": [_need(need) for need in way.needs],
        "advice": [_need(need) for need in way.advice],
        "buyer": list(way.buyer),
        "landed": landed,
    }


def _need(need: destinations.Need) -> dict[str, Any]:
    return {
        "words": need.words,
        "source": need.source,
        "expired_on": need.expired_on,
        "any_of": [
            {
                "key": paper.key,
                "name": paper.name,
                "given_by": paper.given_by,
                "takes": paper.takes,
                "sent": paper.is_sent,
                "plants": [{"plant": plant.handle, "name": plant.name, "sent": plant.is_sent} for plant in paper.plants],
            }
            for paper in need.papers
        ],
    }
