"""Papers of an order by the API, for whoever acts for its seller; an officer learns the list and its states, not the buyer.

Read only, with the session of the signed-in person. To everybody else the order has no papers: 404.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from ninja import Router

from saudagar.customs import files
from saudagar.customs.rules.papers import UnknownPaper
from saudagar.foundation.clock import now
from saudagar.foundation.ids import Kind, parse_handle
from saudagar.orders import queries as order_queries
from saudagar.orders.models import Order, State
from saudagar.orders.rules import UnknownOrder
from saudagar.registry import queries as registry_queries

router = Router(tags=["papers"])
UNDER_WAY = frozenset({State.AWAITING_PAYMENT, State.PAID, State.PACKED, State.SHIPPED, State.DELIVERED})


@router.get("/orders/{order}/papers")
def papers(request: HttpRequest, order: str) -> dict[str, Any]:
    """Every paper of an order: why it is needed, its source, `ready`, `missing` (what, and where it is mended) or `refused`."""
    found = _order(request, order, officers=True)
    return {"order": order, "papers": files.listed(files.papers(files.source_of(found, at=now()), at=now()), get_language())}


@router.get("/orders/{order}/papers/{name}")
def paper(request: HttpRequest, order: str, name: str) -> HttpResponse:
    """One paper: `invoice.pdf`, `itmatt.json`, `ubl.xml`.

    404 `unknown_paper`; 422 `paper_incomplete` (and where it is mended); 409 `papers_disagree`, `proof_expired`.
    """
    found = _order(request, order, officers=False)
    kind, _, form = name[:60].partition(".")
    if not form:
        raise UnknownPaper("name", kind=name[:40])
    made = files.paper(files.source_of(found, at=now()), kind, form, at=now())
    return HttpResponse(made.data, content_type=made.content_type, headers={"Cache-Control": "private, no-store"})


def _order(request: HttpRequest, text: str, *, officers: bool) -> Order:
    """The order, if the person asking may know of its papers. Raises UnknownOrder, BadHandle."""
    owner, _order_id = parse_handle(text, Kind.ORDER)
    user: Any = request.user
    allowed = user.is_authenticated and ((officers and user.is_officer) or registry_queries.membership(owner, user.pk) is not None)
    if not allowed:
        raise UnknownOrder(order=text[:40])
    found = order_queries.order_by_handle(text)
    if found.state not in UNDER_WAY:
        raise UnknownOrder(order=text[:40])
    return found
