"""Signing in, and one's own account."""

from typing import Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.account.views import LoginView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from saudagar.foundation.clock import now
from saudagar.people import actions, demo, limits
from saudagar.people.forms import PasswordForm, ProfileForm
from saudagar.people.queries import contacts


class PasswordLogin(LoginView):
    """GET, POST /accounts/login/password/."""

    template_name = "account/login_password.html"

    def get_form_class(self) -> type[PasswordForm]:
        return PasswordForm


def _next(request: HttpRequest) -> str | None:
    path = request.POST.get("next") or request.GET.get("next") or ""
    return path if url_has_allowed_host_and_scheme(path, allowed_hosts={request.get_host()}, require_https=request.is_secure()) else None


@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """POST /accounts/demo/: one of the cast walks in without a code. Exists in the demo only."""
    somebody = demo.person(request.POST.get("person", ""))
    if not settings.DEMO or somebody is None:
        raise Http404
    limits.spend(request, "demo")
    user = demo.prepare(somebody, at=now())
    record_authentication(request, user, method="demo")
    return perform_login(request, Login(user=user, redirect_url=_next(request)))


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """GET, POST /accounts/: one's name, language and ways to be reached."""
    user: Any = request.user
    form = ProfileForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        actions.rename(user.pk, name=form.cleaned_data["name"], language=form.cleaned_data["language"])
        messages.success(request, _("Saved."))
        return redirect("people:profile")
    return render(request, "people/profile.html", {"form": form, "contacts": contacts(user), "has_password": user.has_usable_password()})
