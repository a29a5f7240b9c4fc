from django.urls import path, re_path

from saudagar.catalogue import pages

app_name = "catalogue"
urlpatterns = [
    path("seller/products/", pages.products, name="products"),
    path("seller/products/new/", pages.new_product, name="new_product"),
    path("seller/products/<str:product>/", pages.product, name="product"),
    path("seller/products/<str:product>/facts/", pages.facts, name="facts"),
    path("seller/products/<str:product>/variants/new/", pages.variant, name="new_variant"),
    path("seller/products/<str:product>/variants/<str:variant>/", pages.variant, name="variant"),
    path("seller/products/<str:product>/variants/<str:variant>/retirement/", pages.retirement, name="retirement"),
    path("seller/products/<str:product>/photos/", pages.photos, name="photos"),
    re_path(r"^seller/products/(?P<product>[^/]+)/photos/(?P<photo>[0-9a-f-]{36})/(?P<what>removal|first)/$", pages.photo, name="photo"),
    path("seller/products/<str:product>/papers/", pages.papers, name="papers"),
    path("seller/products/<str:product>/papers/<slug:kind>/removal/", pages.paper_removal, name="paper_removal"),
    re_path(r"^seller/products/(?P<product>[^/]+)/(?P<what>readiness|archive|restoration)/$", pages.state, name="state"),
]
