"""POST /api/v1/landed-costs: what goods cost landed, and why."""

import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import get_language
from ninja import Field, Router, Schema

from saudagar.foundation.asking import Asked, Day, Truth, Whole
from saudagar.foundation.clock import now
from saudagar.foundation.refusals import spoken
from saudagar.rulebook import queries
from saudagar.rulebook.rules import Item, LandedCost, Request, Rulebook, Saving, asked_of_buyer, landed_cost, savings
from saudagar.rulebook.rules.knowing import caution_beyond, check_registrations
from saudagar.rulebook.rules.labels import key_label, levy_label, saving_words
from saudagar.rulebook.rules.refusals import (
    BadHsCode,
    BadParcel,
    NoRulesOnDate,
    NoTariffData,
    NotThisWay,
    OverOrderLimit,
    OverUses,
    OverYearGrams,
    OverYearLimit,
    RateMissing,
    RegionMissing,
    UnknownDestination,
    UnknownMode,
    UnknownRegistration,
    UnknownRelease,
)
from saudagar.rulebook.rules.saying import base_said, rate_said

router = Router(tags=["landed costs"])

Minor = Annotated[Whole, Field(ge=0, le=10**15)]
Country = Annotated[str, Field(pattern="^[A-Z]{2}$")]
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$")]


class DestinationIn(Asked):
    country: Country
    region: str = Field("", max_length=80, description="province or state; needed where tax depends on it (Canada)", examples=["ON"])
    postal_code: str = Field("", max_length=20)


class LineIn(Asked):
    hs: str = Field(max_length=16, examples=["090121"])
    value: Minor = Field(description="minor units of `currency` for all pieces, discount taken off")
    quantity: Whole = Field(1, ge=1, le=10**9)
    net_grams: Whole = Field(0, ge=0, le=10**9, description="of all pieces")
    gross_grams: Whole = Field(
        0, ge=0, le=10**9, description="of all pieces with their packing and their part of the carton; needed where duty is by gross weight"
    )
    origin: Annotated[str, Field(pattern="^([A-Z]{2})?$")] = Field("", description="of the goods; that of the parcel when left out")
    reference: str = Field("", max_length=80)


class LandedCostIn(Asked):
    destination: DestinationIn | Country
    origin: Country = Field("ID", description="country the parcel leaves from, and origin of lines that name none")
    date: Day | None = Field(None, description="the day whose law applies; today when left out")
    mode: str = Field("", max_length=20, description="cbec, general, home …; the destination's usual one when left out")
    currency: Currency
    freight: Minor = 0
    insurance: Minor = 0
    registrations: list[Annotated[str, Field(max_length=40)]] = Field(
        [], max_length=50, description="of platform and seller, and papers that lower a rate", examples=[["eu:ioss", "form_e"]]
    )
    rates: dict[Currency, Annotated[str, Field(pattern=r"^\d{1,12}(\.\d{1,12})?$")]] = Field(
        {},
        max_length=50,
        description="currency → units of the destination's currency for one of it; also of the currencies its thresholds are in",
        examples=[{"USD": "7.12"}],
    )
    buyer_year: Minor = Field(0, description="what this buyer imported this year so far, minor units of the destination's currency")
    prices: str = Field(
        "", pattern="^(inclusive|exclusive)?$", description="whether values contain the tax; as the scheme says when left out"
    )
    terms: str = Field(
        "DDP", pattern="^(DDP|DAP)$", description="DDP: everything is paid at checkout; DAP: what the border collects, at the door"
    )
    buyer_grams: dict[Annotated[str, Field(pattern=r"^\d{2,10}$")], Annotated[Whole, Field(ge=0, le=10**12)]] = Field(
        {}, max_length=100, description="HS prefix → grams this buyer imported this year so far", examples=[{"1701": 1500}]
    )
    buyer_uses: Whole = Field(0, ge=0, le=10**6, description="how often this buyer used this way in so far, in the window the limit names")
    savings: Truth = Field(False, description="tell as well what each paper or registration would save")
    release: str = Field("", max_length=24, description="a past rulebook release; the one in force when left out")
    lines: list[LineIn] = Field(min_length=1, max_length=500)


class PartOut(Schema):
    kind: str = Field(description="duty | extra (additional duties) | excise | vat | fee")
    name: str = Field(description="of several side by side: national, local")
    label: str
    line: int
    base: int = Field(description="minor units of `customs_currency`")
    base_words: str = Field(description="weight or pieces that a rate by weight or by piece counts, for people: 0.52 kg gross; else empty")
    rate: str = Field(description="as the rules write it: 13% × 70%, EUR 3.00 / tariff_item")
    rate_words: str = Field(description="the same for people")
    amount: int = Field(description="minor units of `customs_currency`, as the law rounds it")
    charged: int = Field(description="the same in `currency`")
    contained: bool
    collected: str = Field(description="checkout | border")
    relief: str = Field(description="the rule that lets it off; the amount is then 0")
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
    fees: int
    total: int


class ChangeOut(Schema):
    kind: str
    name: str
    line: int
    rate_before: str
    rate_after: str
    charged_before: int
    charged_after: int


class SavingOut(Schema):
    key: str = Field(description="paper or registration: form_e, origin_declaration, eu:ioss")
    label: str
    saved: int
    total: int = Field(description="what the parcel costs with it")
    words: str
    changes: list[ChangeOut]


class AskedOut(Schema):
    rule: str
    of: str = Field(description="buyer: must give it with an order; notice: must be told")
    needs: list[str] = Field(description="any one of these")
    words: str
    source: str
    identity: str = Field(description="kind of identity number that is asked of the buyer, or empty")


class LandedCostOut(Schema):
    """Amounts are minor units of `currency`; a part's base and amount of `customs_currency`."""

    release: str
    destination: str
    region: str
    mode: str
    scheme: str
    date: datetime.date
    terms: str
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
    due_at_checkout: int
    due_at_door: int = Field(description="under DAP, an estimate")
    customs_value: int
    lines: list[LineOut]
    parts: list[PartOut]
    requirements: list[AskedOut]
    cautions: list[str] = Field(description="what asks for a look: goods not found on a list, a day beyond the rules")
    savings: list[SavingOut] | None = None


REFUSALS = (
    UnknownDestination,
    UnknownRegistration,
    NoTariffData,
    NoRulesOnDate,
    NotThisWay,
    UnknownMode,
    BadHsCode,
    BadParcel,
    RateMissing,
    RegionMissing,
    OverOrderLimit,
    OverYearLimit,
    OverYearGrams,
    OverUses,
    UnknownRelease,
)
TOTALS = (
    "goods",
    "freight",
    "insurance",
    "duty",
    "tax",
    "contained_tax",
    "fees",
    "total",
    "due_at_checkout",
    "due_at_door",
    "customs_value",
)


def _description() -> str:
    codes = "\n".join(f"- `{refusal.code}`: {(refusal.__doc__ or '').split(' Facts:')[0]}" for refusal in REFUSALS)
    return (
        "Duty, additional duties, excise, VAT and fees of one parcel, each with rule, base, rate and source, in whole minor units. "
        f"What is not known is refused and never zero:\n\n{codes}"
    )


@router.post("/landed-costs", response=LandedCostOut, summary="Landed cost of a parcel", description=_description())
def landed_costs(request: HttpRequest, asked: LandedCostIn) -> dict[str, Any]:
    rulebook = queries.rulebook_of(asked.release) if asked.release else queries.current_rulebook()
    check_registrations(rulebook, asked.registrations)
    today = now().date()
    question = _question(asked, today)
    queries.check_hs_codes(item.hs for item in question.items)
    cost = landed_cost(question, rulebook)
    language = spoken(get_language())
    answer = _answer(cost, question, rulebook, language)
    beyond = caution_beyond(rulebook, question.on, today=today)
    if beyond:
        answer["cautions"].append(beyond[language])
    if asked.savings:
        answer["savings"] = [_saving(each, rulebook, cost, language) for each in savings(question, rulebook, cost)]
    return answer


def _saving(saving: Saving, rulebook: Rulebook, cost: LandedCost, language: str) -> dict[str, Any]:
    return {
        "key": saving.key,
        "label": key_label(saving.key, rulebook, language),
        "saved": saving.saved,
        "total": saving.total,
        "words": saving_words(saving, rulebook, cost.currency, language, customs=cost.customs_currency),
        "changes": [{name: getattr(change, name) for name in ChangeOut.model_fields} for change in saving.changes],
    }


def _question(asked: LandedCostIn, today: datetime.date) -> Request:
    return Request(
        destination=asked.destination.country if isinstance(asked.destination, DestinationIn) else asked.destination,
        items=tuple(
            Item(
                hs=line.hs.replace(".", "").replace(" ", ""),
                value=line.value,
                quantity=line.quantity,
                net_grams=line.net_grams,
                gross_grams=line.gross_grams,
                origin=line.origin or asked.origin,
                reference=line.reference,
            )
            for line in asked.lines
        ),
        currency=asked.currency,
        on=asked.date or today,
        mode=asked.mode,
        dispatch=asked.origin,
        freight=asked.freight,
        insurance=asked.insurance,
        registrations=frozenset(asked.registrations),
        buyer_year=asked.buyer_year,
        rates=dict(asked.rates),
        prices=asked.prices,
        region=asked.destination.region if isinstance(asked.destination, DestinationIn) else "",
        terms=asked.terms,
        buyer_grams=dict(asked.buyer_grams),
        buyer_uses=asked.buyer_uses,
    )


def _answer(cost: LandedCost, question: Request, rulebook: Rulebook, language: str) -> dict[str, Any]:
    return {
        **{name: getattr(cost, name) for name in TOTALS},
        "release": cost.release,
        "destination": cost.destination,
        "region": cost.region,
        "terms": cost.terms,
        "mode": cost.mode,
        "scheme": cost.scheme,
        "date": cost.on,
        "currency": cost.currency,
        "customs_currency": cost.customs_currency,
        "lines": [{name: getattr(line, name) for name in LineOut.model_fields} for line in cost.lines],
        "parts": [
            {
                "kind": part.levy.kind,
                "name": part.levy.name,
                "label": levy_label(part.levy, rulebook.destinations[cost.destination], language),
                "line": part.line,
                "base": part.base,
                "base_words": base_said(
                    part.levy.rate,
                    language,
                    net_grams=cost.lines[part.line].net_grams,
                    gross_grams=cost.lines[part.line].gross_grams,
                    pieces=cost.lines[part.line].quantity,
                ),
                "rate": part.levy.rate,
                "rate_words": rate_said(part.levy.rate, cost.customs_currency, language),
                "amount": part.amount,
                "charged": part.charged,
                "contained": part.levy.contained,
                "collected": part.levy.collected,
                "relief": part.relief,
                "rule": part.levy.rule,
                "source": part.levy.source,
                "certainty": part.levy.certainty,
            }
            for part in cost.parts
        ],
        "requirements": of_buyer(rulebook, cost.destination, cost.on, mode=cost.mode, dispatch=question.dispatch, language=language),
        "cautions": list(cost.cautions),
    }


def of_buyer(rulebook: Rulebook, destination: str, on: datetime.date, *, mode: str, dispatch: str, language: str) -> list[dict[str, Any]]:
    """What the buyer must give or be told, each as AskedOut."""
    return [
        {
            "rule": rule.id,
            "of": rule.of,
            "needs": list(rule.any_of),
            "words": rule.words[language],
            "source": rule.source,
            "identity": rule.identity,
        }
        for rule in asked_of_buyer(rulebook, destination, on, mode=mode, dispatch=dispatch)
    ]
