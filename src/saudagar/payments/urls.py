from django.urls import path

from saudagar.payments import pages

app_name = "payments"
urlpatterns = [
    path("pay/<str:purchase>/", pages.pay, name="pay"),
    path("pay/<str:purchase>/check", pages.check, name="check"),
    path("pay/<str:purchase>/standing", pages.standing, name="standing"),
    path("pay/<str:purchase>/qris.png", pages.code, name="code"),
]
