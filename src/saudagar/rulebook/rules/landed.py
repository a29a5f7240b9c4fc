"""What goods cost landed: duty, tax and fees of one parcel, exact until the rounding its scheme names.

Called for every quote. What the rules say about goods, place and day is found once and kept on the rulebook (resolving.py, recipes.py);
amounts never are.
"""

from collections.abc import Iterator
from datetime import date

import msgspec

from saudagar.foundation.refusals import Refusal
from saudagar.rulebook.rules.choosing import NOTHING, Chosen, choose, proven, relieved, shown_by
from saudagar.rulebook.rules.levying import Levying, Line, Part
from saudagar.rulebook.rules.model import Rulebook, Scheme, TariffRow
from saudagar.rulebook.rules.parcel import Amounts, Claim, Item, Request, check, half_up, split
from saudagar.rulebook.rules.recipes import Levy, recipe
from saudagar.rulebook.rules.refusals import NotThisWay
from saudagar.rulebook.rules.resolving import Resolved, Way, checked, mode_of, place, region_of, resolve, way_of

__all__ = [
    "Claim",
    "Item",
    "LandedCost",
    "Levy",
    "LineCost",
    "Part",
    "Proven",
    "Request",
    "checked",
    "landed_cost",
    "mode_of",
    "place",
    "resolve",
    "split",
]


class LineCost(msgspec.Struct, frozen=True):
    """One line in minor units of the request's currency. total includes everything not contained in the value."""

    reference: str
    hs: str
    value: int
    freight: int
    insurance: int
    duty: int  # with additional duties
    tax: int
    contained_tax: int
    total: int
    fees: int = 0
    quantity: int = 1
    net_grams: int = 0  # as they were asked, as is gross_grams
    gross_grams: int = 0


class Proven(msgspec.Struct, frozen=True, omit_defaults=True):
    """An agreement's rate that a line pays because its seller claims it, and what must then be there when the parcel leaves."""

    line: int  # position in LandedCost.lines
    agreement: str
    proof: str  # the agreement's own paper: form_e
    by: str  # paper: this one is needed; declaration: the exporter's word on the invoice is enough
    rule: str  # the row of the tariff
    criterion: str = ""
    regional_value: int = 0


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
    duty: int  # with additional duties
    tax: int  # VAT and consumption tax on top
    contained_tax: int  # tax already inside the prices
    fees: int
    total: int  # goods + freight + insurance + duty + tax + fees
    customs_value: int  # minor units of customs_currency, what limits measure
    cautions: tuple[str, ...]  # ids of rules that ask for a look: goods not found on the list of this mode
    region: str = ""
    terms: str = "DDP"
    due_at_checkout: int = 0  # what the buyer pays now: all of it under DDP
    due_at_door: int = 0  # what the carrier asks for, an estimate
    proofs: tuple[Proven, ...] = ()  # of lines whose seller claims an agreement, where its rate is the one that is paid
    border: tuple[int, int, int] = (0, 0, 0)  # duty, tax and fees that the border collects: under DAP due at the door

    @property
    def with_order(self) -> tuple[int, int, int]:
        """Duty, tax and fees that are paid with the order."""
        if self.terms == "DDP":
            return self.duty, self.tax, self.fees
        duty, tax, fees = self.border
        return self.duty - duty, self.tax - tax, self.fees - fees


def landed_cost(request: Request, rulebook: Rulebook) -> LandedCost:
    """Duty, tax, fees and total of one parcel, with rule, base, rate and source of each part. Refuses what it does not know."""
    check(request)
    destination = place(rulebook, request.destination)
    region = region_of(destination, request.region)
    way = way_of(rulebook, destination, request.mode, request.dispatch, region, request.on)
    amounts = Amounts(request, destination)
    chosen = choose(request, way, amounts)
    scheme = chosen.scheme

    cautions: list[str] = []
    proofs: tuple[Proven, ...] = ()
    parts: list[list[Part]]
    if scheme.needs_registration is None or scheme.needs_registration in request.registrations:
        parts, proofs = _levied(request, rulebook, way, chosen, amounts, region, cautions)
    else:
        parts = [[] for _ in request.items]
        if scheme.listed_only or not way.mode.home:
            for item in request.items:
                checked(item.hs)
    return _totals(request, rulebook, way, scheme, region, amounts, parts, proofs, tuple(cautions))


def _levied(
    request: Request, rulebook: Rulebook, way: Way, chosen: Chosen, amounts: Amounts, region: str, cautions: list[str]
) -> tuple[list[list[Part]], tuple[Proven, ...]]:
    scheme = chosen.scheme
    is_contained = (request.prices or scheme.prices) == "inclusive"
    values, vat_values, down = amounts.of(scheme.duty_basis), amounts.of(scheme.vat_basis), amounts.down
    reliefs = relieved(request, way, scheme, amounts) if way.reliefs else None
    modes = (scheme.called, way.mode.name)
    lines = []
    claimed: list[tuple[int, Item, tuple[TariffRow, ...]]] = []
    for position, item in enumerate(request.items):
        resolved = resolve(rulebook, request.destination, item.hs, item.origin, request.on, modes=modes, region=region)
        if scheme.listed_only:
            _check_list(resolved, scheme, cautions)
        preferences = proven(request, way, resolved.preferences, amounts, item.claims) if resolved.preferences else ()
        if preferences and item.claims:
            claimed.append((position, item, preferences))
        dues = recipe(rulebook, scheme, way.mode, resolved, preferences, is_contained=is_contained)
        lines.append(
            Line(position, item, dues, reliefs[position] if reliefs else NOTHING, (values[position], down), (vat_values[position], down))
        )
    Levying(request, way, chosen, amounts, lines, is_contained=is_contained).run()
    parts = [line.parts for line in lines]
    return parts, tuple(_used(request, rulebook, way, amounts, claimed, parts)) if claimed else ()


def _used(
    request: Request,
    rulebook: Rulebook,
    way: Way,
    amounts: Amounts,
    claimed: list[tuple[int, Item, tuple[TariffRow, ...]]],
    parts: list[list[Part]],
) -> Iterator[Proven]:
    """Claims that made a line cheaper. Where the usual rate is as low, or a relief lets the duty off, nothing need be proven.

    A duty too small to be collected is as small because of the claim, unless the parcel costs the same without any.
    """
    small = {waiver.id for waiver in way.waivers}
    if small and any(part.relief in small for position, _, _ in claimed for part in parts[position]):
        small = set() if _is_as_cheap_without(request, rulebook, parts) else small
    for position, item, rows in claimed:
        due = {part.levy.rule for part in parts[position] if part.levy.kind == "duty" and (not part.relief or part.relief in small)}
        for row in rows:
            by = shown_by(row, item.claims, request, way, amounts) if row.id in due and row.proof not in request.registrations else ""
            if by:
                claim = next(each for each in item.claims if each.agreement == row.agreement)
                yield Proven(position, row.agreement, row.proof, by, row.id, claim.criterion, claim.regional_value)


def _is_as_cheap_without(request: Request, rulebook: Rulebook, parts: list[list[Part]]) -> bool:
    """Whether the same is charged without any claim; not where no rate is known then."""
    items = tuple([msgspec.structs.replace(item, claims=()) for item in request.items])
    try:
        usual = landed_cost(msgspec.structs.replace(request, items=items), rulebook)
    except Refusal:
        return False
    return sum(part.charged for part in usual.parts) == sum(part.charged for own in parts for part in own)


def _totals(
    request: Request,
    rulebook: Rulebook,
    way: Way,
    scheme: Scheme,
    region: str,
    amounts: Amounts,
    parts: list[list[Part]],
    proofs: tuple[Proven, ...],
    cautions: tuple[str, ...],
) -> LandedCost:
    lines = []
    goods = all_duty = all_tax = all_contained = all_fees = 0
    door_duty = door_tax = door_fees = 0
    for item, freight, insurance, own in zip(request.items, amounts.freights, amounts.insurances, parts, strict=True):
        duty = tax = contained = fees = 0
        for part in own:
            levy, charged = part.levy, part.charged
            if levy.contained:
                contained += charged
                continue
            is_at_border = levy.collected == "border"
            if levy.kind in ("duty", "extra"):
                duty += charged
                door_duty += charged if is_at_border else 0
            elif levy.kind == "fee":
                fees += charged
                door_fees += charged if is_at_border else 0
            else:
                tax += charged
                door_tax += charged if is_at_border else 0
        total = item.value + freight + insurance + duty + tax + fees
        weights = (item.quantity, item.net_grams, item.gross_grams)
        lines.append(LineCost(item.reference, item.hs, item.value, freight, insurance, duty, tax, contained, total, fees, *weights))
        goods += item.value
        all_duty += duty
        all_tax += tax
        all_contained += contained
        all_fees += fees
    total = goods + request.freight + request.insurance + all_duty + all_tax + all_fees
    door = 0 if request.terms == "DDP" else door_duty + door_tax + door_fees
    return LandedCost(
        release=rulebook.version,
        destination=request.destination,
        mode=way.mode.name,
        scheme=scheme.id,
        on=request.on,
        currency=request.currency,
        customs_currency=way.destination.currency,
        lines=tuple(lines),
        parts=tuple([part for own in parts for part in own]),
        goods=goods,
        freight=request.freight,
        insurance=request.insurance,
        duty=all_duty,
        tax=all_tax,
        contained_tax=all_contained,
        fees=all_fees,
        total=total,
        customs_value=half_up(sum(amounts.of(scheme.value_basis)), amounts.down),
        cautions=cautions,
        region=region,
        terms=request.terms,
        due_at_checkout=total - door,
        due_at_door=door,
        proofs=proofs,
        border=(door_duty, door_tax, door_fees),
    )


def _check_list(resolved: Resolved, scheme: Scheme, cautions: list[str]) -> None:
    row = resolved.lists.get(scheme.mode)
    if row is None:
        cautions.append(f"{scheme.id}: HS {resolved.hs} not found on the list of {scheme.mode}")
    elif not row.listed:
        raise NotThisWay("hs", hs=resolved.hs, mode=scheme.mode, rule=row.id)
