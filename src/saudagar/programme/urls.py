from django.urls import path

from saudagar.programme import pages

app_name = "programme"
urlpatterns = [
    path("seller/products/<str:product>/destinations/", pages.destinations, name="destinations"),
    path("seller/products/<str:product>/readiness-for-export/", pages.product_readiness, name="product_readiness"),
    path("seller/readiness/", pages.readiness, name="readiness"),
    path("officer/readiness/", pages.officer_list, name="officer_list"),
]
