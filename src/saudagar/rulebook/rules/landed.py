"""What goods cost landed: duty and tax of one parcel, exact until the rounding its scheme names.

Called for every quote. What the rules say about a (destination, HS, origin, day) is found once and kept on the rulebook;
amounts never are. What is made for each parcel is a msgspec.Struct: a frozen dataclass takes four times as long to make.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from types import MappingProxyType

import msgspec

from saudagar.foundation.money import decimals, nearest
from saudagar.rulebook.rules.model import Destination, Limit, Mode, Rule, Rulebook, Scheme, TariffRow
from saudagar.rulebook.rules.refusals import (
    BadHsCode,
    BadParcel,
    NoRulesOnDate,
    NoTariffData,
    NotThisWay,
    OverOrderLimit,
    OverYearLimit,
    RateMissing,
    UnknownMode,
)

CACHE_ENTRIES = 200_000


class Item(msgspec.Struct, frozen=True):
    """One line of a parcel. value: minor units of the request's currency for all its pieces, discount taken off."""

    hs: str
    value: int
    quantity: int = 1
    net_grams: int = 0  # all pieces
    origin: str = "ID"
    reference: str = ""  # the caller's own name for the line


class Request(msgspec.Struct, frozen=True):
    """Everything a landed cost depends on."""

    destination: str  # ISO country
    items: tuple[Item, ...]
    currency: str
    on: date
    mode: str = ""  # "" = the destination's usual one: home, or cbec for CN
    dispatch: str = "ID"  # country the parcel leaves from
    freight: int = 0  # minor units of currency, as are insurance and values
    insurance: int = 0
    registrations: frozenset[str] = frozenset()  # "id:pkp"; papers that lower a rate: "form_e"
    buyer_year: int = 0  # what the buyer imported this year so far, minor units of the customs currency
    rates: Mapping[str, str] = msgspec.field(default_factory=dict)  # currency → customs currency for one of it
    prices: str = ""  # inclusive | exclusive; "" = as the scheme says


@dataclass(frozen=True, slots=True)
class Levy:
    """A recipe for one part: amount = rounding(value × share), base = value × base_share. The same for every parcel."""

    kind: str  # duty | excise | vat
    rate: str  # as written: "13% × 70%"
    share: tuple[int, int]
    base_share: tuple[int, int]
    contained: bool
    rule: str
    source: str
    certainty: str


class Part(msgspec.Struct, frozen=True):
    """One levy on one line."""

    levy: Levy
    line: int  # position in LandedCost.lines
    base: int  # minor units of the customs currency, rounded for show
    amount: int  # minor units of the customs currency, as the law rounds it
    charged: int  # the same in the currency of the request


class LineCost(msgspec.Struct, frozen=True):
    """One line in minor units of the request's currency. total includes everything not contained in the value."""

    reference: str
    hs: str
    value: int
    freight: int
    insurance: int
    duty: int
    tax: int
    contained_tax: int
    total: int


class LandedCost(msgspec.Struct, frozen=True):
    """Amounts in minor units of `currency`; the parts also in `customs_currency`."""

    release: str
    destination: str
    mode: str
    scheme: str
    on: date
    currency: str
    customs_currency: str
    lines: tuple[LineCost, ...]
    parts: tuple[Part, ...]
    goods: int
    freight: int
    insurance: int
    duty: int
    tax: int  # VAT and consumption tax on top
    contained_tax: int  # tax already inside the prices
    fees: int
    total: int  # goods + freight + insurance + duty + tax + fees
    customs_value: int  # minor units of customs_currency, what limits measure
    cautions: tuple[str, ...]  # ids of rules that ask for a look: goods not found on the list of this mode


@dataclass(frozen=True, slots=True)
class Resolved:
    """What the tariff says of one HS code from one origin, in one destination on one day."""

    hs: str
    duty: TariffRow | None
    preferences: tuple[TariffRow, ...]
    excises: tuple[TariffRow, ...]
    vat: TariffRow | None
    lists: Mapping[str, TariffRow]  # mode → its row


def resolve(rulebook: Rulebook, destination: str, hs: str, origin: str, on: date) -> Resolved:
    """The rows that apply; the longest prefix wins, then the row that names the origin."""
    key = (destination, hs, origin, on)
    found = rulebook.resolved.get(key)
    if found is None:
        found = _resolve(place(rulebook, destination, hs), checked(hs), origin, on)
        remember(rulebook, key, found)
    return found


def remember(rulebook: Rulebook, key: object, found: object) -> None:
    if len(rulebook.resolved) >= CACHE_ENTRIES:
        rulebook.resolved.clear()
    rulebook.resolved[key] = found


def place(rulebook: Rulebook, destination: str, hs: str) -> Destination:
    known = rulebook.destinations.get(destination)
    if known is None:
        raise NoTariffData(destination=destination, hs=hs, missing="destination")
    return known


def checked(hs: str) -> str:
    """Six to ten digits, of a chapter 01–97.

    >>> checked("090121")
    '090121'
    """
    if not (6 <= len(hs) <= 10 and hs.isascii() and hs.isdigit() and "01" <= hs[:2] <= "97" and hs[:2] != "77"):
        raise BadHsCode("hs", hs=hs)
    return hs


def _resolve(destination: Destination, hs: str, origin: str, on: date) -> Resolved:
    duty: TariffRow | None = None
    vat: TariffRow | None = None
    preferences: dict[str, TariffRow] = {}
    excises: tuple[TariffRow, ...] = ()
    lists: dict[str, TariffRow] = {}
    for length in (*range(len(hs), 1, -1), 0):
        rows = [row for row in destination.by_prefix.get(hs[:length], ()) if row.holds(on) and row.origin in ("", origin)]
        rows.sort(key=lambda row: row.origin == "")
        for row in rows:
            if row.kind == "duty" and row.agreement:
                preferences.setdefault(row.agreement, row)
            elif row.kind == "duty":
                duty = duty or row
            elif row.kind == "vat":
                vat = vat or row
            elif row.kind == "list":
                lists.setdefault(row.mode, row)
        if not excises:
            excises = tuple(row for row in rows if row.kind == "excise")
    return Resolved(hs, duty, tuple(preferences.values()), excises, vat, MappingProxyType(lists))


def mode_of(rulebook: Rulebook, destination: str, mode: str = "", dispatch: str = "ID") -> Mode:
    """The way in that was asked for, or the usual one for goods dispatched from there."""
    known = place(rulebook, destination, "—")
    fitting = [each for each in known.modes if each.home == (dispatch == destination)]
    if not fitting and dispatch == destination:
        fitting = list(known.modes)  # in the country but not yet imported (a bonded warehouse): comes in as from abroad
    if mode:
        for each in fitting:
            if each.name == mode:
                return each
        raise UnknownMode("mode", destination=destination, mode=mode, modes=", ".join(each.name for each in fitting) or "—")
    if not fitting:
        raise NoTariffData(destination=destination, hs="—", missing=f"no way in from {dispatch}")
    return next((each for each in fitting if each.default), fitting[0])


def split(amount: int, weights: Sequence[int]) -> list[int]:
    """A whole amount over lines by weight; the residual goes to the largest line, the first of several.

    >>> split(100, [1, 1, 1]), split(2000, [18000, 9000])
    ([34, 33, 33], [1334, 666])
    """
    total = sum(weights)
    shares = [amount * weight // total for weight in weights]
    shares[weights.index(max(weights))] += amount - sum(shares)
    return shares


def landed_cost(request: Request, rulebook: Rulebook) -> LandedCost:
    """Duty, tax and total of one parcel, with rule, base, rate and source of each part. Refuses what it does not know."""
    _check(request)
    destination = place(rulebook, request.destination, request.items[0].hs)
    mode = mode_of(rulebook, request.destination, request.mode, request.dispatch)
    rate = _customs_rate(request, destination)
    values = [item.value for item in request.items]
    freights = split(request.freight, values)
    insurances = split(request.insurance, values)
    scheme = _scheme(request, destination, mode, rate)

    taxed = scheme.needs_registration is None or scheme.needs_registration in request.registrations
    parts: list[Part] = []
    lines: list[LineCost] = []
    cautions: list[str] = []
    basis = scheme.value_basis
    rounding = scheme.rounding
    same = rate is None
    up, down = (1, 1) if rate is None else (rate.numerator, rate.denominator)
    for position, item in enumerate(request.items):
        duty = tax = contained = 0
        if taxed:
            resolved = resolve(rulebook, request.destination, item.hs, item.origin, request.on)
            if scheme.listed_only:
                _check_list(resolved, scheme, cautions)
            value = (
                (item.value if "goods" in basis else 0)
                + (freights[position] if "freight" in basis else 0)
                + (insurances[position] if "insurance" in basis else 0)
            )
            for levy in _levies(rulebook, request, scheme, mode, resolved, item, value * up, down):
                numerator, denominator = levy.share
                amount = rounding.of(value * up * numerator, down * denominator)
                numerator, denominator = levy.base_share
                base = (2 * value * up * numerator + down * denominator) // (2 * down * denominator)
                charged = amount if same else nearest(Fraction(amount * down, up), request.currency)
                parts.append(Part(levy, position, base, amount, charged))
                if levy.contained:
                    contained += charged
                elif levy.kind == "duty":
                    duty += charged
                else:
                    tax += charged
        elif scheme.listed_only or not mode.home:
            checked(item.hs)
        total = item.value + freights[position] + insurances[position] + duty + tax
        lines.append(LineCost(item.reference, item.hs, item.value, freights[position], insurances[position], duty, tax, contained, total))

    goods = sum(values)
    duty = sum(line.duty for line in lines)
    tax = sum(line.tax for line in lines)
    return LandedCost(
        release=rulebook.version,
        destination=request.destination,
        mode=mode.name,
        scheme=scheme.id,
        on=request.on,
        currency=request.currency,
        customs_currency=destination.currency,
        lines=tuple(lines),
        parts=tuple(parts),
        goods=goods,
        freight=request.freight,
        insurance=request.insurance,
        duty=duty,
        tax=tax,
        contained_tax=sum(line.contained_tax for line in lines),
        fees=0,
        total=goods + request.freight + request.insurance + duty + tax,
        customs_value=_whole(_measured(request, basis, rate)),
        cautions=tuple(cautions),
    )


def _check(request: Request) -> None:
    if not request.items:
        raise BadParcel("lines", missing="lines")
    if request.freight < 0 or request.insurance < 0:
        raise BadParcel("freight", missing="freight >= 0, insurance >= 0")
    for position, item in enumerate(request.items, 1):
        if item.value <= 0:
            raise BadParcel("value", missing=f"value > 0 (line {position}, HS {item.hs})")
        if item.quantity <= 0:
            raise BadParcel("quantity", missing=f"quantity > 0 (line {position}, HS {item.hs})")
        if item.net_grams < 0:
            raise BadParcel("net_grams", missing=f"net_grams >= 0 (line {position}, HS {item.hs})")


def _customs_rate(request: Request, destination: Destination) -> Fraction | None:
    """Customs minor units for one minor unit of the request's currency; None when they are the same."""
    if request.currency == destination.currency:
        return None
    text = request.rates.get(request.currency)
    if not text:
        raise RateMissing("rates", currency=request.currency, customs_currency=destination.currency)
    try:
        rate = Fraction(text)
    except (ValueError, ZeroDivisionError):
        rate = Fraction(0)
    if rate <= 0:
        raise RateMissing("rates", currency=request.currency, customs_currency=destination.currency)
    return rate * Fraction(10) ** (destination.decimals - decimals(request.currency))


def _measured(request: Request, basis: frozenset[str], rate: Fraction | None) -> Fraction | int:
    value = (
        (sum(item.value for item in request.items) if "goods" in basis else 0)
        + (request.freight if "freight" in basis else 0)
        + (request.insurance if "insurance" in basis else 0)
    )
    return value if rate is None else value * rate


def _whole(amount: Fraction | int) -> int:
    """Half up to the minor unit."""
    return amount if isinstance(amount, int) else (2 * amount.numerator + amount.denominator) // (2 * amount.denominator)


def _scheme(request: Request, destination: Destination, mode: Mode, rate: Fraction | None) -> Scheme:
    """The scheme under which this order is taxed, limits kept or passed; a refusal when it may not pass."""
    passed: set[str] = set()
    for limit in sorted(destination.limits, key=lambda limit: limit.measure != "year_value"):
        if limit.mode != mode.name or not limit.holds(request.on):
            continue
        value = _measured(request, limit.value_basis, rate)
        measured = value + request.buyer_year if limit.measure == "year_value" else value
        if measured <= limit.at_most:
            continue
        if limit.measure == "year_value":
            left = max(0, limit.at_most - request.buyer_year)
            raise OverYearLimit(rule=limit.id, **_said(destination, limit, measured), left=_major(left, destination))
        if not (limit.unless == "one_piece" and len(request.items) == 1 and request.items[0].quantity == 1):
            raise OverOrderLimit(rule=limit.id, **_said(destination, limit, measured))
        passed.add(limit.id)
    for scheme in destination.schemes:
        if (
            scheme.mode == mode.name
            and scheme.holds(request.on)
            and (scheme.within_limit is None or scheme.within_limit not in passed)
            and (scheme.above_limit is None or scheme.above_limit in passed)
        ):
            return scheme
    raise NoRulesOnDate("on", destination=destination.code, mode=mode.name, on=request.on.isoformat())


def _said(destination: Destination, limit: Limit, value: Fraction | int) -> dict[str, str]:
    return {"value": _major(_whole(value), destination), "limit": _major(limit.at_most, destination), "currency": destination.currency}


def _major(amount: int, destination: Destination) -> str:
    """500000 at two decimals is "5000.00"."""
    whole, part = divmod(amount, 10**destination.decimals)
    return f"{whole}.{part:0{destination.decimals}d}" if destination.decimals else str(whole)


def _check_list(resolved: Resolved, scheme: Scheme, cautions: list[str]) -> None:
    row = resolved.lists.get(scheme.mode)
    if row is None:
        cautions.append(f"{scheme.id}: HS {resolved.hs} not found on the list of {scheme.mode}")
    elif not row.listed:
        raise NotThisWay("hs", hs=resolved.hs, mode=scheme.mode, rule=row.id)


def _levies(
    rulebook: Rulebook, request: Request, scheme: Scheme, mode: Mode, resolved: Resolved, item: Item, value: int, over: int
) -> tuple[Levy, ...]:
    """value / over: of the item, in minor units of the customs currency."""
    excises = tuple([row for row in resolved.excises if _is_due(row, item, value, over)])
    preferences = tuple([row for row in resolved.preferences if row.proof in request.registrations])
    prices = request.prices or scheme.prices
    key = (
        scheme.id,
        prices,
        request.destination,
        item.hs,
        item.origin,
        request.on,
        tuple([row.id for row in excises]),
        tuple([row.id for row in preferences]),
    )
    levies = rulebook.resolved.get(key)
    if levies is None:
        levies = _recipe(request, scheme, mode, resolved, excises, preferences, prices)
        remember(rulebook, key, levies)
    return levies


def _is_due(row: TariffRow, item: Item, value: int, over: int) -> bool:
    """Whether a consumption tax with a floor per gram catches this line."""
    if row.from_unit_value is None:
        return True
    if item.net_grams <= 0:
        raise BadParcel("net_grams", missing=f"net_grams (HS {item.hs}: {row.id})")
    return value >= row.from_unit_value * item.net_grams * over


def _recipe(
    request: Request,
    scheme: Scheme,
    mode: Mode,
    resolved: Resolved,
    excises: tuple[TariffRow, ...],
    preferences: tuple[TariffRow, ...],
    prices: str,
) -> tuple[Levy, ...]:
    """What is due on one unit of value, as exact shares of it."""
    levies: list[Levy] = []
    duty = Fraction(0)
    if scheme.duty_share:
        row = min((row for row in (resolved.duty, *preferences) if row), key=lambda row: _share(row), default=None)
        if row is None:
            raise NoTariffData("hs", destination=request.destination, hs=resolved.hs, missing="duty rate")
        duty = _share(row) * scheme.duty_share
        levies.append(_levy("duty", _shared(row, scheme.duty_share), duty, Fraction(1), row))
    elif not mode.home:
        levies.append(_levy("duty", "0%", duty, Fraction(1), scheme))

    # Consumption tax is inside its own base: (value + duty) / (1 - r) × r.
    statutory = sum((_share(row) for row in excises), Fraction(0))
    base = (1 + duty) / (1 - statutory)
    for row in excises:
        share = base * _share(row) * scheme.excise_share
        levies.append(_levy("excise", _shared(row, scheme.excise_share), share, base, row))

    if scheme.vat_share:
        row = resolved.vat
        if row is None:
            raise NoTariffData("hs", destination=request.destination, hs=resolved.hs, missing="VAT rate")
        effective = _share(row) * row.base_share * scheme.vat_share
        if prices == "inclusive":
            base /= 1 + effective
        levies.append(
            _levy("vat", _shared(row, scheme.vat_share), base * effective, base * row.base_share, row, contained=prices == "inclusive")
        )
    return tuple(levies)


def _share(row: TariffRow) -> Fraction:
    if row.rate is None:
        raise NoTariffData("hs", destination="", hs=row.hs, missing=f"rate of {row.id}")
    return row.rate.share


def _shared(row: TariffRow, share: Fraction) -> str:
    """As people read it: "13% × 70%", "12% × 11/12"."""
    text = row.rate.text if row.rate else ""
    if row.base_share != 1:
        text += f" × {row.base_share}"
    if share == 1:
        return text
    percent = share * 100
    return f"{text} × {percent.numerator}%" if percent.denominator == 1 else f"{text} × {share}"


def _levy(kind: str, rate: str, share: Fraction, base: Fraction, rule: Rule, *, contained: bool = False) -> Levy:
    return Levy(
        kind,
        rate,
        (share.numerator, share.denominator),
        (base.numerator, base.denominator),
        contained,
        rule.id,
        rule.source,
        rule.certainty,
    )
