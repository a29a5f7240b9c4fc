from django.urls import path, re_path

from saudagar.registry import officer_pages, pages

app_name = "registry"

urlpatterns = [
    path("seller/register/", pages.register, name="register"),
    path("seller/register/identity/", pages.register_identity, name="register_identity"),
    path("seller/register/outlet/", pages.register_outlet, name="register_outlet"),
    path("seller/register/review/", pages.register_review, name="register_review"),
    path("seller/business/", pages.business, name="business"),
    path("seller/business/description/", pages.describe, name="describe"),
    path("seller/business/identity/", pages.add_identity, name="add_identity"),
    path("seller/businesses/", pages.businesses, name="businesses"),
    path("seller/businesses/<str:business>/selection", pages.select, name="select"),
    path("seller/invitations/<uuid:invitation_id>/answer", pages.answer_invitation, name="answer_invitation"),
    path("seller/outlets/", pages.outlets, name="outlets"),
    path("seller/outlets/new/", pages.outlet, name="new_outlet"),
    path("seller/outlets/<str:outlet>/", pages.outlet, name="outlet"),
    path("seller/outlets/<str:outlet>/removal", pages.remove_outlet, name="remove_outlet"),
    path("seller/plants/", pages.plants, name="plants"),
    path("seller/plants/new/", pages.plant_facts, name="new_plant"),
    path("seller/plants/<str:plant>/facts/", pages.plant_facts, name="plant_facts"),
    re_path(r"^seller/plants/(?P<plant>[^/]+)/(?P<what>closing|opening)$", pages.plant_state, name="plant_state"),
    path("seller/team/", pages.team, name="team"),
    path("seller/team/<uuid:user_id>/role", pages.change_role, name="change_role"),
    path("seller/team/<uuid:user_id>/removal", pages.remove_member, name="remove_member"),
    path("seller/team/invitations/<uuid:invitation_id>/withdrawal", pages.withdraw_invitation, name="withdraw_invitation"),
    path("officer/businesses/", officer_pages.queue, name="officer_queue"),
    path("officer/businesses/<str:business>/", officer_pages.business, name="officer_business"),
    path("officer/businesses/<str:business>/identity/<str:kind>", officer_pages.see_identity, name="see_identity"),
]
