"""Officers: licences and certificates that wait for a look, one at a time."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from saudagar.audit import pages as audit_pages
from saudagar.audit import queries as audit
from saudagar.audit.actions import note
from saudagar.catalogue import actions, queries
from saudagar.catalogue.forms import CertificateDecisionForm, HsDecisionForm, paper_names, refused
from saudagar.catalogue.pages import certificate_rows, hs_help
from saudagar.catalogue.rules.product import UnknownProduct
from saudagar.foundation.clock import now
from saudagar.foundation.ids import Kind, parse_business, parse_handle
from saudagar.foundation.refusals import Refusal, spoken
from saudagar.look.asked import page_number
from saudagar.media.pages import shown_paper
from saudagar.people.requests import SignedIn
from saudagar.registry import queries as registry
from saudagar.registry.access import officer
from saudagar.rulebook.queries import current_rulebook, hs_descriptions

PAGE = 25
STATES = ("submitted", "accepted", "refused")


@officer
@require_GET
def queue(request: SignedIn) -> HttpResponse:
    """GET /officer/certificates/: those that wait longest first; by state and kind."""
    state, kind, page = request.GET.get("state", "submitted"), request.GET.get("kind", "")[:30], page_number(request)
    state = state if state in STATES else "submitted"
    found = queries.certificate_queue(state=state, kind=kind, first=(page - 1) * PAGE, most=PAGE + 1)
    shown = certificate_rows([row for row, _business, _title in found[:PAGE]], now().date())
    context = {
        "rows": [(each, business, title) for each, (_row, business, title) in zip(shown, found, strict=False)],
        "state": state,
        "states": STATES,
        "kind": kind,
        "kinds": list(paper_names(("seller", "plant", "product", "parcel")).items()),
        "waiting": queries.certificates_waiting(),
        "next_page": page + 1 if len(found) > PAGE else None,
    }
    return render(request, "catalogue/certificate_queue.html", context)


@officer
@never_cache
@require_http_methods(["GET", "POST"])
def certificate(request: SignedIn, business: str, certificate: UUID) -> HttpResponse:
    """GET, POST /officer/certificates/{business}/{id}/: the paper, what it is for, and the officer's word."""
    seller = registry.business(parse_business(business))
    if seller is None:
        raise Http404
    row = queries.certificate(seller.pk, certificate)
    form = CertificateDecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.decide_certificate(
                seller.pk,
                certificate,
                is_accepted=request.POST.get("decision") == "accept",
                reason=form.cleaned_data["reason"],
                by=request.user.pk,
                at=now(),
            )
        except Refusal as refusal:
            refused(form, refusal, "reason")
        else:
            messages.success(request, _("Done. The owner is told."))
            return redirect("catalogue:officer_certificates")
    paper = current_rulebook().papers.get(row.kind)
    language = spoken(get_language())
    try:
        product = queries.product(seller.pk, row.product_id, language) if row.product_id else None
    except UnknownProduct:
        product = None
    context = {
        "shown": certificate_rows([row], now().date())[0],
        "business": seller,
        "product": product,
        "plant": registry.plant(seller.pk, row.plant_id) if row.plant_id else None,
        "made_there": queries.titles_of_plant(seller.pk, row.plant_id, language) if row.plant_id else [],
        "given_by": paper.given_by[language] if paper else "",
        "takes": paper.takes[language] if paper else "",
        "form": form,
        "rows": audit_pages.rows([each for each in audit.of_business(seller.pk, most=50) if each.subject == str(row.id)]),
    }
    return render(request, "catalogue/officer_certificate.html", context, status=422 if form.errors else 200)


@officer
@require_GET
def certificate_file(request: SignedIn, business: str, certificate: UUID) -> HttpResponse:
    """GET /officer/certificates/{business}/{id}/file: the paper itself; the look is noted."""
    business_id = parse_business(business)
    row = queries.certificate(business_id, certificate)
    if row.document_id is None:
        raise Http404
    note("catalogue.certificate_seen", by=request.user.pk, at=now(), business_id=business_id, subject=row.id, facts={"kind": row.kind})
    return shown_paper(business_id, row.document_id)


@officer
@require_GET
def hs_queue(request: SignedIn) -> HttpResponse:
    """GET /officer/hs/: products whose code differs from the suggested one; with show=all every one that nobody confirmed."""
    show, page = "all" if request.GET.get("show") == "all" else "differing", page_number(request)
    found = queries.hs_queue(only_differing=show == "differing", first=(page - 1) * PAGE, most=PAGE + 1)
    context = {
        "rows": found[:PAGE],
        "show": show,
        "differing": queries.hs_differing(),
        "next_page": page + 1 if len(found) > PAGE else None,
    }
    return render(request, "catalogue/hs_queue.html", context)


@officer
@never_cache
@require_http_methods(["GET", "POST"])
def hs(request: SignedIn, product: str) -> HttpResponse:
    """GET, POST /officer/hs/{product}/: the product, what is suggested for its titles, and the officer's word."""
    business_id, product_id = parse_handle(product, Kind.PRODUCT)
    row = queries.product(business_id, product_id, get_language())
    business = registry.business(business_id)
    form = HsDecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.decide_hs(business_id, product_id, form.code(), reason=form.cleaned_data["reason"], by=request.user.pk, at=now())
        except Refusal as refusal:
            refused(form, refusal, "reason")
        else:
            messages.success(request, _("Saved. Titles like this one will be suggested this code."))
            return redirect("catalogue:officer_hs")
    choice = queries.hs_choice(business_id, product_id)
    context = {
        "product": row,
        "business": business,
        "choice": choice,
        "proposed_words": list(hs_descriptions(choice.proposed).values()) if choice and choice.proposed else [],
        "hs_words": list(hs_descriptions(row.hs_code).values()) if row.hs_code else [],
        "hs_help": hs_help([row.titles.get(language, "") for language in ("id", "en", "zh-hans")], most=5),
        "form": form,
        "rows": audit_pages.rows([each for each in audit.of_business(business_id, most=100) if each.subject == str(product_id)]),
    }
    return render(request, "catalogue/officer_hs.html", context, status=422 if form.errors else 200)
