from django.urls import path

from saudagar.stock import pages

app_name = "stock"
urlpatterns = [
    path("seller/stock/", pages.shelves, name="shelves"),
    path("seller/stock/history/", pages.history, name="history"),
    path("seller/stock/<str:pool>/", pages.shelf, name="shelf"),
    path("seller/stock/<str:pool>/count/", pages.count, name="count"),
    path("seller/stock/<str:pool>/loss/", pages.loss, name="loss"),
    path("seller/stock/<str:pool>/transfer/", pages.transfer, name="transfer"),
    path("seller/products/import/", pages.import_list, name="import_list"),
    path("seller/products/import/<uuid:kept>/", pages.import_columns, name="import_columns"),
    path("seller/products/<str:product>/stock/", pages.product, name="product"),
]
