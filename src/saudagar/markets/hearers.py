"""What the markets hear; joined in site/events.py."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from saudagar.catalogue import queries as catalogue
from saudagar.catalogue.rules.identifiers import dotted
from saudagar.catalogue.rules.product import LANGUAGES, UnknownProduct
from saudagar.foundation.ids import Kind, handle
from saudagar.markets import actions, queries
from saudagar.messages import actions as messages
from saudagar.registry import queries as registry
from saudagar.rulebook.queries import current_rulebook

MOST_COSTS = 3  # a notice names those that change most


def product_changed(business_id: UUID, facts: dict[str, Any], happened_at: datetime) -> None:
    """Hears `catalogue.product_changed`: prices follow, what may no longer be sold is paused."""
    try:
        actions.look_again(business_id, UUID(facts["product"]), at=happened_at)
    except UnknownProduct:
        pass  # deleted meanwhile


def decided(business_id: UUID, facts: dict[str, Any], happened_at: datetime) -> None:
    """Hears `markets.decided`: the owners read the curator's answer."""
    kind = "markets.approved" if facts["approved"] else "markets.refused"
    _tell_owners(kind, business_id, UUID(facts["product"]), {"reason": facts["reason"]}, at=happened_at)


def paused(business_id: UUID, facts: dict[str, Any], happened_at: datetime) -> None:
    """Hears `markets.paused`: the owners lose sales until they mend it."""
    _tell_owners("markets.paused", business_id, UUID(facts["product"]), {}, at=happened_at)


def certificate_decided(business_id: UUID, facts: dict[str, Any], happened_at: datetime) -> None:
    """Hears `catalogue.certificate_decided`: the owners read the officer's word."""
    kind = "markets.certificate_accepted" if facts["accepted"] else "markets.certificate_refused"
    title, link = _paper_of(business_id, facts)
    messages.notify_all(
        registry.owner_ids(business_id),
        kind,
        {"papers": _paper_names(facts["kind"]), "title": title, "reason": facts["reason"]},
        at=happened_at,
        business_id=business_id,
        link=link,
        by_letter=not facts["accepted"],
    )


def certificate_ending(business_id: UUID, facts: dict[str, Any], happened_at: datetime) -> None:
    """Hears `catalogue.certificate_ending`: the owners read when, and what stops then."""
    seller = registry.business(business_id)
    if seller is None:
        return
    title, link = _paper_of(business_id, facts)
    until, today = date.fromisoformat(facts["until"]), actions.law_day(happened_at)
    if facts.get("plant"):
        products = catalogue.products_of_plant(business_id, UUID(facts["plant"]))
    else:
        products = [UUID(facts["product"])] if facts["product"] else catalogue.on_sale_candidates(business_id)
    stops = queries.stops_without(seller, UUID(facts["certificate"]), facts["kind"], products, today)
    messages.notify_all(
        registry.owner_ids(business_id),
        "markets.certificate_ending",
        {
            "papers": _paper_names(facts["kind"]),
            "title": title,
            "until": until.isoformat(),
            "days": (until - today).days,
            "stops": [{"title": name, "market": dict(where.names)} for _product, name, where in stops],
        },
        at=happened_at,
        business_id=business_id,
        link=link,
    )


def hs_decided(business_id: UUID, facts: dict[str, Any], happened_at: datetime) -> None:
    """Hears `catalogue.hs_decided`: the owners read which code the officer decided on, why, and what follows from it."""
    seller = registry.business(business_id)
    try:
        row = catalogue.product(business_id, UUID(facts["product"]))
    except UnknownProduct:
        return
    if seller is None:
        return
    is_new = facts["hs"] != facts["was"]
    found = queries.recoded(replace(row, hs_code=facts["hs"]), seller, facts["was"], at=happened_at, on=actions.law_day(happened_at))
    places = current_rulebook().destinations
    messages.notify_all(
        registry.owner_ids(business_id),
        "markets.hs_decided",
        {
            "title": row.title,
            "hs": dotted(facts["hs"]),
            "was": dotted(facts["was"]),
            "asked": dotted(facts["asked"]),
            "is_new": is_new,
            "reason": facts["reason"],
            "stops": [dict(where.names) for where in found.stops] if is_new else [],
            "opens": [dict(where.names) for where in found.opens] if is_new else [],
            "costs": [
                {"country": dict(places[country].names), "currency": currency, "before": before, "now": after}
                for country, currency, before, after in found.costs[:MOST_COSTS]
            ]
            if is_new
            else [],
            "more": max(0, len(found.costs) - MOST_COSTS) if is_new else 0,
        },
        at=happened_at,
        business_id=business_id,
        link=f"/seller/products/{handle(Kind.PRODUCT, business_id, row.id)}/facts/",
        by_letter=True,
    )


def origin_decided(business_id: UUID, facts: dict[str, Any], happened_at: datetime) -> None:
    """Hears `catalogue.origin_decided`: the owners read why an officer took their statement back, or that it may be made again."""
    _tell_of_origin(
        "markets.origin_decided",
        business_id,
        facts,
        {"is_withdrawn": facts["withdrawn"], "reason": facts["reason"]},
        at=happened_at,
        by_letter=facts["withdrawn"],
    )


def origin_ending(business_id: UUID, facts: dict[str, Any], happened_at: datetime) -> None:
    """Hears `catalogue.origin_ending`: the owners look at it and state it again, or their buyers pay the usual duty."""
    until = date.fromisoformat(facts["until"])
    said = {"until": facts["until"], "days": (until - actions.law_day(happened_at)).days}
    _tell_of_origin("markets.origin_ending", business_id, facts, said, at=happened_at, by_letter=False)


def _tell_of_origin(kind: str, business_id: UUID, facts: dict[str, Any], said: dict[str, Any], *, at: datetime, by_letter: bool) -> None:
    try:
        title = catalogue.product(business_id, UUID(facts["product"])).title
    except UnknownProduct:
        return
    messages.notify_all(
        registry.owner_ids(business_id),
        kind,
        {"title": title, "agreement": facts["agreement"], **said},
        at=at,
        business_id=business_id,
        link=f"/seller/products/{handle(Kind.PRODUCT, business_id, UUID(facts['product']))}/origin/",
        by_letter=by_letter,
    )


def _paper_of(business_id: UUID, facts: dict[str, Any]) -> tuple[str, str]:
    """Title of the product or name of the plant a paper is of ("" for the whole business), and where its owner renews it."""
    try:
        if facts.get("plant"):
            row = registry.plant(business_id, UUID(facts["plant"]))
            return row.plant.name, f"/seller/plants/{row.handle}/#papers"
        if facts["product"]:
            product_id = UUID(facts["product"])
            return catalogue.product(business_id, product_id).title, f"/seller/products/{handle(Kind.PRODUCT, business_id, product_id)}/"
    except UnknownProduct:
        pass
    return "", "/seller/certificates/"


def _paper_names(kind: str) -> dict[str, str]:
    """What a kind of paper is called, by language."""
    paper = current_rulebook().papers.get(kind)
    return dict(paper.names) if paper else dict.fromkeys(LANGUAGES, kind)


def _tell_owners(kind: str, business_id: UUID, product_id: UUID, facts: dict[str, Any], *, at: datetime) -> None:
    title = catalogue.product(business_id, product_id).title
    messages.notify_all(
        registry.owner_ids(business_id),
        kind,
        {"title": title, **facts},
        at=at,
        business_id=business_id,
        link=f"/seller/products/{handle(Kind.PRODUCT, business_id, product_id)}/markets/",
        by_letter=kind != "markets.approved",  # good news can wait on the page
    )
