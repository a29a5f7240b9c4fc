from django.urls import path

from saudagar.desk import officer_pages, pages
from saudagar.desk.campaigns import officer, seller

app_name = "desk"

urlpatterns = [
    path("seller/", pages.home, name="home"),
    path("seller/orders/", pages.order_list, name="orders"),
    path("seller/orders/labels", pages.labels, name="labels"),
    path("seller/orders/parcels", pages.bookings, name="bookings"),
    path("seller/orders/<str:order>/", pages.order, name="order"),
    path("seller/orders/<str:order>/packing", pages.packing, name="packing"),
    path("seller/orders/<str:order>/parcel", pages.parcel, name="parcel"),
    path("seller/orders/<str:order>/weight", pages.weight, name="weight"),
    path("seller/orders/<str:order>/label.pdf", pages.label, name="label"),
    path("seller/orders/<str:order>/handover", pages.handover, name="handover"),
    path("seller/orders/<str:order>/cancellation", pages.cancellation, name="cancellation"),
    path("seller/campaigns/", seller.campaigns, name="seller_campaigns"),
    path("seller/campaigns/<slug:campaign>/", seller.campaign, name="seller_campaign"),
    path("seller/campaigns/<slug:campaign>/<str:listing>/", seller.application, name="seller_application"),
    path("seller/campaigns/<slug:campaign>/<str:listing>/withdrawal", seller.withdrawal, name="seller_withdrawal"),
    path("officer/", officer_pages.home, name="officer"),
    path("officer/orders/<str:order>/", officer_pages.order, name="officer_order"),
    path("officer/campaigns/", officer.campaigns, name="officer_campaigns"),
    path("officer/campaigns/new/", officer.new, name="officer_campaign_new"),
    path("officer/campaigns/<slug:campaign>/", officer.campaign, name="officer_campaign"),
    path("officer/campaigns/<slug:campaign>/edit/", officer.edit, name="officer_campaign_edit"),
    path("officer/campaigns/<slug:campaign>/progress", officer.progress, name="officer_campaign_progress"),
    path("officer/campaigns/<slug:campaign>/publication", officer.publication, name="officer_campaign_publication"),
    path("officer/campaigns/<slug:campaign>/cancellation", officer.cancellation, name="officer_campaign_cancellation"),
    path("officer/campaigns/<slug:campaign>/decisions", officer.decisions, name="officer_campaign_decisions"),
]
