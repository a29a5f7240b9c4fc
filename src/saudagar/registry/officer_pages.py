"""Officers: who waits, and one business in full."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from saudagar.audit import pages as audit_pages
from saudagar.audit import queries as audit
from saudagar.foundation.clock import now
from saudagar.foundation.ids import Kind, handle, parse_business
from saudagar.foundation.refusals import Refusal
from saudagar.look.asked import page_number
from saudagar.people.requests import SignedIn
from saudagar.registry import actions, queries
from saudagar.registry.access import officer
from saudagar.registry.forms import DecisionForm, refused
from saudagar.registry.models import Business
from saudagar.registry.pages import identity_rows, registration_steps
from saudagar.registry.rules import identifiers

STATES = ("submitted", "verified", "refused", "suspended", "draft")


@officer
@require_GET
def queue(request: SignedIn) -> HttpResponse:
    """GET /officer/businesses/: those that wait longest first; by state, province, name."""
    state = request.GET.get("state", "submitted")
    state = state if state in STATES else "submitted"
    page = page_number(request)
    province, text = request.GET.get("province", "")[:2], request.GET.get("q", "")[:120]
    rows, has_more = queries.queue(state=state, province=province, text=text, page=page)
    context = {
        "rows": rows,
        "state": state,
        "states": STATES,
        "province": province,
        "provinces": queries.provinces(),
        "q": text,
        "waiting": queries.waiting(),
        "next_page": page + 1 if has_more else None,
    }
    return render(request, "registry/queue.html", context)


def _business(text: str) -> Business:
    found = queries.business(parse_business(text))
    if found is None:
        raise Http404
    return found


@officer
@never_cache
@require_http_methods(["GET", "POST"])
def business(request: SignedIn, business: str) -> HttpResponse:
    """GET, POST /officer/businesses/{handle}/: everything about one business; verifying, refusing, suspending it."""
    found = _business(business)
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.decide(found.pk, form.cleaned_data["decision"], reason=form.cleaned_data["reason"], by=request.user.pk, at=now())
        except Refusal as refusal:
            refused(form, refusal)
        else:
            messages.success(request, _("Done. The owner is told."))
            return redirect("registry:officer_queue" if found.state == Business.State.SUBMITTED else request.path)
    return _shown(request, found, form)


def _shown(request: SignedIn, found: Business, form: DecisionForm, seen: dict[str, str] | None = None) -> HttpResponse:
    identities = identity_rows(found.pk)
    for row in identities:
        row["seen"] = (seen or {}).get(row["kind"], "")
    context = {
        "business": found,
        "handle": handle(Kind.BUSINESS, found.pk),
        "form": form,
        "steps": registration_steps(found),
        "identities": identities,
        "outlets": queries.outlets(found.pk),
        "plants": queries.plants(found.pk),
        "members": queries.members(found.pk),
        "area": queries.area_name(found.area_id),
        "phone": queries.business_phone_masked(found),
        "namesakes": [(other.name, other.state, handle(Kind.BUSINESS, other.pk)) for other in queries.namesakes(found)],
        "warnings": _warnings(found.pk),
        "rows": audit_pages.rows(audit.of_business(found.pk, most=20)),
    }
    return render(request, "registry/officer_business.html", context)


def _warnings(business_id: UUID) -> list[str]:
    """What the numbers themselves give to think about, in the officer's language."""
    found = []
    for identity in queries.identities(business_id):
        value = queries.identity_value(business_id, identity.kind)
        checked = identifiers.check(identity.kind, value, on=now().date(), area_exists=queries.area_exists)
        found += [warning.message(get_language()) for warning in checked.warnings]
    return found


@officer
@never_cache
@require_POST
def see_identity(request: SignedIn, business: str, kind: str) -> HttpResponse:
    """POST /officer/businesses/{handle}/identity/{kind}: the number in full, this once; the look is noted."""
    found = _business(business)
    value = actions.reveal_identity(found.pk, kind, by=request.user.pk, at=now())
    if not value:
        raise Http404
    return _shown(request, found, DecisionForm(), {kind: identifiers.check(kind, value, on=now().date()).shown})
