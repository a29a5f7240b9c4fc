"""The officer's desk: what waits, and orders without personal data."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from saudagar.desk import queries
from saudagar.foundation.clock import now
from saudagar.foundation.ids import BadHandle, Kind, parse_handle
from saudagar.registry.access import officer


@require_GET
@officer
def home(request: HttpRequest) -> HttpResponse:
    """GET /officer/: queues, troubles, whether the books are right. ?order= leads to an order."""
    wanted = request.GET.get("order", "").strip()[:60]
    if wanted:
        try:
            parse_handle(wanted, Kind.ORDER)
            return redirect("desk:officer_order", wanted.upper())
        except BadHandle:
            pass
    return render(request, "desk/officer.html", {"home": queries.officer_home(at=now()), "wanted": wanted})


@require_GET
@officer
def order(request: HttpRequest, order: str) -> HttpResponse:
    """GET /officer/orders/{handle}/: one order of any seller, read-only, without who bought it."""
    return render(request, "desk/officer_order.html", {"detail": queries.officer_order(order, language=get_language())})
