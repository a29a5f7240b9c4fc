"""The arithmetic: duty, additional duties, excise, VAT and fees of a parcel, line by line, exact until each rounding its scheme names.

Stage after stage over all lines, for some amounts are rounded for the order and spread over its lines, and some fees enter the base of VAT.
An amount is a pair (numerator, denominator) of minor units of the customs currency.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction

import msgspec

from saudagar.foundation.money import nearest
from saudagar.rulebook.rules.choosing import Chosen
from saudagar.rulebook.rules.model import Fee, Flat, Relief, Rounding, Term, Waiver
from saudagar.rulebook.rules.parcel import Amounts, Item, Request, exchange, half_up, split
from saudagar.rulebook.rules.recipes import Due, Levy, Recipe, flat_text, headless
from saudagar.rulebook.rules.refusals import BadParcel, NoTariffData
from saudagar.rulebook.rules.resolving import Way

Pair = tuple[int, int]
Exchanged = Callable[[str], Fraction]  # a currency that a rate is written in → customs minor units for one minor unit of it
ZERO: Pair = (0, 1)
ONE = Rounding(1, "half-up")


class Part(msgspec.Struct, frozen=True):
    """One levy on one line."""

    levy: Levy
    line: int  # position in LandedCost.lines
    base: int  # minor units of the customs currency, rounded for show
    amount: int  # minor units of the customs currency, as the law rounds it
    charged: int  # the same in the currency of the request
    relief: str = ""  # the rule that lets it off: the amount is then 0


class Line:
    """One line while it is worked out."""

    __slots__ = ("duty", "excise", "extra", "fee", "item", "named", "parts", "position", "recipe", "reliefs", "value", "vat_value")

    def __init__(self, position: int, item: Item, recipe: Recipe, reliefs: Mapping[str, Relief], value: Pair, vat_value: Pair) -> None:
        self.position, self.item, self.recipe, self.reliefs, self.value, self.vat_value = position, item, recipe, reliefs, value, vat_value
        self.duty = self.extra = self.excise = ZERO
        self.fee = 0
        self.named: dict[str, Pair] = {}
        self.parts: list[Part] = []


class Job(msgspec.Struct):
    """One levy on one line, worked out exactly and not yet rounded."""

    line: Line
    due: Due
    base: Pair
    exact: Pair
    relief: str = ""
    amount: int = 0


class Levying:
    """One parcel under its scheme. `run` fills the parts of its lines."""

    __slots__ = ("amounts", "chosen", "contained", "lines", "request", "scheme", "way")

    def __init__(self, request: Request, way: Way, chosen: Chosen, amounts: Amounts, lines: list[Line], *, is_contained: bool) -> None:
        self.request, self.way, self.chosen, self.amounts, self.lines = request, way, chosen, amounts, lines
        self.scheme = chosen.scheme
        self.contained = is_contained

    def run(self) -> None:
        if self.scheme.flat_duty:
            self.flat_duty()
        else:
            self.duty()
        if any(line.recipe.extras for line in self.lines):
            self.extra()
        if any(line.recipe.excises for line in self.lines):
            self.excise()
        if self.way.fees:
            self.fees([fee for fee in self.way.fees if fee.in_vat_base], is_in_vat_base=True)
        self.vat()
        if self.way.waivers:
            self.waive()
        if self.way.fees:
            self.fees([fee for fee in self.way.fees if not fee.in_vat_base], is_in_vat_base=False)

    # Duty

    def duty(self) -> None:
        jobs = []
        for line, base in zip(self.lines, self.bases("duty_base", [line.value for line in self.lines]), strict=True):
            relief = line.reliefs.get("duty")
            duties = line.recipe.duties
            if relief:
                due = duties[0] if duties else Due(headless("duty", "0%", relief, self.scheme, self.way.mode), None, Fraction(0))
                jobs.append(Job(line, due, base, ZERO, relief.id))
            elif duties:
                due, exact = duties[0], worked_out(duties[0], base, line.item, self.exchanged)
                for other in duties[1:]:
                    less = worked_out(other, base, line.item, self.exchanged)
                    if less[0] * exact[1] < exact[0] * less[1]:
                        due, exact = other, less
                jobs.append(Job(line, due, base, exact))
            elif self.scheme.duty_share:
                raise NoTariffData("hs", destination=self.request.destination, hs=line.item.hs, missing="duty rate")
        for job in self.settled("duty", jobs):
            job.line.duty = self.carried(job)

    def flat_duty(self) -> None:
        flat, due = self.scheme.flat_duty, self.lines[0].recipe.flat
        if flat is None or due is None:
            return
        up, down = exchange(self.request, self.way.destination, flat.currency)
        each = half_up(flat.amount * up, down)
        jobs = []
        # Goods that are relieved of duty are no item that pays it.
        paying = [line for line in self.lines if "duty" not in line.reliefs]
        for line in paying:
            # Goods without a rate are unknown here: whether they may travel this way at all (liquor, tobacco) is not known either.
            if self.scheme.duty_share and not line.recipe.duties:
                raise NoTariffData("hs", destination=self.request.destination, hs=line.item.hs, missing="duty rate")
        owed = dict(zip([line.position for line in paying], spread(each, flat.per, [line.item for line in paying]), strict=True))
        for line in self.lines:
            relief = line.reliefs.get("duty")
            jobs.append(Job(line, due, line.value, (owed.get(line.position, 0), 1), relief.id if relief else ""))
        for job in self.settled("duty", jobs, ONE):
            job.line.duty = (job.amount, 1)

    # Additional duties and excise

    def extra(self) -> None:
        for is_second in (False, True):
            jobs = []
            for line in self.lines:
                relief = line.reliefs.get("extra")
                for due in line.recipe.extras:
                    basis = due.row.basis if due.row else "value"
                    if (basis not in ("value", "duty")) != is_second:
                        continue
                    if due.floor and not relief and not _is_reached(due, line):
                        continue
                    base = line.value if basis == "value" else line.duty if basis == "duty" else line.named.get(basis, ZERO)
                    jobs.append(
                        Job(
                            line,
                            due,
                            base,
                            ZERO if relief else worked_out(due, base, line.item, self.exchanged),
                            relief.id if relief else "",
                        )
                    )
            for job in self.settled("extra", jobs):
                job.line.extra = plus(job.line.extra, self.carried(job))
                job.line.named[job.due.levy.name] = self.carried(job)

    def excise(self) -> None:
        jobs = []
        for line in self.lines:
            relief = line.reliefs.get("excise")
            if relief:
                jobs += [Job(line, due, line.value, ZERO, relief.id) for due in line.recipe.excises]
                continue
            dues = [due for due in line.recipe.excises if not due.floor or _is_reached(due, line)]
            base = plus(plus(line.value, line.duty), line.extra)
            if dues and self.scheme.excise_base == "inside":
                # The tax is inside its own base: (value + duty) / (1 - r) × r.
                inside = _inside(dues, base, line.item, self.exchanged)
                line.excise = plus(inside, (-base[0], base[1]))
                base = inside
            jobs += [Job(line, due, base, worked_out(due, base, line.item, self.exchanged)) for due in dues]
        is_added = self.scheme.excise_base == "added" or (self.scheme.chained and self.scheme.excise_share == 1)
        if is_added:
            for line in self.lines:
                line.excise = ZERO
        for job in self.settled("excise", jobs):
            if is_added:
                job.line.excise = plus(job.line.excise, self.carried(job))

    # VAT

    def vat(self) -> None:
        exact = []
        for line in self.lines:
            if line.recipe.vat_missing and "vat" not in line.reliefs:
                raise NoTariffData("hs", destination=self.request.destination, hs=line.item.hs, missing="VAT rate")
            exact.append(self.vat_base(line))
        bases = self.bases("vat_base", exact)
        if not any(line.recipe.vats for line in self.lines):
            self.unknown_vat()
            return
        most = max([len(line.recipe.vats) for line in self.lines])
        for place in range(most):
            jobs = []
            for line, base in zip(self.lines, bases, strict=True):
                if place >= len(line.recipe.vats):
                    continue
                due = line.recipe.vats[place]
                relief = line.reliefs.get("vat")
                basis = due.row.basis if due.row else "value"
                own = base if basis == "value" else line.duty if basis == "duty" else line.named.get(basis, ZERO)
                jobs.append(
                    Job(line, due, own, ZERO if relief else worked_out(due, own, line.item, self.exchanged), relief.id if relief else "")
                )
            for job in self.settled("vat", jobs):
                if most > 1:
                    job.line.named[job.due.levy.name] = self.carried(job)
        self.unknown_vat()

    def vat_base(self, line: Line) -> Pair:
        base = line.vat_value
        if self.scheme.duty_in_vat_base and (self.scheme.flat_duty_in_vat_base or not self.scheme.flat_duty):
            base = plus(base, line.duty)
        if line.extra[0]:
            base = plus(base, line.extra)
        if line.excise[0]:
            base = plus(base, line.excise)
        if line.fee:
            base = plus(base, (line.fee, 1))
        if self.contained:
            effective = 1 + sum((Fraction(*due.share) for due in line.recipe.vats), Fraction(0))
            base = base[0] * effective.denominator, base[1] * effective.numerator
        return base

    def unknown_vat(self) -> None:
        """Goods without a known rate that are relieved of VAT: the relief is the part."""
        for line in self.lines:
            relief = line.reliefs.get("vat")
            if line.recipe.vat_missing and relief:
                base = half_up(*line.vat_value)
                line.parts.append(Part(headless("vat", "0%", relief, self.scheme, self.way.mode), line.position, base, 0, 0, relief.id))

    # Small amounts and fees

    def waive(self) -> None:
        """Levies so small that they are not collected."""
        for waiver in self.way.waivers:
            if waiver.schemes and self.scheme.called not in waiver.schemes:
                continue
            if waiver.per == "order":
                self.waive_in(self.lines, waiver)
            else:
                for line in self.lines:
                    self.waive_in([line], waiver)

    def waive_in(self, lines: Sequence[Line], waiver: Waiver) -> None:
        up, down = exchange(self.request, self.way.destination, waiver.currency)
        small = [part for line in lines for part in line.parts if part.levy.kind in waiver.kinds and not part.levy.contained]
        owed, ceiling = sum([part.amount for part in small]) * down, waiver.at_most * up
        if owed > ceiling or (waiver.is_exclusive and owed == ceiling) or not owed:
            return
        for line in lines:
            line.parts = [
                msgspec.structs.replace(part, amount=0, charged=0, relief=part.relief or waiver.id) if part in small else part
                for part in line.parts
            ]

    def fees(self, fees: Iterable[Fee], *, is_in_vat_base: bool) -> None:
        for fee in fees:
            if (
                (fee.schemes and self.scheme.called not in fee.schemes)
                or not self.chosen.passed.isdisjoint(fee.within_limit)
                or not self.chosen.passed.issuperset(fee.above_limit)
            ):
                continue
            base, owed, text = self.fee_amounts(fee)
            levy = Levy("fee", text, False, fee.id, fee.source, fee.certainty, "", fee.collected)
            for line, amount in zip(self.lines, owed, strict=True):
                if amount:
                    line.parts.append(Part(levy, line.position, base[line.position], amount, self.charged(amount)))
                if is_in_vat_base:
                    line.fee += amount

    def fee_amounts(self, fee: Fee) -> tuple[Sequence[int], Sequence[int], str]:
        """For each line what the fee is of and how much it is, and the fee in words."""
        items = [line.item for line in self.lines]
        up, down = exchange(self.request, self.way.destination, fee.currency)
        values = [half_up(value, self.amounts.down) for value in self.amounts.of(self.scheme.value_basis)]
        if fee.share is None:
            flat = Flat(fee.amount or 0, fee.currency, fee.per)
            return values, spread(half_up(flat.amount * up, down), fee.per, items), flat_text(flat)
        base = values
        if fee.of == "levies":
            base = [sum(part.amount for part in line.parts if part.levy.kind != "fee" and not part.levy.contained) for line in self.lines]
        rounding = self.scheme.roundings.get("fee", ONE)
        whole = rounding.of(sum(base) * fee.share.numerator, fee.share.denominator)
        if fee.least is not None:
            whole = max(whole, half_up(fee.least * up, down))
        if fee.most is not None:
            whole = min(whole, half_up(fee.most * up, down))
        percent = fee.share * 100
        text = f"{float(percent):g}%"
        return base, split(whole, self.amounts.values), text

    # Rounding

    def bases(self, kind: str, exact: list[Pair]) -> list[Pair]:
        """Bases as the scheme rounds them, exact when it does not."""
        rounding = self.scheme.roundings.get(kind)
        if rounding is None:
            return exact
        return [(amount, 1) for amount in self.rounded(exact, rounding)]

    def settled(self, kind: str, jobs: list[Job], rounding: Rounding | None = None) -> list[Job]:
        """Amounts as the scheme rounds them, each as a part of its line."""
        way = rounding or self.scheme.roundings.get(kind, self.scheme.rounding)
        if way.per == "line":
            for job in jobs:
                if job.exact[0]:
                    job.amount = way.of(*job.exact)
        else:
            names: dict[str, list[Job]] = {}
            for job in jobs:
                names.setdefault(job.due.levy.name, []).append(job)
            for group in names.values():
                for job, amount in zip(group, self.rounded([job.exact for job in group], way), strict=True):
                    job.amount = amount
        for job in jobs:
            levy, (up, down) = job.due.levy, job.due.base_share
            base, amount = job.base, job.amount
            shown = (2 * base[0] * up + base[1] * down) // (2 * base[1] * down)
            job.line.parts.append(Part(levy, job.line.position, shown, amount, self.charged(amount), job.relief))
        return jobs

    def rounded(self, exact: list[Pair], rounding: Rounding) -> list[int]:
        """Each amount by itself; or the sum of all, spread over them by size."""
        if rounding.per == "line":
            return [rounding.of(*amount) for amount in exact]
        whole = ZERO
        for amount in exact:
            whole = plus(whole, amount)
        sizes = [amount[0] * whole[1] // amount[1] for amount in exact]
        if not any(sizes):
            return [0] * len(exact)
        return split(rounding.of(*whole), sizes)

    def carried(self, job: Job) -> Pair:
        """What enters the next base: the rounded amount when each levy is rounded first, else the exact one."""
        return (job.amount, 1) if self.scheme.chained else job.exact

    def exchanged(self, currency: str) -> Fraction:
        """Customs minor units for one minor unit of the currency that a rate is written in; "" is the customs currency itself."""
        return Fraction(*exchange(self.request, self.way.destination, currency)) if currency else Fraction(1)

    def charged(self, amount: int) -> int:
        """In the currency of the request."""
        if self.request.currency == self.way.destination.currency:
            return amount
        return nearest(Fraction(amount * self.amounts.down, self.amounts.up), self.request.currency)


def plus(one: Pair, other: Pair) -> Pair:
    if one[1] == other[1]:
        return one[0] + other[0], one[1]
    return one[0] * other[1] + other[0] * one[1], one[1] * other[1]


def worked_out(due: Due, base: Pair, item: Item, exchanged: Exchanged) -> Pair:
    """The levy on a base, exact. A specific rate needs the weight."""
    if not due.terms:
        return base[0] * due.share[0], base[1] * due.share[1]
    amounts = [_of_term(term, due, Fraction(*base) * Fraction(*due.base_share), item, exchanged) for term in due.terms]
    rate = due.row.rate if due.row else None
    chosen = min(amounts) if rate and rate.pick == "min" else max(amounts)
    return (chosen * due.scheme_share).as_integer_ratio()


def _of_term(term: Term, due: Due, base: Fraction, item: Item, exchanged: Exchanged) -> Fraction:
    if term.per_gram and item.net_grams <= 0:
        raise BadParcel("net_grams", missing=f"net_grams (HS {item.hs}: {due.levy.rule})")
    if term.per_gross_gram and item.gross_grams <= 0:
        raise BadParcel("gross_grams", missing=f"gross_grams (HS {item.hs}: {due.levy.rule})")
    by_weight = term.per_gram * item.net_grams + term.per_gross_gram * item.gross_grams
    return base * term.share + (by_weight + term.per_piece * item.quantity) * exchanged(term.currency)


def _is_reached(due: Due, line: Line) -> bool:
    """Whether a tax with a floor per gram or per piece catches this line."""
    row, item, value = due.row, line.item, line.value
    if row is None:
        return True
    if row.from_piece_value is not None:
        return value[0] >= row.from_piece_value * item.quantity * value[1]
    if row.from_unit_value is None:
        return True
    if item.net_grams <= 0:
        raise BadParcel("net_grams", missing=f"net_grams (HS {item.hs}: {row.id})")
    return value[0] >= row.from_unit_value * item.net_grams * value[1]


def _inside(dues: Sequence[Due], base: Pair, item: Item, exchanged: Exchanged) -> Pair:
    """The base that contains the taxes themselves, all of them at the statutory rate."""
    statutory = sum((due.statutory for due in dues), Fraction(0))
    for due in dues:
        if due.terms and due.scheme_share:
            base = plus(base, (Fraction(*worked_out(due, base, item, exchanged)) / due.scheme_share).as_integer_ratio())
    rest = 1 - statutory
    return base[0] * rest.denominator, base[1] * rest.numerator


def spread(amount: int, per: str, items: Sequence[Item]) -> list[int]:
    """So much for each parcel, line, piece or distinct HS6, as it falls on the lines.

    >>> spread(300, "tariff_item", [Item("610910", 2000), Item("610910", 1000), Item("910211", 900)])
    [200, 100, 300]
    """
    if per == "line":
        return [amount] * len(items)
    if per == "unit":
        return [amount * item.quantity for item in items]
    if not items:
        return []
    if per == "parcel":
        return split(amount, [item.value for item in items])
    owed = [0] * len(items)
    for code in dict.fromkeys(item.hs[:6] for item in items):
        places = [place for place, item in enumerate(items) if item.hs[:6] == code]
        for place, share in zip(places, split(amount, [items[place].value for place in places]), strict=True):
            owed[place] = share
    return owed
