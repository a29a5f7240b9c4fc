"""Up to which value parcels of goods can be worked out where a rate is not known: de minimis, a flat scheme, a proof of small value.

Goods without a rate are refused `no_tariff_data`, but not every parcel needs every rate. What is said here of goods holds for the parcel:
above the ceiling the landed cost is refused, up to it not.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations

from saudagar.foundation.money import decimals, shown
from saudagar.rulebook.rules.model import Limit, Preference, Relief, Rulebook, Scheme, TariffRow
from saudagar.rulebook.rules.resolving import Resolved, Way, remember, resolve, way_of
from saudagar.rulebook.rules.schedules import is_of_schedule

# A value summed over the buyer's orders is meant for a buyer who has had none.
PER = {"order_value": "order", "year_value": "order", "line_value": "line", "unit_value": "unit"}
STRICT = ("order", "line", "unit")  # a parcel that keeps an amount for the order keeps it for each line and piece too
GOODS = frozenset({"goods"})

UP_TO: Mapping[tuple[str, bool], Mapping[str, str]] = {
    # (per, below)
    ("order", False): {
        "id": "Hanya kiriman sampai {amount} ({basis})",
        "en": "Only parcels up to {amount} ({basis})",
        "zh-hans": "仅限不超过 {amount} 的包裹（{basis}）",
    },
    ("order", True): {
        "id": "Hanya kiriman di bawah {amount} ({basis})",
        "en": "Only parcels below {amount} ({basis})",
        "zh-hans": "仅限低于 {amount} 的包裹（{basis}）",
    },
    ("line", False): {
        "id": "Hanya barang sejenis sampai {amount} ({basis})",
        "en": "Only goods of one kind up to {amount} ({basis})",
        "zh-hans": "同种商品仅限不超过 {amount}（{basis}）",
    },
    ("line", True): {
        "id": "Hanya barang sejenis di bawah {amount} ({basis})",
        "en": "Only goods of one kind below {amount} ({basis})",
        "zh-hans": "同种商品仅限低于 {amount}（{basis}）",
    },
    ("unit", False): {
        "id": "Hanya barang sampai {amount} per buah ({basis})",
        "en": "Only pieces up to {amount} each ({basis})",
        "zh-hans": "仅限单件不超过 {amount}（{basis}）",
    },
    ("unit", True): {
        "id": "Hanya barang di bawah {amount} per buah ({basis})",
        "en": "Only pieces below {amount} each ({basis})",
        "zh-hans": "仅限单件低于 {amount}（{basis}）",
    },
}
USES: Mapping[str, str] = {
    "id": ", dan hanya {uses} kiriman pertama pembeli",
    "en": ", and only a buyer's first {uses} parcels",
    "zh-hans": "，且仅限买家的前 {uses} 个包裹",
}
ABOVE: Mapping[str, str] = {
    "id": ". Untuk yang lebih mahal tarif bea atau pajaknya belum diketahui.",
    "en": ". For dearer ones a rate of duty or tax is not known yet.",
    "zh-hans": "。更高价值所需的关税或税率尚不清楚。",
}
BASIS: Mapping[str, Mapping[str, str]] = {
    "goods": {"id": "harga barang", "en": "value of the goods", "zh-hans": "货值"},
    "freight": {"id": "ongkir", "en": "freight", "zh-hans": "运费"},
    "insurance": {"id": "asuransi", "en": "insurance", "zh-hans": "保险"},
}


@dataclass(frozen=True, slots=True)
class Ceiling:
    """Parcels up to here can be worked out. rule: the relief, limit or preference that draws the line."""

    rule: str
    amount: int  # minor units of `currency`
    currency: str
    is_exclusive: bool  # below the amount, not at it
    per: str  # order | line | unit
    value_basis: frozenset[str]
    source: str
    certainty: str
    uses: int | None = None  # it ends with so many parcels of one buyer

    @property
    def words(self) -> dict[str, str]:
        """ "Only parcels up to A$1,000.00 (value of the goods). For dearer ones a rate of duty or tax is not known yet." """
        return {language: self._said(language) for language in ABOVE}

    def _said(self, language: str) -> str:
        parts = [words[language] for part, words in BASIS.items() if part in self.value_basis]
        said = UP_TO[self.per, self.is_exclusive][language].format(
            amount=shown(self.amount, self.currency, language), basis=("、" if language == "zh-hans" else ", ").join(parts)
        )
        return said + (USES[language].format(uses=self.uses) if self.uses is not None else "") + ABOVE[language]


@dataclass(frozen=True, slots=True)
class Known:
    """How far the landed cost of goods can be worked out one way in: not at all, up to a ceiling, always. proofs: rows that would help."""

    is_known: bool
    up_to: Ceiling | None = None
    proofs: tuple[TariffRow, ...] = ()


def known_up_to(
    rulebook: Rulebook,
    destination: str,
    mode: str,
    dispatch: str,
    hs: str,
    origin: str,
    on: date,
    held: frozenset[str],
    agreements: frozenset[str] = frozenset(),
) -> Known:
    """held: papers in force and registrations, for they decide which scheme is used and which preference counts. agreements: under which
    origin is shown with every parcel."""
    way = way_of(rulebook, rulebook.destinations[destination], mode, dispatch, "", on)
    asked = _Asked(rulebook, way, hs, origin, on, held, agreements)
    schemes = [scheme for scheme in way.schemes if _is_open(scheme, held)]
    if all(asked.lacks(scheme) == () for scheme in schemes):
        return Known(bool(schemes))
    return asked.found(schemes)


def is_thought_of(rulebook: Rulebook, hs: str) -> bool:
    """Whether some country's list or VAT names these goods by heading. Of others nobody has asked what else stands in their way,
    so de minimis alone opens nothing."""
    headings: frozenset[str] | None = rulebook.resolved.get("headings")
    if headings is None:
        rows = (row for there in rulebook.destinations.values() for row in there.tariffs if row.kind in ("vat", "list"))
        headings = frozenset(row.hs[:4] for row in rows if len(row.hs) >= 4 and not is_of_schedule(row))
        remember(rulebook, "headings", headings)
    return hs[:4] in headings


def _is_open(scheme: Scheme, held: frozenset[str]) -> bool:
    return (not scheme.if_registration or not held.isdisjoint(scheme.if_registration)) and held.isdisjoint(scheme.unless_registration)


@dataclass(frozen=True, slots=True)
class _Asked:
    rulebook: Rulebook
    way: Way
    hs: str
    origin: str
    on: date
    held: frozenset[str]
    agreements: frozenset[str]

    def resolved(self, scheme: Scheme) -> Resolved:
        modes = (scheme.called, self.way.mode.name)
        return resolve(self.rulebook, self.way.destination.code, self.hs, self.origin, self.on, modes=modes)

    def lacks(self, scheme: Scheme) -> tuple[str, ...]:
        """Levies whose rate a parcel under this scheme needs and nobody knows."""
        if scheme.needs_registration and scheme.needs_registration not in self.held:
            return ()
        rows = self.resolved(scheme)
        is_proven = any(row.proof in self.held or row.agreement in self.agreements for row in rows.preferences)
        no_duty = bool(scheme.duty_share) and rows.duty is None and not is_proven
        no_vat = bool(scheme.vat_share) and not rows.vats
        return (*(("duty",) if no_duty else ()), *(("vat",) if no_vat else ()))

    def found(self, schemes: Sequence[Scheme]) -> Known:
        """Every way of limits kept and passed, the scheme each leads to, and from which value on that scheme knows no answer."""
        ceilings: list[Ceiling] = []
        uses: int | None = None
        for passed in self.states(schemes):
            names = {limit.called for limit in passed}
            scheme = next((each for each in schemes if names.isdisjoint(each.within_limit) and names.issuperset(each.above_limit)), None)
            lacking = self.lacks(scheme) if scheme else ()
            if scheme is None or not lacking:
                continue
            begins = [_of_limit(limit) for limit in passed if limit.measure in PER]
            relieved = self.relieved(scheme, lacking)
            if relieved:
                begins.append(relieved)
            begin = max(begins, key=_loose, default=None)
            if begin and not self.is_trifle(begin):
                ceilings.append(begin)
                continue
            counted = [limit.at_most for limit in passed if limit.measure == "uses"]
            if not counted:
                proofs = tuple(row for row in self.resolved(scheme).preferences if row.proof)
                return Known(False, proofs=proofs if lacking == ("duty",) else ())
            uses = min(counted) if uses is None else min(uses, *counted)
        tightest = min(ceilings, key=_loose, default=None)
        return Known(True, replace(tightest, uses=uses) if tightest else None)

    def states(self, schemes: Iterable[Scheme]) -> Iterable[tuple[Limit, ...]]:
        """Sets of limits that a parcel may have passed. One that refuses is never passed, unless by one piece."""
        named = {name for scheme in schemes for name in (*scheme.within_limit, *scheme.above_limit)}
        limits = [limit for limit in self.way.limits if limit.called in named and (not limit.refuses or limit.unless)]
        always = tuple(limit for limit in limits if limit.measure == "year_grams" and not limit.at_most and self.hs.startswith(limit.hs))
        free = [limit for limit in limits if limit.measure != "year_grams" or (limit.at_most and self.hs.startswith(limit.hs))]
        for number in range(len(free) + 1):
            for chosen in combinations(free, number):
                if not any(_comes_first(left, limit) for limit in chosen for left in free if left not in chosen):
                    yield (*always, *chosen)

    def is_trifle(self, ceiling: Ceiling) -> bool:
        """One unit of money, as Thailand writes that nothing is free: no goods are worth so little."""
        return ceiling.amount <= 10 ** decimals(ceiling.currency)

    def relieved(self, scheme: Scheme, lacking: Iterable[str]) -> Ceiling | None:
        """Up to where none of these levies is due, or a declaration gives the preference. None: from nothing on."""
        found = []
        for kind in lacking:
            lines = [
                _of_relief(relief)
                for relief in self.way.reliefs
                if kind in relief.kinds
                and (not relief.schemes or scheme.called in relief.schemes)
                and (not relief.hs or self.hs.startswith(relief.hs))
                and not (relief.but_hs and self.hs.startswith(relief.but_hs))
                and (not relief.if_origin or self.origin in relief.if_origin)
            ]
            if kind == "duty":
                agreements = {(row.agreement, row.proof) for row in self.resolved(scheme).preferences}
                lines += [
                    _of_preference(each)
                    for each in self.way.preferences
                    if each.declaration in self.held
                    and any(each.agreement == agreement and each.paper in ("", proof) for agreement, proof in agreements)
                ]
            if not lines:
                return None
            found.append(max(lines, key=_loose))
        return min(found, key=_loose)


def _comes_first(lower: Limit, higher: Limit) -> bool:
    """Whether passing the higher one passes the lower one too."""
    same = (lower.measure, lower.value_basis, lower.currency) == (higher.measure, higher.value_basis, higher.currency)
    return lower is not higher and same and lower.measure in PER and lower.at_most < higher.at_most


def _loose(ceiling: Ceiling) -> tuple[int, bool, int]:
    """The looser the greater. Lines that one destination draws are in one currency; test_ceilings.py holds them to the landed cost."""
    return ceiling.amount, not ceiling.is_exclusive, STRICT.index(ceiling.per)


def _of_limit(limit: Limit) -> Ceiling:
    per = PER[limit.measure]
    return Ceiling(limit.id, limit.at_most, limit.currency, limit.is_exclusive, per, limit.value_basis, limit.source, limit.certainty)


def _of_relief(relief: Relief) -> Ceiling:
    return Ceiling(
        relief.id, relief.at_most, relief.currency, relief.is_exclusive, relief.per, relief.value_basis, relief.source, relief.certainty
    )


def _of_preference(preference: Preference) -> Ceiling:
    facts = preference.waived_up_to, preference.currency, False, "order", GOODS
    return Ceiling(preference.id, *facts, preference.source, preference.certainty)
