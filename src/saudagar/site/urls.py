"""Every address of the site, room by room."""

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import URLPattern, URLResolver, include, path

from saudagar.api.v1 import api, docs
from saudagar.site import health

# What packages register of themselves and nobody here should see or change: addresses unmasked, groups we do not use.
for unwanted in (Group, EmailAddress, EmailConfirmation, Authenticator):
    if admin.site.is_registered(unwanted):
        admin.site.unregister(unwanted)

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.alive),
    path("readyz", health.ready),
    path("metrics", health.metrics),
    path("admin/", admin.site.urls),
    path("api/v1/", api.urls),
    path("api/docs", docs),
    path("accounts/", include("saudagar.people.urls")),
    path("", include("saudagar.look.urls")),
    path("", include("saudagar.media.urls")),
    path("", include("saudagar.messages.urls")),
    path("", include("saudagar.audit.urls")),
    path("", include("saudagar.registry.urls")),
    path("", include("saudagar.rulebook.urls")),
    path("", include("saudagar.stock.urls")),
    path("", include("saudagar.markets.urls")),
    path("", include("saudagar.catalogue.urls")),
    path("", include("saudagar.shipping.urls")),
    path("", include("saudagar.customs.urls")),
    path("", include("saudagar.payments.urls")),
    path("", include("saudagar.settlement.urls")),
    path("", include("saudagar.programme.urls")),
    path("", include("saudagar.incubation.urls")),
    path("", include("saudagar.desk.urls")),
    path("", include("saudagar.site.rehearsal.urls")),
    path("", include("saudagar.storefront.urls")),  # last: /{market}/ takes any short word
]
