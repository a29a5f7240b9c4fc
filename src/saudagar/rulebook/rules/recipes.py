"""What is due on goods under a scheme, before any value is known: levies in order, each with its rate as a whole numerator and denominator.

The same for every parcel of these goods that day, so it is made once and kept beside the rows it comes from.
"""

from dataclasses import dataclass
from fractions import Fraction

from saudagar.foundation.money import decimals
from saudagar.rulebook.rules.model import Flat, Mode, Rule, Rulebook, Scheme, TariffRow
from saudagar.rulebook.rules.resolving import Resolved, remember


@dataclass(frozen=True, slots=True)
class Levy:
    """The head of a part: what is levied, at which rate, by which rule, and who collects it."""

    kind: str  # duty | extra | excise | vat | fee
    rate: str  # as written: "13% × 70%"
    contained: bool  # already inside the price
    rule: str
    source: str
    certainty: str
    name: str = ""  # of several side by side: national, local
    collected: str = "border"  # border | checkout


class Due:
    """One levy with its rate. Ad valorem: amount = base × share; a specific rate is worked out from `row`."""

    __slots__ = ("base_share", "floor", "levy", "row", "scheme_share", "share", "statutory", "terms")

    def __init__(self, levy: Levy, row: TariffRow | None, scheme_share: Fraction) -> None:
        rate = row.rate if row else None
        base_share = row.base_share if row else Fraction(1)
        statutory = rate.share * base_share if rate else Fraction(0)
        self.levy = levy
        self.row = row
        self.terms = rate.terms if rate else ()
        self.base_share = base_share.as_integer_ratio()
        self.scheme_share = scheme_share
        self.statutory = statutory
        self.share = (statutory * scheme_share).as_integer_ratio()
        self.floor = row is not None and (row.from_unit_value is not None or row.from_piece_value is not None)


@dataclass(frozen=True, slots=True)
class Recipe:
    """What is due on one kind of goods. duties: the rates among which the lowest is due; empty when none is known."""

    resolved: Resolved
    duties: tuple[Due, ...]
    extras: tuple[Due, ...]
    excises: tuple[Due, ...]
    vats: tuple[Due, ...]
    vat_missing: bool
    flat: Due | None  # in place of duties


class Kept:
    """Levies and their rates by row and scheme: the same row is met under many codes."""

    __slots__ = ("contained", "mode", "rulebook", "scheme")

    def __init__(self, rulebook: Rulebook, scheme: Scheme, mode: Mode, *, contained: bool) -> None:
        self.rulebook, self.scheme, self.mode, self.contained = rulebook, scheme, mode, contained

    def due(self, kind: str, row: TariffRow, share: Fraction) -> Due:
        contained = self.contained and kind == "vat"
        key = ("due", row.id, self.scheme.id, contained)
        found: Due | None = self.rulebook.resolved.get(key)
        if found is None:
            found = Due(_levy(kind, row, self.scheme, self.mode, share, contained), row, share)
            remember(self.rulebook, key, found)
        return found

    def flat(self) -> Due | None:
        if self.scheme.flat_duty is None:
            return None
        key = ("flat", self.scheme.id)
        found: Due | None = self.rulebook.resolved.get(key)
        if found is None:
            levy = headless("duty", flat_text(self.scheme.flat_duty), self.scheme, self.scheme, self.mode)
            found = Due(levy, None, Fraction(0))
            remember(self.rulebook, key, found)
        return found


def recipe(
    rulebook: Rulebook, scheme: Scheme, mode: Mode, resolved: Resolved, preferences: tuple[TariffRow, ...], *, is_contained: bool
) -> Recipe:
    """Kept by scheme and rows; the rows are kept by goods, place and day."""
    key = (scheme.id, is_contained, id(resolved), *[row.id for row in preferences])
    found: Recipe | None = rulebook.resolved.get(key)
    if found is None or found.resolved is not resolved:
        found = _recipe(Kept(rulebook, scheme, mode, contained=is_contained), resolved, preferences)
        remember(rulebook, key, found)
    return found


def _recipe(kept: Kept, resolved: Resolved, preferences: tuple[TariffRow, ...]) -> Recipe:
    scheme, mode = kept.scheme, kept.mode

    def dues(kind: str, rows: tuple[TariffRow, ...], share: Fraction) -> tuple[Due, ...]:
        return tuple([kept.due(kind, row, share) for row in rows])

    if scheme.duty_share:
        rows = (*((resolved.duty,) if resolved.duty else ()), *preferences)
        duties = _lowest(dues("duty", rows, scheme.duty_share))
    elif mode.home:
        duties = ()
    else:
        duties = (Due(headless("duty", "0%", scheme, scheme, mode), None, Fraction(0)),)
    vats = dues("vat", resolved.vats, scheme.vat_share) if scheme.vat_share else ()
    return Recipe(
        resolved,
        duties,
        dues("extra", resolved.extras, scheme.extra_share) if scheme.extra_share else (),
        dues("excise", resolved.excises, scheme.excise_share),
        # A tax on another tax is worked out after it.
        tuple(sorted(vats, key=lambda due: due.row is not None and due.row.basis not in ("value", "duty"))),
        bool(scheme.vat_share) and not vats,
        kept.flat(),
    )


def _lowest(duties: tuple[Due, ...]) -> tuple[Due, ...]:
    """The lowest rate; where a specific one is among them, value and weight will tell. Below free there is nothing, whatever the weight."""
    if len(duties) < 2:
        return duties
    free = [due for due in duties if not due.terms and not due.statutory]
    if not free and any(due.terms for due in duties):
        return duties
    if free:
        return (free[0],)
    return (min(duties, key=lambda due: due.statutory),)


def _levy(kind: str, row: TariffRow, scheme: Scheme, mode: Mode, share: Fraction, contained: bool) -> Levy:
    return Levy(kind, _shared(row, share), contained, row.id, row.source, row.certainty, row.name, collected(scheme, mode, kind))


def headless(kind: str, rate: str, rule: Rule, scheme: Scheme, mode: Mode) -> Levy:
    """A levy that no tariff row asks for: a flat duty, a relief of goods whose rate is not known."""
    return Levy(kind, rate, False, rule.id, rule.source, rule.certainty, "", collected(scheme, mode, kind))


def collected(scheme: Scheme, mode: Mode, kind: str) -> str:
    """Sellers at home collect what they owe themselves."""
    return scheme.collected.get(kind) or scheme.collected.get("") or ("checkout" if mode.home else "border")


def flat_text(flat: Flat) -> str:
    """
    >>> flat_text(Flat(300, "EUR", "tariff_item"))
    'EUR 3.00 / tariff_item'
    """
    places = decimals(flat.currency)
    whole, part = divmod(flat.amount, 10**places)
    return f"{flat.currency} {whole}{f'.{part:0{places}d}' if places else ''} / {flat.per}"


def _shared(row: TariffRow, share: Fraction) -> str:
    """As people read it: "13% × 70%", "12% × 11/12"."""
    text = row.rate.text if row.rate else ""
    if row.base_share != 1:
        text += f" × {row.base_share}"
    if share == 1:
        return text
    percent = share * 100
    return f"{text} × {percent.numerator}%" if percent.denominator == 1 else f"{text} × {share}"
