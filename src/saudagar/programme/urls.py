from django.urls import path

from saudagar.programme import pages

app_name = "programme"
urlpatterns = [
    path("seller/products/<str:product>/destinations/", pages.destinations, name="destinations"),
]
