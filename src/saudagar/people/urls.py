"""/accounts/: our pages first, then what django-allauth brings and we keep."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from saudagar.people import pages

_to_sign_in = RedirectView.as_view(pattern_name="account_login", query_string=True)
_to_profile = RedirectView.as_view(pattern_name="people:profile")

people = (
    [
        path("", pages.profile, name="profile"),
        path("login/password/", pages.PasswordLogin.as_view(), name="password_login"),
        path("demo/", pages.demo_sign_in, name="demo_sign_in"),
    ],
    "people",
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(people)),
    # One door for all: a code proves the address, so there is no separate sign-up, nor a password to be reset.
    path("signup/", _to_sign_in),
    path("password/reset/", _to_sign_in),
    path("login/code/", _to_sign_in),
    path("email/", _to_profile),
    path("", include("allauth.account.urls")),
    path("2fa/", include("allauth.mfa.urls")),
]
