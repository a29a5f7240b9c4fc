"""An order with the snapshot that pricing gave it."""

from datetime import date

from saudagar.orders import queries as order_queries
from saudagar.orders.models import Order
from saudagar.rulebook.queries import current_rulebook
from saudagar.rulebook.rules import Item, Request, as_data, landed_cost, snapshot
from saudagar.shipping.tests.cast import CHEN, an_order


def sold(shop, buyer=CHEN):
    country, currency = (buyer.address.country, "CNY" if buyer.address.country == "CN" else "IDR")
    goods, freight = (11_360, 6_740) if country == "CN" else (21_400_000, 3_200_000)
    request = Request(country, (Item("090121", goods, 2, 500, "ID", "0"),), currency, date(2026, 11, 21), freight=freight, dispatch="ID")
    cost = landed_cost(request, current_rulebook())
    kept = snapshot(request, cost, descriptions={"0": "盖奥烘焙咖啡豆 250 g"}, dispatch_area="11.04")
    order = an_order(shop, buyer)
    Order.objects.filter(business_id=shop.business_id, id=order.id).update(
        customs=as_data(kept), tax=cost.tax, total=goods + freight + cost.tax
    )
    return order_queries.order(shop.business_id, order.id)
