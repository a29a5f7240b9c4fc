"""What gateways said, taken in many at a time: two statements in one transaction, however many there are.

`hold.sql` locks payments and orders and reads them, `rules/taking.py` judges in order of arrival, `take_in.sql` writes what changed. The
steps stand here once; `actions.take_in_all` drives them through Django's connection, `door.py` through connections of its own.
"""

import hashlib
import logging
from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from saudagar.foundation.ids import BadHandle, Kind, handle, new_id, parse_handle
from saudagar.foundation.outbox import Event
from saudagar.foundation.packing import blobs, booleans, int4s, int8s, texts, uuids
from saudagar.foundation.sql import statement
from saudagar.ledger import rules as ledger
from saudagar.ledger.rules import OrderMoney
from saudagar.orders import events as order_events
from saudagar.payments import events, gateways
from saudagar.payments.models import Refund
from saudagar.payments.rules import taking
from saudagar.payments.rules.life import Told, UnknownPayment, Verdict
from saudagar.payments.rules.taking import OrderNow, PaymentNow

KEPT_HEADERS = ("x-timestamp", "x-external-id", "x-signature", "request-time", "signature")
MOST_NOTICES = 50  # kept of one payment: white space is not signed, so of one true notice anybody who has it can make many
FAILURE = "the gateway says it failed"

Key = tuple[UUID, UUID]  # business, payment
Step = tuple[str, Mapping[str, Any]]  # a statement and its parameters
Rows = Sequence[tuple[Any, ...]]

_json = msgspec.json.Encoder().encode

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Heard:
    """One thing a gateway truly said of one payment. Body: the notice letter for letter; empty when we asked ourselves."""

    gateway: str
    business_id: UUID
    payment_id: UUID
    told: Told
    body: str = ""
    headers: Mapping[str, str] | None = None


def heard(gateway: str, told: Told, *, body: str = "", headers: Mapping[str, str] | None = None) -> Heard:
    """Raises UnknownPayment for what is no reference of ours."""
    try:
        business_id, payment_id = parse_handle(told.partner_reference, Kind.PAYMENT)
    except BadHandle:
        raise UnknownPayment(payment=told.partner_reference[:40]) from None
    return Heard(gateway, business_id, payment_id, told, body, headers)


def heard_notice(gateway: str, *, path: str, headers: Mapping[str, str], body: bytes) -> Heard:
    """A notice as it came over the wire, when it is signed and in time.

    raises  KeyError for an unknown gateway, NoticeNotSigned, NoticeTooOld, NoticeUnreadable, UnknownPayment
    """
    told = gateways.gateway(gateway).read_notice(path=path, headers=headers, body=body)
    kept = {name: headers[name] for name in KEPT_HEADERS if name in headers}
    return heard(gateway, told, body=body.decode(), headers=kept)


def steps(batch: Sequence[Heard], at: datetime) -> Generator[Step, Rows, list[Verdict | None]]:
    """Yields statements, is sent their rows, and returns what became of each; None: of a payment nobody knows.

    All of it belongs into one transaction, at READ COMMITTED, on a connection that knows `foundation.packing`.
    """
    keys = sorted({(one.business_id, one.payment_id) for one in batch})
    found = yield statement("saudagar.payments", "hold"), _keys(keys)
    standing = _standing(keys, found)
    mismatched = [key for key, payment in standing.items() if payment.state == taking.MISMATCHED]
    if mismatched:
        owed = yield statement("saudagar.payments", "owed_before"), _keys(mismatched)
        for key in mismatched:
            standing[key].owed_before = frozenset(row[2] for row in owed if (row[0], row[1]) == key)

    verdicts: list[Verdict | None] = []
    for one in batch:
        payment = standing.get((one.business_id, one.payment_id))
        is_known = payment is not None and payment.gateway == one.gateway
        verdicts.append(taking.take_in(one.told, payment) if payment is not None and is_known else None)
        if verdicts[-1] == Verdict.MISMATCHED:
            log.error("payment %s was paid with %s %s", one.told.partner_reference, one.told.amount, one.told.currency)

    written = Written(standing.values())
    written.keep(batch, verdicts)
    if written.is_empty:
        return verdicts
    rows = yield statement("saudagar.payments", "take_in"), written.columns(at)
    if tuple(rows[0]) != (len(written.changed), len(written.paid) + len(written.apart), 2 * len(written.paid) + len(written.entries)):
        raise RuntimeError(f"{rows[0]} rows changed, orders paid and lines posted: not what was judged under lock")
    return verdicts


def _keys(keys: Sequence[Key]) -> dict[str, Any]:
    return {"business_ids": uuids(key[0] for key in keys), "ids": uuids(key[1] for key in keys)}


def _standing(keys: Sequence[Key], rows: Rows) -> dict[Key, PaymentNow]:
    standing: dict[Key, PaymentNow] = {}
    for (
        place,
        purchase_id,
        gateway,
        state,
        amount,
        currency,
        reference,
        order_business_id,
        order_state,
        total,
        order_currency,
        paid,
    ) in rows:
        key = keys[place - 1]
        payment = standing.get(key)
        if payment is None:
            payment = standing[key] = PaymentNow(key[0], key[1], purchase_id, gateway, state, amount, currency, reference, {})
        payment.orders[order_business_id] = OrderNow(order_business_id, order_state, total, order_currency, paid)
    _share_orders(standing.values())
    return standing


def _share_orders(payments: Iterable[PaymentNow]) -> None:
    """Two payments of one purchase pay the same orders: what the first one pays, the second finds paid."""
    known: dict[Key, OrderNow] = {}
    for payment in payments:
        for business_id, order in payment.orders.items():
            payment.orders[business_id] = known.setdefault((business_id, payment.purchase_id), order)


@dataclass(slots=True)
class Kept:
    """A notice as it is kept. Place: the how-manieth new one of its payment in this batch, from 1."""

    body: str
    headers: Mapping[str, str]
    verdict: str
    place: int
    times: int = 1


class Written:
    """What `take_in.sql` is to write."""

    def __init__(self, payments: Iterable[PaymentNow]) -> None:
        self.changed: list[PaymentNow] = []
        self.paid: list[tuple[PaymentNow, OrderNow]] = []  # at its own home
        self.apart: list[tuple[UUID, UUID]] = []  # at another's: business, order
        self.postings: list[tuple[UUID, UUID, str, str]] = []
        self.entries: list[tuple[UUID, UUID, UUID, str, str, int, UUID | None]] = []
        self.refunds: list[Refund] = []
        self.events: list[Event] = []
        self.notices: dict[tuple[UUID, UUID, bytes], Kept] = {}
        for payment in payments:
            if payment.has_changed:
                self._change(payment)

    @property
    def is_empty(self) -> bool:
        return not self.changed and not self.notices

    def _change(self, payment: PaymentNow) -> None:
        self.changed.append(payment)
        for order in payment.paid:
            if order.business_id == payment.business_id:
                self.paid.append((payment, order))
            else:
                self.apart.append((order.business_id, payment.purchase_id))
                self._post(ledger.captured(_money(payment, order)))
            self.events.append(order_events.paid(order.business_id, payment.purchase_id))
        for order, reason in payment.owed:
            refund_id = new_id()
            refund = Refund(
                business_id=payment.business_id,
                id=refund_id,
                payment_id=payment.id,
                order_business_id=order.business_id,
                order_id=payment.purchase_id,
                amount=order.total,
                currency=payment.currency,
                reason=reason,
            )
            self.refunds.append(refund)
            self._post(ledger.captured_late(_money(payment, order), handle(Kind.REFUND, payment.business_id, refund_id)))
            self.events.append(events.share_owed(refund))
        if payment.mismatched is not None:
            self.events.append(events.mismatched(payment, payment.mismatched))

    def _post(self, postings: Sequence[ledger.Posting]) -> None:
        for posting in postings:
            posting_id = new_id()
            self.postings.append((posting.business_id, posting_id, posting.kind, posting.reference))
            self.entries += [
                (posting.business_id, new_id(), posting_id, str(entry.account), entry.currency, entry.amount, entry.order_id)
                for entry in posting.entries
            ]

    def keep(self, batch: Sequence[Heard], verdicts: Sequence[Verdict | None]) -> None:
        """The notices themselves, letter for letter and once; a repetition is counted."""
        new_of: dict[UUID, int] = {}
        for one, verdict in zip(batch, verdicts, strict=True):
            if verdict is None or not one.body:
                continue
            digest = hashlib.sha256(one.body.encode()).digest()
            known = self.notices.get((one.business_id, one.payment_id, digest))
            if known is not None:
                known.times += 1
                continue
            place = new_of[one.payment_id] = new_of.get(one.payment_id, 0) + 1
            self.notices[one.business_id, one.payment_id, digest] = Kept(one.body, one.headers or {}, verdict, place)

    def columns(self, at: datetime) -> dict[str, Any]:
        """The parameters of one call."""
        changed, paid, refunds, notices = self.changed, self.paid, self.refunds, self.notices
        return {
            "at": at,
            "most": MOST_NOTICES,
            "changed_businesses": uuids(payment.business_id for payment in changed),
            "changed_ids": uuids(payment.id for payment in changed),
            "changed_states": texts(payment.state for payment in changed),
            "changed_references": texts(payment.gateway_reference for payment in changed),
            "changed_failures": texts(FAILURE if payment.has_failed else None for payment in changed),
            "changed_amounts": int8s(payment.mismatched.amount if payment.mismatched else None for payment in changed),
            "changed_currencies": texts(payment.mismatched.currency if payment.mismatched else None for payment in changed),
            "changed_ends": booleans(payment.has_moved for payment in changed),
            "paid_businesses": uuids(order.business_id for _, order in paid),
            "paid_orders": uuids(payment.purchase_id for payment, _ in paid),
            "paid_payments": uuids(payment.id for payment, _ in paid),
            "paid_currencies": texts(order.currency for _, order in paid),
            "paid_amounts": int8s(order.total for _, order in paid),
            "apart_businesses": uuids(row[0] for row in self.apart),
            "apart_orders": uuids(row[1] for row in self.apart),
            "posting_businesses": uuids(row[0] for row in self.postings),
            "posting_ids": uuids(row[1] for row in self.postings),
            "posting_kinds": texts(row[2] for row in self.postings),
            "posting_references": texts(row[3] for row in self.postings),
            "entry_businesses": uuids(row[0] for row in self.entries),
            "entry_ids": uuids(row[1] for row in self.entries),
            "entry_postings": uuids(row[2] for row in self.entries),
            "entry_accounts": texts(row[3] for row in self.entries),
            "entry_currencies": texts(row[4] for row in self.entries),
            "entry_amounts": int8s(row[5] for row in self.entries),
            "entry_orders": uuids(row[6] for row in self.entries),
            "refund_businesses": uuids(refund.business_id for refund in refunds),
            "refund_ids": uuids(refund.id for refund in refunds),
            "refund_payments": uuids(refund.payment_id for refund in refunds),
            "refund_order_businesses": uuids(refund.order_business_id for refund in refunds),
            "refund_orders": uuids(refund.order_id for refund in refunds),
            "refund_amounts": int8s(refund.amount for refund in refunds),
            "refund_currencies": texts(refund.currency for refund in refunds),
            "refund_reasons": texts(refund.reason for refund in refunds),
            "event_businesses": uuids(event.business_id for event in self.events),
            "event_names": texts(event.name for event in self.events),
            "event_facts": texts(_json(event.facts).decode() for event in self.events),
            "notice_businesses": uuids(key[0] for key in notices),
            "notice_payments": uuids(key[1] for key in notices),
            "notice_digests": blobs(key[2] for key in notices),
            "notice_bodies": texts(notice.body for notice in notices.values()),
            "notice_headers": texts(_json(notice.headers).decode() for notice in notices.values()),
            "notice_verdicts": texts(notice.verdict for notice in notices.values()),
            "notice_times": int4s(notice.times for notice in notices.values()),
            "notice_places": int4s(notice.place for notice in notices.values()),
        }


def _money(payment: PaymentNow, order: OrderNow) -> OrderMoney:
    return OrderMoney(order.business_id, payment.purchase_id, order.currency, order.total, payment.business_id)
