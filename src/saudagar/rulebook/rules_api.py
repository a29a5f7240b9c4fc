"""GET /api/v1/rules: the rules as the officer's browser shows them, for programs. What the law says is nobody's secret: no sign-in."""

from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import get_language
from ninja import Path, Query, Router

from saudagar.foundation.asking import Day
from saudagar.foundation.clock import now
from saudagar.foundation.refusals import spoken
from saudagar.rulebook import browsing, queries
from saudagar.rulebook.browsing import Applying, Tariff
from saudagar.rulebook.rules.model import Rulebook
from saudagar.rulebook.rules.selling import Missing, Reason
from saudagar.rulebook.wording import RuleRow

router = Router(tags=["trade rules"])

Country = Annotated[str, Path(pattern="^[A-Z]{2}$")]
Code = Annotated[str, Path(pattern=r"^[0-9.]{6,13}$")]
Release = Annotated[str, Query(max_length=24, description="a past release; the one in force when left out")]

PAGE = 100


@router.get("/rules", summary="Destinations of the rulebook")
def destinations(request: HttpRequest, release: Release = "") -> dict[str, Any]:
    """Every destination the rulebook knows, and the release that was read."""
    rulebook = _rulebook(release)
    return {
        "release": rulebook.version,
        "destinations": [
            {
                "destination": country.code,
                "name": country.name,
                "currency": country.currency,
                "union": country.union,
                "rules": country.rules,
                "to_be_checked": country.uncertain,
                "next_change": country.next_change,
            }
            for country in browsing.countries(rulebook, now().date(), _language())
        ],
    }


@router.get("/rules/{destination}", summary="Rules of one destination")
def rules_of_destination(
    request: HttpRequest,
    destination: Country,
    on: Day | None = None,
    q: Annotated[str, Query(max_length=80, description="HS code or goods, for rows of the tariff")] = "",
    page: Annotated[int, Query(ge=1, le=1000, description="of the tariff, 100 rows each")] = 1,
    release: Release = "",
) -> dict[str, Any]:
    """Schemes, limits, reliefs, fees and requirements, each with days, source, certainty and switch; its tariff by pages. 422
    `unknown_destination` for a country without rules."""
    rulebook, language, day = _rulebook(release), _language(), on or now().date()
    there = browsing.destination(rulebook, destination)
    rows = browsing.tariff(rulebook, there, day, language, text=q)
    return {
        "release": rulebook.version,
        "destination": destination,
        "name": there.names[language],
        "currency": there.currency,
        "regions": {code: names[language] for code, names in there.regions.items()},
        "on": day,
        "modes": [{"mode": mode.name, "name": mode.names[language], "default": mode.default, "trade": mode.trade} for mode in there.modes],
        "rules": {kind: [_rule(row) for row in group] for kind, _label, group in browsing.rules_of(rulebook, there, day, language)},
        "page": page,
        "has_more": len(rows) > page * PAGE,
        "tariff": [_row(row) for row in rows[(page - 1) * PAGE : page * PAGE]],
    }


@router.get("/rules/{destination}/{hs}", summary="What applies to goods")
def rules_of_goods(
    request: HttpRequest,
    destination: Country,
    hs: Code,
    origin: Annotated[str, Query(pattern="^[A-Z]{2}$")] = "ID",
    on: Day | None = None,
    release: Release = "",
) -> dict[str, Any]:
    """Rates, ways in, limits, schemes and missing papers for goods of an origin on a day. 422 `unknown_destination`, `bad_hs_code`."""
    rulebook, today = _rulebook(release), now().date()
    queries.check_hs_codes([hs.replace(".", "")])
    found = browsing.applying(rulebook, destination, hs.replace(".", ""), origin, on or today, _language(), today=today)
    return {"release": rulebook.version, "origin": origin, **_applying(found)}


@router.get("/rule-releases", summary="Releases of the rulebook")
def releases(request: HttpRequest) -> dict[str, Any]:
    """Every release known here, the latest first. `is_current`: the one in force."""
    return {
        "releases": [
            {
                "release": each.version,
                "title": each.title,
                "is_current": each.is_current,
                "loaded_at": each.loaded_at,
                "sha256": each.sha256,
            }
            for each in queries.releases()
        ]
    }


@router.get("/rule-releases/{later}/differences", summary="What changed between two releases")
def differences(
    request: HttpRequest, later: Annotated[str, Path(max_length=24)], since: Annotated[str, Query(max_length=24)]
) -> dict[str, Any]:
    """Rules that came, went or say something else than in the release `since`, field by field. 404 `unknown_rulebook_release`."""
    changes = browsing.changes(queries.rulebook_of(since), queries.rulebook_of(later), _language())
    return {
        "since": since,
        "release": later,
        "changes": [
            {
                "rule": change.id,
                "kind": change.kind,
                "place": change.place,
                "title": change.title,
                "change": change.what,
                "fields": [{"field": label, "before": before, "after": after} for label, before, after in change.fields],
            }
            for change in changes
        ],
    }


def _rulebook(release: str) -> Rulebook:
    return queries.rulebook_of(release) if release else queries.current_rulebook()


def _language() -> str:
    return spoken(get_language())


def _rule(row: RuleRow) -> dict[str, Any]:
    return {
        "rule": row.id,
        "title": row.title,
        "says": [{"field": label, "value": value} for label, value in row.facts],
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
        "state": row.state,
        "source": row.source,
        "certainty": row.certainty,
        "switch": row.switch,
    }


def _row(row: Tariff) -> dict[str, Any]:
    return {
        "rule": row.id,
        "kind": row.kind,
        "hs": row.hs.replace(".", ""),
        "goods": row.goods,
        "rate": row.rate,
        "origin": row.origin,
        "agreement": row.agreement,
        "proof": row.proof,
        **{name: fact for name, fact in _rule(row.row).items() if name not in ("rule", "title", "says")},
    }


def _applying(found: Applying) -> dict[str, Any]:
    language = _language()
    return {
        "destination": found.destination.code,
        "hs": found.hs,
        "goods": found.goods,
        "on": found.on,
        "cautions": [found.caution[language]] if found.caution else [],
        "rates": [_row(row) for row in found.rows],
        "not_applied": [_row(row) for row in found.idle],
        "ways": [
            {
                "mode": way.mode.name,
                "name": way.name,
                "status": way.verdict.status,
                "on_list": way.on_list,
                "reasons": [_why(reason, language) for reason in way.verdict.reasons],
                "missing": [_missing(each, language) for each in way.verdict.missing],
                "advice": [_missing(each, language) for each in way.verdict.advice],
                "buyer": [
                    {"rule": each.id, "of": each.of, "needs": list(each.any_of), "words": each.words[language]} for each in way.buyer
                ],
                "rules": [_rule(row) for _label, rows in way.rules for row in rows],
            }
            for way in found.ways
        ],
    }


def _why(reason: Reason, language: str) -> dict[str, Any]:
    return {"rule": reason.rule, "words": reason.words[language], "source": reason.source, "certainty": reason.certainty}


def _missing(each: Missing, language: str) -> dict[str, Any]:
    papers = [
        {"paper": paper.key, "name": paper.names[language], "given_by": paper.given_by[language], "takes": paper.takes[language]}
        for paper in each.papers
    ]
    return {"rule": each.rule, "words": each.words[language], "papers": papers, "source": each.source, "certainty": each.certainty}
