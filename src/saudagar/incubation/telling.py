"""A proposal and what belongs to it, as the API tells them."""

from typing import Any

from saudagar.incubation import queries
from saudagar.incubation.models import Comment, Counterpart, Proposal, Replay
from saudagar.rulebook.models import Pilot

OF_A_DAY = ("day", "destination", "currency", "orders", "changed", "refused", "landed_old", "landed_new", "levies_old", "levies_new")


def row(found: Proposal) -> dict[str, Any]:
    return {
        "proposal": found.pk,
        "title": found.title,
        "authority": found.authority,
        "state": found.state,
        "base": found.base_id,
        "opened_at": found.opened_at,
        "law_on": found.law_on,
        "release": found.release_id,
    }


def read(found: Proposal, language: str) -> dict[str, Any]:
    """What an invited authority may read of it."""
    last = queries.last_replay(found)
    return {
        **row(found),
        "why": found.why,
        "texts_sha256": found.texts_sha256,
        "changes": changes(found, language),
        "signatures": [
            {
                "authority": each.signature.counterpart.authority,
                "country": each.signature.counterpart.country,
                "name": each.signature.name,
                "office": each.signature.office,
                "at": each.signature.at,
                "texts_sha256": each.signature.texts_sha256,
                "result_sha256": each.signature.result_sha256,
                "holds": each.is_alive,
            }
            for each in queries.signatures(found)
        ],
        "comments": [comment(each) for each in queries.comments(found)],
        "last_replay": replay(last, found) if last else None,
    }


def whole(found: Proposal, language: str) -> dict[str, Any]:
    """Everything an officer reads of it."""
    return {
        **read(found, language),
        "is_based_on_the_law": queries.is_based_on_the_law(found),
        "cautions": queries.cautions(found, language),
        "edits": [{name: value for name, value in fact.items() if name != "text"} for fact in found.edits],
        "replays": [replay(each, found) for each in queries.replays(found)],
        "counterparts": [counterpart(each) for each in queries.counterparts(found)],
        "pilot": pilot(found.pilot),
    }


def changes(found: Proposal, language: str) -> list[dict[str, Any]]:
    days = queries.days(found)
    told = []
    for each in queries.changes(found):
        fields = []
        for field in each.fields:
            before, after = field.shown(language)
            fields.append(
                {
                    "field": field.name,
                    "label": field.label(language),
                    "before": None if each.what == "added" else before,
                    "after": None if each.what == "removed" else after,
                }
            )
        told.append(
            {
                "rule": each.rule,
                "what": each.what,
                "kind": each.kind_label(language),
                "place": each.place,
                "title": each.title(language),
                "fields": fields,
                "begins": days.get(each.rule),
                "text": each.text(language),
            }
        )
    return told


def replay(made: Replay, found: Proposal) -> dict[str, Any]:
    names = ("state", "asked_at", "asked_orders", "elasticities", "progress", "expected", "ended_at", "seconds", "failure")
    facts = {name: getattr(made, name) for name in (*names, "texts_sha256", "result_sha256")}
    return {"replay": made.pk, **facts, "is_current": made.texts_sha256 == found.texts_sha256}


def comment(made: Comment) -> dict[str, Any]:
    return {
        "author": made.author,
        "authority": made.counterpart.authority if made.counterpart else "",
        "text": made.text,
        "at": made.at,
    }


def counterpart(made: Counterpart) -> dict[str, Any]:
    names = ("authority", "country", "invited_at", "expires_at", "seen_at", "is_revoked")
    return {"counterpart": made.pk, **{name: getattr(made, name) for name in names}}


def pilot(made: Pilot | None) -> dict[str, Any] | None:
    if made is None:
        return None
    return {"release": made.release_id, **{name: getattr(made, name) for name in ("provinces", "markets", "starts_at", "ends_at")}}


def effect(found: Proposal) -> dict[str, Any]:
    measured = found.effect or {}
    return {
        "pilot": pilot(found.pilot),
        "measured_at": found.effect_at,
        "rows": measured.get("rows", {}),
        "effect": measured.get("effect", {}),
        "is_thin": measured.get("is_thin"),
        "fewest": measured.get("fewest"),
    }


def shadow(found: Proposal) -> dict[str, Any]:
    return {
        "state": found.state,
        "shadow_from": found.shadow_from,
        "shadow_until": found.shadow_until,
        "days": [{name: getattr(each, name) for name in OF_A_DAY} for each in queries.shadow_days(found)],
    }
