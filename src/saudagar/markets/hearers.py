"""What the markets hear; joined in site/events.py."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from saudagar.catalogue import queries as catalogue
from saudagar.catalogue.rules.product import LANGUAGES, UnknownProduct
from saudagar.foundation.ids import Kind, handle
from saudagar.markets import actions, queries
from saudagar.messages import actions as messages
from saudagar.registry import queries as registry
from saudagar.rulebook.queries import current_rulebook


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
    title, link = _paper_of(business_id, facts["product"])
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
    title, link = _paper_of(business_id, facts["product"])
    until, today = date.fromisoformat(facts["until"]), actions.law_day(happened_at)
    products = [UUID(facts["product"])] if facts["product"] else catalogue.on_sale_candidates(business_id)
    stops = queries.stops_without(seller, facts["kind"], products, today)
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


def _paper_of(business_id: UUID, product: str) -> tuple[str, str]:
    """Title of the product a paper is of ("" for the whole business), and where its owner renews it."""
    if not product:
        return "", "/seller/certificates/"
    try:
        title = catalogue.product(business_id, UUID(product)).title
    except UnknownProduct:
        return "", "/seller/certificates/"
    return title, f"/seller/products/{handle(Kind.PRODUCT, business_id, UUID(product))}/"


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
