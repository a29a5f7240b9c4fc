from django.urls import path, re_path

from saudagar.markets import pages

app_name = "markets"
urlpatterns = [
    path("seller/products/<str:product>/markets/", pages.product, name="product"),
    path("seller/products/<str:product>/markets/<slug:market>/offer/", pages.offer, name="offer"),
    path("seller/products/<str:product>/markets/<slug:market>/pause/", pages.pause, name="pause"),
    path("seller/products/<str:product>/prices/<str:listing>/", pages.price, name="price"),
    path("officer/pavilion/", pages.pavilions, name="pavilions"),
    path("officer/pavilion/<slug:market>/", pages.pavilion, name="pavilion"),
    path("officer/pavilion/<slug:market>/<str:product>/", pages.candidate, name="candidate"),
    re_path(r"^officer/pavilion/(?P<market>[\w-]+)/(?P<product>\w+)/(?P<what>approval|refusal|feature)/$", pages.decision, name="decision"),
    path("officer/rates/", pages.rates, name="rates"),
]
