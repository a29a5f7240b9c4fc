"""Which rules apply: rows of the tariff for goods, and the rules of one way in. Found once and kept on the rulebook.

A rulebook says the same on every day between one of its changes and the next, so what was found is kept by that stretch and not by the day.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from saudagar.rulebook.rules.model import Destination, Fee, Limit, Mode, Preference, Relief, Rulebook, Scheme, TariffRow, Waiver
from saudagar.rulebook.rules.refusals import BadHsCode, NoTariffData, RegionMissing, UnknownDestination, UnknownMode

CACHE_ENTRIES = 200_000
ANY_REGION = "*"  # a question about the country as a whole


@dataclass(frozen=True, slots=True)
class Resolved:
    """What the tariff says of one HS code from one origin, in one destination on one day."""

    hs: str
    duty: TariffRow | None
    preferences: tuple[TariffRow, ...]
    extras: tuple[TariffRow, ...]  # additional duties, one for each name
    excises: tuple[TariffRow, ...]
    vats: tuple[TariffRow, ...]  # one for each name
    lists: Mapping[str, TariffRow]  # mode → its row

    @property
    def vat(self) -> TariffRow | None:
        """The first tax: the only one in most countries."""
        return self.vats[0] if self.vats else None


@dataclass(frozen=True, slots=True)
class Way:
    """The rules of one way into one destination, on one day. Limits of the buyer's year come first."""

    destination: Destination
    mode: Mode
    limits: tuple[Limit, ...]
    schemes: tuple[Scheme, ...]
    reliefs: tuple[Relief, ...]
    waivers: tuple[Waiver, ...]
    fees: tuple[Fee, ...]
    preferences: tuple[Preference, ...]


def remember(rulebook: Rulebook, key: object, found: object) -> None:
    if len(rulebook.resolved) >= CACHE_ENTRIES:
        rulebook.resolved.clear()
    rulebook.resolved[key] = found


def place(rulebook: Rulebook, destination: str) -> Destination:
    """What is known of a destination. Refuses one that is not known."""
    known = rulebook.destinations.get(destination)
    if known is None:
        raise UnknownDestination(destination=destination, names={code: there.names for code, there in rulebook.destinations.items()})
    return known


def checked(hs: str) -> str:
    """Six to ten digits, of a chapter 01–97.

    >>> checked("090121")
    '090121'
    """
    if not (6 <= len(hs) <= 10 and hs.isascii() and hs.isdigit()):
        raise BadHsCode("hs", hs=hs)
    if not "01" <= hs[:2] <= "97" or hs[:2] == "77":
        raise BadHsCode("hs", hs=hs, unknown="chapter")
    return hs


def region_of(destination: Destination, region: str) -> str:
    """The part of the country whose rules hold: the member of a union, the province where tax depends on it, else ""."""
    if destination.union:
        return destination.code
    if not destination.regions:
        return ""
    if region not in destination.regions:
        raise RegionMissing("region", destination=destination.code, region=region or "—", regions=", ".join(destination.regions))
    return region


def stretch(destination: Destination, on: date) -> int:
    """Between which two changes of its rules a day lies."""
    return bisect_right(destination.changes, on)


def mode_of(rulebook: Rulebook, destination: str, mode: str = "", dispatch: str = "ID") -> Mode:
    """The way in that was asked for, or the usual one for goods dispatched from there."""
    known = place(rulebook, destination)
    fitting = [each for each in known.modes if each.home == (dispatch == destination)]
    if not fitting and dispatch == destination:
        fitting = list(known.modes)  # in the country but not yet imported (a bonded warehouse): comes in as from abroad
    if mode:
        for each in fitting:
            if each.name == mode:
                return each
        raise UnknownMode("mode", destination=destination, mode=mode, modes=", ".join(each.name for each in fitting) or "—")
    if not fitting:
        raise NoTariffData("destination", destination=destination, hs="", missing="way in", dispatch=dispatch)
    return next((each for each in fitting if each.default), fitting[0])


def way_of(rulebook: Rulebook, destination: Destination, mode: str, dispatch: str, region: str, on: date) -> Way:
    """The rules of the way in, as they hold that day."""
    key = ("way", destination.code, mode, dispatch == destination.code, region, stretch(destination, on))
    found: Way | None = rulebook.resolved.get(key)
    if found is None:
        chosen = mode_of(rulebook, destination.code, mode, dispatch)
        found = _way(destination, chosen, region, on)
        remember(rulebook, key, found)
    return found


def _way(destination: Destination, mode: Mode, region: str, on: date) -> Way:
    def here(rule: Relief | Waiver | Fee) -> bool:
        return rule.holds(on) and (not rule.modes or mode.name in rule.modes)

    limits = [limit for limit in destination.limits if limit.mode in ("", mode.name) and limit.holds(on)]
    return Way(
        destination,
        mode,
        tuple(sorted(limits, key=lambda limit: limit.measure != "year_value")),
        tuple(scheme for scheme in destination.schemes if scheme.mode == mode.name and scheme.holds(on)),
        tuple(relief for relief in destination.reliefs if here(relief)),
        tuple(waiver for waiver in destination.waivers if here(waiver)),
        tuple(fee for fee in destination.fees if here(fee) and fee.region in ("", region)),
        tuple(preference for preference in destination.preferences if preference.holds(on)),
    )


def resolve(
    rulebook: Rulebook, destination: str, hs: str, origin: str, on: date, *, modes: tuple[str, ...] = (), region: str = ANY_REGION
) -> Resolved:
    """The rows that apply. modes: the scheme and the way in whose own rows win over the others, the narrower first."""
    there = rulebook.destinations.get(destination) or place(rulebook, destination)
    named = there.tariff_names
    if origin not in named:
        origin = ""
    modes = tuple([mode for mode in modes if mode in named])
    key = (destination, hs, origin, modes, region, bisect_right(there.tariff_changes, on))
    found: Resolved | None = rulebook.resolved.get(key)
    if found is None:
        found = _resolve(there, checked(hs), origin, on, modes, region)
        remember(rulebook, key, found)
    return found


def _resolve(destination: Destination, hs: str, origin: str, on: date, modes: tuple[str, ...], region: str) -> Resolved:
    """Rows of the scheme before those of the mode before all others; then the longest prefix, then the narrowest region and origin."""
    here = destination.code if destination.union else region
    rows = [
        row
        for length in (*range(len(hs), 1, -1), 0)
        for row in destination.by_prefix.get(hs[:length], ())
        if row.holds(on) and row.origin in ("", origin) and (here == ANY_REGION or row.region in ("", here))
    ]
    lists: dict[str, TariffRow] = {}
    for row in rows:
        if row.kind == "list":
            lists.setdefault(row.mode, row)
    ranks = {mode: rank for rank, mode in enumerate((*modes, ""))}
    fitting = [row for row in rows if row.kind != "list" and row.mode in ranks]
    fitting.sort(key=lambda row: (ranks[row.mode], -len(row.hs), row.region == "", row.origin == ""))
    duty = next((row for row in fitting if row.kind == "duty" and not row.agreement), None)
    return Resolved(
        hs,
        duty,
        # A way in with a duty of its own has only the preferences that are written for it.
        _first(
            (row for row in fitting if row.kind == "duty" and row.agreement and not (duty and ranks[duty.mode] < ranks[row.mode])),
            lambda row: row.agreement,
        ),
        _first((row for row in fitting if row.kind == "extra"), lambda row: row.name),
        _excises([row for row in fitting if row.kind == "excise"]),
        _first((row for row in fitting if row.kind == "vat"), lambda row: row.name),
        MappingProxyType(lists),
    )


def _first(rows: Iterable[TariffRow], name: Callable[[TariffRow], str]) -> tuple[TariffRow, ...]:
    """The first row of each name."""
    found: dict[str, TariffRow] = {}
    for row in rows:
        found.setdefault(name(row), row)
    return tuple(found.values())


def _excises(rows: list[TariffRow]) -> tuple[TariffRow, ...]:
    """For each name all rows of the longest prefix: several may stand side by side, each with its floor."""
    longest: dict[str, tuple[str, str]] = {}
    return tuple(row for row in rows if longest.setdefault(row.name, (row.mode, row.hs)) == (row.mode, row.hs))


def concerns(rule: Limit | Relief | Waiver, hs: str) -> bool:
    """Whether a rule can touch these goods: none of its prefixes, or one of them, and none that it leaves out."""
    named, left_out = getattr(rule, "hs", ()), getattr(rule, "but_hs", ())
    return (not named or hs.startswith(tuple(named))) and not hs.startswith(tuple(left_out))
