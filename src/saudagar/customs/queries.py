"""Reads: the facts of a parcel's papers, from its order and the parcel itself. Nothing is typed twice."""

import tomllib
from fractions import Fraction
from functools import cache
from pathlib import Path
from uuid import UUID

from django.utils.timezone import localdate

from saudagar.catalogue.models import ProductText, Variant
from saudagar.customs.rules.papers import INVOICE, Content, PaperIncomplete, ParcelFacts, Party, form_for
from saudagar.foundation.ids import short_number
from saudagar.orders import queries as order_queries
from saudagar.orders.models import Order
from saudagar.rulebook.queries import rulebook_of
from saudagar.rulebook.rules import CustomsSnapshot, LandedCost, agrees, from_data, recompute
from saudagar.rulebook.rules.model import Rulebook
from saudagar.shipping import queries as shipping_queries
from saudagar.shipping.models import Parcel

SDR = Path(__file__).parent / "data" / "sdr.toml"
OPERATORS = {"pos": "Pos Indonesia"}


def papers_for(order: Order, parcel: Parcel | None, rulebook: Rulebook) -> tuple[str, ...]:
    """Which papers the parcel of this order travels with: none at home; the postal form only with an item number."""
    kept = kept_by(order)
    if kept is None or order.country == kept.dispatch:
        return ()
    if parcel is None or not parcel.item_number:
        return (INVOICE,)
    facts = parcel_facts(order, parcel, rulebook)
    return (form_for(facts, sdr_rate(facts.currency)), INVOICE)


def kept_by(order: Order) -> CustomsSnapshot | None:
    """The customs snapshot of an order; None where it has none."""
    return from_data(order.customs) if order.customs else None


def parcel_facts(order: Order, parcel: Parcel | None, rulebook: Rulebook) -> ParcelFacts:
    """What the papers of this order's parcel say. Refuses PaperIncomplete. The same few statements, whatever the number of lines."""
    kept = kept_by(order)
    if kept is None:
        raise PaperIncomplete(missing="customs snapshot of the order")
    buyer = order_queries.buyer(order)
    sender = shipping_queries.sender(order)
    number = short_number(order.id)
    # The snapshot was made of the lines in the order in which they stand.
    bought = sorted(order.lines.all(), key=lambda line: line.position)
    english = _english(order.business_id, [line.variant_id for line in bought])
    contents = tuple(
        Content(
            description=_described(english.get(line.variant_id), kept_line.description),
            quantity=kept_line.quantity,
            net_grams=kept_line.net_grams,
            value=kept_line.value,
            hs=kept_line.hs,
            origin=kept_line.origin,
            sku=line.sku,
        )
        for line, kept_line in zip(bought, kept.lines, strict=True)
    )
    moment = (parcel and (parcel.booked_at or parcel.created_at)) or order.placed_at
    return ParcelFacts(
        item_number=(parcel.item_number or parcel.waybill) if parcel else "",
        order_number=number,
        invoice_number=f"INV-{number}",
        posted_on=localdate(moment),
        sender=Party(sender.name, sender.lines, sender.country, sender.postal_code, phone=sender.phone),
        addressee=Party(
            buyer.name, tuple(buyer.address.lines()), buyer.address.country, buyer.address.postal_code, phone=buyer.phone, email=buyer.email
        ),
        contents=contents,
        currency=kept.currency,
        goods_total=order.goods - order.discount,
        gross_grams=parcel.gross_grams if parcel else shipping_queries.box_of(order).gross_grams,
        freight=order.shipping,
        insurance=kept.insurance,
        duty_paid=order.duty + order.tax,
        office=sender.postal_code,
        operator=OPERATORS.get(parcel.carrier, parcel.carrier.upper()) if parcel else "",
        country_names={code: place.names["en"] for code, place in rulebook.destinations.items()},
    )


@cache
def sdr_rate(currency: str) -> Fraction | None:
    """Units of the currency for one SDR, at least; None when unknown, and then the form is CN23."""
    units = tomllib.loads(SDR.read_text(encoding="utf-8"))["units_per_sdr"].get(currency)
    return Fraction(units) if units else None


def _english(business_id: UUID, variant_ids: list[UUID]) -> dict[UUID, str]:
    """Variant -> English title of its product. Two statements."""
    products = dict(Variant.objects.filter(business_id=business_id, id__in=variant_ids).values_list("id", "product_id"))
    titles = dict(
        ProductText.objects.filter(business_id=business_id, product_id__in=products.values(), language="en").values_list(
            "product_id", "title"
        )
    )
    return {variant: titles[product] for variant, product in products.items() if product in titles}


def _described(english: str | None, title: str) -> str:
    """English for the post everywhere, and the words the buyer bought it by."""
    if not english or english == title:
        return title
    return f"{english} · {title}" if title else english


def recomputed(order: Order) -> tuple[LandedCost, bool]:
    """Duty and tax of an order worked out anew under the release it names, and whether they are what was charged."""
    kept = kept_by(order)
    if kept is None:
        raise PaperIncomplete(missing="customs snapshot of the order")
    cost = recompute(kept, rulebook_of(kept.release))
    return cost, agrees(kept, cost) and (cost.duty, cost.tax) == (order.duty, order.tax)
