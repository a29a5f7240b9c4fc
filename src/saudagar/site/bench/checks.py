"""Raw answers and database held against each other, after a benchmark has placed orders."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from saudagar.site.bench.house import House
from saudagar.site.bench.results import Result

BUSY = "429"  # shed load: an error for whoever wanted to buy, but not a wrong answer


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows in the database."""

    purchases: int
    orders: int
    lines: int

    def more(self, orders: int, *, lines_an_order: int) -> "Counts":
        """With so many purchases of one order each."""
        return Counts(self.purchases + orders, self.orders + orders, self.lines + orders * lines_an_order)


def counts(house: House) -> Counts:
    query = "SELECT (SELECT count(*) FROM orders_purchase), (SELECT count(*) FROM orders_order), (SELECT count(*) FROM orders_line)"
    return Counts(*map(int, house.rows(query)[0]))


def check_orders(house: House, found: Result, files: Sequence[Path], *, before: Counts, lines_an_order: int) -> None:
    """`files` hold all answers since `before`. What is wrong goes into `found.problems`, what was counted into `found.facts`."""
    audit = house.audit(*files)
    found.problems += audit.pop("problems")
    acknowledged, written = audit["acknowledged"], audit["purchases"] - before.purchases
    if written != acknowledged:
        found.problems.append(f"{written} purchases were written, {acknowledged} acknowledged")
    if (orders := audit["orders"] - before.orders) != acknowledged:
        found.problems.append(f"{orders} orders were written, {acknowledged} acknowledged")
    if (lines := audit["lines"] - before.lines) != acknowledged * lines_an_order:
        found.problems.append(f"{lines} lines were written for {acknowledged} orders of {lines_an_order}")
    found.problems += odd_statuses(found, allowed={"200", "201", "409", BUSY})
    found.facts |= audit


def odd_statuses(found: Result, *, allowed: set[str]) -> list[str]:
    """Answers that no benchmark should get: 0 is none at all."""
    problems = []
    for one in [*found.rounds, *found.open_loop]:
        odd = {status: number for status, number in one.statuses.items() if status not in allowed}
        missing = one.sent - sum(one.statuses.values())
        if odd or missing:
            problems.append(f"of {one.sent} requests {missing} were not answered, and by status: {odd}")
    return problems
