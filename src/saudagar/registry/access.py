"""Who may see a page: decorators for sellers, owners and officers. To everybody else the page does not exist."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from saudagar.people.requests import SignedIn
from saudagar.registry import queries
from saudagar.registry.models import Business
from saudagar.registry.queries import MembershipRow

SESSION_KEY = "business_id"

View = Callable[..., HttpResponse]


class SellerRequest(SignedIn):
    """What a view behind `@seller` receives. `business.pk` is the only business_id it may use."""

    business: Business
    membership: MembershipRow


def chosen_membership(request: HttpRequest) -> MembershipRow | None:
    """The business this person works for now: the one they switched to, else the first. Checked anew on each request."""
    user_id: UUID = request.user.pk  # type: ignore[assignment]
    chosen = request.session.get(SESSION_KEY)
    found = queries.membership(UUID(chosen), user_id) if chosen else None
    if found is None:
        found = next(iter(queries.memberships(user_id)), None)
        if found:
            choose(request, found.business.pk)
    return found


def choose(request: HttpRequest, business_id: UUID) -> None:
    """Remembers which of several businesses the person works for. The caller has checked the membership."""
    request.session[SESSION_KEY] = str(business_id)


def _guarded(view: View, allowed: Callable[[MembershipRow], bool]) -> View:
    @wraps(view)
    @login_required
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        membership = chosen_membership(request)
        if membership is None:
            return redirect("registry:businesses" if queries.invitations(request.user) else "registry:register")
        if not allowed(membership):
            raise Http404
        request.business, request.membership = membership.business, membership
        return view(request, *args, **kwargs)

    return guarded


def seller(view: View) -> View:
    """Owner or staff of a business: sets request.business and request.membership. Who has none is led to the registration."""
    return _guarded(view, lambda membership: True)


def owner(view: View) -> View:
    """Owners only; 404 for staff."""
    return _guarded(view, lambda membership: membership.is_owner)


def officer(view: View) -> View:
    """Officers only; 404 for everybody else who is signed in."""

    @wraps(view)
    @login_required
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not getattr(request.user, "is_officer", False):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def operator(view: View) -> View:
    """Operators only; 404 for everybody else who is signed in."""

    @wraps(view)
    @login_required
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not getattr(request.user, "is_operator", False):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded
