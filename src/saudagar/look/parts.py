"""Rows that shells and components show. Pages fill them; templates only read them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class NavItem:
    """One place in a desk's navigation."""

    label: str
    url: str
    icon: str
    current: bool = False
    count: int = 0  # what waits there; 0 shows nothing


@dataclass(frozen=True, slots=True)
class Nav:
    """The navigation of a desk: the first four stand at the bottom of a phone, the rest under "More"."""

    title: str  # "Kopi Gayo Sari"
    subtitle: str  # "Seller desk"
    home: str
    entries: Sequence[NavItem] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Step:
    """One point of a timeline. State: done, now, next or bad."""

    label: str
    state: str = "next"
    at: datetime | None = None
    note: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a small chart. `shown` is the value in words for people."""

    label: str
    value: int
    shown: str = ""
    current: bool = False
