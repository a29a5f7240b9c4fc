"""What one was told."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST

from saudagar.foundation.clock import now
from saudagar.look.asked import page_number
from saudagar.messages import actions, queries
from saudagar.people.requests import SignedIn


@login_required
@require_GET
def notices(request: SignedIn) -> HttpResponse:
    """GET /notices/: what one was told, newest first."""
    page = page_number(request)
    rows, has_more = queries.notices(request.user.pk, get_language() or "id", page=page)
    return render(request, "messages/notices.html", {"rows": rows, "next_page": page + 1 if has_more else None, "page": page})


@login_required
@require_POST
def read_all(request: SignedIn) -> HttpResponse:
    """POST /notices/reading: everything has been seen."""
    actions.mark_read(request.user.pk, at=now())
    return redirect("notices:list")


@login_required
@require_POST
def open_notice(request: SignedIn, notice_id: UUID) -> HttpResponse:
    """POST /notices/{id}/reading: one has been seen; goes where it leads."""
    link = queries.notice_link(request.user.pk, notice_id)
    if link is None:
        raise Http404
    actions.mark_read(request.user.pk, at=now(), notice_id=notice_id)
    return redirect(link or "notices:list")
