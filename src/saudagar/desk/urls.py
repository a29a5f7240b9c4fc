from django.urls import path

from saudagar.desk import officer_pages, pages

app_name = "desk"

urlpatterns = [
    path("seller/", pages.home, name="home"),
    path("seller/orders/", pages.order_list, name="orders"),
    path("seller/orders/labels", pages.labels, name="labels"),
    path("seller/orders/parcels", pages.bookings, name="bookings"),
    path("seller/orders/<str:order>/", pages.order, name="order"),
    path("seller/orders/<str:order>/packing", pages.packing, name="packing"),
    path("seller/orders/<str:order>/parcel", pages.parcel, name="parcel"),
    path("seller/orders/<str:order>/label.pdf", pages.label, name="label"),
    path("seller/orders/<str:order>/handover", pages.handover, name="handover"),
    path("seller/orders/<str:order>/cancellation", pages.cancellation, name="cancellation"),
    path("officer/", officer_pages.home, name="officer"),
    path("officer/orders/<str:order>/", officer_pages.order, name="officer_order"),
]
