"""The wall between sellers."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def across_sellers(read: Callable[P, R]) -> Callable[P, R]:
    """Marks a read that rightly crosses sellers. It writes nothing, locks nothing and expects no common instant:
    on a cluster every shard answers from its own moment."""
    read.across_sellers = True  # type: ignore[attr-defined]
    return read
