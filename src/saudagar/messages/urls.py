from django.urls import path

from saudagar.messages import pages

app_name = "notices"

urlpatterns = [
    path("notices/", pages.notices, name="list"),
    path("notices/reading", pages.read_all, name="read_all"),
    path("notices/<uuid:notice_id>/reading", pages.open_notice, name="open"),
]
