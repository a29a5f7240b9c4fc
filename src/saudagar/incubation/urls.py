from django.urls import path

from saudagar.incubation import pages

app_name = "incubation"

urlpatterns = [
    path("officer/proposals/", pages.proposals, name="proposals"),
    path("officer/proposals/<uuid:proposal_id>/", pages.proposal, name="proposal"),
    path("officer/proposals/<uuid:proposal_id>/edits/<slug:change>", pages.edit, name="edit"),
    path("officer/proposals/<uuid:proposal_id>/text", pages.text, name="text"),
    path("officer/proposals/<uuid:proposal_id>/steps/<slug:wanted>", pages.step, name="step"),
    path("officer/proposals/<uuid:proposal_id>/replays/", pages.ask, name="replays"),
    path("officer/proposals/<uuid:proposal_id>/replays/<uuid:replay_id>/", pages.report, name="report"),
    path("officer/proposals/<uuid:proposal_id>/replays/<uuid:replay_id>/standing", pages.standing, name="standing"),
    path("officer/proposals/<uuid:proposal_id>/counterparts/", pages.invite, name="counterparts"),
    path("officer/proposals/<uuid:proposal_id>/counterparts/<uuid:counterpart_id>/revocation", pages.revoke, name="revocation"),
    path("officer/proposals/<uuid:proposal_id>/comments/", pages.remark, name="comments"),
    path("officer/proposals/<uuid:proposal_id>/pilot", pages.pilot, name="pilot"),
    path("officer/proposals/<uuid:proposal_id>/law", pages.law, name="law"),
    path("reports/rules/<str:token>.pdf", pages.shared_pdf, name="shared_pdf"),
    path("reports/rules/<str:token>/", pages.shared, name="shared"),
    path("counterpart/<str:token>/", pages.counterpart, name="counterpart"),
]
