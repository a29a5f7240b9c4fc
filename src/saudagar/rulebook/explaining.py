"""What applies to goods in a destination on one day, and why, as lines of text: `./saudagar rules show`."""

from collections.abc import Iterator, Mapping
from datetime import date

from saudagar.foundation.money import shown
from saudagar.rulebook.rules.labels import LIMITS, MODE_LISTED, TARIFF_KINDS, VERDICTS
from saudagar.rulebook.rules.landed import place, resolve
from saudagar.rulebook.rules.model import CERTAINTIES, Limit, Rule, Rulebook, TariffRow
from saudagar.rulebook.rules.selling import ProductFacts, may_sell


def explained(
    rulebook: Rulebook, destination: str, hs: str, origin: str, on: date, language: str, descriptions: Mapping[str, str]
) -> list[str]:
    """Rates, schemes, limits and requirements in force, each with its rule, days, source and certainty."""
    return list(_lines(rulebook, destination, hs, origin, on, language, descriptions))


def _lines(
    rulebook: Rulebook, destination: str, hs: str, origin: str, on: date, language: str, descriptions: Mapping[str, str]
) -> Iterator[str]:
    there = place(rulebook, destination, hs)
    found = resolve(rulebook, destination, hs, origin, on)
    goods = next((row.goods for row in (found.vat, found.duty, *found.lists.values()) if row and row.hs and row.goods), "")
    yield f"{there.names[language]} ({destination}) · HS {hs[:4]}.{hs[4:6]}{'.' + hs[6:] if hs[6:] else ''} {goods} · {origin} · {on}"
    for code, description in descriptions.items():
        yield f"  {code:6} {description}"
    yield f"  rulebook {rulebook.version}"
    yield ""
    rows = [row for row in (found.duty, *found.preferences, *found.extras, *found.excises, *found.vats) if row]
    for row in rows:
        yield f"  {TARIFF_KINDS[row.kind][language]:18} {_rate(row):14} {_why(row)}"
    if not rows:
        yield "  no_tariff_data"
    idle = [
        row
        for row in rulebook.idle
        if isinstance(row, TariffRow) and row.id.startswith(destination.lower()) and hs.startswith(row.hs) and row.holds(on)
    ]
    for row in idle:
        yield f"  (not applied)      {_rate(row):14} {_why(row)}, switch {row.switch} is off"
    for mode in there.modes:
        yield ""
        yield f"{mode.name}: {mode.names[language]}"
        listed = found.lists.get(mode.name)
        if listed:
            yield f"  {MODE_LISTED[listed.listed][language]}  {_why(listed)}"
        for limit in there.limits:
            if limit.mode in ("", mode.name) and limit.holds(on):
                yield f"  {LIMITS[limit.measure][language]} {_ceiling(limit, language)}  {_why(limit)}"
        for scheme in there.schemes:
            if scheme.mode == mode.name and scheme.holds(on):
                yield f"  {scheme.names[language]}  {_why(scheme)}"
        dispatch = destination if mode.home else origin
        if mode.home != (destination == dispatch):
            continue
        verdict = may_sell(rulebook, ProductFacts(hs, origin), destination, on, mode=mode.name, dispatch=dispatch)
        yield f"  {VERDICTS[verdict.status][language]}"
        for reason in verdict.reasons:
            yield f"    ✗ {reason.words[language]}  [{reason.rule} · {reason.certainty}{' · ' + reason.source if reason.source else ''}]"
        for each in (*verdict.missing, *verdict.advice):
            mark = "•" if each.blocks else "◦"
            yield f"    {mark} {each.words[language]}  [{each.rule} · {each.certainty} · {each.source}]"
            for paper in each.papers:
                yield f"        {paper.names[language]} — {paper.given_by[language]} ({paper.takes[language]})"
    yield ""
    yield "  " + "; ".join(f"{mark} = {meaning}" for mark, meaning in CERTAINTIES.items())


def _ceiling(limit: Limit, language: str) -> str:
    """¥5,000.00 · 2,000 g · 6 ×"""
    number = {"year_grams": f"{limit.at_most:,} g", "uses": f"{limit.at_most} ×"}.get(limit.measure)
    return number or shown(limit.at_most, limit.currency, language)


def _rate(row: TariffRow) -> str:
    text = row.rate.text if row.rate else ""
    if row.base_share != 1:
        text += f" × {row.base_share}"
    return f"{text} {row.agreement}".strip() + (f" [{row.proof}]" if row.proof else "")


def _why(rule: Rule) -> str:
    until = f"–{rule.valid_to}" if rule.valid_to else " on"
    return f"[{rule.id} · {rule.valid_from}{until} · {rule.certainty} · {rule.source}]"
