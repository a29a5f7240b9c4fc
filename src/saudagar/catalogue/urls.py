from django.urls import path, re_path

from saudagar.catalogue import officer_pages, origin_pages, pages, plant_pages

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
    path("seller/products/<str:product>/plants/", plant_pages.product_plants, name="product_plants"),
    path("seller/products/<str:product>/origin/", origin_pages.origin, name="origin"),
    path("seller/products/<str:product>/origin/<str:agreement>/statement", origin_pages.statement, name="origin_statement"),
    path("seller/products/<str:product>/origin/<str:agreement>/ending", origin_pages.ending, name="origin_ending"),
    path("seller/plants/<str:plant>/", plant_pages.plant, name="plant"),
    path("seller/plants/<str:plant>/papers/<uuid:certificate>", plant_pages.plant_paper, name="plant_paper"),
    path("seller/certificates/", pages.certificates, name="certificates"),
    path("seller/certificates/<uuid:certificate>/withdrawal", pages.withdrawal, name="certificate_withdrawal"),
    path("seller/certificates/<uuid:certificate>/file", pages.certificate_file, name="certificate_file"),
    path("officer/hs/", officer_pages.hs_queue, name="officer_hs"),
    path("officer/hs/<str:product>/", officer_pages.hs, name="officer_hs_product"),
    path("officer/origin/", origin_pages.queue, name="officer_origin"),
    path("officer/origin/<str:product>/<str:agreement>/", origin_pages.officer_statement, name="officer_origin_statement"),
    path("officer/certificates/", officer_pages.queue, name="officer_certificates"),
    path("officer/certificates/<str:business>/<uuid:certificate>/", officer_pages.certificate, name="officer_certificate"),
    path("officer/certificates/<str:business>/<uuid:certificate>/file", officer_pages.certificate_file, name="officer_certificate_file"),
    re_path(r"^seller/products/(?P<product>[^/]+)/(?P<what>readiness|archive|restoration)/$", pages.state, name="state"),
]
