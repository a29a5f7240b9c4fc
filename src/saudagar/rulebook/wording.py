"""A rule in words, in the three languages: what its fields are called and how their values read. Works for every kind of rule,
for it goes by the fields of the rule and not by its kind: a new field needs a word here and nothing else."""

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date
from fractions import Fraction
from typing import Any

from saudagar.foundation.money import shown
from saudagar.rulebook.rules.fields import field_label
from saudagar.rulebook.rules.identities import KINDS as IDENTITIES
from saudagar.rulebook.rules.model import Destination, Rate, Rounding, Rule, Rulebook
from saudagar.rulebook.rules.saying import each_said, percent_said, rate_said, whole_said

Words = Mapping[str, str]

KINDS: dict[str, Words] = {
    # field of Destination: what its rules are called
    "schemes": {"id": "Skema pungutan", "en": "Schemes", "zh-hans": "征收方式"},
    "limits": {"id": "Batas", "en": "Limits", "zh-hans": "限额"},
    "reliefs": {"id": "Pembebasan (de minimis)", "en": "Reliefs (de minimis)", "zh-hans": "免征（起征点）"},
    "waivers": {"id": "Jumlah kecil yang tidak dipungut", "en": "Small amounts not collected", "zh-hans": "小额免收"},
    "fees": {"id": "Biaya", "en": "Fees", "zh-hans": "费用"},
    "preferences": {"id": "Preferensi asal barang", "en": "Preferences by origin", "zh-hans": "原产地优惠"},
    "requirements": {"id": "Persyaratan", "en": "Requirements", "zh-hans": "准入要求"},
    "prohibitions": {"id": "Larangan", "en": "Prohibitions", "zh-hans": "禁止"},
    "tariffs": {"id": "Baris tarif", "en": "Tariff rows", "zh-hans": "税率"},
}
HEAD = {
    "id",
    "called",
    "valid_from",
    "valid_to",
    "source",
    "certainty",
    "switch",
    "destination",
    "place",
    "names",
    "words",
    "currency",
    "is_exclusive",
}
VALUES: dict[str, Words] = {
    "goods": {"id": "barang", "en": "goods", "zh-hans": "货物"},
    "freight": {"id": "ongkir", "en": "freight", "zh-hans": "运费"},
    "insurance": {"id": "asuransi", "en": "insurance", "zh-hans": "保险"},
    "duty": {"id": "bea masuk", "en": "duty", "zh-hans": "关税"},
    "extra": {"id": "bea tambahan", "en": "additional duty", "zh-hans": "附加关税"},
    "excise": {"id": "cukai", "en": "excise", "zh-hans": "消费税"},
    "vat": {"id": "PPN/GST", "en": "VAT or GST", "zh-hans": "增值税"},
    "list": {"id": "daftar", "en": "list", "zh-hans": "清单"},
    "fee": {"id": "biaya", "en": "fee", "zh-hans": "费用"},
    "value": {"id": "nilai", "en": "value", "zh-hans": "货值"},
    "levies": {"id": "pungutan", "en": "duty and tax", "zh-hans": "税费"},
    "duty_base": {"id": "dasar bea", "en": "base of duty", "zh-hans": "关税基础"},
    "vat_base": {"id": "dasar PPN", "en": "base of VAT", "zh-hans": "增值税基础"},
    "order": {"id": "pesanan", "en": "order", "zh-hans": "订单"},
    "line": {"id": "baris", "en": "line", "zh-hans": "行"},
    "unit": {"id": "buah", "en": "piece", "zh-hans": "件"},
    "parcel": {"id": "paket", "en": "parcel", "zh-hans": "包裹"},
    "piece": {"id": "buah", "en": "piece", "zh-hans": "件"},
    "consignment": {"id": "kiriman", "en": "consignment", "zh-hans": "每票货物"},
    "tariff_item": {"id": "pos tarif", "en": "tariff item", "zh-hans": "税目"},
    "order_value": {"id": "nilai pesanan", "en": "value of the order", "zh-hans": "订单金额"},
    "year": {"id": "tahun kalender", "en": "calendar year", "zh-hans": "自然年"},
    "half_year": {"id": "setengah tahun (Jan–Jun, Jul–Des)", "en": "half-year (Jan–Jun, Jul–Dec)", "zh-hans": "半年（1–6 月、7–12 月）"},
    "day": {"id": "hari", "en": "day", "zh-hans": "当日"},
    "year_value": {"id": "nilai yang dibeli satu pembeli", "en": "the buyer's value so far", "zh-hans": "订购人累计金额"},
    "unit_value": {"id": "nilai barang termahal", "en": "value of the dearest piece", "zh-hans": "单件最高价值"},
    "line_value": {"id": "nilai satu baris", "en": "value of a line", "zh-hans": "单行金额"},
    "year_grams": {"id": "berat yang dibeli satu pembeli", "en": "the buyer's weight so far", "zh-hans": "订购人累计重量"},
    "uses": {"id": "berapa kali dipakai pembeli", "en": "the buyer's uses", "zh-hans": "订购人使用次数"},
    "checkout": {"id": "saat membayar", "en": "at checkout", "zh-hans": "结账时"},
    "border": {"id": "di perbatasan", "en": "at the border", "zh-hans": "入境时"},
    "inclusive": {"id": "sudah termasuk pajak", "en": "tax included", "zh-hans": "含税"},
    "exclusive": {"id": "belum termasuk pajak", "en": "before tax", "zh-hans": "不含税"},
    "inside": {"id": "termasuk dalam dasarnya sendiri", "en": "inside its own base", "zh-hans": "价内"},
    "added": {"id": "di atas nilai dan bea", "en": "on top of value and duty", "zh-hans": "价外"},
    "one_piece": {"id": "satu barang tak terpisahkan", "en": "one indivisible piece", "zh-hans": "单件不可分割"},
    "product": {"id": "produk", "en": "product", "zh-hans": "商品"},
    "plant": {"id": "pabrik", "en": "plant", "zh-hans": "工厂"},
    "seller": {"id": "penjual", "en": "seller", "zh-hans": "卖家"},
    "buyer": {"id": "pembeli", "en": "buyer", "zh-hans": "订购人"},
    "half-up": {"id": "setengah ke atas", "en": "half up", "zh-hans": "四舍五入"},
    "down": {"id": "ke bawah", "en": "down", "zh-hans": "舍去"},
    "up": {"id": "ke atas", "en": "up", "zh-hans": "进位"},
}
YES: Words = {"id": "ya", "en": "yes", "zh-hans": "是"}
NO: Words = {"id": "tidak", "en": "no", "zh-hans": "否"}
ALL_GOODS: Words = {"id": "semua barang", "en": "all goods", "zh-hans": "所有商品"}
REFUSED: Words = {"id": "ditolak", "en": "refused", "zh-hans": "拒绝"}
OTHER_SCHEME: Words = {"id": "skema lain dipakai", "en": "another scheme is used", "zh-hans": "改用其他方式"}
BELOW: Words = {"id": "kurang dari {amount}", "en": "less than {amount}", "zh-hans": "低于 {amount}"}
TIMES: Words = {"id": "{count} kali", "en": "{count} times", "zh-hans": "{count} 次"}
ROUNDED: Words = {"id": "ke {step}, {way}, per {per}", "en": "to {step}, {way}, per {per}", "zh-hans": "取至 {step}，{way}，按{per}"}

AMOUNTS = {"at_most", "amount", "least", "most", "waived_up_to"}
UNIT_VALUES = {"from_unit_value", "from_piece_value"}
CERTAINTY: dict[str, Words] = {
    "V": {"id": "diperiksa pada sumber", "en": "verified in the source", "zh-hans": "已核对来源"},
    "S": {"id": "satu sumber kedua", "en": "one secondary source", "zh-hans": "仅一个二手来源"},
    "G": {"id": "pengetahuan umum, belum diperiksa", "en": "general knowledge, not yet checked", "zh-hans": "一般常识，尚未核实"},
    "U": {"id": "tidak pasti, lewat sakelar", "en": "uncertain, behind a switch", "zh-hans": "不确定，由开关控制"},
}


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule ready to show."""

    id: str
    kind: str  # field of Destination it stands in: schemes, limits, …
    title: str
    facts: tuple[tuple[str, str], ...]  # what it says: label, value
    valid_from: date
    valid_to: date | None
    state: str  # holds | ended | to_come | off
    source: str
    certainty: str
    switch: str


def word(key: str, language: str) -> str:
    """The word of a value that the form of the rules has a name for; else the value itself."""
    words = VALUES.get(key)
    return words[language] if words else key


def hs_shown(hs: str) -> str:
    """
    >>> hs_shown("090121"), hs_shown("09"), hs_shown("0901"), hs_shown("09012100")
    ('0901.21', '09', '0901', '0901.21.00')
    """
    return ".".join(part for part in (hs[:4], hs[4:6], hs[6:8], hs[8:]) if part)


def kinds_of(destination: Destination) -> Iterator[tuple[str, tuple[Rule, ...]]]:
    """The rules of a destination by kind, in the order people read them."""
    for kind in KINDS:
        yield kind, getattr(destination, kind, ())


def row_of(rule: Rule, kind: str, there: Destination | None, rulebook: Rulebook, on: date, language: str) -> RuleRow:
    """One rule in words. there: None for what an origin asks."""
    switch = rulebook.switches.get(rule.switch or "")
    if switch and not switch.on:
        state = "off"
    elif rule.valid_to and rule.valid_to < on:
        state = "ended"
    else:
        state = "to_come" if rule.valid_from > on else "holds"
    return RuleRow(
        rule.id,
        kind,
        title_of(rule, language),
        tuple(facts_of(rule, there, rulebook, language)),
        rule.valid_from,
        rule.valid_to,
        state,
        rule.source,
        rule.certainty,
        rule.switch or "",
    )


def title_of(rule: Any, language: str) -> str:
    """What it says in a sentence, or what it is called."""
    for field in ("words", "names"):
        words = getattr(rule, field, None)
        if words:
            return str(words[language])
    return ""


def facts_of(rule: Rule, there: Destination | None, rulebook: Rulebook, language: str) -> Iterator[tuple[str, str]]:
    """Each field that says something, as label and value."""
    for field in fields(rule):
        value = getattr(rule, field.name)
        if field.name in HEAD or _is_silent(field, value):
            continue
        yield field_label(field.name, language), value_shown(field.name, value, rule, there, rulebook, language)


def _is_silent(field: Any, value: Any) -> bool:
    """A field left as it is when nobody writes it. That a rule does not refuse, or does not block, is said."""
    if value is None or value == "" or value == () or value == frozenset() or value == {}:
        return True
    if isinstance(value, bool) or field.default is MISSING:
        return bool(field.default is value)
    if field.name in ("measure", "kind", "rounding", "per"):
        return False
    return bool(value == field.default)


def value_shown(name: str, value: Any, rule: Any, there: Destination | None, rulebook: Rulebook, language: str) -> str:
    currency = getattr(rule, "currency", "") or (there.currency if there else "")
    if name in AMOUNTS:
        return _ceiling(value, rule, currency, language)
    if name in UNIT_VALUES:
        return shown(round(value), currency, language)
    if name == "refuses":
        return (REFUSED if value else OTHER_SCHEME)[language]
    if isinstance(value, bool):
        return (YES if value else NO)[language]
    if name in ("hs", "but_hs"):
        return ", ".join(hs_shown(each) or ALL_GOODS[language] for each in ((value,) if isinstance(value, str) else value))
    if name in ("mode", "modes"):
        return ", ".join(mode_shown(each, there, language) for each in ((value,) if isinstance(value, str) else sorted(value)))
    if name in ("any_of", "proof", "paper", "declaration"):
        return " / ".join(_paper(each, rulebook, language) for each in ((value,) if isinstance(value, str) else value))
    if name == "identity":
        return IDENTITIES[value].names[language]
    if isinstance(value, Rate):
        return rate_said(value.text, currency, language)
    if isinstance(value, Fraction):
        return percent_said(value, language)
    if isinstance(value, Rounding):
        return rounding_shown(value, currency, language)
    if isinstance(value, Mapping):
        return "; ".join(f"{word(key, language)} {_any(each, currency, language)}".strip() for key, each in value.items())
    return _any(value, currency, language)


def _any(value: Any, currency: str, language: str) -> str:
    if isinstance(value, Rounding):
        return rounding_shown(value, currency, language)
    if isinstance(value, str):
        return word(value, language)
    if isinstance(value, frozenset | tuple):
        order = [*VALUES]
        known = (
            sorted(value, key=lambda each: order.index(each) if each in VALUES else len(order)) if isinstance(value, frozenset) else value
        )
        return ", ".join(word(str(each), language) for each in known)
    if hasattr(value, "amount"):  # a flat amount: so much for each of something
        return each_said(value.amount, value.currency, value.per, language)
    return str(value)


def _ceiling(value: int, rule: Any, currency: str, language: str) -> str:
    measure = getattr(rule, "measure", "")
    if measure == "year_grams":
        text = f"{whole_said(value, language)} g"
    elif measure == "uses":
        text = TIMES[language].format(count=value)
    else:
        text = shown(value, currency, language)
    return BELOW[language].format(amount=text) if getattr(rule, "is_exclusive", False) else text


def rounding_shown(rounding: Rounding, currency: str, language: str) -> str:
    """
    >>> rounding_shown(Rounding(1, "half-up"), "CNY", "en")
    'to ¥0.01, half up, per line'
    """
    return ROUNDED[language].format(
        step=shown(rounding.step, currency, language), way=word(rounding.way, language), per=word(rounding.per, language)
    )


def mode_shown(name: str, there: Destination | None, language: str) -> str:
    """A way in or a scheme by its name."""
    if there:
        for mode in there.modes:
            if mode.name == name:
                return mode.names[language]
        for scheme in there.schemes:
            if scheme.id == name:
                return scheme.names[language]
    return name


def _paper(key: str, rulebook: Rulebook, language: str) -> str:
    paper = rulebook.papers.get(key)
    return paper.names[language] if paper else key
