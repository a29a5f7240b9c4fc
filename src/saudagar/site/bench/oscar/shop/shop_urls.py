"""Addresses of the shop: oscar's own."""

from django.apps import apps
from django.core.wsgi import get_wsgi_application
from django.urls import include, path

application = get_wsgi_application()

urlpatterns = [
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include(apps.get_app_config("oscar").urls[0])),  # type: ignore[attr-defined]  # of oscar's own class
]
