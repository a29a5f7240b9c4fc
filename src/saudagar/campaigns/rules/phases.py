"""Where a campaign stands at a moment. Everything follows from its state, its hours and the clock; no job switches anything. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

DRAFT, OPEN, CANCELLED = "draft", "open", "cancelled"

QUOTE_LIFETIME = timedelta(minutes=15)  # as checkout.rules.quotes says: the platform keeps its word that long
# A minute more than the word is kept, so that an order that came in the last second still finds its pieces.
RETURN_AFTER = QUOTE_LIFETIME + timedelta(minutes=1)


class Phase(StrEnum):
    """What can be done with a campaign now."""

    DRAFTED = "drafted"  # only officers see it
    JOINING = "joining"  # sellers apply
    QUOTES = "quotes"  # sellers apply; buyers may have prices ahead, valid from the start on
    RUNNING = "running"
    OVER = "over"
    CANCELLED = "cancelled"


JOINABLE = frozenset({Phase.JOINING, Phase.QUOTES})
DECIDABLE = frozenset({Phase.JOINING, Phase.QUOTES, Phase.RUNNING})
SHOWN = frozenset({Phase.JOINING, Phase.QUOTES, Phase.RUNNING, Phase.OVER})  # to buyers


def phase(state: str, *, quotes_from: datetime, starts_at: datetime, ends_at: datetime, at: datetime) -> Phase:
    """The phase at a moment. The first second belongs to the campaign, the last one no longer: starts_at <= at < ends_at.

    >>> from datetime import UTC
    >>> hours = {"quotes_from": datetime(2026, 11, 10, 12, tzinfo=UTC), "starts_at": datetime(2026, 11, 10, 17, tzinfo=UTC)}
    >>> hours["ends_at"] = datetime(2026, 11, 11, 17, tzinfo=UTC)
    >>> [str(phase(OPEN, **hours, at=datetime(2026, 11, day, hour, tzinfo=UTC))) for day, hour in ((10, 11), (10, 12), (10, 17), (11, 17))]
    ['joining', 'quotes', 'running', 'over']
    """
    if state == CANCELLED:
        return Phase.CANCELLED
    if state == DRAFT:
        return Phase.DRAFTED
    if at >= ends_at:
        return Phase.OVER
    if at >= starts_at:
        return Phase.RUNNING
    return Phase.QUOTES if at >= quotes_from else Phase.JOINING


def is_running(state: str, *, starts_at: datetime, ends_at: datetime, at: datetime) -> bool:
    """Whether the campaign's prices hold at a moment."""
    return state == OPEN and starts_at <= at < ends_at


def may_be_quoted(state: str, *, quotes_from: datetime, ends_at: datetime, at: datetime) -> bool:
    """Whether a quote at the campaign's price may be given: ahead of the start it carries `not_before`."""
    return state == OPEN and quotes_from <= at < ends_at


def not_before(starts_at: datetime, at: datetime) -> datetime | None:
    """From when on a quote given now can be placed; None: at once."""
    return starts_at if at < starts_at else None


def returns_at(ends_at: datetime, *, at: datetime) -> datetime:
    """When the pieces of an allotment go back that is sold until `ends_at`: the last quote on it has expired then."""
    return max(ends_at, at) + RETURN_AFTER


def back_at(*, quotes_from: datetime, starts_at: datetime, at: datetime) -> datetime:
    """When they go back if nothing more is quoted from now on. Quotes given ahead hold from the start on; before the first one
    nobody need be waited for."""
    return at if at < quotes_from else returns_at(starts_at, at=at)


def seconds_to_keep(switches: Iterable[datetime], *, at: datetime, most: int) -> int:
    """How long a page with prices may be kept: at most `most` seconds and never past the next moment at which prices switch.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 11, 11, 12, tzinfo=UTC)
    >>> seconds_to_keep([noon], at=noon - timedelta(seconds=7.5), most=60), seconds_to_keep([noon], at=noon, most=60)
    (7, 60)
    """
    ahead = [(each - at).total_seconds() for each in switches if each > at]
    return int(min([*ahead, most]))


def pace(samples: Sequence[tuple[datetime, int]], *, most: int) -> list[tuple[datetime, Fraction]]:
    """(moment, sold per second since the one before) of at most `most` of the samples, evenly spread, the last one among them.

    samples  (moment, sold so far), in order of time. What came back unpaid makes no pace below zero.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 11, 11, 12, tzinfo=UTC)
    >>> said = pace([(noon + timedelta(seconds=5 * n), sold) for n, sold in enumerate((0, 10, 30, 28, 48))], most=2)
    >>> [(str(moment.time()), str(rate)) for moment, rate in said]
    [('12:00:10', '3'), ('12:00:20', '9/5')]
    """
    step = -(-(len(samples) - 1) // most) if most else 0
    if step < 1:
        return []
    kept = list(samples)[::-step][::-1]
    if kept[0] != samples[0]:
        kept.insert(0, samples[0])
    found = []
    for before, now in pairwise(kept):
        seconds = Fraction((now[0] - before[0]).total_seconds())
        if seconds > 0:
            found.append((now[0], max(Fraction(now[1] - before[1]), Fraction(0)) / seconds))
    return found
