"""Reads of parcels."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy

from saudagar.catalogue.models import Product, ProductText, Variant
from saudagar.foundation.ids import Kind, handle, parse_handle
from saudagar.foundation.models import Area
from saudagar.foundation.refusals import Refusal, spoken
from saudagar.foundation.sealing import Unreadable, unseal
from saudagar.foundation.walls import across_sellers
from saudagar.orders import queries as order_queries
from saudagar.orders.models import Order
from saudagar.orders.rules import Buyer
from saudagar.registry.models import Business, Outlet
from saudagar.rulebook.queries import current_rulebook, rulebook_of
from saudagar.rulebook.rules import CustomsSnapshot, asked_of_buyer, from_data, identity_asked
from saudagar.shipping import rules
from saudagar.shipping.carriers import Party
from saudagar.shipping.models import HazardStatement, IssuedNumber, NumberRange, Parcel, TrackingEvent
from saudagar.shipping.rules import life, s10
from saudagar.shipping.rules.identity import BuyerUnreadable, Identity, identity_of
from saudagar.shipping.rules.life import UnknownParcel
from saudagar.stock.models import Pool

FEW_NUMBERS = 200  # item numbers: some days of a busy post desk

# What people read where the carrier said a word.
WORDS: Mapping[str, object] = {
    life.NEW: gettext_lazy("Courier is being booked"),
    life.BOOKED: gettext_lazy("Courier booked"),
    life.COLLECTING: gettext_lazy("Courier on the way to the seller"),
    life.PICKED_UP: gettext_lazy("Picked up by the courier"),
    life.IN_TRANSIT: gettext_lazy("On the way to the destination"),
    life.DELIVERED: gettext_lazy("Parcel delivered"),
    life.HELD: gettext_lazy("Held up on the way"),
    life.RETURNING: gettext_lazy("On the way back to the seller"),
    life.RETURNED: gettext_lazy("Back at the seller"),
    life.LOST: gettext_lazy("Lost or destroyed"),
    life.REFUSED: gettext_lazy("The courier did not take the parcel"),
    life.CANCELLING: gettext_lazy("Courier is being cancelled"),
    life.CANCELLED: gettext_lazy("Courier cancelled"),
}


@dataclass(frozen=True, slots=True)
class Track:
    """One line of a tracking page, ready to show. `state` for `look.parts.Step`: done, now, bad."""

    label: str
    state: str
    at: datetime
    note: str
    waybill: str


def parcel(business_id: UUID, parcel_id: UUID) -> Parcel:
    """One parcel with its order. Raises UnknownParcel."""
    found = Parcel.objects.filter(business_id=business_id, id=parcel_id).select_related("order").first()
    if found is None:
        raise UnknownParcel(parcel=handle(Kind.PARCEL, business_id, parcel_id))
    return found


def parcel_by_handle(text: str, *, business_id: UUID | None = None) -> Parcel:
    """The parcel of a handle; with a business named, another seller's is unknown. Raises UnknownParcel, BadHandle."""
    owner, parcel_id = parse_handle(text, Kind.PARCEL)
    if business_id is not None and owner != business_id:
        raise UnknownParcel(parcel=text[:40])
    return parcel(owner, parcel_id)


def parcel_handle(parcel: Parcel) -> str:
    return handle(Kind.PARCEL, parcel.business_id, parcel.id)


def parcel_of(business_id: UUID, order_id: UUID) -> Parcel | None:
    """The parcel of an order that counts: not one that was cancelled or that the carrier refused."""
    return parcels_of(business_id, [order_id]).get(order_id)


def parcels_of(business_id: UUID, order_ids: Iterable[UUID]) -> dict[UUID, Parcel]:
    """Order -> its parcel, where it has one that counts. One statement."""
    rows = Parcel.objects.filter(business_id=business_id, order_id__in=list(order_ids)).exclude(state__in=life.VOID)
    return {row.order_id: row for row in rows}


def history(parcel: Parcel) -> list[TrackingEvent]:
    """What the carrier told, oldest first."""
    rows = TrackingEvent.objects.filter(business_id=parcel.business_id, parcel_id=parcel.id)
    return sorted(rows, key=lambda row: (row.happened_at, life.STATES.index(row.status) if row.status in life.STATES else 0))


def tracking(business_id: UUID, order_id: UUID) -> list[Track]:
    """What buyer and seller read about the way of an order's parcel, newest first. Empty while there is no parcel. Two statements.

    The carrier's own words stand in `note` only where they say more than ours.
    """
    found = parcel_of(business_id, order_id)
    if found is None:
        return []
    rows: list[Track] = []
    for event in history(found):
        words = str(WORDS[event.status]) if event.status in WORDS else event.note or event.carrier_status
        if rows and rows[-1].label == words:
            continue
        note = event.note if event.status in life.TROUBLE else ""
        rows.append(Track(words, "bad" if event.status in life.TROUBLE else "done", event.happened_at, note, found.waybill))
    if not rows:
        rows = [Track(words_of(found.state), "done", found.booked_at or found.created_at, "", found.waybill)]
    last = rows[-1]
    if last.state == "done" and found.state not in life.OVER:
        rows[-1] = Track(last.label, "now", last.at, last.note, last.waybill)
    return rows[::-1]


def words_of(state: str) -> str:
    """The state of a parcel in the reader's language."""
    return str(WORDS[state])


def service_of(order: Order) -> rules.Service | None:
    """The service a buyer chose, by the cards of the day the order was placed."""
    return rules.service_of(rules.card_on(localdate(order.placed_at)), order.service, order.country)


def service_name(order: Order, language: str | None) -> str:
    """The service as people call it; the order's own word where no card knows it."""
    known = service_of(order)
    return known.names[spoken(language)] if known else order.service


def box_of(order: Order) -> rules.Box:
    """What the pieces of an order weigh and need, by the catalogue of today. One statement."""
    lines = list(order.lines.all())
    variants = {row.id: row for row in Variant.objects.filter(business_id=order.business_id, id__in=[line.variant_id for line in lines])}
    return rules.boxed(
        rules.Piece(line.quantity, variant.gross_grams, variant.length_mm, variant.width_mm, variant.height_mm)
        for line in lines
        if (variant := variants.get(line.variant_id)) is not None
    )


def declared_grams(order: Order) -> int:
    """What the goods of an order weigh in the eyes of customs abroad: net, by its snapshot. 0 at home, where nobody declares them."""
    kept = from_data(order.customs) if order.customs else None
    return sum(line.net_grams for line in kept.lines) if kept and kept.dispatch != kept.destination else 0


def opened_buyer(order: Order) -> Buyer:
    """Who bought. Raises BuyerUnreadable where no key opens it."""
    try:
        return order_queries.buyer(order)
    except Unreadable:
        raise BuyerUnreadable from None


def buyer_number(order: Order, buyer: Buyer | None = None) -> Identity | None:
    """The number customs of the destination asks of this order's buyer, opened; None where it asks for none, and at home.

    Raises BuyerNumberMissing, BuyerUnreadable.
    """
    if order.country == "ID":
        return None
    kept = from_data(order.customs) if order.customs else None
    return identity_of(buyer or opened_buyer(order), number_asked(kept) if kept else "")


def number_asked(kept: CustomsSnapshot) -> str:
    """The kind of number that the law under which an order was priced asks of its buyer, or ""."""
    try:
        law = rulebook_of(kept.release)
    except Refusal:  # of another installation
        law = current_rulebook()
    try:
        return identity_asked(asked_of_buyer(law, kept.destination, kept.on, mode=kept.mode, dispatch=kept.dispatch))
    except Refusal:  # a way in that this law does not know
        return ""


def sender(order: Order) -> Party:
    """Where the parcel of an order leaves from: the outlet its pieces were taken from, under the business's name."""
    business = Business.objects.get(pk=order.business_id)
    pool_ids = [line.pool_id for line in order.lines.all()]
    outlet = Outlet.objects.filter(
        business_id=order.business_id, id__in=Pool.objects.filter(business_id=order.business_id, id__in=pool_ids).values("outlet_id")
    ).first()
    area = (outlet.area_id if outlet else "") or business.area_id or ""
    names = dict(Area.objects.filter(code__in=[area[:2], area[:5], area[:8]]).values_list("code", "name"))
    places = [names[code] for code in dict.fromkeys((area[:8], area[:5], area[:2])) if code in names]
    lines = [outlet.address, *places[:-1], " ".join(part for part in (*places[-1:], outlet.postal_code) if part)] if outlet else places
    return Party(
        name=business.name,
        phone=unseal(business.phone_sealed, "phone") if business.phone_sealed else "",
        lines=tuple(line for line in lines if line),
        postal_code=outlet.postal_code if outlet else "",
        country=outlet.country if outlet else "ID",
    )


def hazard_statement(business_id: UUID, product_id: UUID) -> HazardStatement | None:
    """What a seller has stated of a product; None: nothing."""
    return HazardStatement.objects.filter(business_id=business_id, product_id=product_id).first()


def stated(business_id: UUID, product_ids: Iterable[UUID]) -> dict[UUID, rules.Said]:
    """Product -> what was stated of it, where something was. One statement."""
    rows = HazardStatement.objects.filter(business_id=business_id, product_id__in=list(product_ids))
    return {row.product_id: rules.Said(row.flash_point, row.grams_per_litre, row.battery, row.watt_hours) for row in rows}


def hazards_of(order: Order) -> list[tuple[str, rules.Hazard]]:
    """(title, hazard) of the goods of an order that are dangerous or may be. Three statements."""
    variants = Variant.objects.filter(business_id=order.business_id, id__in=[line.variant_id for line in order.lines.all()])
    codes = dict(Product.objects.filter(business_id=order.business_id, id__in=variants.values("product_id")).values_list("id", "hs_code"))
    said = stated(order.business_id, codes)
    found = {key: hazard for key, hs in codes.items() if (hazard := rules.hazard_of(hs, said.get(key, rules.Said())))}
    if not found:
        return []
    titles = dict(ProductText.objects.filter(business_id=order.business_id, product_id__in=found).values_list("product_id", "title"))
    return [(titles.get(key, hazard.goods.name), hazard) for key, hazard in found.items()]


def services_that_bar(hazard: rules.Hazard, *, on: date) -> list[rules.Service]:
    """Services abroad whose card says that they do not carry such goods."""
    return [
        service
        for card in rules.card_on(on)
        for service in card.services
        if service.dangerous and service.dangerous.bars(hazard) and service.countries - {card.origin}
    ]


@dataclass(frozen=True, slots=True)
class NumbersLeft:
    """How many item numbers of a service are free. wanted_by: services on today's cards that need them."""

    service: str
    country: str
    left: int
    of: int
    wanted_by: tuple[str, ...]

    @property
    def is_low(self) -> bool:
        """Time to ask the post for more: it takes weeks."""
        return self.left < max(FEW_NUMBERS, self.of // 10)


def numbers_left(*, at: datetime) -> list[NumbersLeft]:
    """Of every service with a range, and of every one whose card wants numbers. One statement for each range."""
    wanted: dict[str, list[str]] = {}
    for card in rules.card_on(localdate(at)):
        for service in card.services:
            if service.item_numbers:
                wanted.setdefault(service.item_numbers, []).append(service.name)
    found: dict[tuple[str, str], list[int]] = {(service, "ID"): [0, 0] for service in wanted}
    for row in NumberRange.objects.order_by("service", "id"):
        # The check digit and the country stand behind the serial.
        used = IssuedNumber.objects.filter(
            identifier__gte=f"{row.service}{row.first:08d}",
            identifier__lte=f"{row.service}{row.last:08d}9{row.country}",
            identifier__endswith=row.country,
            issued_at__gt=s10.used_since(at),
        ).count()
        size = row.last - row.first + 1
        sums = found.setdefault((row.service, row.country), [0, 0])
        sums[0], sums[1] = sums[0] + max(size - used, 0), sums[1] + size
    return [NumbersLeft(service, country, left, of, tuple(wanted.get(service, ()))) for (service, country), (left, of) in found.items()]


@across_sellers
def to_check(*, at: datetime, most: int = 50) -> Sequence[tuple[UUID, UUID]]:
    """(business_id, parcel_id) of parcels whose carrier should be asked now, longest waiting first."""
    rows = Parcel.objects.filter(check_at__lte=at).order_by("check_at")
    return list(rows.values_list("business_id", "id")[:most])


@across_sellers
def troubles(*, most: int = 50) -> list[Parcel]:
    """For officers: parcels that are held up, coming back or lost, newest first."""
    rows = Parcel.objects.filter(state__in=[life.HELD, life.RETURNING, life.RETURNED, life.LOST])
    return list(rows.select_related("order").order_by("-id")[:most])
