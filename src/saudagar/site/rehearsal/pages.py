"""The officer's rehearsals: start a small one, watch it, take its certificate along."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from saudagar.foundation.clock import now
from saudagar.foundation.refusals import Refusal, spoken
from saudagar.look.parts import Bar
from saudagar.registry.access import officer
from saudagar.site.jobs import play_rehearsal
from saudagar.site.models import Rehearsal
from saudagar.site.rehearsal import actions, papers, queries
from saudagar.site.rehearsal.forms import STEPS, AskForm
from saudagar.site.rehearsal.rules import is_cut_off
from saudagar.site.rehearsal.words import CHECK_WORDS, COUNTED, number, said

MOST_BARS = 40


@officer
@require_http_methods(["GET", "POST"])
def rehearsals(request: HttpRequest) -> HttpResponse:
    """GET, POST /officer/rehearsals/?campaign=: those there were; a new one, small and one at a time."""
    at = now()
    known = [(each.code, str(each.names.get(get_language() or "", each.code))) for each in queries.campaigns_to_rehearse(at=at)]
    wanted = request.GET.get("campaign", "")
    initial = {"campaign": wanted} if wanted in dict(known) else {}
    form = AskForm(request.POST if request.method == "POST" else None, campaigns=known, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                assert request.user.pk is not None
                made = actions.ask(**form.cleaned_data, by=request.user.pk, at=at)
                play_rehearsal.defer(rehearsal_id=str(made.pk))
        except Refusal as refusal:
            form.add_error(None, refusal.message(get_language()))
        else:
            messages.success(request, _("The rehearsal begins in a moment."))
            return redirect("rehearsal", made.pk)
    rows = queries.newest()
    context = {"form": form, "rows": [_row(each, at) for each in rows], "is_busy": any(_row(each, at)["is_open"] for each in rows)}
    return render(request, "rehearsal/rehearsals.html", context, status=422 if form.errors else 200)


@officer
@require_GET
@never_cache
def rehearsal(request: HttpRequest, rehearsal_id: UUID) -> HttpResponse:
    """GET /officer/rehearsals/{id}/: how it goes, and what came of it."""
    return render(request, "rehearsal/rehearsal.html", _context(queries.rehearsal(rehearsal_id)))


@officer
@require_GET
@never_cache
def standing(request: HttpRequest, rehearsal_id: UUID) -> HttpResponse:
    """GET /officer/rehearsals/{id}/standing: the same without the frame, for htmx."""
    return render(request, "rehearsal/_standing.html", _context(queries.rehearsal(rehearsal_id)))


@officer
@require_GET
def certificate(request: HttpRequest, rehearsal_id: UUID, paper: str) -> HttpResponse:
    """GET /officer/rehearsals/{id}/certificate.{json,html,pdf}: to keep. The page brings its own looks, so it is not shown here."""
    found = queries.rehearsal(rehearsal_id)
    if found.certificate is None:
        raise Http404
    language = spoken(get_language() or "")
    if paper == "json":
        response: HttpResponse = JsonResponse(found.certificate, json_dumps_params={"indent": 1, "ensure_ascii": False})
    elif paper == "html":
        response = HttpResponse(papers.page(found.certificate, language), content_type="text/html; charset=utf-8")
    elif paper == "pdf":
        response = HttpResponse(papers.pdf(found.certificate, language), content_type="application/pdf")
    else:
        raise Http404
    response["Content-Disposition"] = f'attachment; filename="rehearsal-{found.asked_at:%Y-%m-%d-%H%M}.{paper}"'
    return response


def _context(found: Rehearsal) -> dict[str, Any]:
    at = now()
    return {"row": _row(found, at), "progress": _progress(found), "result": _result(found)}


def _row(found: Rehearsal, at: Any) -> dict[str, Any]:
    is_cut = found.is_open and is_cut_off(found.state, silent=at - found.seen_at)
    state = "rehearsal_broken" if is_cut or found.state == Rehearsal.State.BROKEN else found.state
    return {
        "id": found.pk,
        "state": state,
        "is_open": found.is_open and not is_cut,
        "orders": number(found.orders, spoken(get_language() or "")),
        "kill": found.kill,
        "campaign": found.campaign,
        "asked_at": found.asked_at,
        "failure": _("It was cut off.") if is_cut or found.failure == "cut off" else found.failure,
    }


def _progress(found: Rehearsal) -> dict[str, Any]:
    facts, language = found.progress, spoken(get_language() or "")
    rates = facts.get("rates", [])[-MOST_BARS:]
    figures = {name: number(facts.get(name, 0), language) for name in ("placed", "refused", "sold", "hot", "waiting", "p50_ms", "p99_ms")}
    return {
        **figures,
        "step": STEPS.get(facts.get("step", ""), facts.get("step", "")),
        "has_begun": bool(rates),
        "killed": len(facts.get("killed", [])),
        "bars": [Bar("", rate, number(rate, language)) for rate in rates] if any(rates) else [],
    }


def _result(found: Rehearsal) -> dict[str, Any] | None:
    if found.certificate is None:
        return None
    language = spoken(get_language() or "")
    return {
        "is_passed": found.certificate["verdict"] == "passed",
        "numbers": papers.shown(found.certificate, language)["figures"],
        "checks": [
            {
                "name": said(CHECK_WORDS[row["code"]], language),
                "examined": f"{number(row['examined'], language)} {said(COUNTED[row['counted']], language)}",
                "wrong": number(row["wrong"], language),
                "is_right": not row["wrong"],
            }
            for row in found.certificate["checks"]
        ],
    }
