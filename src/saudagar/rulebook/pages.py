"""The rule browser: what the rules say, where it was read, how sure we are, what changed, and the switches. For officers."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from saudagar.foundation.clock import now
from saudagar.foundation.refusals import Refusal, spoken
from saudagar.look.asked import page_number
from saudagar.people import queries as people
from saudagar.people.requests import SignedIn
from saudagar.rulebook import actions, browsing, queries
from saudagar.rulebook.rules.checking import ERROR, SOON, WARNING, by_certainty, coming, passed
from saudagar.rulebook.rules.checking import findings as found_by
from saudagar.rulebook.rules.model import Rulebook
from saudagar.rulebook.wording import CERTAINTY

ROWS = 50
TARIFF_ROWS = 40


def officer(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Officers only; 404 for everybody else who is signed in. This room lies below the one that has the decorator for all."""

    @wraps(view)
    @login_required
    def guarded(request: SignedIn, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_officer:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@officer
def home(request: SignedIn) -> HttpResponse:
    """GET /officer/rules/: the destinations, the release in force, and a form that asks what applies to goods."""
    rulebook, language, today = queries.current_rulebook(), _language(), now().date()
    countries = browsing.countries(rulebook, today, language)
    return render(
        request,
        "rulebook/home.html",
        {
            "rulebook": rulebook,
            "release": queries.release(rulebook.version),
            "countries": countries,
            "marks": _marks(rulebook, language),
            "rules": sum(by_certainty(rulebook).values()),
            "asked": _asked(request, today),
            "waiting": queries.waiting(),
            "thrown": queries.thrown_here(),
            "has_nomenclature": queries.has_nomenclature(),
        },
    )


@require_POST
@officer
def shipped(request: SignedIn) -> HttpResponse:
    """POST /officer/rules/shipped/: put the rules of this version in force in place of those loaded here."""
    try:
        release, _carried = actions.take_shipped(at=now(), by=request.user.pk)
    except Refusal as refusal:
        messages.error(request, refusal.message(_language()))
    else:
        messages.success(request, _("Release %(version)s is in force.") % {"version": release.version})
    return redirect("rulebook:home")


@require_safe
@officer
def destination(request: SignedIn, country: str) -> HttpResponse:
    """GET /officer/rules/{country}/?q=&kind=&page=: all rules of a destination; its tariff searched by HS code or goods."""
    rulebook, language, today = queries.current_rulebook(), _language(), now().date()
    try:
        there = browsing.destination(rulebook, country)
    except Refusal as refusal:
        raise Http404(refusal.message(language)) from refusal
    text, kind = request.GET.get("q", "").strip()[:80], request.GET.get("kind", "")
    rows = browsing.tariff(rulebook, there, today, language, text=text, kind=kind if kind in browsing.KIND_ORDER else "")
    return render(
        request,
        "rulebook/destination.html",
        {
            "there": there,
            "name": there.names[language],
            "groups": browsing.rules_of(rulebook, there, today, language),
            "page": Paginator(rows, TARIFF_ROWS).get_page(request.GET.get("page")),
            "count": len(rows),
            "q": text,
            "kind": kind,
            "kinds": browsing.kinds(there, language),
            "asked": _asked(request, today) | {"destination": country},
            "countries": browsing.countries(rulebook, today, language),
        },
    )


@require_safe
@officer
def goods(request: SignedIn) -> HttpResponse:
    """GET /officer/rules/goods/?destination=&hs=&origin=&on=&release=: what applies to goods, and why. `rules show` as a page."""
    language, today = _language(), now().date()
    asked = _asked(request, today)
    context: dict[str, Any] = {"asked": asked, "releases": queries.releases()}
    rulebook = queries.current_rulebook()
    try:
        if asked["release"]:
            rulebook = queries.rulebook_of(asked["release"])
        if asked["hs"]:
            found = browsing.applying(rulebook, asked["destination"], asked["digits"], asked["origin"], asked["day"], language, today=today)
            queries.check_hs_codes([found.hs])
            context["found"] = found
            context["descriptions"] = queries.hs_descriptions(asked["digits"])
    except Refusal as refusal:
        context["refusal"] = refusal.message(language)
    context |= {
        "rulebook": rulebook,
        "countries": browsing.countries(rulebook, today, language),
        "certainty": {mark: words[language] for mark, words in CERTAINTY.items()},
    }
    return render(request, "rulebook/goods.html", context)


@require_safe
@officer
def switches(request: SignedIn) -> HttpResponse:
    """GET /officer/rules/switches/: uncertain rules, what each waits for, and who threw a switch last."""
    return _switches(request)


@require_POST
@officer
def switch_state(request: SignedIn, switch: str) -> HttpResponse:
    """POST /officer/rules/switches/{switch}/state/: throw a switch. Makes a new release; the trail keeps the reason."""
    state, reason = request.POST.get("state", ""), request.POST.get("reason", "")[:500]
    try:
        release = actions.throw_switch(switch, on=state == "on", reason=reason, by=request.user.pk, at=now())
    except Refusal as refusal:
        return _switches(request, failed=switch, error=refusal.message(_language()), reason=reason, status=refusal.status)
    messages.success(request, _("Release %(version)s is in force.") % {"version": release.version})
    return redirect("rulebook:switches")


def _switches(request: SignedIn, *, failed: str = "", error: str = "", reason: str = "", status: int = 200) -> HttpResponse:
    rulebook = queries.current_rulebook()
    return render(
        request,
        "rulebook/switches.html",
        {
            "rulebook": rulebook,
            "hanging": browsing.switches(rulebook, now().date(), _language()),
            "throws": queries.throws(),
            "brought_in": queries.brought_in(),
            "failed": failed,
            "error": error,
            "reason": reason,
        },
        status=status,
    )


@require_safe
@officer
def findings(request: SignedIn) -> HttpResponse:
    """GET /officer/rules/findings/?level=&page=: what `rules check` finds in the release in force."""
    rulebook = queries.current_rulebook()
    today = now().date()
    found = found_by(rulebook, today, queries.known_hs_codes())
    level = request.GET.get("level", "")
    counts = {each: sum(finding.level == each for finding in found) for each in (ERROR, WARNING, "note")}
    chosen = [finding for finding in found if level not in counts or finding.level == level]
    return render(
        request,
        "rulebook/findings.html",
        {
            "rulebook": rulebook,
            "page": Paginator(chosen, ROWS).get_page(request.GET.get("page")),
            "counts": counts,
            "all": len(found),
            "level": level if level in counts else "",
            "coming": coming(rulebook, today),
            "passed": passed(rulebook, today),
            "soon": SOON.days,
            "marks": _marks(rulebook, _language()),
        },
    )


@require_safe
@officer
def releases(request: SignedIn) -> HttpResponse:
    """GET /officer/rules/releases/: every rulebook this installation has known, and a form that compares two."""
    found = queries.releases()
    names = people.names(release.loaded_by for release in found if release.loaded_by)
    page = Paginator(found, ROWS).get_page(page_number(request))
    rows = [
        {"release": release, "by": names.get(release.loaded_by, "–") if release.loaded_by else "", "before": before}
        for release, before in zip(page.object_list, [*found[page.start_index() :], None], strict=False)
    ]
    return render(request, "rulebook/releases.html", {"rows": rows, "page": page, "releases": found, "waiting": queries.waiting()})


@require_safe
@officer
def differences(request: SignedIn) -> HttpResponse:
    """GET /officer/rules/differences/?from=&to=: what changed between two releases, rule by rule and field by field."""
    language = _language()
    former, later = request.GET.get("from", "")[:24], request.GET.get("to", "")[:24]
    context: dict[str, Any] = {"former": former, "later": later, "releases": queries.releases()}
    try:
        old, new = queries.rulebook_of(former), queries.rulebook_of(later)
        changes = browsing.changes(old, new, language)
        context |= {"page": Paginator(changes, ROWS).get_page(request.GET.get("page"))}
    except Refusal as refusal:
        context["refusal"] = refusal.message(language)
    return render(request, "rulebook/differences.html", context)


def _language() -> str:
    return spoken(get_language())


def _marks(rulebook: Rulebook, language: str) -> list[tuple[str, str, int]]:
    """Certainty: mark, meaning, number of rules."""
    return [(mark, CERTAINTY[mark][language], count) for mark, count in by_certainty(rulebook).items()]


def _asked(request: HttpRequest, today: date) -> dict[str, Any]:
    """What the look-up form holds, read without believing it: a day that is none is today."""
    asked = {name: request.GET.get(name, "").strip()[:24] for name in ("destination", "hs", "origin", "on", "release")}
    try:
        day = date.fromisoformat(asked["on"]) if asked["on"] else today
    except ValueError:
        day = today
    return {
        **asked,
        "destination": asked["destination"].upper() or "CN",
        "origin": asked["origin"].upper()[:2] or "ID",
        "day": day,
        "on": day.isoformat(),
        "digits": asked["hs"].replace(".", "").replace(" ", ""),
    }
