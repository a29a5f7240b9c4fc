"""Quotes that are kept for replays: gathered in memory, written once a second by the door, never waited for.

What was gathered in the last second is lost when the process dies, and what does not fit is dropped and counted (/metrics): these rows are
to compare rules by, not to keep books by. Without a door (tests, commands) nothing is kept.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from random import random
from threading import Lock
from typing import Any
from uuid import UUID

from saudagar.checkout.rules import keeping, promises
from saudagar.checkout.rules.keeping import Kept, Parcel
from saudagar.checkout.rules.pricing import Priced
from saudagar.checkout.rules.promises import Promise
from saudagar.checkout.rules.quotes import MOST_TOTAL
from saudagar.foundation import packing
from saudagar.foundation.refusals import Refusal
from saudagar.rulebook.rules import ProductFacts
from saudagar.rulebook.rules.counting import Used

SECONDS = 1.0
MOST_WAITING = 1_000  # different questions between two writes
FIRST_DAY = date(2000, 1, 1)  # from which the statement counts
NEVER = date.min

current: "Keeper | None" = None  # the one of this process, while its door is open


@dataclass(slots=True)
class Counts:
    """Since the process began, for /metrics."""

    kept: int = 0
    again: int = 0  # the same question, asked once more
    dropped: int = 0


class Keeper:
    """Of one process, for its event loop and its threads.

    share   of priced quotes that are kept, 0 to 1
    a_day   different questions that may be kept a day: what a flood of them can do to the database has an end
    """

    def __init__(self, *, share: float, a_day: int, most_waiting: int = MOST_WAITING) -> None:
        self.share, self.a_day, self.most_waiting = share, a_day, most_waiting
        self.counts = Counts()
        self.waiting: dict[tuple[UUID, UUID], Kept] = {}
        self.day, self.today = NEVER, 0
        self.lock = Lock()

    @property
    def has_room(self) -> bool:
        return len(self.waiting) < self.most_waiting and self.today < self.a_day

    def priced(self, found: Priced) -> None:
        """A quote was made: now and then one is kept."""
        if random() < self.share:  # noqa: S311 (a sample, not a secret)
            for order in found.quote.orders:
                self._put(keeping.priced(order.business_id, found.quote.market, order.customs))

    def refused(self, parcel: Parcel, refusal: Refusal, goods: Iterable[ProductFacts] = ()) -> None:
        """Something refused what one seller would send: kept when it was the rules, and no basket beyond all measure."""
        if refusal.code in keeping.OF_RULES and sum(item.value for item in parcel.request.items) <= MOST_TOTAL:
            self._put(keeping.refused(parcel, refusal.code, goods))

    def refused_at_placing(self, promise: Promise, refusal: Refusal, *, used: Used, day: date) -> None:
        """A quote was refused when it was placed, for only then it was known who buys.

        used  what that buyer had used so far of the limits that count across orders
        day   of the law
        """
        so_far = dict(used)
        for business_id, customs in promises.customs_of(promise):
            before = {held.rule: so_far.get(held.key(day), 0) for held in promise.held}
            parcel, counted = keeping.parcel_of(business_id, promise.market, customs, used=before)
            for adds in counted:
                so_far[adds.key(day)] = so_far.get(adds.key(day), 0) + adds.amount
            if any(so_far.get(held.key(day), 0) > held.most for held in promise.held):  # what came before it in the basket still fitted
                self.refused(parcel, refusal)

    def taken(self, at: datetime) -> list[Kept]:
        """What was gathered since the last time."""
        with self.lock:
            if at.date() != self.day:
                self.today = self.today if self.day == NEVER else 0
                self.day = at.date()
            waiting, self.waiting = self.waiting, {}
        return list(waiting.values())

    def written(self, number: int, *, are_lost: bool = False) -> None:
        """So many of what was taken were written, or could not be."""
        with self.lock:
            if are_lost:
                self.counts.dropped += number
            else:
                self.counts.kept += number

    def _put(self, kept: Kept) -> None:
        with self.lock:
            before = self.waiting.get((kept.business_id, kept.id))
            if before is not None:
                before.times += 1
                self.counts.again += 1
            elif self.has_room:
                self.waiting[kept.business_id, kept.id] = kept
                self.today += 1
            else:
                self.counts.dropped += 1


def parameters(rows: Sequence[Kept], at: datetime) -> dict[str, Any]:
    """Of sql/keep_quotes.sql, for a connection that was taught by `foundation.packing`."""
    return {
        "business_ids": packing.uuids(row.business_id for row in rows),
        "ids": packing.uuids(row.id for row in rows),
        "days": packing.int4s((row.day - FIRST_DAY).days for row in rows),
        "markets": packing.texts(row.market for row in rows),
        "codes": packing.texts(row.code for row in rows),
        "countries": packing.texts(row.country for row in rows),
        "currencies": packing.texts(row.currency for row in rows),
        "goods": packing.int8s(row.goods for row in rows),
        "totals": packing.int8s(row.total for row in rows),
        "questions": packing.blobs(row.question for row in rows),
        "times": packing.int4s(row.times for row in rows),
        "moment": at,
    }
