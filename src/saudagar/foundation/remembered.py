"""What hardly ever changes and is asked for on every page: provinces, open markets. Each process asks the database now and then."""

import time
from collections.abc import Callable, Hashable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

MOST = 1000  # answers of one function; then it begins anew

_all: list[dict[Hashable, tuple[float, object]]] = []


def remembered(seconds: float) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Remembers what a function answered, for so long. Answers are shared: nobody may change them. Arguments must be hashable."""

    def remember(function: Callable[P, R]) -> Callable[P, R]:
        known: dict[Hashable, tuple[float, R]] = {}
        _all.append(known)  # type: ignore[arg-type]

        @wraps(function)
        def answer(*args: P.args, **named: P.kwargs) -> R:
            key = (args, tuple(named.items()))
            found = known.get(key)
            at = time.monotonic()
            if found is None or at - found[0] > seconds:
                if len(known) >= MOST:
                    known.clear()
                found = known[key] = (at, function(*args, **named))
            return found[1]

        return answer

    return remember


def forget_all() -> None:
    for known in _all:
        known.clear()
