from django.urls import path

from saudagar.customs import pages
from saudagar.customs.pages import consignments

app_name = "customs"

urlpatterns = [
    path("seller/orders/<str:order>/papers/", pages.order_papers, name="papers"),
    path("seller/orders/<str:order>/papers/all.zip", pages.all_papers, name="all_papers"),
    path("seller/orders/<str:order>/papers/origin/<slug:kind>", pages.order_proof, name="order_proof"),
    path("seller/orders/<str:order>/papers/<slug:kind>.<slug:form>", pages.order_paper, name="paper"),
    path("seller/products/<str:product>/paper-details/", pages.product_details, name="product_details"),
    path("seller/consignments/", consignments.seller_list, name="seller_consignments"),
    path("seller/consignments/<uuid:consignment>/", consignments.seller_consignment, name="seller_consignment"),
    path("seller/consignments/<uuid:consignment>/orders", consignments.seller_orders, name="seller_orders"),
    path("seller/consignments/<uuid:consignment>/closing", consignments.seller_closing, name="seller_closing"),
    path("seller/consignments/<uuid:consignment>/papers/<slug:kind>.<slug:form>", consignments.seller_paper, name="seller_paper"),
    path("seller/consignments/<uuid:consignment>/proofs", consignments.seller_proofs, name="seller_proofs"),
    path(
        "seller/consignments/<uuid:consignment>/proofs/<str:business>/<slug:kind>.<slug:form>",
        consignments.seller_proof,
        name="seller_proof",
    ),
    path("officer/consignments/", consignments.officer_list, name="officer_consignments"),
    path("officer/consignments/<uuid:collection>/", consignments.officer_consignment, name="officer_consignment"),
    path("officer/consignments/<uuid:collection>/orders", consignments.officer_orders, name="officer_orders"),
    path("officer/consignments/<uuid:collection>/closing", consignments.officer_closing, name="officer_closing"),
    path("officer/consignments/<uuid:collection>/papers/<slug:kind>.<slug:form>", consignments.officer_paper, name="officer_paper"),
    path("officer/consignments/<uuid:collection>/proofs", consignments.officer_proofs, name="officer_proofs"),
    path(
        "officer/consignments/<uuid:collection>/proofs/<str:business>/<slug:kind>.<slug:form>",
        consignments.officer_proof,
        name="officer_proof",
    ),
]
