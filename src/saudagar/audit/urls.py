from django.urls import path

from saudagar.audit import pages

app_name = "audit"

urlpatterns = [path("officer/audit/", pages.trail, name="trail")]
