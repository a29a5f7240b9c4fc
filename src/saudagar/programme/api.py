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
from saudagar.rulebook.rules.knowing import caution_beyond, check_papers, check_traits
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


class MaySellOut(Schema):
    status: str = Field(description="allowed | allowed_when | not_allowed")
    destination: str
    mode: str
    date: datetime.date
    release: str
    missing: list[MissingOut]
    advice: list[MissingOut]
    reasons: list[ReasonOut]
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
    said = may_sell(rulebook, facts, asked.destination, asked.date or today, mode=asked.mode, dispatch=asked.origin)
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
        "buyer": of_buyer(rulebook, said.destination, said.on, mode=said.mode, dispatch=asked.origin, language=language),
        "cautions": [beyond[language]] if beyond else [],
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
        "currency": destinations.CURRENCY,
        "sample": {"price": sample.price, "net_grams": sample.net_grams, "gross_grams": sample.gross_grams},
        "places": [_place(each) for each in found],
    }


def _place(place: Place) -> dict[str, Any]:
    data: dict[str, Any] = {
        "destination": place.code,
        "name": place.name,
        "status": place.status,
        "ways": [_way(way) for way in (place.best, *place.others)],
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
            {"key": paper.key, "name": paper.name, "given_by": paper.given_by, "takes": paper.takes, "sent": paper.is_sent}
            for paper in need.papers
        ],
    }
