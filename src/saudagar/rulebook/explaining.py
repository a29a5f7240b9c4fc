"""What applies to goods in a destination on one day, and why, as lines of text: `./saudagar rules show`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction

from saudagar.foundation.money import shown
from saudagar.rulebook.rules.choosing import unreached
from saudagar.rulebook.rules.knowing import caution_beyond
from saudagar.rulebook.rules.labels import (
    ABOVE,
    ASKED_OF_BUYER,
    CHOOSES,
    LIMITS,
    MODE_LISTED,
    NEVER_USED,
    NOT_TRADE,
    RELIEF,
    TARIFF_KINDS,
    UP_TO,
    VERDICTS,
    WAIVER,
    WITH,
    WITHOUT,
    key_label,
)
from saudagar.rulebook.rules.model import CERTAINTIES, Destination, Fee, Limit, Relief, Rule, Rulebook, Scheme, TariffRow, Waiver
from saudagar.rulebook.rules.resolving import Resolved, concerns, place, resolve
from saudagar.rulebook.rules.saying import each_said, percent_said, rate_said, whole_said
from saudagar.rulebook.rules.selling import ProductFacts, asked_of_buyer, may_sell


def explained(
    rulebook: Rulebook,
    destination: str,
    hs: str,
    origin: str,
    on: date,
    language: str,
    descriptions: Mapping[str, str],
    region: str = "",
    *,
    today: date,
) -> list[str]:
    """Rates, schemes, limits, reliefs, fees and requirements in force, each with its rule, days, source and certainty."""
    lines = list(_lines(rulebook, destination, hs, origin, on, language, descriptions, region))
    beyond = caution_beyond(rulebook, on, today=today)
    return [*lines, f"  ! {beyond[language]}"] if beyond else lines


def _lines(
    rulebook: Rulebook, destination: str, hs: str, origin: str, on: date, language: str, descriptions: Mapping[str, str], region: str
) -> Iterator[str]:
    there = place(rulebook, destination)
    found = resolve(rulebook, destination, hs, origin, on, region=region)
    rows = _rows(found)
    goods = next((row.goods for row in (found.vat, found.duty, *found.lists.values()) if row and row.hs and row.goods), "")
    yield f"{there.names[language]} ({destination}) · HS {hs[:4]}.{hs[4:6]}{'.' + hs[6:] if hs[6:] else ''} {goods} · {origin} · {on}"
    for code, description in descriptions.items():
        yield f"  {code:6} {description}"
    yield f"  rulebook {rulebook.version}"
    yield ""
    yield from _tariff(rows, there.currency, language)
    if not rows and not there.modes:
        yield "  no_tariff_data"
    if there.regions and not region:
        for code, names in there.regions.items():
            taxes = resolve(rulebook, destination, hs, origin, on, region=code).vats
            yield f"  {code} {names[language]}: {', '.join(f'{_rate(row, there.currency, language)} [{row.id}]' for row in taxes) or '—'}"
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
        yield f"  (not applied)      {_rate(row, there.currency, language):14} {_why(row)}, switch {row.switch} is off"
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
        yield from _tariff(own.values(), there.currency, language)
        agreements = {row.agreement for row in (*found.preferences, *(row for row in own.values() if row.agreement))}
        yield from _ways(rulebook, there, mode.name, schemes, hs, agreements, on, language)
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
        for asked in asked_of_buyer(rulebook, destination, on, mode=mode.name, dispatch=dispatch):
            yield f"  {ASKED_OF_BUYER[asked.of][language]} {asked.words[language]}  {_why(asked)}"
    yield ""
    yield "  " + "; ".join(f"{mark} = {meaning}" for mark, meaning in CERTAINTIES.items())


def _rows(found: Resolved) -> list[TariffRow]:
    return [row for row in (found.duty, *found.preferences, *found.extras, *found.excises, *found.vats) if row]


def _tariff(rows: Iterable[TariffRow], currency: str, language: str) -> Iterator[str]:
    for row in rows:
        yield f"  {TARIFF_KINDS[row.kind][language]:18} {_rate(row, currency, language):14} {_why(row)}"


def _ways(
    rulebook: Rulebook, there: Destination, mode: str, schemes: Sequence[Scheme], hs: str, agreements: set[str], on: date, language: str
) -> Iterator[str]:
    """How a way in taxes these goods: limits, schemes, reliefs, small amounts, fees, thresholds of declarations."""
    for limit in there.limits:
        if limit.mode in ("", mode) and limit.holds(on) and concerns(limit, hs):
            above = "" if limit.refuses else f" ({CHOOSES[language]})"
            yield f"  {LIMITS[limit.measure][language]} {_ceiling(limit, language)}{above}  {_why(limit)}"
    never = unreached(schemes)
    for scheme in schemes:
        if scheme.id in never:
            yield f"  ({scheme.names[language]}: {NEVER_USED[language]})  {_why(scheme)}"
            continue
        conditions = ", ".join(_conditions(rulebook, there, scheme, language))
        yield f"  {scheme.names[language]}{f' ({conditions})' if conditions else ''}  {_why(scheme)}"
    reliefs: list[Relief | Waiver] = [*there.reliefs, *there.waivers]
    for relief in reliefs:
        if relief.holds(on) and (not relief.modes or mode in relief.modes) and concerns(relief, hs):
            words = (RELIEF if isinstance(relief, Relief) else WAIVER)[language]
            kinds = ", ".join(TARIFF_KINDS[kind][language] for kind in sorted(relief.kinds))
            sign = "<" if relief.is_exclusive else "≤"
            yield f"  {words} {kinds} {sign} {shown(relief.at_most, relief.currency, language)}  {_why(relief)}"
    for fee in there.fees:
        if fee.holds(on) and (not fee.modes or mode in fee.modes) and fee.region in ("", there.code):
            yield f"  {fee.names[language]} {_fee(fee, language)}  {_why(fee)}"
    for preference in there.preferences:
        if preference.holds(on) and preference.agreement in agreements:
            price = shown(preference.waived_up_to, preference.currency, language)
            yield f"  {preference.agreement}: {key_label(preference.declaration, rulebook, language)} ≤ {price}  {_why(preference)}"


def _conditions(rulebook: Rulebook, there: Destination, scheme: Scheme, language: str) -> Iterator[str]:
    """When a scheme is used: "with IOSS registration", "up to €150.00"."""
    limits = {limit.id: limit for limit in there.limits}
    for words, names in ((WITH, scheme.if_registration), (WITHOUT, scheme.unless_registration)):
        if names:
            yield words[language].format(keys=" / ".join(key_label(name, rulebook, language) for name in names))
    for words, names in ((UP_TO, scheme.within_limit), (ABOVE, scheme.above_limit)):
        for name in names:
            if name in limits:
                yield words[language].format(limit=_ceiling(limits[name], language))


def _fee(fee: Fee, language: str) -> str:
    if fee.amount is not None:
        return each_said(fee.amount, fee.currency, fee.per, language)
    return percent_said(fee.share or Fraction(0), language)


def _ceiling(limit: Limit, language: str) -> str:
    """¥5,000.00 · 2,000 g · 6 ×"""
    number = {"year_grams": f"{whole_said(limit.at_most, language)} g", "uses": f"{limit.at_most} ×"}.get(limit.measure)
    return number or shown(limit.at_most, limit.currency, language)


def _rate(row: TariffRow, currency: str, language: str) -> str:
    text = rate_said(row.rate.text, currency, language) if row.rate else ""
    if row.base_share != 1:
        text += f" × {percent_said(row.base_share, language)}"
    name = f" ({row.name})" if row.name else ""
    return f"{text}{name} {row.agreement}".strip() + (f" [{row.proof}]" if row.proof else "")


def _why(rule: Rule) -> str:
    until = f"–{rule.valid_to}" if rule.valid_to else " on"
    return f"[{rule.id} · {rule.valid_from}{until} · {rule.certainty} · {rule.source}]"
