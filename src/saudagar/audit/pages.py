"""The trail, for officers, operators."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from saudagar.audit import queries
from saudagar.foundation.ids import BadHandle, Kind, handle, parse_business
from saudagar.look.asked import page_number
from saudagar.people import queries as people
from saudagar.people.requests import SignedIn


@login_required
@require_GET
def trail(request: SignedIn) -> HttpResponse:
    """GET /officer/audit/: who did what, newest first; by kind of action, by business, by person."""
    if not (request.user.is_officer or request.user.is_operator):
        raise Http404
    action = request.GET.get("action", "").strip()[:60]
    asked_business = request.GET.get("business", "").strip()
    page = page_number(request)
    business_id: UUID | None = None
    error = ""
    if asked_business:
        try:
            business_id = parse_business(asked_business)
        except BadHandle as refusal:
            error = refusal.message(request.LANGUAGE_CODE)
    entries, has_more = ([], False) if error else queries.search(action=action, business_id=business_id, page=page)
    return render(
        request,
        "audit/trail.html",
        {
            "rows": rows(entries),
            "action": action,
            "business": asked_business,
            "error": error,
            "page": page,
            "next_page": page + 1 if has_more else None,
        },
    )


def rows(entries: list) -> list[dict[str, object]]:
    """Entries ready to show: people by name, businesses by handle."""
    names = people.names(entry.by for entry in entries if entry.by)
    return [
        {
            "at": entry.at,
            "action": entry.action,
            "by": names.get(entry.by, "–") if entry.by else "Saudagar",
            "business": handle(Kind.BUSINESS, entry.business_id) if entry.business_id else "",
            "subject": entry.subject,
            "facts": ", ".join(f"{name}: {fact}" for name, fact in entry.facts.items()),
        }
        for entry in entries
    ]
