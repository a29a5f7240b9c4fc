"""Addresses of the officer's rehearsals."""

from django.urls import path

from saudagar.site.rehearsal import pages

urlpatterns = [
    path("officer/rehearsals/", pages.rehearsals, name="rehearsals"),
    path("officer/rehearsals/<uuid:rehearsal_id>/", pages.rehearsal, name="rehearsal"),
    path("officer/rehearsals/<uuid:rehearsal_id>/standing", pages.standing, name="rehearsal_standing"),
    path("officer/rehearsals/<uuid:rehearsal_id>/certificate.<str:paper>", pages.certificate, name="rehearsal_certificate"),
]
