"""Consignments of several parcels: a seller's of its own orders, an officer's of any sellers'. The same pages for both."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from saudagar.customs import files
from saudagar.customs.actions import consignments as actions
from saudagar.customs.forms import ConsignmentForm, ProofForm
from saudagar.customs.models import Consignment
from saudagar.customs.pages import mend
from saudagar.customs.queries import consignments as queries
from saudagar.customs.rules.consignments import UnknownConsignment
from saudagar.customs.rules.kinds import Paper
from saudagar.customs.rules.papers import UnknownPaper
from saudagar.foundation.clock import now
from saudagar.foundation.refusals import Refusal, spoken
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


@seller
@require_POST
def seller_proofs(request: SellerRequest, consignment: UUID) -> HttpResponse:
    """POST /seller/consignments/{id}/proofs {kind, number, issued_on}: a certificate of origin was issued; without a number, was not."""
    return _record(request, consignment, request.business.pk)


@seller
@require_GET
def seller_proof(request: SellerRequest, consignment: UUID, business: str, kind: str, form: str) -> HttpResponse:
    """GET /seller/consignments/{id}/proofs/{business}/{kind}.{pdf,json}: the application for the own goods, also in an officer's."""
    return _proof(consignment, request.business.pk, business, kind, form)


@officer
@require_POST
def officer_proofs(request: HttpRequest, collection: UUID) -> HttpResponse:
    """POST /officer/consignments/{id}/proofs {business, kind, number, issued_on}."""
    return _record(request, collection, None)


@officer
@require_GET
def officer_proof(request: HttpRequest, collection: UUID, business: str, kind: str, form: str) -> HttpResponse:
    """GET /officer/consignments/{id}/proofs/{business}/{kind}.{pdf,json}: one seller's application."""
    return _proof(collection, None, business, kind, form)


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
    source = files.whole(found, business_id=None if is_mine else business_id, at=now())
    own = files.own_papers_of(source) if is_mine and inside else []
    proofs, refused = [], ""
    try:
        proofs = files.proofs_of(source, at=now()) if inside else []
    except Refusal as refusal:
        refused = refusal.message(get_language())
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
        "papers": [_row(paper, found, business_id) for paper in own if paper.is_ready],
        "waits": [_row(paper, found, business_id) for paper in own if not paper.is_ready][:1],  # all wait for the same
        "proofs": [_row(paper, found, business_id) for paper in proofs],
        "many_sellers": len({paper.seller for paper in proofs}) > 1,
        "refused": refused if not is_mine or not is_open else "",
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
    return _answer(files.consignment_paper(found, kind, form, at=now()))


def _record(request: Any, consignment_id: UUID, business_id: UUID | None) -> HttpResponse:
    found = queries.consignment(consignment_id, business_id=business_id)
    form = ProofForm(request.POST)
    exporter = business_id or queries.seller_in(found, request.POST.get("business", "")[:40]).pk
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect(_name("consignment", business_id), consignment_id)
    said, kind = form.cleaned_data, request.POST.get("kind", "")[:30]
    try:
        if not kind.isidentifier():
            raise UnknownPaper("kind", kind=kind)
        kept = actions.record_proof(
            found,
            exporter,
            kind,
            number=said["number"],
            issued_on=said["issued_on"],
            by=request.user.pk,
            at=now(),
        )
        messages.success(request, _("Recorded. It stands on the invoice of the consignment.") if kept else _("Taken back."))
    except Refusal as refusal:
        messages.error(request, refusal.message(get_language()))
    return redirect(_name("consignment", business_id), consignment_id)


def _proof(consignment_id: UUID, asker_id: UUID | None, business: str, kind: str, form: str) -> HttpResponse:
    found = queries.consignment(consignment_id, business_id=asker_id)
    exporter = queries.seller_in(found, business)
    if asker_id is not None and exporter.pk != asker_id:
        raise UnknownConsignment(consignment=str(consignment_id))
    return _answer(files.consignment_proof(found, exporter, kind, form, at=now()))


def _answer(made: files.File) -> HttpResponse:
    answer = HttpResponse(made.data, content_type=made.content_type)
    answer["Content-Disposition"] = f'inline; filename="{made.name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _row(paper: Paper, consignment: Consignment, asker_id: UUID | None) -> dict[str, Any]:
    """One paper as the page shows it. A seller is led to the page where a thing is mended; an officer is told whose it is."""
    language = spoken(get_language())
    page = _name("proof", asker_id) if paper.seller else _name("paper", asker_id)
    place = (consignment.pk, paper.seller, paper.kind) if paper.seller else (consignment.pk, paper.kind)
    recorded = {(each.seller, each.kind): each for each in queries.issued(consignment, business_id=asker_id)} if paper.seller else {}
    issued = recorded.get((paper.seller, paper.kind))
    return {
        "kind": paper.kind,
        "name": paper.names.get(language) or paper.names["en"],
        "why": paper.why[language],
        "source": paper.source,
        "seller": paper.seller,
        "seller_name": paper.seller_name,
        "is_ready": paper.is_ready,
        "refusal": paper.refusal.message(language) if paper.refusal else "",
        "lacks": [(lack.words(language), mend(lack) if asker_id is not None else "") for lack in paper.lacks],
        "forms": [(form.upper(), reverse(page, args=[*place, form])) for form in paper.forms],
        "issued": issued,
        "form": ProofForm(
            initial={"number": issued.number, "issued_on": issued.issued_on} if issued else None,
            auto_id=f"{paper.kind}-{paper.seller}-%s",
        )
        if paper.seller
        else None,
    }


def _name(page: str, owner_id: UUID | None) -> str:
    return f"customs:{'officer' if owner_id is None else 'seller'}_{page}"


def _places(owner_id: UUID | None) -> dict[str, str]:
    """The names of this desk's pages, for the templates."""
    return {f"{page}_page": _name(page, owner_id) for page in ("consignments", "consignment", "orders", "closing", "proofs")}
