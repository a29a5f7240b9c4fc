"""Which law holds for a parcel while rules are tried: a cohort has the rules of its pilot, everybody else those in force."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from saudagar.rulebook.rules.model import Rulebook


@dataclass(frozen=True, slots=True)
class Trial:
    """A rulebook that is law for some. An empty set means all."""

    rulebook: Rulebook
    provinces: frozenset[str]  # where the goods are sent from, by the first two digits of the area: "11"
    markets: frozenset[str]
    starts_at: datetime
    ends_at: datetime  # not itself a part of it

    def covers(self, market: str, area: str, at: datetime) -> bool:
        return (
            self.starts_at <= at < self.ends_at
            and (not self.markets or market in self.markets)
            and (not self.provinces or area[:2] in self.provinces)
        )


def law_for(current: Rulebook, trials: Sequence[Trial], *, market: str, area: str, at: datetime) -> Rulebook:
    """The rules a parcel from an area is priced under in a market. Cohorts do not overlap; should they, the pilot begun first holds."""
    for trial in trials:
        if trial.covers(market, area, at):
            return trial.rulebook
    return current
