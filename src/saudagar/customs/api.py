"""Papers of an order by the API, for whoever acts for its seller; an officer learns the list and its states, not the buyer.
Papers of a consignment for whoever collects it, and its proofs of origin for the sellers whose goods they are for.

Read only, with the session of the signed-in person. To everybody else there are no papers: 404.
"""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from ninja import Router

from saudagar.customs import files
from saudagar.customs.models import Consignment
from saudagar.customs.queries import consignments as consignment_queries
from saudagar.customs.rules.consignments import UnknownConsignment
from saudagar.customs.rules.papers import UnknownPaper
from saudagar.foundation.clock import now
from saudagar.foundation.ids import Kind, parse_handle
from saudagar.foundation.refusals import Refusal
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
    return _file(made)


@router.get("/consignments/{consignment}/papers")
def consignment_papers(request: HttpRequest, consignment: str) -> dict[str, Any]:
    """Every paper of a consignment, as of an order; a proof of origin also names its `seller`. Who has only parcels in it: own proofs."""
    found, business_id = _consignment(request, consignment)
    source = files.whole(found, business_id=business_id, at=now())
    if source.refusal is not None:  # an order without its customs snapshot
        raise source.refusal
    own = files.own_papers_of(source) if business_id is None else []
    try:
        proofs = files.proofs_of(source, at=now())
    except Refusal:  # each of the own papers says it
        proofs = []
    return {"consignment": str(found.pk), "papers": files.listed([*own, *proofs], get_language())}


@router.get("/consignments/{consignment}/papers/{name}")
def consignment_paper(request: HttpRequest, consignment: str, name: str) -> HttpResponse:
    """One paper of a whole consignment: `consignment_invoice.pdf`, `consignment_data.json`."""
    found, business_id = _consignment(request, consignment)
    if business_id is not None:
        raise UnknownConsignment(consignment=consignment[:40])
    kind, _, form = name[:60].partition(".")
    return _file(files.consignment_paper(found, kind, form, at=now()))


@router.get("/consignments/{consignment}/proofs/{business}/{name}")
def consignment_proof(request: HttpRequest, consignment: str, business: str, name: str) -> HttpResponse:
    """The application of one seller for a proof of origin: `form_e.pdf`, `form_e.json`."""
    found, business_id = _consignment(request, consignment)
    exporter = consignment_queries.seller_in(found, business[:40])
    if business_id is not None and exporter.pk != business_id:
        raise UnknownConsignment(consignment=consignment[:40])
    kind, _, form = name[:60].partition(".")
    return _file(files.consignment_proof(found, exporter, kind, form, at=now()))


def _consignment(request: HttpRequest, text: str) -> tuple[Consignment, UUID | None]:
    """A consignment, and None where the person asking may see all of it, or the one business whose part they may see.

    Raises UnknownConsignment.
    """
    user: Any = request.user
    try:
        consignment_id = UUID(text)
    except ValueError:
        raise UnknownConsignment(consignment=text[:40]) from None
    if user.is_authenticated:
        for business_id in [*([None] if user.is_officer else []), *(row.business.pk for row in registry_queries.memberships(user.pk))]:
            try:
                found = consignment_queries.consignment(consignment_id, business_id=business_id)
            except UnknownConsignment:
                continue
            return found, None if found.owner_id == business_id else business_id
    raise UnknownConsignment(consignment=text[:40])


def _file(made: files.File) -> HttpResponse:
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
