from django.urls import path, re_path

from saudagar.rulebook import pages

app_name = "rulebook"

urlpatterns = [
    path("officer/rules/", pages.home, name="home"),
    path("officer/rules/goods/", pages.goods, name="goods"),
    path("officer/rules/switches/", pages.switches, name="switches"),
    path("officer/rules/switches/<slug:switch>/state/", pages.switch_state, name="switch_state"),
    path("officer/rules/findings/", pages.findings, name="findings"),
    path("officer/rules/shipped/", pages.shipped, name="shipped"),
    path("officer/rules/releases/", pages.releases, name="releases"),
    path("officer/rules/differences/", pages.differences, name="differences"),
    re_path(r"^officer/rules/(?P<country>[A-Z]{2})/$", pages.destination, name="destination"),
]
