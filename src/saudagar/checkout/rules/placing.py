"""The law of the intake: who gets the pieces. `sql/place.sql` is its fast copy, and a property test holds the two together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from uuid import UUID

PoolKey = tuple[UUID, UUID]  # business, pool
ClaimKey = tuple[UUID, UUID]  # business, claim: what one buyer has of one listing in one campaign


class Outcome(IntEnum):
    """What became of one purchase of a batch."""

    PLACED = 1
    BEFORE = 2  # its quote was placed earlier: the same answer again
    SHORT = 3  # a line found too few pieces; nothing was taken
    OVER_LIMIT = 4  # a line wants more than one buyer may have; nothing was taken


@dataclass(frozen=True, slots=True)
class Ask:
    """Pieces of one pool, wanted by one line."""

    pool: PoolKey
    pieces: int
    claim: ClaimKey | None = None  # where a limit per buyer counts these pieces


@dataclass(frozen=True, slots=True)
class Verdict:
    outcome: Outcome
    short_line: int = -1  # place of the first line that could not be had
    left: int = 0  # pieces that it could have had


def judge(
    available: Mapping[PoolKey, int],
    purchases: Sequence[Sequence[Ask]],
    *,
    before: Sequence[bool] = (),
    claimable: Mapping[ClaimKey, int] | None = None,
) -> list[Verdict]:
    """Judges purchases in order of arrival, each whole or not at all.

    available  pieces in each pool at the start; an unknown pool has none
    purchases  the lines of each purchase
    before     whether each purchase was placed earlier
    claimable  pieces each claim may still grow by; every claim of the lines is in it

    A refused purchase takes nothing, so it cannot starve those behind it; two lines on one pool count together.

    >>> pool = (UUID(int=1), UUID(int=2))
    >>> [verdict.outcome.name for verdict in judge({pool: 3}, [[Ask(pool, 2)], [Ask(pool, 2)], [Ask(pool, 1)]])]
    ['PLACED', 'SHORT', 'PLACED']
    """
    left = dict(available)
    claims_left = dict(claimable or {})
    verdicts = []
    for place, asks in enumerate(purchases):
        if before and before[place]:
            verdicts.append(Verdict(Outcome.BEFORE))
            continue
        taken: list[Ask] = []
        for line, ask in enumerate(asks):
            found = left.get(ask.pool, 0)
            may_have = ask.pieces if ask.claim is None else max(claims_left[ask.claim], 0)
            if found < ask.pieces or may_have < ask.pieces:
                is_short = found < ask.pieces
                verdicts.append(Verdict(Outcome.SHORT if is_short else Outcome.OVER_LIMIT, line, found if is_short else may_have))
                for back in taken:
                    left[back.pool] += back.pieces
                    if back.claim is not None:
                        claims_left[back.claim] += back.pieces
                break
            left[ask.pool] = found - ask.pieces
            if ask.claim is not None:
                claims_left[ask.claim] -= ask.pieces
            taken.append(ask)
        else:
            verdicts.append(Verdict(Outcome.PLACED))
    return verdicts
