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
    called: str = ""  # the id by which other rules name it: its own, or that of the first rule in whose place it stands

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
    per: str = "line"  # order: the sum of all lines is rounded, then spread over them

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
class Term:
    """share of the value + so much per gram of net weight, per piece and per gram of gross weight, in minor units of `currency`."""

    share: Fraction
    per_gram: Fraction = Fraction(0)
    per_piece: Fraction = Fraction(0)
    currency: str = ""  # "": the destination's own
    per_gross_gram: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate and how the officer wrote it: 15% → Fraction(3, 20), "15%". With `terms` it is specific or compound."""

    share: Fraction
    text: str
    terms: tuple[Term, ...] = ()  # empty: the share is all; else what `pick` chooses among them
    pick: str = "max"  # max | min


@dataclass(frozen=True, slots=True)
class TariffRow(Rule):
    """One rate (or one place on a list) for goods whose HS code begins with `hs`; the longest prefix wins."""

    kind: str = "duty"  # duty | extra | excise | vat | list
    hs: str = ""  # digits, "" = all goods
    origin: str = ""  # ISO country, "" = any
    agreement: str = ""  # "" = most favoured nation; else the agreement whose proof of origin is needed
    proof: str = ""  # the paper that gives the agreement rate
    mode: str = ""  # a way in, or the id of a scheme: holds only there, and wins over rows without; kind list: whose list it is
    rate: Rate | None = None
    base_share: Fraction = Fraction(1)  # part of the value that is taxed: Indonesia's 11/12
    from_unit_value: Fraction | None = None  # the rate holds from this value (minor units) per gram on
    from_piece_value: Fraction | None = None  # likewise per piece
    listed: bool = True  # kind list: on it, or known not to be
    goods: str = ""
    region: str = ""  # province or member state; "" = everywhere
    name: str = ""  # several taxes side by side: national, local
    basis: str = "value"  # value | duty | the name of a tax worked out before: what the rate is of


@dataclass(frozen=True, slots=True)
class Flat:
    """An amount instead of a rate: the EU's €3 for each tariff item."""

    amount: int  # minor units of `currency`
    currency: str
    per: str  # tariff_item (distinct HS6 of the parcel) | parcel | line | unit


@dataclass(frozen=True, slots=True)
class Scheme(Rule):
    """How duty and tax of one order are worked out and collected."""

    destination: str = ""
    mode: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    value_basis: frozenset[str] = frozenset()  # of goods, freight, insurance: the customs value
    duty_basis: frozenset[str] = frozenset()  # what duty is a rate of
    vat_basis: frozenset[str] = frozenset()  # what VAT is a rate of, before duty is added
    duty_share: Fraction = Fraction(1)
    extra_share: Fraction = Fraction(1)
    excise_share: Fraction = Fraction(1)
    vat_share: Fraction = Fraction(1)
    rounding: Rounding = Rounding(1, "half-up")
    roundings: Mapping[str, Rounding] = field(default_factory=dict)  # duty_base, duty, extra, excise, vat_base, vat, fee
    chained: bool = False  # each levy is rounded before it enters the next base
    excise_base: str = "inside"  # inside: the tax is part of its own base (China); added: it comes on top of value and duty
    duty_in_vat_base: bool = True
    flat_duty: Flat | None = None  # in place of the rates of duty
    flat_duty_in_vat_base: bool = True
    within_limit: tuple[str, ...] = ()  # used while all of these are kept
    above_limit: tuple[str, ...] = ()  # used when all of these are passed
    if_registration: tuple[str, ...] = ()  # used when one of these is there
    unless_registration: tuple[str, ...] = ()  # not used when one of these is there
    needs_registration: str | None = None  # without it nothing is collected under this scheme
    collected: Mapping[str, str] = field(default_factory=dict)  # kind → checkout | border; "" = the other kinds
    prices: str = "exclusive"  # inclusive: the listing price already contains the tax
    listed_only: bool = False


@dataclass(frozen=True, slots=True)
class Limit(Rule):
    """A ceiling; to keep it is to be at or below it (below it, when exclusive)."""

    destination: str = ""
    mode: str = ""  # "" = all
    measure: str = "order_value"  # order_value | year_value | unit_value | line_value | year_grams | uses
    value_basis: frozenset[str] = frozenset()
    at_most: int = 0  # minor units of `currency`, grams or times
    is_exclusive: bool = False
    currency: str = ""
    refuses: bool = True  # False: passing it only chooses another scheme
    unless: str | None = None  # "one_piece": one indivisible piece may pass it, under another scheme
    hs: tuple[str, ...] = ()  # year_grams: the goods counted
    window: str = "year"  # how long what a buyer did counts: year | half_year | day (of the calendar) | parcel (it does not)
    relief: str = ""  # uses: only parcels that this relief lets off count
    per: str = ""  # in words, for people


@dataclass(frozen=True, slots=True)
class Relief(Rule):
    """De minimis: up to a value some levies are not due; over it the whole value is taxed."""

    destination: str = ""
    modes: frozenset[str] = frozenset()  # empty = all
    schemes: frozenset[str] = frozenset()  # empty = all
    kinds: frozenset[str] = frozenset()  # duty, extra, excise, vat
    value_basis: frozenset[str] = frozenset()
    at_most: int = 0
    is_exclusive: bool = False
    currency: str = ""
    per: str = "order"  # order | line | unit
    hs: tuple[str, ...] = ()  # empty = all goods
    but_hs: tuple[str, ...] = ()  # goods that never qualify
    if_origin: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Waiver(Rule):
    """Amounts so small that they are not collected. The bases of other levies stay as they were."""

    destination: str = ""
    modes: frozenset[str] = frozenset()
    schemes: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    at_most: int = 0
    is_exclusive: bool = False
    currency: str = ""
    per: str = "order"  # order | line


@dataclass(frozen=True, slots=True)
class Fee(Rule):
    """What is charged for handling a parcel, beside duty and tax."""

    destination: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    amount: int | None = None  # minor units of `currency`, or else a share
    share: Fraction | None = None
    of: str = "value"  # value | levies
    least: int | None = None
    most: int | None = None
    currency: str = ""
    per: str = "parcel"  # parcel | line | tariff_item | unit
    region: str = ""
    modes: frozenset[str] = frozenset()
    schemes: frozenset[str] = frozenset()
    within_limit: tuple[str, ...] = ()
    above_limit: tuple[str, ...] = ()
    in_vat_base: bool = False
    collected: str = "border"


@dataclass(frozen=True, slots=True)
class Preference(Rule):
    """Up to this value of the goods a declaration gives the agreement's rate in place of the paper."""

    destination: str = ""
    agreement: str = ""
    paper: str = ""  # "" = any proof of the agreement
    waived_up_to: int = 0
    currency: str = ""
    declaration: str = "origin_declaration"


@dataclass(frozen=True, slots=True)
class Mode:
    """A way in which goods enter: home, cbec, general …"""

    name: str
    names: Mapping[str, str]
    default: bool = False
    home: bool = False  # only for goods dispatched in the destination itself
    trade: bool = True  # False: for persons among themselves, so no way for a shop


@dataclass(frozen=True, slots=True)
class Paper:
    """A licence, registration, certificate or label that a requirement may ask for."""

    key: str
    names: Mapping[str, str]
    of: str  # seller | product | plant | parcel | buyer
    given_by: Mapping[str, str]
    takes: Mapping[str, str]
    if_trait: str = ""  # does only for goods that have it: a bird's-nest plant's registration is no coffee roaster's


@dataclass(frozen=True, slots=True)
class Registration:
    """A registration of platform or seller for a tax scheme: eu:ioss, sg:ovr."""

    key: str
    names: Mapping[str, str]
    of: str  # platform | seller


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
    identity: str = ""  # of = "buyer": the kind of identity number to give (identities.py); "" = nothing to write down
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
    decide_by: date | None = None  # the day it is about: when that has passed, somebody must have decided


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
    reliefs: tuple[Relief, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    fees: tuple[Fee, ...] = ()
    preferences: tuple[Preference, ...] = ()
    regions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # provinces, where the tax depends on them
    union: str = ""  # the union it is a member of
    changes: tuple[date, ...] = ()  # days on which some rule begins or has ended, in order
    tariff_changes: tuple[date, ...] = ()  # likewise of the tariff alone
    tariff_names: frozenset[str] = frozenset()  # origins, modes and schemes that some row names: others make no difference

    def rules(self) -> tuple[Rule, ...]:
        """Every rule of this destination that is in use."""
        return (
            *self.tariffs,
            *self.schemes,
            *self.limits,
            *self.reliefs,
            *self.waivers,
            *self.fees,
            *self.preferences,
            *self.requirements,
            *self.prohibitions,
        )

    def default_mode(self) -> str:
        return next((mode.name for mode in self.modes if mode.default), self.modes[0].name)


@dataclass(frozen=True, slots=True)
class Union:
    """Countries that share their rules; each is a destination of its own."""

    code: str
    names: Mapping[str, str]
    members: tuple[str, ...]


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
    registrations: Mapping[str, Registration]
    unions: Mapping[str, Union]
    idle: tuple[Rule, ...]  # rules whose switch is off: shown, checked, not applied
    resolved: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)  # what was found so far; see resolving.py
