"""Trade agreements: what a seller states of a product's origin, and the officers who look at it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from saudagar.audit import pages as audit_pages
from saudagar.audit import queries as audit
from saudagar.catalogue import actions, queries
from saudagar.catalogue.forms import CRITERIA_SAID, SHOWN_BY, OriginForm, WithdrawalForm, refused
from saudagar.catalogue.models import OriginStatement
from saudagar.catalogue.pages import own
from saudagar.catalogue.queries import ProductRow
from saudagar.catalogue.rules.origin import USUAL, UnknownStatement
from saudagar.foundation.clock import now
from saudagar.foundation.ids import Kind, parse_handle
from saudagar.foundation.money import shown
from saudagar.foundation.refusals import Refusal, spoken
from saudagar.look.asked import page_number
from saudagar.people.requests import SignedIn
from saudagar.registry.access import SellerRequest, officer, seller
from saudagar.rulebook.queries import current_rulebook
from saudagar.rulebook.rules.agreements import Agreement, Lower
from saudagar.rulebook.rules.labels import key_label
from saudagar.rulebook.rules.saying import rate_said

PAGE = 25
STATED, STALE, OVER, ENDED, WITHDRAWN = "stated", "stale", "over", "ended", "withdrawn"


@dataclass(frozen=True, slots=True)
class PlaceShown:
    """A destination that takes less under an agreement; limit: up to which value a declaration does, "" where never."""

    name: str
    rate: str
    usual: str
    limit: str
    source: str
    certainty: str


@dataclass(frozen=True, slots=True)
class AgreementShown:
    """One agreement on a product's page, with what was stated and the form to state it."""

    agreement: Agreement
    paper: str
    given_by: str
    takes: str
    places: list[PlaceShown]
    row: OriginStatement | None
    standing: str  # stated, stale (the product has another code or origin now), over, ended, withdrawn; "" where nothing was said
    criterion: str
    how: str
    form: OriginForm

    @property
    def is_open(self) -> bool:
        return bool(self.form.errors)


@seller
@require_GET
def origin(request: SellerRequest, product: str) -> HttpResponse:
    """GET /seller/products/{product}/origin/: agreements under which it pays less duty, and what was stated of its origin."""
    return _origin(request, own(request, product))


def _origin(request: SellerRequest, product_id: UUID, *, wrong: tuple[str, OriginForm] | None = None) -> HttpResponse:
    on = now().astimezone(actions.JAKARTA).date()
    row = queries.product(request.business.pk, product_id, get_language())
    stated = {each.agreement: each for each in queries.origin_statements(request.business.pk, product_id)}
    found = [
        _shown(each, stated.pop(each.name, None), row, on, wrong[1] if wrong and wrong[0] == each.name else None)
        for each in queries.agreements_for(row.hs_code, row.origin, on)
    ]
    context = {
        "product": row,
        "rows": found,
        # What was stated for a code the product no longer has, under agreements that do nothing for the new one.
        "idle": [each for each in stated.values() if each.state == OriginStatement.State.STATED],
    }
    return render(request, "catalogue/origin.html", context, status=422 if wrong else 200)


@seller
@require_POST
def statement(request: SellerRequest, product: str, agreement: str) -> HttpResponse:
    """POST /seller/products/{product}/origin/{agreement}/statement: it is of Indonesian origin under this agreement, and why."""
    product_id, at = own(request, product), now()
    row = queries.product(request.business.pk, product_id, get_language())
    found = queries.agreement_for(row.hs_code, row.origin, agreement, at.astimezone(actions.JAKARTA).date())
    if found is None:
        raise UnknownStatement(agreement=agreement[:20])
    form = OriginForm(request.POST, agreement=found, prefix=agreement)
    if form.is_valid():
        try:
            actions.state_origin(request.business.pk, product_id, agreement, form.said(), by=request.user.pk, at=at)
        except Refusal as refusal:
            refused(form, refusal)
        else:
            messages.success(request, _("Saved. New orders abroad are priced with it."))
            return redirect("catalogue:origin", product)
    return _origin(request, product_id, wrong=(agreement, form))


@seller
@require_POST
def ending(request: SellerRequest, product: str, agreement: str) -> HttpResponse:
    """POST /seller/products/{product}/origin/{agreement}/ending: it is true no longer."""
    actions.end_origin(request.business.pk, own(request, product), agreement, by=request.user.pk, at=now())
    messages.success(request, _("Taken back. New orders are priced without it; those that were placed keep their price."))
    return redirect("catalogue:origin", product)


@officer
@require_GET
def queue(request: SignedIn) -> HttpResponse:
    """GET /officer/origin/: what sellers state of the origin of their goods, newest first; by state."""
    state, page = request.GET.get("state", OriginStatement.State.STATED), page_number(request)
    state = state if state in OriginStatement.State.values else OriginStatement.State.STATED
    found = queries.origin_queue(state, first=(page - 1) * PAGE, most=PAGE + 1)
    context = {
        "rows": found[:PAGE],
        "state": state,
        "states": OriginStatement.State.values,
        "today": now().astimezone(actions.JAKARTA).date(),
        "next_page": page + 1 if len(found) > PAGE else None,
    }
    return render(request, "catalogue/origin_queue.html", context)


@officer
@never_cache
@require_http_methods(["GET", "POST"])
def officer_statement(request: SignedIn, product: str, agreement: str) -> HttpResponse:
    """GET, POST /officer/origin/{product}/{agreement}/: one statement; POST {decision: withdraw | allow, reason}."""
    business_id, product_id = parse_handle(product, Kind.PRODUCT)
    found = queries.origin_statement(business_id, product_id, agreement)
    if found is None:
        raise Http404
    decision = request.POST.get("decision", "")
    if request.method == "POST" and decision not in ("allow", "withdraw"):
        return HttpResponseBadRequest()
    form = WithdrawalForm(request.POST if decision == "withdraw" else None)
    if decision == "allow" or form.is_valid():
        try:
            if decision == "allow":
                actions.allow_origin(business_id, product_id, agreement, by=request.user.pk, at=now())
            else:
                actions.withdraw_origin(
                    business_id, product_id, agreement, reason=form.cleaned_data["reason"], by=request.user.pk, at=now()
                )
        except Refusal as refusal:
            if decision == "allow":  # nothing was written that could be mended
                messages.error(request, refusal.message(get_language()))
                return redirect("catalogue:officer_origin_statement", product, agreement)
            refused(form, refusal, "reason")
        else:
            messages.success(request, _("Done. The owner is told."))
            return redirect("catalogue:officer_origin")
    row = queries.product(business_id, product_id, get_language())
    known = queries.agreement_for(row.hs_code, row.origin, agreement, now().astimezone(actions.JAKARTA).date())
    trail, _more = audit.search(action="catalogue.origin_", business_id=business_id, subject=str(product_id))
    context = {
        "found": found,
        "product": row,
        "agreement": known,
        "paper": key_label(known.proof, current_rulebook(), spoken(get_language())) if known else "",
        "places": [_place(each) for each in known.places] if known else [],
        "criterion": dict(CRITERIA_SAID).get(found.row.criterion, ""),
        "how": dict(SHOWN_BY).get(found.row.shown_by, ""),
        "form": form,
        "rows": audit_pages.rows([each for each in trail if each.facts.get("agreement") == agreement]),
    }
    return render(request, "catalogue/officer_origin.html", context, status=422 if form.errors else 200)


def _shown(agreement: Agreement, row: OriginStatement | None, product: ProductRow, on: date, wrong: OriginForm | None) -> AgreementShown:
    rulebook, language = current_rulebook(), spoken(get_language())
    paper = rulebook.papers.get(agreement.proof)
    return AgreementShown(
        agreement,
        key_label(agreement.proof, rulebook, language),
        paper.given_by[language] if paper else "",
        paper.takes[language] if paper else "",
        [_place(each) for each in agreement.places],
        row,
        _standing(row, product, on),
        str(dict(CRITERIA_SAID).get(row.criterion, "")) if row else "",
        str(dict(SHOWN_BY).get(row.shown_by, "")) if row and not agreement.is_declared else "",
        wrong or OriginForm(agreement=agreement, prefix=agreement.name, initial=_initial(agreement, row, on)),
    )


def _standing(row: OriginStatement | None, product: ProductRow, on: date) -> str:
    if row is None:
        return ""
    if row.state != OriginStatement.State.STATED:
        return WITHDRAWN if row.state == OriginStatement.State.WITHDRAWN else ENDED
    if (row.hs, row.origin) != (product.hs_code, product.origin):
        return STALE
    return OVER if row.valid_until < on else STATED


def _initial(agreement: Agreement, row: OriginStatement | None, on: date) -> dict[str, object]:
    if row is None:
        return {"shown_by": "declaration" if agreement.takes_declaration else "paper", "valid_until": (on + USUAL).isoformat()}
    return {
        "criterion": row.criterion,
        "regional_value": row.regional_value or None,
        "shown_by": row.shown_by,
        "valid_until": (on + USUAL).isoformat(),
    }


def _place(lower: Lower) -> PlaceShown:
    rulebook, language = current_rulebook(), spoken(get_language())
    known = rulebook.unions.get(lower.destination) or rulebook.destinations[lower.destination]
    currency = next(
        each.currency for each in rulebook.destinations.values() if lower.destination in (each.code, each.union)
    )  # in which rates by weight are
    return PlaceShown(
        known.names[language],
        rate_said(lower.rate, currency, language),
        rate_said(lower.usual, currency, language) if lower.usual else "",
        shown(lower.waived_up_to, lower.currency, language) if lower.waived_up_to else "",
        lower.source,
        lower.certainty,
    )
