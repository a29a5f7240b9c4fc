"""What is done with parcels. Calls to a carrier stand between two transactions, never inside one, and may be repeated."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from saudagar.audit.actions import note
from saudagar.catalogue.models import Variant
from saudagar.foundation.ids import Kind, handle
from saudagar.orders import actions as order_actions
from saudagar.orders import queries as order_queries
from saudagar.orders import rules as order_rules
from saudagar.orders.models import Order
from saudagar.orders.rules import WrongState
from saudagar.shipping import carriers, events, queries, rules
from saudagar.shipping.carriers import Booking, Item, Notice, Party, Shipment
from saudagar.shipping.models import HazardStatement, IssuedNumber, NumberRange, Parcel, TrackingEvent
from saudagar.shipping.rules import life, s10
from saudagar.shipping.rules.dangerous import DangerousGoodsBarred, DangerousGoodsUnstated
from saudagar.shipping.rules.identity import BuyerNumberMissing, BuyerUnreadable, passed_on
from saudagar.shipping.rules.life import (
    AlreadyWithCarrier,
    CarrierRefused,
    CarrierSilent,
    NotBooked,
    ServiceGone,
    Told,
    UnknownParcel,
    WeightStands,
)
from saudagar.shipping.rules.s10 import NumbersUsedUp

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
ASK_EVERY = timedelta(hours=3)  # webhooks tell at once; asking finds the ones that were lost
SAME_WORD = timedelta(minutes=5)  # a word we asked for and the same word in a notice are stamped a little apart


def prepare(business_id: UUID, order_id: UUID, *, gross_grams: int | None = None, at: datetime) -> Parcel:
    """The parcel of a paid or packed order, made when there is none yet.

    Raises UnknownOrder, WrongState, ServiceGone, LighterThanContents; DangerousGoodsBarred, DangerousGoodsUnstated where its service
    would not carry it; BuyerNumberMissing, BuyerUnreadable where customs there would stop it.

    gross_grams  of the packed box; None: what the catalogue says
    """
    order = order_queries.order(business_id, order_id)
    existing = queries.parcel_of(business_id, order_id)
    if existing is not None:
        return existing
    if order.state not in (order_rules.PAID, order_rules.PACKED):
        raise WrongState(state=order.state, wanted=order_rules.SHIPPED)
    box = queries.box_of(order)
    known = queries.service_of(order)
    if known is None:
        raise ServiceGone(service=order.service)
    _refuse_barred(order, known)
    queries.buyer_number(order)
    weight = gross_grams or box.gross_grams or 1
    life.check_weight(gross_grams=weight, net_grams=queries.declared_grams(order))
    parcel = Parcel(
        business_id=business_id,
        order=order,
        carrier=known.carrier,
        service=known.service,
        gross_grams=weight,
        length_mm=box.length_mm,
        width_mm=box.width_mm,
        height_mm=box.height_mm,
        created_at=at,
        check_at=at + FIRST_WAIT,
    )
    try:
        with transaction.atomic():
            parcel.save(force_insert=True)
    except IntegrityError:  # somebody pressed the same button at the same moment
        made = queries.parcel_of(business_id, order_id)
        if made is None:
            raise
        return made
    return parcel


@transaction.atomic
def weigh(business_id: UUID, order_id: UUID, *, gross_grams: int) -> Parcel:
    """Corrects what the packed box weighs, until the courier has it. Raises UnknownParcel, WeightStands, LighterThanContents."""
    found = queries.parcel_of(business_id, order_id)
    if found is None:
        raise UnknownParcel(parcel=handle(Kind.ORDER, business_id, order_id))
    parcel = _locked(business_id, found.id)
    if parcel.handed_over_at is not None or parcel.state not in life.BEFORE_PICK_UP:
        raise WeightStands
    life.check_weight(gross_grams=gross_grams, net_grams=queries.declared_grams(order_queries.order(business_id, order_id)))
    parcel.gross_grams = gross_grams
    parcel.save(update_fields=["gross_grams"])
    return parcel


def _refuse_barred(order: Order, service: rules.Service) -> None:
    """At home carriers have their own words on dangerous goods, and take many by road."""
    if order.country == "ID" or service.dangerous is None:
        return
    for title, hazard in queries.hazards_of(order):
        if service.dangerous.bars(hazard):
            if not hazard.is_known:
                raise DangerousGoodsUnstated(goods=title, service=service.names["en"])
            raise DangerousGoodsBarred(goods=title, un=hazard.goods.un, service=service.names["en"])


@transaction.atomic
def state_hazard(business_id: UUID, product_id: UUID, said: Mapping[str, Any], *, at: datetime) -> HazardStatement:
    """Keeps what a seller states of a product for carriers; the newest word counts."""
    row = HazardStatement.objects.select_for_update().filter(business_id=business_id, product_id=product_id).first()
    row = row or HazardStatement(business_id=business_id, product_id=product_id)
    for name, value in said.items():
        setattr(row, name, value)
    row.stated_at = at
    row.save()
    return row


def book(business_id: UUID, parcel_id: UUID, *, by: UUID | None = None, at: datetime) -> Parcel:
    """Books the carrier and keeps the waybill. Booked before: nothing happens.

    Raises CarrierSilent, CarrierRefused, UnknownParcel; NumbersUsedUp where we number the items and have no number left;
    BuyerNumberMissing, BuyerUnreadable.

    by  the person who asked for it; None: the job that tries again

    The buyer's number for customs is opened here, for this one message. That it is passed on, and to whom, is in the trail before it is.

    Our handle is the carrier's external id: dying between the call and the last line and trying again books nothing twice.
    """
    parcel = queries.parcel(business_id, parcel_id)
    if parcel.state != life.NEW:
        return parcel
    order = order_queries.order(business_id, parcel.order_id)
    if order.state not in order_rules.IN_ESCROW:
        return _settle(business_id, parcel_id, state=life.CANCELLED, check_at=None)
    try:
        parcel = _numbered(business_id, parcel_id, order, at=at)
        asked = shipment(parcel, order)
    except (NumbersUsedUp, BuyerNumberMissing, BuyerUnreadable) as refusal:
        _put_off(business_id, parcel_id, str(refusal), at=at)
        raise
    gateway = carriers.gateway_for(parcel.carrier)
    if asked.identity is not None:
        facts = passed_on(asked.identity, carrier=parcel.carrier, gateway=gateway.name)
        note("shipping.buyer_number_passed_on", by=by, at=at, business_id=business_id, subject=asked.reference, facts=dict(facts))
    try:
        booking = gateway.book(asked)
    except CarrierSilent as silent:
        _put_off(business_id, parcel_id, str(silent), at=at)
        raise CarrierSilent(carrier=parcel.carrier.upper()) from None
    except CarrierRefused as refused:
        _refuse(business_id, parcel_id, str(refused.facts["reason"]), at=at)
        raise CarrierRefused(carrier=parcel.carrier.upper(), reason=refused.facts["reason"]) from None
    return take_booking(business_id, parcel_id, booking, at=at)


@transaction.atomic
def issue_item_number(service: str, *, country: str = "ID", issued_for: str, at: datetime) -> str:
    """The next S10 identifier of a service, for the parcel with this handle. Raises NumbersUsedUp.

    Of several ranges the oldest with a free number. Their rows are locked until the caller's transaction ends, so none is given twice.
    """
    for numbers in NumberRange.objects.select_for_update().filter(service=service, country=country).order_by("id"):
        identifier = s10.identifier(service, numbers.next_serial, country)
        before = IssuedNumber.objects.filter(identifier=identifier).first()
        if before is not None and not s10.may_be_used_again(before.issued_at, at):
            continue
        numbers.next_serial = numbers.first if numbers.next_serial == numbers.last else numbers.next_serial + 1
        numbers.save(update_fields=["next_serial"])
        IssuedNumber.objects.update_or_create(identifier=identifier, defaults={"issued_at": at, "issued_for": issued_for})
        return identifier
    raise NumbersUsedUp(service=service, country=country)


@transaction.atomic
def _numbered(business_id: UUID, parcel_id: UUID, order: Order, *, at: datetime) -> Parcel:
    """The parcel, with a number of our ranges where its service wants one: given once, kept whatever the carrier answers."""
    parcel = _locked(business_id, parcel_id)
    service = queries.service_of(order)
    if service is not None and service.item_numbers and not parcel.item_number:
        country = queries.sender(order).country
        parcel.item_number = issue_item_number(service.item_numbers, country=country, issued_for=queries.parcel_handle(parcel), at=at)
        parcel.save(update_fields=["item_number"])
    return parcel


@transaction.atomic
def take_booking(business_id: UUID, parcel_id: UUID, booking: Booking, *, at: datetime) -> Parcel:
    """Writes down what the carrier answered: waybill, price, history."""
    parcel = _locked(business_id, parcel_id)
    is_first = parcel.booked_at is None
    parcel.reference, parcel.price, parcel.failure, parcel.tries = booking.reference, booking.price, "", 0
    _take_waybill(parcel, booking.waybill or parcel.item_number)
    parcel.booked_at = parcel.booked_at or at
    parcel.check_at = at + ASK_EVERY
    _hear(parcel, booking.history or (Told("confirmed", at),), at=at)
    if is_first:
        events.booked(parcel, at=at)
    return parcel


@transaction.atomic
def hear(notice: Notice, *, at: datetime) -> Parcel:
    """Takes over what a carrier told. Told twice, or late, changes nothing that is newer. Raises UnknownParcel, BadHandle."""
    named = queries.parcel_by_handle(notice.parcel)
    parcel = _locked(named.business_id, named.id)
    if parcel.waybill and notice.waybill and parcel.waybill != notice.waybill:
        raise UnknownParcel(parcel=notice.parcel[:40])
    _take_waybill(parcel, notice.waybill)
    _hear(parcel, (notice.told,), at=at)
    return parcel


def ask(business_id: UUID, parcel_id: UUID, *, at: datetime) -> Parcel:
    """Does what is due for a parcel: books it, asks how it is, or calls it off. For the job that mends lost notices."""
    parcel = queries.parcel(business_id, parcel_id)
    if parcel.state == life.NEW:
        return book(business_id, parcel_id, at=at)
    if parcel.state == life.CANCELLING:
        return finish_calling_off(business_id, parcel_id, at=at)
    if parcel.state in life.OVER or not parcel.reference:
        return _settle(business_id, parcel_id, check_at=None)
    gateway = carriers.gateway_for(parcel.carrier)
    try:
        booking = gateway.ask(parcel.reference)
    except (CarrierSilent, CarrierRefused) as refusal:
        _put_off(business_id, parcel_id, str(refusal), at=at)
        raise
    return take_booking(business_id, parcel_id, booking, at=at)


@transaction.atomic
def print_label(business_id: UUID, parcel_ids: list[UUID], *, at: datetime) -> list[Parcel]:
    """Marks labels as printed and returns the parcels in the order asked. Raises UnknownParcel, NotBooked."""
    parcels = [_locked(business_id, parcel_id) for parcel_id in sorted(set(parcel_ids))]
    for parcel in parcels:
        if not parcel.waybill:
            raise NotBooked
        if parcel.printed_at is None:
            parcel.printed_at = at
            parcel.save(update_fields=["printed_at"])
    found = {parcel.id: parcel for parcel in parcels}
    return [found[parcel_id] for parcel_id in dict.fromkeys(parcel_ids)]


@transaction.atomic
def hand_over(business_id: UUID, parcel_id: UUID, *, at: datetime) -> Parcel:
    """The seller says the courier has it. The order moves on with the courier's own scan. Raises UnknownParcel, NotBooked."""
    parcel = _locked(business_id, parcel_id)
    if not parcel.waybill:
        raise NotBooked
    if parcel.handed_over_at is None:
        parcel.handed_over_at = at
        parcel.save(update_fields=["handed_over_at"])
    return parcel


@transaction.atomic
def check_cancellable(business_id: UUID, order_id: UUID) -> None:
    """Raises AlreadyWithCarrier when the order's parcel is out of the seller's hands. The parcel stays locked until the caller's
    transaction ends: what cancels the order belongs into the same one."""
    parcel = queries.parcel_of(business_id, order_id)
    if parcel is not None:
        parcel = _locked(business_id, parcel.id)
    if parcel is not None and (parcel.handed_over_at is not None or parcel.state not in life.BEFORE_PICK_UP):
        raise AlreadyWithCarrier


@transaction.atomic
def call_off(business_id: UUID, order_id: UUID, *, at: datetime) -> None:
    """The order is over: its parcel is not to travel. The carrier is told by the next `ask`."""
    parcel = queries.parcel_of(business_id, order_id)
    if parcel is None:
        return
    parcel = _locked(business_id, parcel.id)
    if parcel.state in life.BEFORE_PICK_UP - life.VOID:
        parcel.state, parcel.check_at = life.CANCELLING, at
        parcel.save(update_fields=["state", "check_at"])


def order_closed(business_id: UUID, facts: dict[str, Any], happened_at: datetime) -> None:
    """Hears `orders.closed`."""
    call_off(business_id, UUID(facts["order"]), at=happened_at)


def finish_calling_off(business_id: UUID, parcel_id: UUID, *, at: datetime) -> Parcel:
    """Tells the carrier that a parcel will not come. Safe to repeat. Raises CarrierSilent."""
    parcel = queries.parcel(business_id, parcel_id)
    if parcel.state != life.CANCELLING:
        return parcel
    if parcel.reference:
        try:
            carriers.gateway_for(parcel.carrier).call_off(parcel.reference)
        except CarrierRefused as refused:  # cancelled before, or already on its way: then its notices will say so
            return _settle(business_id, parcel_id, state=life.CANCELLED, check_at=None, failure=str(refused.facts["reason"])[:300])
        except CarrierSilent as silent:
            _put_off(business_id, parcel_id, str(silent), at=at)
            raise
    return _settle(business_id, parcel_id, state=life.CANCELLED, check_at=None)


def shipment(parcel: Parcel, order: Order) -> Shipment:
    """What the carrier must know, with the buyer's address and number opened. Raises BuyerNumberMissing, BuyerUnreadable."""
    buyer = queries.opened_buyer(order)
    lines = list(order.lines.all())
    variants = {row.id: row for row in Variant.objects.filter(business_id=parcel.business_id, id__in=[line.variant_id for line in lines])}
    items = tuple(
        Item(
            line.title,
            line.quantity,
            variant.gross_grams if (variant := variants.get(line.variant_id)) else parcel.gross_grams,
            variant.price // 100 if variant else 0,
        )
        for line in lines
    )
    return Shipment(
        reference=queries.parcel_handle(parcel),
        courier=parcel.carrier,
        service=parcel.service,
        sender=queries.sender(order),
        receiver=Party(buyer.name, buyer.phone, tuple(buyer.address.lines()), buyer.address.postal_code, buyer.address.country),
        items=items,
        note=order_queries.names(order).number,
        item_number=parcel.item_number,
        identity=queries.buyer_number(order, buyer),
    )


def _hear(parcel: Parcel, told: tuple[Told, ...], *, at: datetime) -> None:
    """Adds what is new to the parcel's history and moves parcel and order to where all of it says they are."""
    known = list(TrackingEvent.objects.filter(business_id=parcel.business_id, parcel_id=parcel.id))
    ids = {event.event_id for event in known}
    fresh = []
    for word in told:
        twin = any(event.carrier_status == word.status and abs(event.happened_at - word.at) <= SAME_WORD for event in known)
        event_id = word.event_id or f"{word.status}@{word.at:%Y%m%dT%H%M%S%z}"
        if event_id in ids or (twin and not word.event_id):
            continue
        ids.add(event_id)
        fresh.append(
            TrackingEvent(
                business_id=parcel.business_id,
                parcel=parcel,
                event_id=event_id,
                status=word.meaning,
                carrier_status=word.status,
                note=word.note,
                happened_at=word.at,
                heard_at=at,
            )
        )
    TrackingEvent.objects.bulk_create(fresh)
    before = parcel.state
    everything = [(event.happened_at, event.status) for event in (*known, *fresh)]
    after = life.state_after(everything, before if before in (life.CANCELLING, life.CANCELLED) else life.NEW)
    # A parcel that was given up stays so when another one has taken its place, whatever the carrier still says of it.
    if before not in life.VOID or after in life.VOID or queries.parcel_of(parcel.business_id, parcel.order_id) is None:
        parcel.state = after
    parcel.moved_at = max((moment for moment, _ in everything), default=None)
    if parcel.state in life.OVER:
        parcel.check_at = None
    parcel.save()
    _move_order(parcel, {status for _, status in everything}, at=at)
    if parcel.state != before and parcel.state in life.TROUBLE:
        events.trouble(parcel, at=at)


def _move_order(parcel: Parcel, told: set[str], *, at: datetime) -> None:
    """The order follows its parcel. The moment is now, not the carrier's: the buyer's days to inspect must not run
    before anybody could tell them."""
    business_id, order_id = parcel.business_id, parcel.order_id
    order = Order.objects.filter(business_id=business_id, id=order_id).only("business_id", "state").get()
    try:
        if told & life.CARRIED and order.state == order_rules.PAID:
            order = order_actions.pack(business_id, order_id, at=at)
        if told & life.CARRIED and order.state == order_rules.PACKED:
            order = order_actions.ship(business_id, order_id, at=at)
        if life.DELIVERED in told and order.state == order_rules.SHIPPED:
            order_actions.deliver(business_id, order_id, at=at)
    except WrongState:  # moved on, or closed, in this very moment: what the carrier told is kept all the same
        return


def _take_waybill(parcel: Parcel, waybill: str) -> None:
    if waybill and not parcel.waybill:
        parcel.waybill = waybill
        if s10.is_identifier(waybill):
            parcel.item_number = waybill


def _locked(business_id: UUID, parcel_id: UUID) -> Parcel:
    parcel = Parcel.objects.select_for_update().filter(business_id=business_id, id=parcel_id).first()
    if parcel is None:
        raise UnknownParcel(parcel=handle(Kind.PARCEL, business_id, parcel_id))
    return parcel


@transaction.atomic
def _put_off(business_id: UUID, parcel_id: UUID, failure: str, *, at: datetime) -> None:
    """Tries again later, each time a little later."""
    parcel = _locked(business_id, parcel_id)
    parcel.failure = failure[:300]
    parcel.check_at = at + min(FIRST_WAIT * 2**parcel.tries, LONGEST_WAIT)
    parcel.tries = min(parcel.tries + 1, 12)
    parcel.save(update_fields=["failure", "check_at", "tries"])


@transaction.atomic
def _refuse(business_id: UUID, parcel_id: UUID, reason: str, *, at: datetime) -> None:
    parcel = _settle(business_id, parcel_id, state=life.REFUSED, check_at=None, failure=reason[:300])
    events.trouble(parcel, at=at)


@transaction.atomic
def _settle(business_id: UUID, parcel_id: UUID, **changes: object) -> Parcel:
    parcel = _locked(business_id, parcel_id)
    for name, value in changes.items():
        setattr(parcel, name, value)
    parcel.save(update_fields=list(changes))
    return parcel
