"""The papers of a seller's order: the list, each as a file, all as one ZIP; what papers ask of a product beyond the catalogue."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from saudagar.catalogue import queries as catalogue_queries
from saudagar.customs import actions, files, queries
from saudagar.customs.actions.origin import record_order_proof
from saudagar.customs.forms import HazardForm, PaperDetailsForm, ProofForm
from saudagar.customs.rules import lacks as places
from saudagar.customs.rules.kinds import PDF, Paper
from saudagar.customs.rules.lacks import Lack
from saudagar.customs.rules.origin import DECLARATIONS
from saudagar.customs.rules.papers import PaperIncomplete
from saudagar.customs.rules.promised import Promised
from saudagar.foundation.clock import now
from saudagar.foundation.ids import Kind, parse_handle
from saudagar.foundation.refusals import Refusal, spoken
from saudagar.orders import queries as order_queries
from saudagar.orders.models import State
from saudagar.orders.rules import UnknownOrder
from saudagar.registry.access import SellerRequest, seller
from saudagar.rulebook.telling import stakes_of_order
from saudagar.shipping import actions as shipping
from saudagar.shipping import queries as shipping_queries
from saudagar.shipping.rules.dangerous import NOTHING, hazard_of

# The buyer's address is shown while the parcel must reach them: so long papers can be made (as on the order's page).
UNDER_WAY = frozenset({State.PAID, State.PACKED, State.SHIPPED, State.DELIVERED})


@require_GET
@seller
def order_papers(request: SellerRequest, order: str) -> HttpResponse:
    """GET /seller/orders/{handle}/papers/: every paper of the order, why it is needed, ready or what is missing."""
    return _order_papers(request, order)


def _order_papers(request: SellerRequest, order: str, *, wrong: tuple[str, ProofForm] | None = None) -> HttpResponse:
    found = order_queries.order_by_handle(order, business_id=request.business.pk)
    names = order_queries.names(found)
    papers: list[Paper] = []
    lacking: tuple[Lack, ...] = ()
    is_open = found.state in UNDER_WAY
    kept = queries.kept_by(found)
    is_home = kept is not None and kept.dispatch == kept.destination
    products: tuple[str, ...] = ()
    promises: tuple[Promised, ...] = ()
    if is_open and not is_home:
        try:
            source = files.source_of(found, at=now())
            papers, products, promises = files.papers(source, at=now()), source.products, source.facts.promised
        except PaperIncomplete as refused:
            lacking = refused.lacks
    language = spoken(get_language())
    rows = [_row(paper, names.handle, products, language) for paper in papers]
    context = {
        "order": found,
        "handle": names.handle,
        "number": names.number,
        "needed": [row for row in rows if row["is_needed"]],
        "others": [row for row in rows if not row["is_needed"] and row["is_printed"]],
        "data": [row for row in rows if not row["is_printed"]],
        "ready": sum(row["is_ready"] for row in rows),
        "promised": _promised(promises, found.customs, names.handle, language, wrong),
        "bears": kept.terms if kept else "",
        "lacking": [lack.words(language) for lack in lacking],
        "is_open": is_open,
        "is_home": is_open and is_home,
    }
    return render(request, "customs/papers.html", context, status=422 if wrong else 200)


@require_POST
@seller
def order_proof(request: SellerRequest, order: str, kind: str) -> HttpResponse:
    """POST /seller/orders/{handle}/papers/origin/{kind} {number, issued_on}: a certificate of origin was given for this parcel."""
    found = _open_order(request, order)
    form = ProofForm(request.POST, prefix=kind)
    if form.is_valid():
        said = form.cleaned_data
        try:
            made = record_order_proof(
                request.business.pk, found.id, kind, number=said["number"], issued_on=said["issued_on"], by=request.user.pk, at=now()
            )
        except Refusal as refusal:
            if refusal.status == 404:
                raise
            form.add_error("number", refusal.message(get_language()))
        else:
            messages.success(request, _("Recorded. The parcel may leave with it.") if made else _("Taken back."))
            return redirect("customs:papers", order)
    return _order_papers(request, order, wrong=(kind, form))


@require_GET
@seller
def order_paper(request: SellerRequest, order: str, kind: str, form: str) -> HttpResponse:
    """GET /seller/orders/{handle}/papers/{kind}.{pdf,json,xml}; ?copy=id gives Indonesian beside the English.

    kind: what the list names; `customs` is the right one of CN22 and CN23.
    """
    source = files.source_of(_open_order(request, order), copy=request.GET.get("copy", "")[:2], at=now())
    made = files.paper(source, kind, form, at=now())
    return _file(made, is_shown=form == PDF)


@require_GET
@seller
def all_papers(request: SellerRequest, order: str) -> HttpResponse:
    """GET /seller/orders/{handle}/papers/all.zip: every paper that is ready, and a list of those that are not."""
    source = files.source_of(_open_order(request, order), at=now())
    return _file(files.bundle(source, at=now(), language=get_language()))


@require_http_methods(["GET", "POST"])
@seller
def product_details(request: SellerRequest, product: str) -> HttpResponse:
    """GET, POST /seller/products/{handle}/paper-details/: origin criterion, what a Chinese label says, what is dangerous."""
    business_id, product_id = parse_handle(product, Kind.PRODUCT)
    if business_id != request.business.pk:
        raise Http404
    row = catalogue_queries.product(business_id, product_id, get_language())
    form = PaperDetailsForm(request.POST or None, instance=queries.paper_details(business_id, product_id))
    hazards = HazardForm(request.POST or None, instance=shipping_queries.hazard_statement(business_id, product_id))
    is_wrong = request.method == "POST"
    if request.method == "POST" and form.is_valid() and hazards.is_valid():
        with transaction.atomic():
            actions.keep_paper_details(business_id, product_id, form.cleaned_data, at=now())
            shipping.state_hazard(business_id, product_id, hazards.cleaned_data, at=now())
        messages.success(request, _("Saved."))
        return redirect("customs:product_details", row.handle)
    hazard = hazard_of(row.hs_code, shipping_queries.stated(business_id, [product_id]).get(product_id, NOTHING))
    language = spoken(get_language())
    barring = shipping_queries.services_that_bar(hazard, on=localdate()) if hazard else []
    context = {
        "product": row,
        "form": form,
        "hazards": hazards,
        "hazard": hazard,
        "barring": list(dict.fromkeys(service.names[language] for service in barring)),
    }
    return render(request, "customs/details.html", context, status=422 if is_wrong else 200)


def _open_order(request: SellerRequest, order: str) -> Any:
    found = order_queries.order_by_handle(order, business_id=request.business.pk)
    if found.state not in UNDER_WAY and found.state != State.AWAITING_PAYMENT:
        raise UnknownOrder(order=order[:40])  # the buyer's address is hidden again
    return found


def _file(made: files.File, *, is_shown: bool = False) -> HttpResponse:
    answer = HttpResponse(made.data, content_type=made.content_type)
    answer["Content-Disposition"] = f'{"inline" if is_shown else "attachment"}; filename="{made.name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _row(paper: Paper, order: str, products: tuple[str, ...], language: str) -> dict[str, Any]:
    return {
        "kind": paper.kind,
        "name": paper.names.get(language) or paper.names["en"],
        "why": paper.why[language],
        "source": paper.source,
        "is_needed": paper.is_needed,
        "is_ready": paper.is_ready,
        "is_printed": PDF in paper.forms or not paper.forms,
        "forms": [(form.upper(), reverse("customs:paper", args=[order, paper.kind, form])) for form in paper.forms],
        "has_copy": PDF in paper.forms and paper.kind in ("invoice", "proforma", "packing_list"),
        "refusal": paper.refusal.message(language) if paper.refusal else "",
        "lacks": [(lack.words(language), mend(lack, order, products)) for lack in paper.lacks],
    }


def _promised(
    found: tuple[Promised, ...], customs: Any, order: str, language: str, wrong: tuple[str, ProofForm] | None
) -> list[dict[str, Any]]:
    """Proofs of origin the order was priced with, what each saves the buyer, and the form for the number of a certificate."""
    stakes = stakes_of_order(customs, language) if found else {}
    return [
        {
            "each": each,
            "name": each.names[language],
            "stake": stakes.get(each.kind, ""),
            "application": reverse("customs:paper", args=[order, each.kind, "pdf"])
            if each.is_certificate and each.kind not in DECLARATIONS
            else "",
            "form": (wrong[1] if wrong and wrong[0] == each.kind else _proof_form(each))
            if each.is_certificate and not each.is_of_consignment
            else None,
        }
        for each in found
    ]


def _proof_form(each: Promised) -> ProofForm:
    return ProofForm(prefix=each.kind, initial={"number": each.number, "issued_on": each.issued_on and each.issued_on.isoformat()})


def mend(lack: Lack, order: str = "", products: tuple[str, ...] = ()) -> str:
    """Where what is missing is filled in; "" where the seller cannot."""
    product = lack.product or (products[lack.line - 1] if 0 < lack.line <= len(products) else "")
    if lack.where == places.PRODUCT and product:
        return reverse("catalogue:facts", args=[product])
    if lack.where == places.DETAILS and product:
        return reverse("customs:product_details", args=[product])
    if lack.where == places.CERTIFICATES and product:
        return reverse("catalogue:product", args=[product])
    if lack.where == places.BUSINESS:
        return reverse("registry:business")
    if lack.where == places.PARCEL and order:
        return reverse("desk:order", args=[order])
    return ""
