"""Who hears which event: the one place where rooms that do not know each other are joined.

HEARERS: name -> functions `hear(business_id, facts, happened_at)`, called by the worker in this order, in one transaction with the
event's deletion. CHANGES: what is told at once (`outbox.tell_at_once`) -> the things on shared pages that changed.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from saudagar.campaigns import hearers as campaigns
from saudagar.catalogue import hearers as catalogue
from saudagar.checkout import hearers as checkout
from saudagar.desk import hearers as desk
from saudagar.foundation.outbox import Hearer
from saudagar.look import shared
from saudagar.markets import hearers as markets
from saudagar.payments import hearers as payments
from saudagar.settlement import hearers as settlement
from saudagar.shipping import actions as shipping
from saudagar.site.page_cache.listening import Changes
from saudagar.storefront import hearers as storefront

HEARERS: Mapping[str, Sequence[Hearer]] = {
    "campaigns.decided": [campaigns.decided],
    "campaigns.ended": [campaigns.ended],
    "catalogue.certificate_decided": [markets.certificate_decided],
    "catalogue.certificate_ending": [markets.certificate_ending],
    "catalogue.hs_decided": [markets.hs_decided],
    "catalogue.origin_decided": [markets.origin_decided],
    "catalogue.origin_ending": [markets.origin_ending],
    "catalogue.product_changed": [markets.product_changed],
    "markets.decided": [markets.decided],
    "markets.paused": [markets.paused],
    "orders.paid": [checkout.paid, desk.order_paid, storefront.paid],
    "orders.shipped": [storefront.shipped],
    "orders.delivered": [storefront.delivered],
    "orders.accepted": [settlement.accepted],
    "orders.closed": [checkout.closed, payments.order_closed, shipping.order_closed, storefront.closed],
    "payments.refunded": [storefront.refunded],
    "registry.plant_changed": [catalogue.plant_changed],
    "shipping.trouble": [desk.parcel_trouble],
}


def _left(business: str, facts: Mapping[str, Any]) -> Iterator[str]:
    """Few pieces are left of a variant, or none, or some again; lists only say whether there are any."""
    yield shared.of_variant(UUID(facts["variant"]))
    if facts["turned"]:
        yield shared.of_business(UUID(business))
    if facts["campaign"]:
        yield shared.of_campaign(UUID(facts["campaign"]))


def _on_sale(business: str, facts: Mapping[str, Any]) -> Iterator[str]:
    yield shared.of_business(UUID(business))
    yield shared.on_sale_in(facts["market"])


def _campaign(business: str, facts: Mapping[str, Any]) -> Iterator[str]:
    """What one seller has in a campaign, or the campaign itself: then prices may switch at another second on all pages of its market."""
    yield shared.of_campaign(UUID(facts["campaign"]))
    yield shared.of_business(UUID(business)) if business else shared.of_prices(facts["market"])


CHANGES: Changes = {
    "campaigns.changed": _campaign,
    "catalogue.changed": lambda business, _: [shared.of_business(UUID(business))],
    "registry.changed": lambda business, _: [shared.of_business(UUID(business))],
    "markets.changed": _on_sale,
    "markets.repriced": lambda _, facts: [shared.of_prices(facts["market"])],
    "stock.left": _left,
}
