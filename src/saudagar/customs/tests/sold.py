"""An order with the snapshot that pricing gave it."""

from datetime import date

from saudagar.orders import queries as order_queries
from saudagar.orders.models import Order
from saudagar.rulebook.queries import current_rulebook
from saudagar.rulebook.rules import Item, Request, as_data, landed_cost, snapshot
from saudagar.shipping.tests.cast import CHEN, an_order


def sold(shop, buyer=CHEN, *, mode="", claims=(), rates=None):
    """mode: how it enters; claims: what its seller stated of its origin."""
    country, currency = (buyer.address.country, "CNY" if buyer.address.country == "CN" else "IDR")
    goods, freight = (11_360, 6_740) if country == "CN" else (21_400_000, 3_200_000)
    item = Item("090121", goods, 2, 500, "ID", "0", tuple(claims))
    request = Request(country, (item,), currency, date(2026, 11, 21), mode, freight=freight, rates=rates or {})
    cost = landed_cost(request, current_rulebook())
    kept = snapshot(request, cost, descriptions={"0": "盖奥烘焙咖啡豆 250 g"}, dispatch_area="11.04")
    order = an_order(shop, buyer)
    Order.objects.filter(business_id=shop.business_id, id=order.id).update(
        customs=as_data(kept), duty=cost.duty, tax=cost.tax, fees=cost.fees, total=cost.total
    )
    return order_queries.order(shop.business_id, order.id)
