"""What a rulebook is made of. Every rule is data: an id, the days it holds, where it was read, how sure we are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

CERTAINTIES = {
    "V": "verified in the source named",
    "S": "one secondary source only",
    "G": "general knowledge, not yet checked against the law",
    "U": "uncertain: holds only while its switch is on",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """Head of every rule. Days are inclusive on both ends; valid_to None means until further notice."""

    id: str
    valid_from: date
    valid_to: date | None
    source: str
    certainty: str
    switch: str | None = None

    def holds(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Rounding:
    """To whole steps of `step` minor units.

    >>> Rounding(1, "half-up")(Fraction(3, 2)), Rounding(10_000, "down")(Fraction(19_999)), Rounding(100, "up")(Fraction(101))
    (2, 10000, 200)
    """

    step: int
    way: str

    def __call__(self, amount: Fraction) -> int:
        return self.of(amount.numerator, amount.denominator)

    def of(self, numerator: int, denominator: int) -> int:
        """The same for a bare numerator and denominator: no Fraction is made, which matters at ten thousand parcels a second."""
        denominator *= self.step
        if self.way == "half-up":
            return (2 * numerator + denominator) // (2 * denominator) * self.step
        if self.way == "down":
            return numerator // denominator * self.step
        return -(-numerator // denominator) * self.step


@dataclass(frozen=True, slots=True)
class Rate:
    """An ad valorem rate and how the officer wrote it: 15% → Fraction(3, 20), "15%"."""

    share: Fraction
    text: str


@dataclass(frozen=True, slots=True)
class TariffRow(Rule):
    """One rate (or one place on a list) for goods whose HS code begins with `hs`; the longest prefix wins."""

    kind: str = "duty"  # duty | excise | vat | list
    hs: str = ""  # digits, "" = all goods
    origin: str = ""  # ISO country, "" = any
    agreement: str = ""  # "" = most favoured nation; else the agreement whose proof of origin is needed
    proof: str = ""  # the paper that gives the agreement rate
    mode: str = ""  # kind list: the mode the list belongs to
    rate: Rate | None = None
    base_share: Fraction = Fraction(1)  # part of the value that is taxed: Indonesia's 11/12
    from_unit_value: Fraction | None = None  # the rate holds from this value (minor units) per gram on
    listed: bool = True  # kind list: on it, or known not to be
    goods: str = ""


@dataclass(frozen=True, slots=True)
class Scheme(Rule):
    """How duty and tax of one order are worked out and collected."""

    destination: str = ""
    mode: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    value_basis: frozenset[str] = frozenset()  # of goods, freight, insurance
    duty_share: Fraction = Fraction(1)
    excise_share: Fraction = Fraction(1)
    vat_share: Fraction = Fraction(1)
    rounding: Rounding = Rounding(1, "half-up")
    within_limit: str | None = None  # used while this limit is kept
    above_limit: str | None = None  # used when this limit is passed
    needs_registration: str | None = None  # without it nothing is collected under this scheme
    prices: str = "exclusive"  # inclusive: the listing price already contains the tax
    listed_only: bool = False


@dataclass(frozen=True, slots=True)
class Limit(Rule):
    """A ceiling in minor units of the destination's currency; to keep it is to be at or below it."""

    destination: str = ""
    mode: str = ""
    measure: str = "order_value"  # order_value | year_value (buyer's year so far and this order)
    value_basis: frozenset[str] = frozenset()
    at_most: int = 0
    unless: str | None = None  # "one_piece": one indivisible piece may pass it, under another scheme


@dataclass(frozen=True, slots=True)
class Mode:
    """A way in which goods enter: home, cbec, general …"""

    name: str
    names: Mapping[str, str]
    default: bool = False
    home: bool = False  # only for goods dispatched in the destination itself


@dataclass(frozen=True, slots=True)
class Paper:
    """A licence, registration, certificate or label that a requirement may ask for."""

    key: str
    names: Mapping[str, str]
    of: str  # seller | product | plant | parcel | buyer
    given_by: Mapping[str, str]
    takes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Requirement(Rule):
    """Goods of these HS prefixes (and traits) need any one of these papers to be sold there this way."""

    place: str = ""  # destination or origin that asks
    modes: frozenset[str] = frozenset()  # empty = all
    hs: tuple[str, ...] = ()
    but_hs: tuple[str, ...] = ()
    if_trait: str | None = None
    unless_trait: str | None = None
    any_of: tuple[str, ...] = ()
    blocks: bool = True  # False: told, but not a condition of the listing
    of: str = "product"
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Prohibition(Rule):
    """Goods that may not be sold there this way, and what to do instead."""

    place: str = ""  # destination or origin that asks
    modes: frozenset[str] = frozenset()
    hs: tuple[str, ...] = ()
    if_trait: str | None = None
    unless_trait: str | None = None
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Switch:
    """Decides whether uncertain rules hold. What it waits for is written beside it."""

    name: str
    on: bool
    waits_for: str


@dataclass(frozen=True, slots=True)
class Destination:
    """A country (or customs union) as the rulebook knows it."""

    code: str
    currency: str
    decimals: int
    names: Mapping[str, str]
    modes: tuple[Mode, ...]
    schemes: tuple[Scheme, ...]
    limits: tuple[Limit, ...]
    requirements: tuple[Requirement, ...]
    prohibitions: tuple[Prohibition, ...]
    tariffs: tuple[TariffRow, ...]
    by_prefix: Mapping[str, tuple[TariffRow, ...]]

    def default_mode(self) -> str:
        return next((mode.name for mode in self.modes if mode.default), self.modes[0].name)


@dataclass(frozen=True, slots=True)
class Origin:
    """What a country asks of goods that leave it, whatever the destination."""

    code: str
    requirements: tuple[Requirement, ...]
    prohibitions: tuple[Prohibition, ...]


@dataclass(frozen=True, slots=True)
class Implied:
    """A trait that follows from the HS code: 0804 is fresh unless it is said to be dried."""

    trait: str
    hs: tuple[str, ...]
    unless: str | None


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All rules of one release. Never changes; a changed rule is another release."""

    version: str
    sha256: str
    title: str
    destinations: Mapping[str, Destination]
    origins: Mapping[str, Origin]
    papers: Mapping[str, Paper]
    implied: tuple[Implied, ...]
    switches: Mapping[str, Switch]
    idle: tuple[Rule, ...]  # rules whose switch is off: shown, checked, not applied
    resolved: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)  # what landed.resolve has found so far
