from django.urls import path

from saudagar.customs import pages

app_name = "customs"

urlpatterns = [
    path("seller/orders/<str:order>/papers/<slug:kind>.pdf", pages.order_paper, name="paper"),
]
