"""POST /api/v1/landed-costs: what goods cost landed, and why."""

import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import get_language
from ninja import Field, Router, Schema

from saudagar.foundation.clock import now
from saudagar.foundation.refusals import spoken
from saudagar.rulebook import queries
from saudagar.rulebook.rules import Item, LandedCost, Request, Rulebook, asked_of_buyer, landed_cost
from saudagar.rulebook.rules.labels import part_label

router = Router(tags=["landed costs"])

Minor = Annotated[int, Field(ge=0, le=10**15)]
Country = Annotated[str, Field(pattern="^[A-Z]{2}$")]
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$")]


class DestinationIn(Schema):
    country: Country
    region: str = ""
    postal_code: str = ""


class LineIn(Schema):
    hs: str = Field(max_length=16, examples=["090121"])
    value: Minor = Field(description="minor units of `currency` for all pieces, discount taken off")
    quantity: int = Field(1, ge=1, le=10**9)
    net_grams: int = Field(0, ge=0, le=10**9, description="of all pieces")
    origin: Annotated[str, Field(pattern="^([A-Z]{2})?$")] = Field("", description="of the goods; that of the parcel when left out")
    reference: str = Field("", max_length=80)


class LandedCostIn(Schema):
    destination: DestinationIn | Country
    origin: Country = Field("ID", description="country the parcel leaves from, and origin of lines that name none")
    date: datetime.date | None = Field(None, description="the day whose law applies; today when left out")
    mode: str = Field("", max_length=20, description="cbec, general, home …; the destination's usual one when left out")
    currency: Currency
    freight: Minor = 0
    insurance: Minor = 0
    registrations: list[Annotated[str, Field(max_length=40)]] = Field([], max_length=50, examples=[["id:pkp"]])
    rates: dict[Currency, Annotated[str, Field(pattern=r"^\d{1,12}(\.\d{1,12})?$")]] = Field(
        {}, description="currency → units of the destination's currency for one of it", examples=[{"USD": "7.12"}]
    )
    buyer_year: Minor = Field(0, description="what this buyer imported this year so far, minor units of the destination's currency")
    prices: str = Field("", pattern="^(inclusive|exclusive)?$")
    release: str = Field("", max_length=24, description="a past rulebook release; the one in force when left out")
    lines: list[LineIn] = Field(min_length=1, max_length=500)


class PartOut(Schema):
    kind: str
    label: str
    line: int
    base: int
    rate: str
    amount: int
    charged: int
    contained: bool
    rule: str
    source: str
    certainty: str


class LineOut(Schema):
    reference: str
    hs: str
    value: int
    freight: int
    insurance: int
    duty: int
    tax: int
    contained_tax: int
    total: int


class AskedOut(Schema):
    rule: str
    of: str
    needs: list[str]
    words: str
    source: str


class LandedCostOut(Schema):
    """Amounts are minor units of `currency`; a part's base and amount of `customs_currency`."""

    release: str
    destination: str
    mode: str
    scheme: str
    date: datetime.date
    currency: str
    customs_currency: str
    goods: int
    freight: int
    insurance: int
    duty: int
    tax: int
    contained_tax: int
    fees: int
    total: int
    customs_value: int
    lines: list[LineOut]
    parts: list[PartOut]
    requirements: list[AskedOut]
    cautions: list[str]


@router.post("/landed-costs", response=LandedCostOut, summary="Landed cost of a parcel")
def landed_costs(request: HttpRequest, asked: LandedCostIn) -> dict[str, Any]:
    rulebook = queries.rulebook_of(asked.release) if asked.release else queries.current_rulebook()
    question = _question(asked)
    cost = landed_cost(question, rulebook)
    return _answer(cost, question, rulebook, spoken(get_language()))


def _question(asked: LandedCostIn) -> Request:
    return Request(
        destination=asked.destination.country if isinstance(asked.destination, DestinationIn) else asked.destination,
        items=tuple(
            Item(
                hs=line.hs.replace(".", "").replace(" ", ""),
                value=line.value,
                quantity=line.quantity,
                net_grams=line.net_grams,
                origin=line.origin or asked.origin,
                reference=line.reference,
            )
            for line in asked.lines
        ),
        currency=asked.currency,
        on=asked.date or now().date(),
        mode=asked.mode,
        dispatch=asked.origin,
        freight=asked.freight,
        insurance=asked.insurance,
        registrations=frozenset(asked.registrations),
        buyer_year=asked.buyer_year,
        rates=dict(asked.rates),
        prices=asked.prices,
    )


def _answer(cost: LandedCost, question: Request, rulebook: Rulebook, language: str) -> dict[str, Any]:
    totals = ("goods", "freight", "insurance", "duty", "tax", "contained_tax", "fees", "total", "customs_value")
    return {
        **{name: getattr(cost, name) for name in totals},
        "release": cost.release,
        "destination": cost.destination,
        "mode": cost.mode,
        "scheme": cost.scheme,
        "date": cost.on,
        "currency": cost.currency,
        "customs_currency": cost.customs_currency,
        "lines": [{name: getattr(line, name) for name in LineOut.model_fields} for line in cost.lines],
        "parts": [
            {
                "kind": part.levy.kind,
                "label": part_label(part.levy.kind, cost.destination, language, name=part.levy.name, contained=part.levy.contained),
                "line": part.line,
                "base": part.base,
                "rate": part.levy.rate,
                "amount": part.amount,
                "charged": part.charged,
                "contained": part.levy.contained,
                "rule": part.levy.rule,
                "source": part.levy.source,
                "certainty": part.levy.certainty,
            }
            for part in cost.parts
        ],
        "requirements": [
            {"rule": rule.id, "of": rule.of, "needs": list(rule.any_of), "words": rule.words[language], "source": rule.source}
            for rule in asked_of_buyer(rulebook, cost.destination, cost.on, mode=cost.mode, dispatch=question.dispatch)
        ],
        "cautions": list(cost.cautions),
    }
