"""What a pilot did, measured against those outside: difference in differences. It shows what happened, not why."""

from collections.abc import Mapping
from typing import Any

FEWEST_ORDERS = 30  # below that a difference says little

Sums = Mapping[str, float]  # orders, value, landed, days


def effect(groups: Mapping[tuple[str, str], Sums]) -> dict[str, Any]:
    """groups: (cohort | outside, before | during) → orders, value (goods), landed (all that buyers paid), days.

    Orders and value are compared a day, as ratios, for the groups have different sizes; the share of levies and freight in points.
    """
    rows = {f"{group}_{period}": _figures(sums) for (group, period), sums in groups.items()}
    measured: dict[str, float | None] = {}
    for name in ("orders_a_day", "value_a_day"):
        figures = [rows.get(key, {}).get(name) or 0.0 for key in ("cohort_before", "cohort_during", "outside_before", "outside_during")]
        before, during, outside_before, outside_during = figures
        measured[name] = round((during / before) / (outside_during / outside_before) * 100 - 100, 2) if all(figures) else None
    shares = [rows.get(key, {}).get("landed_share") for key in ("cohort_before", "cohort_during", "outside_before", "outside_during")]
    if all(share is not None for share in shares):
        before, during, outside_before, outside_during = (float(share or 0) for share in shares)
        measured["landed_share"] = round((during - before) - (outside_during - outside_before), 3)
    else:
        measured["landed_share"] = None
    fewest = min((sums["orders"] for sums in groups.values()), default=0)
    return {"rows": rows, "effect": measured, "is_thin": len(groups) < 4 or fewest < FEWEST_ORDERS, "fewest": fewest}


def _figures(sums: Sums) -> dict[str, float | None]:
    days, value = max(sums["days"], 1e-9), sums["value"]
    return {
        "orders": sums["orders"],
        "orders_a_day": round(sums["orders"] / days, 3),
        "value_a_day": round(value / days, 2),
        "landed_share": round((sums["landed"] - value) * 100 / value, 3) if value else None,
    }
