"""Who hears which event: the one place where rooms that do not know each other are joined.

Name -> functions `hear(business_id, facts, happened_at)`, called in this order, in one transaction with the event's deletion.
"""

from collections.abc import Mapping, Sequence

from saudagar.campaigns import hearers as campaigns
from saudagar.checkout import hearers as checkout
from saudagar.desk import hearers as desk
from saudagar.foundation.outbox import Hearer
from saudagar.markets import hearers as markets
from saudagar.payments import hearers as payments
from saudagar.settlement import hearers as settlement
from saudagar.shipping import actions as shipping
from saudagar.storefront import hearers as storefront

HEARERS: Mapping[str, Sequence[Hearer]] = {
    "campaigns.decided": [campaigns.decided],
    "campaigns.ended": [campaigns.ended],
    "catalogue.product_changed": [markets.product_changed],
    "markets.decided": [markets.decided],
    "markets.paused": [markets.paused],
    "orders.paid": [checkout.paid, desk.order_paid, storefront.paid],
    "orders.shipped": [storefront.shipped],
    "orders.delivered": [storefront.delivered],
    "orders.accepted": [settlement.accepted],
    "orders.closed": [checkout.closed, payments.order_closed, shipping.order_closed, storefront.closed],
    "payments.refunded": [storefront.refunded],
    "shipping.trouble": [desk.parcel_trouble],
}
