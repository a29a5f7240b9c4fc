from django.urls import path

from saudagar.shipping import api

app_name = "shipping"

urlpatterns = [
    path("api/v1/carriers/<str:carrier>/notices", api.notices, name="notices"),
]
