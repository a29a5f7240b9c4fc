"""Reads: the facts of a parcel's papers, from its order and the parcel itself. Nothing is typed twice."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from uuid import UUID

from django.utils.timezone import localdate

from saudagar.catalogue.models import ProductText, Variant
from saudagar.catalogue.queries import CertificateRow, accepted_for
from saudagar.customs.models import PaperDetails, PlatformNumber
from saudagar.customs.queries.promised import promised_of
from saudagar.customs.queries.proofs import not_ended, proofs_of
from saudagar.customs.rules.lacks import Lack
from saudagar.customs.rules.messages import EBP
from saudagar.customs.rules.papers import INVOICE, Content, Details, Paid, PaperIncomplete, ParcelFacts, Party, Proof, form_for
from saudagar.foundation.ids import Kind, handle, short_number
from saudagar.foundation.sealing import masked
from saudagar.orders import queries as order_queries
from saudagar.orders.models import Order
from saudagar.payments import queries as payment_queries
from saudagar.payments.models import Payment
from saudagar.registry import queries as registry_queries
from saudagar.registry.models import Business
from saudagar.rulebook.queries import rulebook_of
from saudagar.rulebook.rules import CustomsSnapshot, LandedCost, Proven, agrees, from_data, recompute
from saudagar.rulebook.rules.identities import KINDS as IDENTITIES
from saudagar.rulebook.rules.model import Rulebook
from saudagar.shipping import queries as shipping_queries
from saudagar.shipping.models import Parcel
from saudagar.shipping.rules.dangerous import NOTHING, Said, hazard_of

SDR = Path(__file__).parents[1] / "data" / "sdr.toml"
OPERATORS = {"pos": "Pos Indonesia"}
PPMSE = "id:ppmse"


def papers_for(order: Order, parcel: Parcel | None, rulebook: Rulebook) -> tuple[str, ...]:
    """Which papers the parcel of this order travels with: none at home; the postal form only with an item number."""
    kept = kept_by(order)
    if kept is None or order.country == kept.dispatch:
        return ()
    if parcel is None or not parcel.item_number:
        return (INVOICE,)
    facts = parcel_facts(order, parcel, rulebook)
    return (form_for(facts, sdr_rate(facts.currency, on=facts.posted_on)), INVOICE)


def kept_by(order: Order) -> CustomsSnapshot | None:
    """The customs snapshot of an order; None where it has none."""
    return from_data(order.customs) if order.customs else None


def parcel_facts(order: Order, parcel: Parcel | None, rulebook: Rulebook) -> ParcelFacts:
    """What the papers of this order's parcel say. Refuses PaperIncomplete. The same few statements, whatever the number of lines."""
    kept = kept_by(order)
    if kept is None:
        raise PaperIncomplete(lacks=[Lack("snapshot")])
    buyer = shipping_queries.opened_buyer(order)
    sender = shipping_queries.sender(order)
    business = Business.objects.get(pk=order.business_id)
    number = short_number(order.id)
    # The snapshot was made of the lines in the order in which they stand.
    bought = sorted(order.lines.all(), key=lambda line: line.position)
    moment = (parcel and (parcel.booked_at or parcel.created_at)) or order.placed_at
    goods = _goods(order.business_id, [line.variant_id for line in bought], on=localdate(moment))
    claimed = {proof.line: proof for proof in kept.proofs}
    promises = promised_of(order, kept, rulebook)
    contents = tuple(
        Content(
            description=_described(known.titles.get("en"), kept_line.description),
            quantity=kept_line.quantity,
            net_grams=kept_line.net_grams,
            gross_grams=kept_line.gross_grams,
            value=kept_line.value,
            hs=kept_line.hs,
            origin=kept_line.origin,
            sku=line.sku,
            product=known.product,
            gtin=known.gtin,
            duty=kept_line.duty,
            tax=kept_line.tax,
            details=_claimed(known.details, claimed.get(place)),
            hazard=hazard_of(kept_line.hs, known.said),
            said=known.said,
            sds=known.sds,
        )
        for place, (line, kept_line) in enumerate(zip(bought, kept.lines, strict=True))
        if (known := goods.get(line.variant_id, _Goods()))
    )
    numbers = tuple(
        (kind.upper(), value) for kind in ("npwp", "nib") if (value := registry_queries.identity_value(order.business_id, kind))
    )
    nik = "" if any(label == "NPWP" for label, _number in numbers) else registry_queries.identity_value(order.business_id, "nik")
    platform = {row.registration: row for row in PlatformNumber.objects.all()}
    # Registrations that abroad collects under; "id:pkp" is the seller's own, at home.
    collected = [code for code in kept.registrations if not code.startswith("id:")]
    return ParcelFacts(
        item_number=(parcel.item_number or parcel.waybill) if parcel else "",
        order_number=number,
        invoice_number=f"INV-{number}",
        posted_on=localdate(moment),
        sender=Party(
            sender.name,
            sender.lines,
            sender.country,
            sender.postal_code,
            phone=sender.phone,
            reference=next((value for label, value in numbers if label in ("NPWP", "NIB")), ""),
            town=registry_queries.area_name(business.area_id).split(",")[0],
            numbers=numbers,
        ),
        addressee=Party(
            buyer.name,
            tuple(buyer.address.lines()),
            buyer.address.country,
            buyer.address.postal_code,
            phone=buyer.phone,
            email=buyer.email,
            reference=", ".join(f"{platform[code].label} {platform[code].number}" for code in collected if code in platform),
            town=buyer.address.city,
        ),
        contents=contents,
        currency=kept.currency,
        goods_total=order.goods - order.discount,
        gross_grams=parcel.gross_grams if parcel else shipping_queries.box_of(order).gross_grams,
        freight=order.shipping - kept.insurance,  # the buyer pays both as shipping
        insurance=kept.insurance,
        duty=order.duty,
        tax=order.tax,
        fees=order.fees,
        discount=order.discount,
        order_total=order.total,
        terms=getattr(kept, "terms", "") or "DDP",
        proofs=(
            *proofs_of(order.business_id, kept, {known.product_id for known in goods.values()}, rulebook, on=localdate(moment)),
            *(Proof(each.kind, each.names["en"], each.number) for each in promises if each.number),
        ),
        promised=promises,
        buyer_identity=IDENTITIES[buyer.identity_kind].on_paper if buyer.identity_kind in IDENTITIES else "",
        buyer_number=masked(buyer.identity),
        importer_numbers=tuple((platform[code].label, platform[code].number) for code in collected if code in platform),
        lacking_numbers=tuple(code for code in collected if code not in platform),
        platform_number=platform[PPMSE].number if PPMSE in platform else "",
        ebp_code=platform[EBP].number if EBP in platform else "",
        office=sender.postal_code,
        operator=OPERATORS.get(parcel.carrier, parcel.carrier.upper()) if parcel else "",
        carrier=parcel.carrier if parcel else order.service.split("-")[0],
        service=parcel.service if parcel else "",
        size_mm=(parcel.length_mm, parcel.width_mm, parcel.height_mm) if parcel else (0, 0, 0),
        order_handle=handle(Kind.ORDER, order.business_id, order.id),
        seller=handle(Kind.BUSINESS, order.business_id),
        ordered_on=localdate(order.placed_at),
        dispatch_region=" ".join(part for part in (kept.dispatch_area, registry_queries.area_name(kept.dispatch_area or None)) if part),
        mode=kept.mode,
        scheme=kept.scheme,
        seller_nik=nik,
        seller_is_person=business.legal_form in ("", Business.LegalForm.PERSON),
        paid=_paid(order),
        service_name=shipping_queries.service_name(order, "en"),
        carriage=known_service.dangerous if (known_service := shipping_queries.service_of(order)) else None,
        country_names={code: place.names["en"] for code, place in rulebook.destinations.items()},
    )


@dataclass(frozen=True, slots=True)
class _Goods:
    """One variant as papers see it."""

    product_id: UUID | None = None
    product: str = ""
    gtin: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)
    details: Details = field(default_factory=Details)
    said: Said = NOTHING
    sds: str = ""


def _goods(business_id: UUID, variant_ids: Sequence[UUID], *, on: date) -> dict[UUID, _Goods]:
    """Variant -> what the catalogue and the seller say of it. Six statements."""
    rows = list(Variant.objects.filter(business_id=business_id, id__in=variant_ids).values_list("id", "product_id", "gtin"))
    product_ids = {product_id for _id, product_id, _gtin in rows}
    titles: dict[UUID, dict[str, str]] = {}
    texts = ProductText.objects.filter(business_id=business_id, product_id__in=product_ids)
    for product_id, language, title in texts.values_list("product_id", "language", "title"):
        titles.setdefault(product_id, {})[language] = title
    said = {row.product_id: row for row in PaperDetails.objects.filter(business_id=business_id, product_id__in=product_ids)}
    # The numbers of the plants it is made in; of the product or the whole business where it names none.
    held = {product_id: not_ended(papers, on) for product_id, papers in accepted_for(business_id, product_ids).items()}
    stated = shipping_queries.stated(business_id, product_ids)
    sheets = {product_id: _sheet(papers) for product_id, papers in held.items()}
    return {
        variant_id: _Goods(
            product_id,
            handle(Kind.PRODUCT, business_id, product_id),
            gtin,
            titles.get(product_id, {}),
            _details(said.get(product_id), titles.get(product_id, {}).get("zh-hans", ""), _registered(held.get(product_id, ()))),
            stated.get(product_id, NOTHING),
            sheets.get(product_id, ""),
        )
        for variant_id, product_id, gtin in rows
    }


def _registered(papers: Sequence[CertificateRow]) -> str:
    """What China's customs know the plant by: "CIDN…", of several plants all. A paper of the product goes before one of the business."""
    rows = [row for row in papers if row.kind in ("gacc", "gacc_nest")]
    own = [row for row in rows if row.plant_id or row.product_id] or rows
    return " / ".join(sorted({row.number for row in own if row.number}))


def _sheet(papers: Sequence[CertificateRow]) -> str:
    """The number of the safety data sheet; of the product before one of the business."""
    rows = sorted((row for row in papers if row.kind == "sds"), key=lambda row: row.product_id is None)
    return rows[0].number if rows else ""


def paper_details(business_id: UUID, product_id: UUID) -> PaperDetails | None:
    """What a seller has said of a product for its papers."""
    return PaperDetails.objects.filter(business_id=business_id, product_id=product_id).first()


def _details(row: PaperDetails | None, title_zh: str, gacc: str) -> Details:
    if row is None:
        return Details(title_zh=title_zh, gacc=gacc)
    return Details(
        title_zh=title_zh,
        criterion=row.criterion,
        regional_value=row.regional_value,
        ingredients_zh=row.ingredients_zh,
        storage_zh=row.storage_zh,
        shelf_life_days=row.shelf_life_days,
        importer_name=row.importer_name,
        importer_address=row.importer_address,
        importer_phone=row.importer_phone,
        gacc=gacc,
    )


def _claimed(details: Details, claim: Proven | None) -> Details:
    """Why these goods have their origin, as the order was priced with it; what was said of the product for all its papers comes after."""
    if claim is None or not claim.criterion:
        return details
    return replace(details, criterion=claim.criterion, regional_value=claim.regional_value)


def _paid(order: Order) -> Paid | None:
    """The captured payment of an order's purchase, and what this order had of it."""
    if order.paid_at is None:
        return None
    home = order_queries.purchases_at([(order.purchase_business_id, order.id)]).get((order.purchase_business_id, order.id))
    captured = [row for row in payment_queries.payments_of(home) if row.state == Payment.State.CAPTURED] if home else []
    if not captured:
        return None
    row = captured[0]
    return Paid(row.gateway, row.method, row.gateway_reference or str(row.id), order.paid_at.isoformat(), order.total)


@dataclass(frozen=True, slots=True)
class Sdr:
    """What one SDR is worth at least, currency by currency. source, certainty: as in the rulebook."""

    as_of: date
    valid_until: date
    source: str
    certainty: str
    units: Mapping[str, Fraction]


@cache
def sdr() -> Sdr:
    facts = tomllib.loads(SDR.read_text(encoding="utf-8"))
    units = {currency: Fraction(text) for currency, text in facts["units_per_sdr"].items()}
    return Sdr(facts["as_of"], facts["valid_until"], facts["source"], facts["certainty"], units)


def sdr_rate(currency: str, *, on: date) -> Fraction | None:
    """Units of the currency for one SDR, at least; None when unknown or too old, and then the form is CN23."""
    known = sdr()
    return known.units.get(currency) if on <= known.valid_until else None


def _described(english: str | None, title: str) -> str:
    """English for the post everywhere, and the words the buyer bought it by."""
    if not english or english == title:
        return title
    return f"{english} · {title}" if title else english


def recomputed(order: Order) -> tuple[LandedCost, bool]:
    """Duty and tax of an order worked out anew under the release it names, and whether they are what was charged."""
    kept = kept_by(order)
    if kept is None:
        raise PaperIncomplete(lacks=[Lack("snapshot")])
    cost = recompute(kept, rulebook_of(kept.release))
    return cost, agrees(kept, cost) and cost.with_order == (order.duty, order.tax, order.fees)
