"""What the desks show: reads of several rooms joined into rows that are ready to show."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import chain
from uuid import UUID

from django.core.cache import cache
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localdate, localtime
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from saudagar.campaigns import queries as campaigns
from saudagar.catalogue import queries as catalogue
from saudagar.catalogue.queries import ProductRow
from saudagar.customs import files as customs_files
from saudagar.customs import queries as customs
from saudagar.customs.queries.promised import promised_of
from saudagar.customs.rules.papers import CN22, CN23, INVOICE
from saudagar.customs.rules.promised import Promised, refuse_taken_back, refuse_unproven
from saudagar.desk.rules import PapersNotReady
from saudagar.foundation.clock import now
from saudagar.foundation.ids import Kind, handle, parse_short_number
from saudagar.foundation.models import OutboxEvent
from saudagar.foundation.refusals import Refusal, spoken
from saudagar.foundation.walls import across_sellers
from saudagar.look.parts import Step
from saudagar.markets import queries as markets
from saudagar.markets.models import Listing
from saudagar.markets.rules import NOT_VERIFIED
from saudagar.orders import queries as orders
from saudagar.orders import rules as order_rules
from saudagar.orders.models import Line, Order, State
from saudagar.orders.rules import Buyer
from saudagar.payments import queries as payments
from saudagar.payments.models import Refund
from saudagar.registry import queries as registry
from saudagar.registry.models import Business
from saudagar.rulebook import queries as rulebook
from saudagar.rulebook.rules.identities import KINDS as IDENTITIES
from saudagar.rulebook.rules.levies import NamedLevy
from saudagar.rulebook.telling import of_order, savings_of_order, stakes_of_order
from saudagar.settlement import queries as settlement
from saudagar.settlement.queries import Money
from saudagar.shipping import queries as shipping
from saudagar.shipping.models import Parcel
from saudagar.shipping.queries import Track
from saudagar.shipping.rules import life
from saudagar.shipping.rules.identity import BuyerUnreadable
from saudagar.stock import queries as stock
from saudagar.stock.queries import PoolRow

PAGE = 30
FIRST = UUID(int=0)
TRAVELS = frozenset({CN22, CN23, INVOICE})  # papers that are on the parcel when it leaves

# Views of the list of orders: name -> (label, states). The first one begins with what waits longest.
VIEWS: Mapping[str, tuple[object, tuple[str, ...]]] = {
    "to_pack": (gettext_lazy("To pack"), (State.PAID,)),
    "packed": (gettext_lazy("To hand over"), (State.PACKED,)),
    "unpaid": (gettext_lazy("Awaiting payment"), (State.AWAITING_PAYMENT,)),
    "on_the_way": (gettext_lazy("On its way"), (State.SHIPPED,)),
    "delivered": (gettext_lazy("Delivered"), (State.DELIVERED,)),
    "completed": (gettext_lazy("Completed"), (State.COMPLETED,)),
    "closed": (gettext_lazy("Cancelled or expired"), (State.CANCELLED, State.EXPIRED)),
}
IN_TURN = ("to_pack", "packed")  # work to be done, oldest first

# Why a seller cancels: kept with the order as the code.
REASONS: Mapping[str, object] = {
    "out_of_stock": gettext_lazy("The goods are not there or damaged"),
    "buyer_asked": gettext_lazy("The buyer asked for it"),
    "cannot_ship": gettext_lazy("The address cannot be served"),
    "seller_closed": gettext_lazy("The shop is closed"),
}
OTHER_REASONS: Mapping[str, object] = {
    "not_paid_in_time": gettext_lazy("Not paid in time"),
    "buyer_changed_mind": gettext_lazy("The buyer changed their mind"),
}

# A buyer's address is shown while the parcel must still reach them, and no longer.
SHOWS_BUYER = frozenset({State.PAID, State.PACKED, State.SHIPPED, State.DELIVERED})


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One order in a seller's list."""

    handle: str
    number: str
    state: str
    buyer: str  # empty when the order is over
    town: str
    country: str
    contents: str
    pieces: int
    total: int
    currency: str
    placed_at: datetime
    waybill: str
    parcel_words: str
    is_trouble: bool
    can_label: bool


@dataclass(frozen=True, slots=True)
class OrderPage:
    """One page of a list; `next` is the handle to go on from."""

    rows: list[OrderRow]
    next: str


@dataclass(frozen=True, slots=True)
class View:
    """A filter above the list."""

    name: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Lacking:
    """Something an offered product needs before it may be sold in a market, or needs again."""

    title: str
    market: str
    words: str
    more: int  # further needs of the same product there
    product: str  # handle


@dataclass(frozen=True, slots=True)
class NextStep:
    """What a new seller does next."""

    title: str
    words: str
    url: str
    action: str
    icon: str


@dataclass(frozen=True, slots=True)
class SellerHome:
    """A seller's first page."""

    counts: Mapping[str, int]
    to_pack: list[OrderRow]
    troubles: list[OrderRow]
    money: Money
    low: list[PoolRow]
    lacking: list[Lacking]
    drafts: int
    refused: int
    steps: list[NextStep]
    is_new: bool


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that goes with a parcel."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class BuyerNumber:
    """The buyer's number for customs there, as a seller sees it. trouble: why the parcel cannot be booked with it."""

    name: str
    masked: str
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class OrderDetail:
    """One order with all its seller needs."""

    order: Order
    handle: str
    number: str
    lines: list[Line]
    buyer: Buyer | None
    service: str
    timeline: list[Step]
    tracking: list[Track]
    parcel: Parcel | None
    parcel_words: str
    failure: str  # of the last parcel that was refused, while there is no other
    weight: int  # grams, of the box to be booked
    papers: list[Paper]
    stage: str  # what to do now: wait, pack, book, booking, print, scan, none
    can_cancel: bool
    close_reason: str
    refund: Refund | None
    levies: list[NamedLevy]
    savings: list[str]
    unproven: list[Promised]  # what keeps the parcel from leaving: proofs of origin that are not there, or were taken back
    stakes: list[str]  # and what it would cost
    buyer_number: BuyerNumber | None  # where customs of the destination asks for one


def order_page(business_id: UUID, *, view: str = "", cursor: UUID | None = None, most: int = PAGE) -> OrderPage:
    """A page of a seller's orders. Three statements."""
    states = VIEWS[view][1] if view in VIEWS else ()
    if view in IN_TURN:
        found = orders.orders_of_business(business_id, states=states, after=cursor or FIRST, most=most + 1)
    else:
        found = orders.orders_of_business(business_id, states=states, before=cursor, most=most + 1)
    more, found = found[most:], found[:most]
    return OrderPage(_rows(business_id, found), handle(Kind.ORDER, business_id, found[-1].id) if more else "")


def views(counts: Mapping[str, int]) -> list[View]:
    """The filters with how many orders stand behind each."""
    return [View(name, str(label), sum(counts.get(state, 0) for state in states)) for name, (label, states) in VIEWS.items()]


def find_orders(business_id: UUID, text: str) -> list[OrderRow]:
    """Orders by what is written on a label: number or waybill."""
    wanted = text.strip()
    ids = [identity] if (identity := parse_short_number(wanted)) else []
    if wanted and not ids:
        ids = list(
            Parcel.objects.filter(business_id=business_id, waybill__iexact=wanted.replace(" ", "")).values_list("order_id", flat=True)[:5]
        )
    found = [row for order_id in ids if (row := _order_or_none(business_id, order_id))]
    return _rows(business_id, found)


def seller_home(business: Business, *, at: datetime, language: str | None) -> SellerHome:
    """What a seller should see first."""
    counts = orders.counts(business.pk)
    products = catalogue.counts(business.pk)
    steps = _next_steps(business, products)
    held = Parcel.objects.filter(business_id=business.pk, state__in=[life.HELD, life.RETURNING, life.RETURNED, life.LOST])
    troubled = [
        row
        for order_id in held.order_by("-id").values_list("order_id", flat=True)[:5]
        if (row := _order_or_none(business.pk, order_id)) and row.state == State.SHIPPED
    ]
    return SellerHome(
        counts=counts,
        to_pack=order_page(business.pk, view="to_pack", most=5).rows,
        troubles=_rows(business.pk, troubled),
        money=settlement.money(business.pk),
        low=stock.pools(business.pk, language, only="low", most=6)[0],
        lacking=lacking(business, on=localdate(at), language=language),
        drafts=products.get("draft", 0),
        refused=Listing.objects.filter(business_id=business.pk, state=Listing.State.REFUSED).count(),
        steps=steps,
        is_new=not counts,
    )


def lacking(business: Business, *, on: date, language: str | None, most: int = 5) -> list[Lacking]:
    """What blocks products where they are offered: a paper that is missing or ran out. Looks at the newest dozen offers."""
    offered = Listing.objects.filter(business_id=business.pk).exclude(state=Listing.State.PAUSED).order_by("-id")
    pairs = list(dict.fromkeys(offered.values_list("variant__product_id", "market_id")[:24]))[:12]
    open_markets = {where.code: where for where in markets.open_markets()}
    rows: dict[UUID, ProductRow] = {}
    found: list[Lacking] = []
    for product_id, code in pairs:
        if code not in open_markets or len(found) == most:
            continue
        row = rows.get(product_id) or catalogue.product(business.pk, product_id, language)
        rows[product_id] = row
        where = open_markets[code]
        needs = [need for need in markets.needs(row, business, where, on) if need.blocks and need.code != NOT_VERIFIED.code]
        if needs:
            words = needs[0].words[spoken(language)]
            found.append(Lacking(row.title or row.variants[0].sku, where.names[spoken(language)], words, len(needs) - 1, row.handle))
    return found


def order_detail(business_id: UUID, text: str, *, language: str | None) -> OrderDetail:
    """One order of this business by its handle. Raises UnknownOrder, also for another seller's."""
    order = orders.order_by_handle(text, business_id=business_id)
    parcel = shipping.parcel_of(business_id, order.id)
    names = orders.names(order)
    buyer = _buyer(order)
    kept = customs.kept_by(order) if order.state in (State.PAID, State.PACKED) else None
    promised = promised_of(order, kept, rulebook.current_rulebook()) if kept else ()
    unproven = [each for each in promised if not each.is_there]
    refused = None
    if parcel is None:
        refused = Parcel.objects.filter(business_id=business_id, order_id=order.id, state=life.REFUSED).order_by("-id").first()
    return OrderDetail(
        order=order,
        handle=names.handle,
        number=names.number,
        lines=_call_by_name(order.business_id, order.lines.all()),
        buyer=buyer,
        service=shipping.service_name(order, language),
        timeline=timeline(order),
        tracking=shipping.tracking(business_id, order.id),
        parcel=parcel,
        parcel_words=shipping.words_of(parcel.state) if parcel else "",
        failure=refused.failure if refused else "",
        weight=parcel.gross_grams if parcel else shipping.box_of(order).gross_grams,
        papers=papers(order, parcel, names.handle) if order.state in SHOWS_BUYER else [],
        stage=stage(order, parcel),
        can_cancel=order_rules.may_become(order.state, State.CANCELLED)
        and (parcel is None or (parcel.state in life.BEFORE_PICK_UP and parcel.handed_over_at is None)),
        close_reason=close_reason(order),
        refund=payments.refund_of_order(order) if order.closed_at else None,
        levies=of_order(order.customs, spoken(language)),
        savings=savings_of_order(order.customs, spoken(language)),
        unproven=unproven,
        stakes=_stakes(order, unproven, language),
        buyer_number=_buyer_number(order, buyer, language) if order.state in SHOWS_BUYER else None,
    )


def _buyer(order: Order) -> Buyer | None:
    """The buyer of an order that is under way; None before and after, and where no key opens it: the rest of the page is still of use."""
    try:
        return shipping.opened_buyer(order) if order.state in SHOWS_BUYER else None
    except Refusal:
        return None


def _buyer_number(order: Order, buyer: Buyer | None, language: str | None) -> BuyerNumber | None:
    try:
        if buyer is None:
            raise BuyerUnreadable
        found = shipping.buyer_number(order, buyer)
    except Refusal as refusal:
        return BuyerNumber("", "", refusal.message(language))
    return BuyerNumber(IDENTITIES[found.kind].names[spoken(language)], found.masked) if found else None


def _stakes(order: Order, unproven: Sequence[Promised], language: str | None) -> list[str]:
    """What customs would ask for besides, were these proofs not there."""
    kinds = {each.kind for each in unproven}
    return [words for kind, words in stakes_of_order(order.customs, spoken(language)).items() if kind in kinds] if kinds else []


def stage(order: Order, parcel: Parcel | None) -> str:
    """What the seller does next with an order."""
    if order.state == State.AWAITING_PAYMENT:
        return "wait"
    if order.state == State.PAID and parcel is None:
        return "pack"
    if order.state not in (State.PAID, State.PACKED):
        return "none"
    if parcel is None:
        return "book"
    if not parcel.waybill:
        return "booking"
    return "print" if parcel.handed_over_at is None else "scan"


def papers(order: Order, parcel: Parcel | None, text: str) -> list[Paper]:
    """The customs papers that travel with a parcel abroad; none at home."""
    try:
        kinds = customs.papers_for(order, parcel, rulebook.current_rulebook())
    except Refusal:  # a snapshot that says too little: the paper's own page says what is missing
        kinds = ("invoice",)
    names = {"invoice": _("Invoice")}
    return [Paper(names.get(kind, kind.upper()), reverse("customs:paper", args=[text, kind, "pdf"])) for kind in kinds]


def timeline(order: Order) -> list[Step]:
    """The life of an order as points in time, those to come included."""
    points = [
        (_("Ordered"), order.placed_at, "cart"),
        (_("Paid"), order.paid_at, "wallet"),
        (_("Packed"), order.packed_at, "box"),
        (_("With the courier"), order.shipped_at, "truck"),
        (_("Delivered"), order.delivered_at, "home"),
        (_("Money released"), order.completed_at, "check"),
    ]
    if order.closed_at is not None:
        done = [Step(label, "done", at, icon=icon) for label, at, icon in points if at is not None]
        ended = _("Cancelled") if order.state == State.CANCELLED else _("Expired")
        return [*done, Step(ended, "bad", order.closed_at, note=close_reason(order), icon="close")]
    rows, is_reached = [], False
    for label, at, icon in reversed(points):
        state = "next" if at is None and not is_reached else "done" if is_reached else "now"
        note = ""
        if state == "next" and icon == "check" and order.inspection_ends_at:
            note = _("The buyer inspects until %(day)s") % {"day": date_format(localtime(order.inspection_ends_at), "DATE_FORMAT")}
        rows.append(Step(label, "done" if order.state == State.COMPLETED else state, at, note=note, icon=icon))
        is_reached = is_reached or at is not None
    return rows[::-1]


def close_reason(order: Order) -> str:
    """Why an order ended, in the reader's language."""
    return str({**REASONS, **OTHER_REASONS}.get(order.close_reason, order.close_reason))


def _next_steps(business: Business, products: Mapping[str, int]) -> list[NextStep]:
    """At most three things a new seller still has to do, in order."""
    steps = []
    if business.state in (Business.State.DRAFT, Business.State.REFUSED):
        steps.append(
            NextStep(
                _("Have your business verified"),
                _("NIB, NIK or NPWP and one place: an officer looks at them, usually within a day."),
                reverse("registry:register"),
                _("Go on"),
                "shield",
            )
        )
    if not products:
        steps.append(
            NextStep(
                _("Add your first product"),
                _("Name, price, weight and a picture are enough to begin."),
                reverse("catalogue:new_product"),
                _("Add a product"),
                "tag",
            )
        )
    if not Listing.objects.filter(business_id=business.pk).exists():
        steps.append(
            NextStep(
                _("Offer it in a market"),
                _("At home, and in the China pavilion: you read there what is still missing."),
                reverse("catalogue:products"),
                _("Choose markets"),
                "globe",
            )
        )
    if settlement.account(business.pk) is None:
        steps.append(
            NextStep(
                _("Say where your money goes"),
                _("A bank account in the name of the business or its owner."),
                reverse("settlement:account"),
                _("Add an account"),
                "bank",
            )
        )
    return steps[:3]


def _rows(business_id: UUID, found: Sequence[Order]) -> list[OrderRow]:
    parcels = shipping.parcels_of(business_id, [order.id for order in found])
    lines_of = {order.id: list(order.lines.all()) for order in found}
    _call_by_name(business_id, chain.from_iterable(lines_of.values()))
    rows = []
    for order in found:
        lines = lines_of[order.id]
        parcel = parcels.get(order.id)
        names = orders.names(order)
        rows.append(
            OrderRow(
                handle=names.handle,
                number=names.number,
                state=order.state,
                buyer=buyer.name if (buyer := _buyer(order)) else "",
                town=order.town,
                country=order.country,
                contents=", ".join(f"{line.quantity} × {line.title}" for line in lines[:2]) + (" …" if len(lines) > 2 else ""),
                pieces=sum(line.quantity for line in lines),
                total=order.total,
                currency=order.currency,
                placed_at=order.placed_at,
                waybill=parcel.waybill if parcel else "",
                parcel_words=shipping.words_of(parcel.state) if parcel else "",
                is_trouble=bool(parcel and parcel.state in life.TROUBLE),
                can_label=bool(parcel and parcel.waybill and order.state == State.PACKED),
            )
        )
    return rows


def _call_by_name(business_id: UUID, lines: Iterable[Line]) -> list[Line]:
    """Lines keep the words the buyer read, perhaps Chinese; who packs them reads their own."""
    lines = list(lines)
    titles = catalogue.variant_titles(business_id, {line.variant_id for line in lines}, get_language())
    for line in lines:
        line.title = titles.get(line.variant_id) or line.title
    return lines


def _order_or_none(business_id: UUID, order_id: UUID) -> Order | None:
    try:
        return orders.order(business_id, order_id)
    except order_rules.UnknownOrder:
        return None


# Officers


@dataclass(frozen=True, slots=True)
class Queue:
    """Something that waits for an officer or the operator."""

    label: str
    count: int
    url: str
    icon: str
    is_bad: bool = False  # should be zero


@dataclass(frozen=True, slots=True)
class TroubledParcel:
    """A parcel that needs somebody's eye, without the buyer."""

    order: str  # handle
    number: str
    business: str
    words: str
    town: str
    country: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class OfficerHome:
    queues: list[Queue]
    today: Mapping[str, int]
    is_proven: bool
    troubles: list[TroubledParcel] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PaperState:
    """A paper an order needs, without what stands on it."""

    name: str
    is_ready: bool
    lacks: list[str]


@dataclass(frozen=True, slots=True)
class OfficerOrder:
    """One order without personal data: neither name nor address nor what would find them."""

    order: Order
    number: str
    business: Business | None
    business_handle: str
    lines: list[Line]
    service: str
    timeline: list[Step]
    tracking: list[Track]
    parcel: Parcel | None
    papers: list[PaperState]


@across_sellers
def officer_home(*, at: datetime) -> OfficerHome:
    """What waits, over all sellers."""
    proposed = sum(markets.waiting(where) for where in markets.curated_markets())
    undelivered = OutboxEvent.objects.filter(tries__gt=0)[:1000].count()
    return OfficerHome(
        queues=[
            Queue(_("Businesses to verify"), registry.waiting(), reverse("registry:officer_queue"), "shield"),
            Queue(
                _("Offers for the pavilion"),
                proposed,
                reverse("markets:pavilions"),
                "globe",
            ),
            Queue(
                _("Licences and certificates to check"),
                catalogue.certificates_waiting(),
                reverse("catalogue:officer_certificates"),
                "document",
            ),
            Queue(_("HS codes unlike the suggestion"), catalogue.hs_differing(), reverse("catalogue:officer_hs"), "customs"),
            Queue(_("Applications to campaigns"), campaigns.waiting(), reverse("desk:officer_campaigns"), "calendar"),
            Queue(_("Refunds owed"), len(payments.open_refunds()), "", "return"),
            Queue(_("Events not delivered"), undelivered, "", "bell", is_bad=True),
        ],
        today=orders_since(at - timedelta(days=1)),
        is_proven=is_proven(),
        troubles=[_troubled(parcel) for parcel in shipping.troubles(most=10)],
    )


@across_sellers
def is_proven() -> bool:
    """Whether the books are right. The proof reads every order, so its answer is kept for a minute."""
    return bool(cache.get_or_set("desk.is_proven", lambda: all(check.is_right for check in settlement.proof()), 60))


@across_sellers
def officer_order(text: str, *, language: str | None) -> OfficerOrder:
    """Any seller's order by its handle, for somebody who helps. Raises UnknownOrder, BadHandle."""
    order = orders.order_by_handle(text)
    return OfficerOrder(
        order=order,
        number=orders.names(order).number,
        business=registry.business(order.business_id),
        business_handle=handle(Kind.BUSINESS, order.business_id),
        lines=_call_by_name(order.business_id, order.lines.all()),
        service=shipping.service_name(order, language),
        timeline=timeline(order),
        tracking=shipping.tracking(order.business_id, order.id),
        parcel=shipping.parcel_of(order.business_id, order.id),
        papers=_paper_states(order, language),
    )


def check_papers(business_id: UUID, order_id: UUID, *, language: str | None) -> None:
    """Whether what travels with a parcel abroad is there: the postal form, the invoice, and the proofs of origin it was priced with.

    Raises PapersNotReady, ProofNotThere, OriginTakenBack.
    """
    order = orders.order(business_id, order_id)
    kept = customs.kept_by(order)
    if kept is None or kept.dispatch == kept.destination:
        return
    source = customs_files.source_of(order, at=now())
    refuse_unproven(source.facts.promised, language)
    found = customs_files.papers(source, at=now())
    travels = TRAVELS | {each.kind for each in source.facts.promised if not each.is_certificate}
    held_up = [paper for paper in found if paper.kind in travels and not paper.is_ready]
    if held_up:
        reads = spoken(language)
        raise PapersNotReady(papers=", ".join(paper.names.get(reads) or paper.names["en"] for paper in held_up))


def check_origin(business_id: UUID, order_id: UUID) -> None:
    """Whether an officer has taken back the origin that a parcel was priced with: then its label is not printed either, for a labelled box
    travels. Raises OriginTakenBack."""
    order = orders.order(business_id, order_id)
    kept = customs.kept_by(order)
    if kept is not None and kept.proofs:
        refuse_taken_back(promised_of(order, kept, rulebook.current_rulebook()))


def _paper_states(order: Order, language: str | None) -> list[PaperState]:
    """Which papers an order needs and what they wait for; what stands on them is the seller's and the buyer's."""
    if order.state not in SHOWS_BUYER:
        return []
    try:
        found = customs_files.papers(customs_files.source_of(order, at=now()), at=now())
    except Refusal:  # at home, or without a customs snapshot
        return []
    reads = spoken(language)
    return [
        PaperState(
            paper.names.get(reads) or paper.names["en"],
            paper.is_ready,
            [lack.words(reads) for lack in paper.lacks] or ([paper.refusal.message(reads)] if paper.refusal else []),
        )
        for paper in found
        if paper.is_needed
    ]


@across_sellers
def orders_since(moment: datetime) -> dict[str, int]:
    """Orders placed since a moment, in all and by state reached. Ids are ordered by time, but sellers are many: a rough number, capped."""
    states = list(Order.objects.filter(placed_at__gte=moment).order_by().values_list("state", flat=True)[:10_000])
    return {"placed": len(states), "paid": sum(state in order_rules.IN_ESCROW or state == State.COMPLETED for state in states)}


def _troubled(parcel: Parcel) -> TroubledParcel:
    names = orders.names(parcel.order)
    business = registry.business(parcel.business_id)
    return TroubledParcel(
        names.handle,
        names.number,
        business.name if business else "",
        shipping.words_of(parcel.state),
        parcel.order.town,
        parcel.order.country,
        parcel.moved_at,
    )
