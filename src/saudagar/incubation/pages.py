"""The officer's proposals, the report for anybody with its link, and the page of a counterpart."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from saudagar.audit import queries as audit
from saudagar.foundation.clock import now
from saudagar.foundation.refusals import Refusal, spoken
from saudagar.incubation import actions, jobs, queries, reports
from saudagar.incubation.forms import EDITS, CommentForm, InviteForm, LawForm, OpenForm, PilotForm, ReplayForm, SignForm
from saudagar.incubation.models import Proposal
from saudagar.incubation.rules import editing
from saudagar.incubation.wording import STEPS
from saudagar.people import queries as people
from saudagar.registry.access import officer
from saudagar.registry.queries import provinces

State = Proposal.State


def _language() -> str:
    return spoken(get_language() or "")


@officer
@require_http_methods(["GET", "POST"])
def proposals(request: HttpRequest) -> HttpResponse:
    """GET, POST /officer/proposals/: those there are; a new one on the law of today."""
    form = OpenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = actions.open_proposal(**form.cleaned_data, by=_who(request), at=now())
        return redirect("incubation:proposal", made.pk)
    return render(request, "incubation/proposals.html", {"rows": queries.proposals(), "form": form}, status=422 if form.errors else 200)


@officer
@require_GET
@never_cache
def proposal(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """GET /officer/proposals/{id}/: what it changes, what that does, who has read it, where it is tried."""
    return _page(request, queries.proposal(proposal_id))


def _page(request: HttpRequest, found: Proposal, *, forms: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    language = _language()
    given = forms or {}
    is_open = found.state in (State.DRAFT, State.SHADOW)
    rulebook = queries.proposed(found)
    edits = [
        {
            "kind": kind,
            "label": label,
            "form": given.get(kind) or made(rulebook=rulebook, on=_today(), auto_id=f"{kind}_%s"),
            "is_open": kind in given,
        }
        for kind, (label, made) in EDITS.items()
        if kind != "switch" or rulebook.switches
    ]
    replays = queries.replays(found)
    names = {area.code: area.name for area in provinces()}
    pilot = found.pilot
    context = {
        "found": found,
        "is_open": is_open,
        "is_over": found.state in (State.LAW, State.CLOSED),
        "is_current": queries.is_based_on_the_law(found),
        "changes": _changes(found, language),
        "cautions": queries.cautions(found, language) if is_open else [],
        "edits": edits if is_open else [],
        "files": sorted(queries.texts_of(found)),
        "replays": replays,
        "latest": replays[0] if replays else None,
        "replay_form": given.get("replay") or ReplayForm(auto_id="replay_%s"),
        "counterparts": queries.counterparts(found),
        "invite_form": given.get("invite") or InviteForm(auto_id="invite_%s"),
        "comments": queries.comments(found),
        "comment_form": given.get("comment") or CommentForm(auto_id="comment_%s", initial={"author": str(request.user)}),
        "signatures": queries.signatures(found),
        "shadow": _shadow(found, language),
        "pilot": pilot,
        "pilot_provinces": ", ".join(names.get(code, code) for code in pilot.provinces) if pilot else "",
        "pilot_markets": ", ".join(pilot.markets) if pilot else "",
        "effect": _effect(found, language),
        "pilot_form": given.get("pilot") or PilotForm(auto_id="pilot_%s", markets=list(queries.market_names(language).items())),
        "law_form": given.get("law") or LawForm(auto_id="law_%s", initial={"on": _today()}),
        "trail": _trail(found, language),
        "link": request.session.pop("counterpart_link", ""),
    }
    return render(request, "incubation/proposal.html", context, status=status)


def _trail(found: Proposal, language: str) -> list[dict[str, Any]]:
    """Every step in words, with who took it: an officer, a counterpart by the name of its authority, or time itself."""
    entries = audit.search(subject=str(found.pk))[0]
    officers = people.names({entry.by for entry in entries if entry.by})
    authorities = {str(row.pk): row.authority for row in queries.counterparts(found)}
    return [
        {
            "at": entry.at,
            "what": STEPS[taken][language] if (taken := entry.action.removeprefix("incubation.")) in STEPS else taken,
            "by": officers.get(entry.by, "") if entry.by else authorities.get(str(entry.facts.get("counterpart") or ""), "Saudagar"),
        }
        for entry in entries
    ]


def _changes(found: Proposal, language: str) -> list[dict[str, Any]]:
    days = queries.days(found)
    return [
        {
            "what": each.what,
            "place": each.place,
            "kind": each.kind_label(language),
            "rule": each.rule,
            "title": each.title(language),
            "fields": [(field.label(language), *field.shown(language)) for field in each.fields if field.name != "source"],
            "begins": days.get(each.rule),
        }
        for each in queries.changes(found)
    ]


def _shadow(found: Proposal, language: str) -> list[dict[str, Any]]:
    from_shown = reports.shown
    return [
        {
            "day": row.day,
            "destination": row.destination,
            "orders": row.orders,
            "changed": row.changed,
            "refused": row.refused,
            "charged": from_shown(row.landed_old, row.currency, language),
            "proposed": from_shown(row.landed_new, row.currency, language),
        }
        for row in queries.shadow_days(found)
    ]


def _effect(found: Proposal, language: str) -> dict[str, Any] | None:
    """The pilot's effect in words and numbers."""
    if not found.effect:
        return None
    names = {
        "cohort_before": _("Cohort before"),
        "cohort_during": _("Cohort during"),
        "outside_before": _("Outside before"),
        "outside_during": _("Outside during"),
    }
    rows = [
        {
            "name": names[key],
            "orders": reports.number(row["orders"], language),
            "orders_a_day": reports.number(row["orders_a_day"], language),
            "value_a_day": reports.shown(round(row["value_a_day"]), reports.HOME_CURRENCY, language),
            "landed_share": "–" if row["landed_share"] is None else f"{reports.number(row['landed_share'], language)} %",
        }
        for key in names
        if (row := found.effect["rows"].get(key))
    ]
    labels = {"orders_a_day": _("Orders a day"), "value_a_day": _("Value a day"), "landed_share": _("Share of levies and freight, points")}
    told = [
        {"name": labels[key], "value": "–" if value is None else reports.percent(value, language)}
        for key, value in found.effect["effect"].items()
    ]
    return {"rows": rows, "told": told, "is_thin": found.effect["is_thin"], "fewest": found.effect["fewest"]}


@officer
@require_POST
def edit(request: HttpRequest, proposal_id: UUID, change: str) -> HttpResponse:
    """POST /officer/proposals/{id}/edits/{limit|rate|fee|share|switch}: one more change."""
    kind = change
    found = queries.proposal(proposal_id)
    if kind not in EDITS:
        raise Http404
    form: Any = EDITS[kind][1](request.POST, rulebook=queries.proposed(found), on=_today(), auto_id=f"{kind}_%s")
    if form.is_valid():
        try:
            actions.edit(proposal_id, form.edit(), by=_who(request), at=now())
        except Refusal as refusal:
            form.add_error(None, refusal.message(get_language()))
        else:
            messages.success(request, _("The change is in the proposal."))
            return redirect("incubation:proposal", proposal_id)
    return _page(request, found, forms={kind: form}, status=422)


@officer
@require_http_methods(["GET", "POST"])
def text(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """GET, POST /officer/proposals/{id}/text?file=: the text of one file of the proposed rulebook."""
    found = queries.proposal(proposal_id)
    texts = queries.texts_of(found)
    name = request.POST.get("file") or request.GET.get("file") or min(texts)
    if name not in texts:
        raise Http404
    written, refused = texts[name], ""
    if request.method == "POST":
        written = request.POST.get("text", "")
        try:
            actions.edit(proposal_id, editing.Text(name, written), by=_who(request), at=now())
        except Refusal as refusal:
            refused = refusal.message(get_language())
        else:
            messages.success(request, _("The change is in the proposal."))
            return redirect("incubation:proposal", proposal_id)
    context = {"found": found, "file": name, "text": written, "refused": refused, "is_open": found.state in (State.DRAFT, State.SHADOW)}
    return render(request, "incubation/text.html", context, status=422 if refused else 200)


@officer
@require_POST
def step(request: HttpRequest, proposal_id: UUID, wanted: str) -> HttpResponse:
    """POST /officer/proposals/{id}/{undo|rebase|shadow|shadow-end|pilot-end|measure|close}: one step that asks for nothing more."""
    steps: dict[str, Any] = {
        "undo": actions.undo,
        "rebase": actions.rebase,
        "shadow": actions.begin_shadow,
        "shadow-end": actions.end_shadow,
        "pilot-end": actions.end_pilot,
        "close": actions.close,
    }
    try:
        if wanted == "measure":
            actions.measure(proposal_id, at=now())
        elif wanted == "shadow-now":
            while actions.compute_shadow(proposal_id, at=now()):
                pass
        elif wanted in steps:
            steps[wanted](proposal_id, by=_who(request), at=now())
        else:
            raise Http404
    except Refusal as refusal:
        messages.error(request, refusal.message(get_language()))
    return redirect("incubation:proposal", proposal_id)


@officer
@require_POST
def ask(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """POST /officer/proposals/{id}/replays/: a replay, done by the worker."""
    form = ReplayForm(request.POST, auto_id="replay_%s")
    if form.is_valid():
        data = form.cleaned_data
        try:
            with transaction.atomic():
                made = actions.ask_replay(proposal_id, orders=data["orders"], elasticities=data["elasticities"], by=_who(request), at=now())
                jobs.replay.defer(replay_id=str(made.pk))
        except Refusal as refusal:
            form.add_error(None, refusal.message(get_language()))
        else:
            return redirect("incubation:proposal", proposal_id)
    return _page(request, queries.proposal(proposal_id), forms={"replay": form}, status=422)


@officer
@require_GET
@never_cache
def standing(request: HttpRequest, proposal_id: UUID, replay_id: UUID) -> HttpResponse:
    """GET /officer/proposals/{id}/replays/{id}/standing: how far it is, for htmx."""
    found = queries.replay(proposal_id, replay_id)
    return render(request, "incubation/_standing.html", {"latest": found, "found": found.proposal})


@officer
@require_GET
def report(request: HttpRequest, proposal_id: UUID, replay_id: UUID) -> HttpResponse:
    """GET /officer/proposals/{id}/replays/{id}/: the report with every row, and the link to share what anybody may see."""
    made = reports.done(queries.replay(proposal_id, replay_id))
    token = reports.token_of(made)
    context = {
        "report": reports.report(made, _language(), is_shared=False),
        "found": made.proposal,
        "shared": request.build_absolute_uri(reverse("incubation:shared", args=[token])),
        "pdf": reverse("incubation:shared_pdf", args=[token]),
    }
    return render(request, "incubation/report.html", context)


@require_GET
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """GET /reports/rules/{token}/: the report for anybody who has the link; rows of few businesses are merged."""
    made = reports.shared(token)
    context = {
        "report": reports.report(made, _language(), is_shared=True),
        "pdf": reverse("incubation:shared_pdf", args=[token]),
        "token": token,
    }
    return _unlisted(render(request, "incubation/shared.html", context))


@require_GET
def shared_pdf(request: HttpRequest, token: str) -> HttpResponse:
    """GET /reports/rules/{token}.pdf: the same on paper."""
    made = reports.shared(token)
    response = HttpResponse(reports.pdf(made, _language(), is_shared=True), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="rules-{made.asked_at:%Y-%m-%d}.pdf"'
    return _unlisted(response)


def _unlisted(response: HttpResponse) -> HttpResponse:
    """Who has the address may read it; search engines and other sites shall not learn it."""
    response["X-Robots-Tag"], response["Referrer-Policy"], response["Cache-Control"] = "noindex", "same-origin", "private, no-store"
    return response


@officer
@require_POST
def invite(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """POST /officer/proposals/{id}/counterparts/: an authority abroad; its link is shown once."""
    form = InviteForm(request.POST, auto_id="invite_%s")
    if form.is_valid():
        try:
            token = actions.invite(proposal_id, **form.cleaned_data, by=_who(request), at=now())
        except Refusal as refusal:
            form.add_error(None, refusal.message(get_language()))
        else:
            request.session["counterpart_link"] = request.build_absolute_uri(reverse("incubation:counterpart", args=[token]))
            return redirect("incubation:proposal", proposal_id)
    return _page(request, queries.proposal(proposal_id), forms={"invite": form}, status=422)


@officer
@require_POST
def revoke(request: HttpRequest, proposal_id: UUID, counterpart_id: UUID) -> HttpResponse:
    """POST /officer/proposals/{id}/counterparts/{id}/revocation: the link opens nothing any more."""
    actions.revoke(proposal_id, counterpart_id, by=_who(request), at=now())
    return redirect("incubation:proposal", proposal_id)


@officer
@require_POST
def remark(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """POST /officer/proposals/{id}/comments/: the officer answers."""
    found = queries.proposal(proposal_id)
    form = CommentForm(request.POST, auto_id="comment_%s")
    if form.is_valid():
        actions.comment(found, form.cleaned_data["text"], author=form.cleaned_data["author"], by=_who(request), at=now())
        return redirect("incubation:proposal", proposal_id)
    return _page(request, found, forms={"comment": form}, status=422)


@officer
@require_POST
def pilot(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """POST /officer/proposals/{id}/pilot: for a cohort the proposal is law."""
    form = PilotForm(request.POST, auto_id="pilot_%s", markets=list(queries.market_names(_language()).items()))
    if form.is_valid():
        data, at = form.cleaned_data, now()
        starts_at, ends_at = actions.pilot_hours(data["starts_on"], data["ends_on"], at=at)
        try:
            actions.begin_pilot(
                proposal_id,
                provinces=data["provinces"],
                markets=data["markets"],
                starts_at=starts_at,
                ends_at=ends_at,
                by=_who(request),
                at=at,
            )
        except Refusal as refusal:
            form.add_error(None, refusal.message(get_language()))
        else:
            messages.success(request, _("For this cohort the proposal is law."))
            return redirect("incubation:proposal", proposal_id)
    return _page(request, queries.proposal(proposal_id), forms={"pilot": form}, status=422)


@officer
@require_POST
def law(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """POST /officer/proposals/{id}/law: from a day on it is law for everybody."""
    form = LawForm(request.POST, auto_id="law_%s")
    if form.is_valid():
        try:
            actions.schedule_law(proposal_id, on=form.cleaned_data["on"], by=_who(request), at=now())
        except Refusal as refusal:
            form.add_error(None, refusal.message(get_language()))
        else:
            return redirect("incubation:proposal", proposal_id)
    return _page(request, queries.proposal(proposal_id), forms={"law": form}, status=422)


@never_cache
@require_http_methods(["GET", "POST"])
def counterpart(request: HttpRequest, token: str) -> HttpResponse:
    """GET, POST /counterpart/{token}/: what an invited authority sees of its one proposal; comments and signs there."""
    at = now()
    who = queries.counterpart(token, at=at)
    found, language = who.proposal, _language()
    actions.seen(who, at=at)
    form = CommentForm(request.POST if request.POST.get("what") == "comment" else None, auto_id="comment_%s")
    sign_form = SignForm(
        request.POST if request.POST.get("what") == "sign" else None, auto_id="sign_%s", initial={"texts_sha256": found.texts_sha256}
    )
    if request.method == "POST":
        try:
            if form.is_bound and form.is_valid():
                author = f"{form.cleaned_data['author']}, {who.authority}"[:160]
                actions.comment(found, form.cleaned_data["text"], author=author, counterpart=who, at=at)
                return redirect("incubation:counterpart", token)
            if sign_form.is_bound and sign_form.is_valid():
                data = sign_form.cleaned_data
                actions.sign(who, name=data["name"], office=data["office"], texts_sha256=data["texts_sha256"], at=at)
                return redirect("incubation:counterpart", token)
        except Refusal as refusal:
            sign_form.add_error(None, refusal.message(get_language()))
    done = queries.last_replay(found)
    report_url = reverse("incubation:shared", args=[reports.token_of(done)]) if done else ""
    context = {
        "who": who,
        "found": found,
        "changes": _changes(found, language),
        "done": done,
        "report_url": report_url,
        "comments": queries.comments(found),
        "signatures": queries.signatures(found),
        "has_signed": any(row.is_alive and row.signature.counterpart_id == who.pk for row in queries.signatures(found)),
        "is_open": found.state in (State.DRAFT, State.SHADOW, State.PILOT),
        "form": form,
        "sign_form": sign_form,
        "token": token,
    }
    return _unlisted(render(request, "incubation/counterpart.html", context, status=422 if form.errors or sign_form.errors else 200))


def _today() -> date:
    return now().astimezone(actions.LAW_DAY).date()


def _who(request: HttpRequest) -> UUID:
    assert request.user.pk is not None
    return UUID(str(request.user.pk))
