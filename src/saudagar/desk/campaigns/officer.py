"""The officer's campaigns: open one, decide who joins, watch it run."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from saudagar.campaigns import actions, queries
from saudagar.campaigns.models import Campaign
from saudagar.campaigns.rules import phases
from saudagar.campaigns.rules.phases import Phase
from saudagar.campaigns.rules.refusals import EntryReasonNeeded
from saudagar.catalogue.forms import refused
from saudagar.desk.campaigns.forms import CampaignForm, DecisionForm
from saudagar.desk.campaigns.rows import campaign_row, entry_views, late_of, running
from saudagar.foundation.clock import now
from saudagar.foundation.ids import Kind, parse_handle
from saudagar.foundation.refusals import Refusal
from saudagar.look.asked import page_number
from saudagar.registry.access import officer

PAGE = 25
STATES = ("applied", "approved", "refused", "withdrawn")
MOST_AT_ONCE = 100


@officer
@require_GET
def campaigns(request: HttpRequest) -> HttpResponse:
    """GET /officer/campaigns/: all of them, latest start first."""
    at, number = now(), page_number(request)
    found = queries.campaigns(first=(number - 1) * PAGE, most=PAGE + 1)
    counts = queries.counts(found)
    rows = [campaign_row(each, at, counts) for each in found[:PAGE]]
    return render(request, "desk/campaigns/officer_list.html", {"rows": rows, "next_page": number + 1 if len(found) > PAGE else 0})


@officer
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """GET, POST /officer/campaigns/new/: a draft; nobody else sees it yet."""
    form = CampaignForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        at = now()
        try:
            made = actions.draft(form.facts(soon_from=at if "soon" in request.POST else None), by=request.user.pk, at=at)
        except Refusal as refusal:
            refused(form, refusal)
        else:
            messages.success(request, _("Saved. Sellers see it when you open it."))
            return redirect("desk:officer_campaign", made.code)
    return _form_page(request, form)


@officer
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, campaign: str) -> HttpResponse:
    """GET, POST /officer/campaigns/{code}/edit/; with `soon` it begins in two minutes."""
    found, at = queries.campaign(campaign), now()
    form = CampaignForm(request.POST or None, campaign=found)
    if request.method == "POST" and form.is_valid():
        try:
            changed = actions.change(found.pk, form.facts(soon_from=at if "soon" in request.POST else None), by=request.user.pk, at=at)
        except Refusal as refusal:
            refused(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("desk:officer_campaign", changed.code)
    return _form_page(request, form, found)


def _form_page(request: HttpRequest, form: CampaignForm, campaign: Campaign | None = None) -> HttpResponse:
    row = campaign_row(campaign, now()) if campaign else None
    may_be_soon = row is None or row.phase in (Phase.DRAFTED, Phase.JOINING)
    return render(
        request,
        "desk/campaigns/officer_form.html",
        {"form": form, "row": row, "may_be_soon": may_be_soon},
        status=422 if form.errors else 200,
    )


@officer
@require_GET
def campaign(request: HttpRequest, campaign: str) -> HttpResponse:
    """GET /officer/campaigns/{code}/?state=: who waits, who joined; while it runs, how it goes."""
    return _campaign(request, queries.campaign(campaign))


def _campaign(request: HttpRequest, found: Campaign, *, form: DecisionForm | None = None) -> HttpResponse:
    at, number = now(), page_number(request)
    row = campaign_row(found, at, queries.counts([found]))
    state = request.GET.get("state", "applied")
    if state not in STATES:
        raise Http404
    window = {"first": (number - 1) * PAGE, "most": PAGE + 1}
    late = late_of(queries.sellers_of(found, state, **window), at)
    entries = queries.entries(found, state, get_language(), late_bp=late, **window)
    has_started = row.phase in (Phase.RUNNING, Phase.OVER) or (row.phase == Phase.CANCELLED and at >= found.starts_at)
    return render(
        request,
        "desk/campaigns/officer_campaign.html",
        {
            "row": row,
            "entries": entry_views(entries[:PAGE]),
            "state": state,
            "tabs": [
                ("applied", _("Waiting"), row.waiting),
                ("approved", _("Approved"), row.approved),
                ("refused", _("Refused"), row.refused),
                ("withdrawn", _("Withdrawn"), 0),
            ],
            "next_page": number + 1 if len(entries) > PAGE else 0,
            "may_decide": row.phase in phases.DECIDABLE and state == "applied",
            "may_cancel": row.phase not in (Phase.OVER, Phase.CANCELLED),
            "may_edit": row.phase not in (Phase.OVER, Phase.CANCELLED),
            "is_shown": row.phase in phases.SHOWN,
            "running": running(found, at) if has_started else None,
            "is_live": row.phase == Phase.RUNNING,
            "form": form or DecisionForm(),
        },
        status=422 if form else 200,
    )


@officer
@require_GET
@never_cache
def progress(request: HttpRequest, campaign: str) -> HttpResponse:
    """GET /officer/campaigns/{code}/progress: sold, left and pace, for htmx."""
    found, at = queries.campaign(campaign), now()
    row = campaign_row(found, at)
    context = {"row": row, "running": running(found, at), "is_live": row.phase == Phase.RUNNING}
    return render(request, "desk/campaigns/_running.html", context)


@officer
@require_POST
def publication(request: HttpRequest, campaign: str) -> HttpResponse:
    """POST /officer/campaigns/{code}/publication: sellers see it and may apply."""
    found = queries.campaign(campaign)
    try:
        actions.publish(found.pk, by=request.user.pk, at=now())
    except Refusal as refusal:
        messages.error(request, refusal.message(get_language()))
    else:
        messages.success(request, _("Open. Sellers may apply now."))
    return redirect("desk:officer_campaign", found.code)


@officer
@require_POST
def cancellation(request: HttpRequest, campaign: str) -> HttpResponse:
    """POST /officer/campaigns/{code}/cancellation: no new prices; promises hold, then the pieces go back."""
    found = queries.campaign(campaign)
    try:
        actions.cancel(found.pk, by=request.user.pk, at=now())
    except Refusal as refusal:
        messages.error(request, refusal.message(get_language()))
    else:
        messages.success(request, _("Cancelled. The sellers are told."))
    return redirect("desk:officer_campaign", found.code)


@officer
@require_POST
def decisions(request: HttpRequest, campaign: str) -> HttpResponse:
    """POST /officer/campaigns/{code}/decisions {decision, entry…, reason}: approve or refuse one or many; each stands for itself."""
    found, at = queries.campaign(campaign), now()
    chosen = [parse_handle(text, Kind.LISTING) for text in request.POST.getlist("entry")[:MOST_AT_ONCE]]
    form = DecisionForm(request.POST)
    form.is_valid()
    reason = form.cleaned_data.get("reason", "")
    is_refusal = request.POST.get("decision") == "refuse"
    if is_refusal and not reason.strip():
        refused(form, EntryReasonNeeded("reason"))
        return _campaign(request, found, form=form)
    late = late_of(list(dict.fromkeys(business_id for business_id, _listing in chosen)), at)
    done = 0
    for business_id, listing_id in chosen:
        problem = _decide(
            found, business_id, listing_id, reason=reason if is_refusal else None, late_bp=late[business_id], by=request.user.pk
        )
        if problem:
            messages.error(request, problem)
        else:
            done += 1
    if done:
        words = (
            ngettext("%(number)d application refused. The seller is told.", "%(number)d applications refused. The sellers are told.", done)
            if is_refusal
            else ngettext("%(number)d product joins the campaign.", "%(number)d products join the campaign.", done)
        )
        messages.success(request, words % {"number": done})
    elif not chosen:
        messages.error(request, _("Choose at least one application."))
    return redirect("desk:officer_campaign", found.code)


def _decide(campaign: Campaign, business_id: UUID, listing_id: UUID, *, reason: str | None, late_bp: int, by: UUID | None) -> str:
    """Approves, or refuses with a reason; in words what stood against it."""
    entry = queries.entry_of_listing(business_id, campaign, listing_id)
    if entry is None:
        raise Http404
    try:
        if reason is None:
            actions.approve(business_id, entry.pk, late_bp=late_bp, by=by, at=now())
        else:
            actions.refuse(business_id, entry.pk, reason=reason, by=by, at=now())
    except Refusal as refusal:
        known = queries.goods(campaign, [(business_id, listing_id)], get_language()).get((business_id, listing_id))
        return f"{known.name if known else ''}: {refusal.message(get_language())}"
    return ""
