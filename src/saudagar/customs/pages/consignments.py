"""Consignments of several parcels: a seller's of its own orders, an officer's of any sellers'. The same pages for both."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from saudagar.customs import files
from saudagar.customs.actions import consignments as actions
from saudagar.customs.forms import ConsignmentForm
from saudagar.customs.models import Consignment
from saudagar.customs.queries import consignments as queries
from saudagar.customs.rules.consignments import DATA, INVOICE, PACKING, UnknownConsignment
from saudagar.foundation.clock import now
from saudagar.foundation.refusals import Refusal
from saudagar.registry.access import SellerRequest, officer, seller

MOST_AT_ONCE = 200


@seller
@require_http_methods(["GET", "POST"])
def seller_list(request: SellerRequest) -> HttpResponse:
    """GET, POST /seller/consignments/: own consignments, those with own parcels in them; opens one."""
    return _list(request, request.business.pk)


@seller
@require_http_methods(["GET", "POST"])
def seller_consignment(request: SellerRequest, consignment: UUID) -> HttpResponse:
    """GET, POST /seller/consignments/{id}/: its parcels, papers and facts; POST changes the facts."""
    return _detail(request, consignment, request.business.pk)


@seller
@require_POST
def seller_orders(request: SellerRequest, consignment: UUID) -> HttpResponse:
    """POST /seller/consignments/{id}/orders: collects (order=…) or takes out (remove=…)."""
    return _orders(request, consignment, request.business.pk)


@seller
@require_POST
def seller_closing(request: SellerRequest, consignment: UUID) -> HttpResponse:
    """POST /seller/consignments/{id}/closing."""
    return _closing(request, consignment, request.business.pk)


@seller
@require_GET
def seller_paper(request: SellerRequest, consignment: UUID, kind: str, form: str) -> HttpResponse:
    """GET /seller/consignments/{id}/papers/{kind}.{pdf,json}."""
    return _paper(request, consignment, request.business.pk, kind, form)


@officer
@require_http_methods(["GET", "POST"])
def officer_list(request: HttpRequest) -> HttpResponse:
    """GET, POST /officer/consignments/: what officers collect, of any sellers."""
    return _list(request, None)


@officer
@require_http_methods(["GET", "POST"])
def officer_consignment(request: HttpRequest, collection: UUID) -> HttpResponse:
    """GET, POST /officer/consignments/{id}/: the same, without who bought."""
    return _detail(request, collection, None)


@officer
@require_POST
def officer_orders(request: HttpRequest, collection: UUID) -> HttpResponse:
    """POST /officer/consignments/{id}/orders."""
    return _orders(request, collection, None)


@officer
@require_POST
def officer_closing(request: HttpRequest, collection: UUID) -> HttpResponse:
    """POST /officer/consignments/{id}/closing."""
    return _closing(request, collection, None)


@officer
@require_GET
def officer_paper(request: HttpRequest, collection: UUID, kind: str, form: str) -> HttpResponse:
    """GET /officer/consignments/{id}/papers/{kind}.{pdf,json}."""
    return _paper(request, collection, None, kind, form)


def _list(request: Any, owner_id: UUID | None) -> HttpResponse:
    form = ConsignmentForm(request.POST or None, for_seller=owner_id is not None)
    if request.method == "POST" and form.is_valid():
        made = actions.open_consignment(owner_id, form.cleaned_data, by=request.user.pk, at=now())
        return redirect(_name("consignment", owner_id), made.pk)
    context = {"rows": queries.consignments(owner_id), "form": form, "is_wrong": form.is_bound, **_places(owner_id)}
    return render(request, "customs/consignments.html", context, status=422 if form.is_bound else 200)


def _detail(request: Any, consignment_id: UUID, business_id: UUID | None) -> HttpResponse:
    found = queries.consignment(consignment_id, business_id=business_id)
    is_mine = found.owner_id == business_id
    if request.method == "POST" and not is_mine:
        raise UnknownConsignment(consignment=str(consignment_id))
    is_open = found.state == Consignment.State.OPEN
    form = ConsignmentForm(request.POST or None, instance=found, for_seller=business_id is not None) if is_mine and is_open else None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            actions.change(consignment_id, business_id, form.cleaned_data, by=request.user.pk, at=now())
            return redirect(_name("consignment", business_id), consignment_id)
        except Refusal as refusal:
            form.add_error(None, refusal.message(get_language()))
    inside = queries.rows(queries.orders_in(found, business_id=business_id))
    waiting = queries.rows(queries.candidates(found, business_id=business_id)) if is_mine and is_open else []
    missing = ""
    if is_mine and is_open and inside:
        try:
            files.consignment_content(found, at=now())
        except Refusal as refusal:
            missing = refusal.message(get_language())
    context = {
        "consignment": found,
        "number": queries.number_of(found),
        "inside": inside,
        "waiting": waiting,
        "grams": sum(row.gross_grams for row in inside),
        "goods": sum(row.goods for row in inside),
        "currency": inside[0].currency if inside else "",
        "is_mine": is_mine,
        "is_open": is_open,
        "missing": missing,
        "papers": [(PACKING, _("Packing list")), (INVOICE, _("Commercial invoice")), (DATA, _("Consignment data"))]
        if is_mine and inside and not missing
        else [],
        "form": form,
        "is_wrong": form is not None and form.is_bound,
        **_places(business_id),
    }
    return render(request, "customs/consignment.html", context, status=422 if context["is_wrong"] else 200)


def _orders(request: Any, consignment_id: UUID, owner_id: UUID | None) -> HttpResponse:
    try:
        if "remove" in request.POST:
            actions.take_out(consignment_id, owner_id, request.POST["remove"][:40], by=request.user.pk, at=now())
        else:
            chosen = [text[:40] for text in request.POST.getlist("order")[:MOST_AT_ONCE]]
            count = actions.add(consignment_id, owner_id, chosen, by=request.user.pk, at=now())
            messages.success(request, ngettext("%(count)d order collected.", "%(count)d orders collected.", count) % {"count": count})
    except UnknownConsignment:
        raise
    except Refusal as refusal:
        messages.error(request, refusal.message(get_language()))
    return redirect(_name("consignment", owner_id), consignment_id)


def _closing(request: Any, consignment_id: UUID, owner_id: UUID | None) -> HttpResponse:
    try:
        actions.close(consignment_id, owner_id, by=request.user.pk, at=now())
        messages.success(request, _("Closed. Its papers stay as they are."))
    except UnknownConsignment:
        raise
    except Refusal as refusal:
        messages.error(request, refusal.message(get_language()))
    return redirect(_name("consignment", owner_id), consignment_id)


def _paper(request: HttpRequest, consignment_id: UUID, owner_id: UUID | None, kind: str, form: str) -> HttpResponse:
    found = queries.consignment(consignment_id, business_id=owner_id)
    if found.owner_id != owner_id:  # its own parcels have their own papers
        raise UnknownConsignment(consignment=str(consignment_id))
    made = files.consignment_paper(found, kind, form, at=now())
    answer = HttpResponse(made.data, content_type=made.content_type)
    answer["Content-Disposition"] = f'inline; filename="{made.name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _name(page: str, owner_id: UUID | None) -> str:
    return f"customs:{'officer' if owner_id is None else 'seller'}_{page}"


def _places(owner_id: UUID | None) -> dict[str, str]:
    """The names of this desk's pages, for the templates."""
    return {f"{page}_page": _name(page, owner_id) for page in ("consignments", "consignment", "orders", "closing", "paper")}
