"""What applies to goods in a destination on one day, and why, as lines of text: `./saudagar rules show`."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from saudagar.foundation.money import shown
from saudagar.rulebook.rules.labels import CHOOSES, LIMITS, MODE_LISTED, NOT_TRADE, RELIEF, TARIFF_KINDS, VERDICTS, WAIVER
from saudagar.rulebook.rules.model import CERTAINTIES, Destination, Limit, Relief, Rule, Rulebook, Scheme, TariffRow, Waiver
from saudagar.rulebook.rules.resolving import Resolved, place, resolve
from saudagar.rulebook.rules.selling import ProductFacts, may_sell


def explained(
    rulebook: Rulebook, destination: str, hs: str, origin: str, on: date, language: str, descriptions: Mapping[str, str], region: str = ""
) -> list[str]:
    """Rates, schemes, limits, reliefs, fees and requirements in force, each with its rule, days, source and certainty."""
    return list(_lines(rulebook, destination, hs, origin, on, language, descriptions, region))


def _lines(
    rulebook: Rulebook, destination: str, hs: str, origin: str, on: date, language: str, descriptions: Mapping[str, str], region: str
) -> Iterator[str]:
    there = place(rulebook, destination, hs)
    found = resolve(rulebook, destination, hs, origin, on, region=region)
    rows = _rows(found)
    goods = next((row.goods for row in (found.vat, found.duty, *found.lists.values()) if row and row.hs and row.goods), "")
    yield f"{there.names[language]} ({destination}) · HS {hs[:4]}.{hs[4:6]}{'.' + hs[6:] if hs[6:] else ''} {goods} · {origin} · {on}"
    for code, description in descriptions.items():
        yield f"  {code:6} {description}"
    yield f"  rulebook {rulebook.version}"
    yield ""
    yield from _tariff(rows, language)
    if not rows and not there.modes:
        yield "  no_tariff_data"
    if there.regions and not region:
        for code, names in there.regions.items():
            taxes = resolve(rulebook, destination, hs, origin, on, region=code).vats
            yield f"  {code} {names[language]}: {', '.join(f'{_rate(row)} [{row.id}]' for row in taxes) or '—'}"
    idle = [
        row
        for row in rulebook.idle
        if isinstance(row, TariffRow)
        and row.id.startswith((there.union or destination).lower())
        and hs.startswith(row.hs)
        and row.holds(on)
        and row.region in ("", destination, region)
    ]
    for row in idle:
        yield f"  (not applied)      {_rate(row):14} {_why(row)}, switch {row.switch} is off"
    told = {row.id for row in rows}
    for mode in there.modes:
        yield ""
        yield f"{mode.name}: {mode.names[language]}"
        if not mode.trade:
            yield f"  {NOT_TRADE[language]}"
        listed = found.lists.get(mode.name)
        if listed:
            yield f"  {MODE_LISTED[listed.listed][language]}  {_why(listed)}"
        schemes = [scheme for scheme in there.schemes if scheme.mode == mode.name and scheme.holds(on)]
        own: dict[str, TariffRow] = {}
        for scheme in schemes:
            here = resolve(rulebook, destination, hs, origin, on, modes=(scheme.called, mode.name), region=region)
            own |= {row.id: row for row in _rows(here) if row.id not in told}
        yield from _tariff(own.values(), language)
        yield from _ways(there, mode.name, schemes, on, language)
        dispatch = destination if mode.home else origin
        if mode.home != (destination == dispatch):
            continue
        verdict = may_sell(rulebook, ProductFacts(hs, origin), destination, on, mode=mode.name, dispatch=dispatch)
        yield f"  {VERDICTS[verdict.status][language]}"
        if verdict.up_to:
            yield f"    ≤ {verdict.up_to.words[language]}  [{verdict.up_to.rule} · {verdict.up_to.certainty} · {verdict.up_to.source}]"
        for reason in verdict.reasons:
            yield f"    ✗ {reason.words[language]}  [{reason.rule} · {reason.certainty}{' · ' + reason.source if reason.source else ''}]"
        for each in (*verdict.missing, *verdict.advice):
            mark = "•" if each.blocks else "◦"
            yield f"    {mark} {each.words[language]}  [{each.rule} · {each.certainty} · {each.source}]"
            for paper in each.papers:
                yield f"        {paper.names[language]} — {paper.given_by[language]} ({paper.takes[language]})"
    yield ""
    yield "  " + "; ".join(f"{mark} = {meaning}" for mark, meaning in CERTAINTIES.items())


def _rows(found: Resolved) -> list[TariffRow]:
    return [row for row in (found.duty, *found.preferences, *found.extras, *found.excises, *found.vats) if row]


def _tariff(rows: Iterable[TariffRow], language: str) -> Iterator[str]:
    for row in rows:
        yield f"  {TARIFF_KINDS[row.kind][language]:18} {_rate(row):14} {_why(row)}"


def _ways(there: Destination, mode: str, schemes: Iterable[Scheme], on: date, language: str) -> Iterator[str]:
    """How a way in taxes: limits, schemes, reliefs, small amounts, fees, thresholds of declarations."""
    for limit in there.limits:
        if limit.mode in ("", mode) and limit.holds(on):
            above = "" if limit.refuses else f" ({CHOOSES[language]})"
            yield f"  {LIMITS[limit.measure][language]} {_ceiling(limit, language)}{above}  {_why(limit)}"
    for scheme in schemes:
        yield f"  {scheme.names[language]}  {_why(scheme)}"
    reliefs: list[Relief | Waiver] = [*there.reliefs, *there.waivers]
    for relief in reliefs:
        if relief.holds(on) and (not relief.modes or mode in relief.modes):
            words = (RELIEF if isinstance(relief, Relief) else WAIVER)[language]
            kinds = ", ".join(TARIFF_KINDS[kind][language] for kind in sorted(relief.kinds))
            sign = "<" if relief.is_exclusive else "≤"
            yield f"  {words} {kinds} {sign} {shown(relief.at_most, relief.currency, language)}  {_why(relief)}"
    for fee in there.fees:
        if fee.holds(on) and (not fee.modes or mode in fee.modes) and fee.region in ("", there.code):
            price = shown(fee.amount, fee.currency, language) if fee.amount is not None else f"{float((fee.share or 0) * 100):g}%"
            yield f"  {fee.names[language]} {price} / {fee.per}  {_why(fee)}"
    for preference in there.preferences:
        if preference.holds(on):
            price = shown(preference.waived_up_to, preference.currency, language)
            yield f"  {preference.agreement}: {preference.declaration} ≤ {price}  {_why(preference)}"


def _ceiling(limit: Limit, language: str) -> str:
    """¥5,000.00 · 2,000 g · 6 ×"""
    number = {"year_grams": f"{limit.at_most:,} g", "uses": f"{limit.at_most} ×"}.get(limit.measure)
    return number or shown(limit.at_most, limit.currency, language)


def _rate(row: TariffRow) -> str:
    text = row.rate.text if row.rate else ""
    if row.base_share != 1:
        text += f" × {row.base_share}"
    name = f" ({row.name})" if row.name else ""
    return f"{text}{name} {row.agreement}".strip() + (f" [{row.proof}]" if row.proof else "")


def _why(rule: Rule) -> str:
    until = f"–{rule.valid_to}" if rule.valid_to else " on"
    return f"[{rule.id} · {rule.valid_from}{until} · {rule.certainty} · {rule.source}]"
