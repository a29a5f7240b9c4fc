"""After the order: the purchase and its parcels, and the list of what this browser or this buyer bought."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from saudagar.foundation.clock import now
from saudagar.foundation.ids import Kind, parse_handle
from saudagar.orders import actions as orders
from saudagar.orders import queries as order_queries
from saudagar.orders.models import Purchase
from saudagar.orders.rules import UnknownOrder
from saudagar.storefront import cookies, following
from saudagar.storefront.access import time_of
from saudagar.storefront.rules import NotYourOrder


@never_cache
@require_safe
def purchase(request: HttpRequest, purchase: str) -> HttpResponse:
    """GET /purchases/{purchase}/: how far it is; with goods, sums and address only for whoever bought it."""
    found = order_queries.purchase_by_handle(purchase)
    shown = following.purchase(found, is_mine=is_mine(request, found), at=now())
    with time_of(shown.country):
        return render(request, "storefront/purchase.html", {"purchase": shown})


@never_cache
@require_safe
def purchases(request: HttpRequest) -> HttpResponse:
    """GET /orders/: what this browser bought, and the signed-in buyer on any device."""
    buyer_id = request.user.pk if request.user.is_authenticated else None
    rows = following.purchases(cookies.purchases(request), buyer_id)
    return render(request, "storefront/purchases.html", {"rows": rows, "sign_in_url": "/accounts/login/"})


@require_POST
def acceptance(request: HttpRequest, purchase: str, order: str) -> HttpResponse:
    """POST /purchases/{purchase}/orders/{order}/acceptance: the buyer has the goods and is content; the seller may be paid."""
    found = order_queries.purchase_by_handle(purchase)
    if not is_mine(request, found):
        raise NotYourOrder()
    business_id, order_id = parse_handle(order, Kind.ORDER)
    if business_id not in found.order_business_ids or order_id != found.id:
        raise UnknownOrder(order=order[:40])
    orders.accept(business_id, order_id, at=now())
    return redirect(reverse("storefront:purchase", args=[purchase]))


def is_mine(request: HttpRequest, purchase: Purchase) -> bool:
    """This browser placed it, or its buyer is signed in."""
    if request.user.is_authenticated and purchase.buyer_id == request.user.pk:
        return True
    return order_queries.purchase_handle(purchase) in cookies.purchases(request)
