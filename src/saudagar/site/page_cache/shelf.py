"""What a web process keeps: pages ready to send, no more than so many bytes, the ones not asked for longest go first.

Moments here are `time.monotonic()`. Not for threads: the event loop of the process owns it.
"""

from collections import OrderedDict
from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass
from math import inf

KEEP_SECONDS = 60.0  # though nobody said that it changed: what events do not tell, such as a new rate card
STALE_SECONDS = 60.0  # then it is still sent while a new one is made
SETTLED_SECONDS = 0.5  # a page that is told to have changed again and again is not made more often than this
UNHEARD_SECONDS = 2.0  # when no events arrive, nothing is believed for longer
REMEMBERED = 10_000  # things that changed, for pages that are being made meanwhile

Headers = list[tuple[bytes, bytes]]


@dataclass(slots=True)
class Page:
    """One page as it is sent. `body` is compressed when `headers` say so; `plain_headers` belong to it uncompressed."""

    status: int
    headers: Headers
    plain_headers: Headers
    unchanged_headers: Headers
    body: bytes
    etag: bytes
    things: Collection[str]
    made_at: float
    seconds: int = 0
    ends_at: float = inf
    is_outdated: bool = False

    @property
    def size(self) -> int:
        """Bytes it takes, nearly."""
        return len(self.body) + 2000 + 100 * len(self.things)

    def may_be_sent(self, at: float, *, is_listening: bool) -> bool:
        age = at - self.made_at
        if at >= self.ends_at:
            return False
        if self.is_outdated:
            return age < SETTLED_SECONDS
        return age < (KEEP_SECONDS + STALE_SECONDS if is_listening else UNHEARD_SECONDS)

    def should_be_made_anew(self, at: float) -> bool:
        """It may still be sent, but somebody should make another one."""
        return at - self.made_at >= KEEP_SECONDS


class Shelf:
    def __init__(self, most_bytes: int) -> None:
        self.most_bytes, self.bytes = most_bytes, 0
        self.pages: OrderedDict[Hashable, Page] = OrderedDict()
        self.by_thing: dict[str, set[Hashable]] = {}
        # Which change, counted from the start, was the last one of a thing.
        self.changes, self.forgotten = 0, 0
        self.changed: OrderedDict[str, int] = OrderedDict()

    def __len__(self) -> int:
        return len(self.pages)

    def get(self, key: Hashable) -> Page | None:
        page = self.pages.get(key)
        if page is not None:
            self.pages.move_to_end(key)
        return page

    def put(self, key: Hashable, page: Page, *, since: int) -> None:
        """Keeps a page whose making began after `since` changes: one of its things may have changed meanwhile."""
        self._take_away(key)
        if page.size > self.most_bytes:
            return
        page.is_outdated = since < self.forgotten or any(self.changed.get(thing, 0) > since for thing in page.things)
        self.pages[key] = page
        self.bytes += page.size
        for thing in page.things:
            self.by_thing.setdefault(thing, set()).add(key)
        while self.bytes > self.most_bytes:
            self._take_away(next(iter(self.pages)))

    def outdate(self, things: Iterable[str]) -> None:
        """These things changed."""
        self.changes += 1
        for thing in things:
            self.changed[thing] = self.changes
            self.changed.move_to_end(thing)
            for key in self.by_thing.get(thing, ()):
                self.pages[key].is_outdated = True
        while len(self.changed) > REMEMBERED:
            self.forgotten = self.changed.popitem(last=False)[1]

    def outdate_all(self) -> None:
        """Nobody knows what changed."""
        self.changes += 1
        self.forgotten = self.changes
        self.changed.clear()
        for page in self.pages.values():
            page.is_outdated = True

    def _take_away(self, key: Hashable) -> None:
        page = self.pages.pop(key, None)
        if page is None:
            return
        self.bytes -= page.size
        for thing in page.things:
            keys = self.by_thing[thing]
            keys.discard(key)
            if not keys:
                del self.by_thing[thing]
