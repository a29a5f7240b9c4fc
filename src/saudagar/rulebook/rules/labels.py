"""Plain words for the parts of a landed cost, in the three languages."""

from collections.abc import Mapping

from saudagar.foundation.money import shown
from saudagar.rulebook.rules.model import Destination, Limit, Rulebook
from saudagar.rulebook.rules.recipes import Levy
from saudagar.rulebook.rules.savings import Saving
from saudagar.rulebook.rules.saying import rate_said

Words = Mapping[str, str]

PARTS: dict[tuple[str, str], Words] = {
    # (kind, destination); "" = any
    ("duty", ""): {"id": "Bea masuk", "en": "Import duty", "zh-hans": "进口关税"},
    ("extra", ""): {"id": "Bea masuk tambahan", "en": "Additional duty", "zh-hans": "附加关税"},
    ("fee", ""): {"id": "Biaya penanganan", "en": "Handling fee", "zh-hans": "处理费"},
    ("excise", ""): {"id": "Cukai", "en": "Excise", "zh-hans": "消费税"},
    ("excise", "CN"): {"id": "Pajak konsumsi Tiongkok", "en": "China consumption tax", "zh-hans": "消费税"},
    ("excise", "TR"): {
        "id": "Pajak konsumsi khusus Turki (ÖTV)",
        "en": "Turkish special consumption tax (ÖTV)",
        "zh-hans": "土耳其特别消费税（ÖTV）",
    },
    ("vat", ""): {"id": "PPN impor", "en": "Import VAT", "zh-hans": "进口环节增值税"},
    ("vat", "CN"): {"id": "PPN impor Tiongkok", "en": "China import VAT", "zh-hans": "进口环节增值税"},
    ("vat", "ID"): {"id": "PPN", "en": "VAT (PPN)", "zh-hans": "印尼增值税（PPN）"},
    ("vat", "AU"): {"id": "GST Australia", "en": "Australian GST", "zh-hans": "澳大利亚商品及服务税（GST）"},
    ("vat", "IN"): {"id": "IGST India", "en": "Indian IGST", "zh-hans": "印度综合商品及服务税（IGST）"},
    ("vat", "MY"): {"id": "Pajak penjualan Malaysia", "en": "Malaysian sales tax", "zh-hans": "马来西亚销售税"},
    ("vat", "NZ"): {"id": "GST Selandia Baru", "en": "New Zealand GST", "zh-hans": "新西兰商品及服务税（GST）"},
    ("vat", "SG"): {"id": "GST Singapura", "en": "Singapore GST", "zh-hans": "新加坡消费税（GST）"},
    ("vat", "TW"): {"id": "Pajak usaha Taiwan", "en": "Taiwan business tax", "zh-hans": "台湾营业税"},
}
NAMED: dict[tuple[str, str, str], Words] = {
    # (kind, destination, name of the tax): where several stand side by side
    ("extra", "CN", "personal"): {"id": "Pajak kiriman pribadi Tiongkok", "en": "China tax on personal articles", "zh-hans": "行邮税"},
    ("extra", "CN", "high_end"): {
        "id": "Pajak kiriman pribadi Tiongkok, kosmetika mewah",
        "en": "China tax on personal articles, high-end cosmetics",
        "zh-hans": "行邮税（高档化妆品）",
    },
    ("extra", "US", "s301"): {"id": "Bea masuk AS pasal 301", "en": "US section 301 duty", "zh-hans": "美国 301 条款关税"},
    ("extra", "US", "s122"): {"id": "Bea masuk AS pasal 122", "en": "US section 122 duty", "zh-hans": "美国 122 条款关税"},
    ("extra", "US", "s232"): {"id": "Bea masuk AS pasal 232", "en": "US section 232 duty", "zh-hans": "美国 232 条款关税"},
    ("extra", "US", "ieepa"): {"id": "Bea masuk AS menurut IEEPA", "en": "US duty under IEEPA", "zh-hans": "美国 IEEPA 关税"},
    ("extra", "TR", "igv"): {
        "id": "Bea masuk tambahan Turki (İGV)",
        "en": "Turkish additional customs duty (İGV)",
        "zh-hans": "土耳其附加关税（İGV）",
    },
    ("extra", "TR", "fund"): {"id": "Dana perumahan Turki", "en": "Turkish housing fund levy", "zh-hans": "土耳其住房基金"},
    ("vat", "CA", "gst_hst"): {"id": "GST/HST Kanada", "en": "Canadian GST/HST", "zh-hans": "加拿大商品及服务税（GST/HST）"},
    ("vat", "CA", "pst"): {"id": "Pajak penjualan provinsi", "en": "Provincial sales tax", "zh-hans": "加拿大省销售税（PST）"},
    ("extra", "IN", "sws"): {"id": "Biaya tambahan kesejahteraan sosial", "en": "Social welfare surcharge", "zh-hans": "社会福利附加费"},
    ("vat", "ID", "pph22"): {"id": "PPh 22 impor", "en": "Income tax on imports (PPh 22)", "zh-hans": "进口预扣所得税（PPh 22）"},
    ("vat", "JP", "national"): {"id": "Pajak konsumsi Jepang", "en": "Japanese consumption tax", "zh-hans": "日本消费税（国税）"},
    ("vat", "JP", "local"): {"id": "Pajak konsumsi daerah Jepang", "en": "Japanese local consumption tax", "zh-hans": "日本地方消费税"},
}
SAVING: Words = {
    "id": "Dengan {paper}, kiriman ini membayar {after}, bukan {before}: hemat {saved}.",
    "en": "With {paper} this parcel pays {after} instead of {before}: {saved} less.",
    "zh-hans": "凭 {paper}，该包裹缴纳 {after}，而非 {before}：节省 {saved}。",
}
STAKE: Words = {
    "id": "Tanpa {paper}, bea cukai di tujuan menagih {more} lagi.",
    "en": "Without {paper} customs there asks for {more} more.",
    "zh-hans": "缺少 {paper} 时，目的地海关将多收 {more}。",
}
NOT_DUE: Words = {"id": "{label}: tidak dipungut", "en": "{label}: not due", "zh-hans": "{label}：免征"}
CONTAINED: Words = {"id": "{label}, sudah termasuk", "en": "{label}, included in the price", "zh-hans": "{label}（已含在价格内）"}

TARIFF_KINDS: dict[str, Words] = {
    "duty": {"id": "Bea masuk", "en": "Duty", "zh-hans": "关税"},
    "extra": {"id": "Bea masuk tambahan", "en": "Additional duty", "zh-hans": "附加关税"},
    "excise": {"id": "Cukai", "en": "Consumption tax", "zh-hans": "消费税"},
    "vat": {"id": "PPN", "en": "VAT", "zh-hans": "增值税"},
}
MODE_LISTED: dict[bool, Words] = {
    True: {"id": "Ada di daftar", "en": "On the list", "zh-hans": "在清单内"},
    False: {"id": "Tidak ada di daftar", "en": "Not on the list", "zh-hans": "不在清单内"},
}
LIMITS: dict[str, Words] = {
    "order_value": {"id": "Batas per pesanan", "en": "Limit per order", "zh-hans": "单次限值"},
    "year_value": {"id": "Batas per pembeli dan tahun", "en": "Limit per buyer and year", "zh-hans": "个人年度限值"},
    "unit_value": {"id": "Batas nilai satu barang", "en": "Limit of one piece", "zh-hans": "单件限值"},
    "line_value": {"id": "Batas nilai satu baris", "en": "Limit of one line", "zh-hans": "单项限值"},
    "year_grams": {"id": "Batas berat per pembeli dan tahun", "en": "Weight per buyer and year", "zh-hans": "个人年度限量"},
    "uses": {"id": "Batas berapa kali", "en": "Times allowed", "zh-hans": "允许次数"},
}
OF_GOODS: Words = {"id": "barang dengan HS {hs}", "en": "goods of HS {hs}", "zh-hans": "HS {hs} 商品"}
ONE_PIECE: Words = {
    "id": "lebih dari itu hanya satu barang utuh",
    "en": "above it only one indivisible piece",
    "zh-hans": "超过者仅限一件不可分割物品",
}
NOT_TRADE: Words = {
    "id": "Untuk kiriman antarorang, bukan jalur toko.",
    "en": "For parcels between persons, not a way for a shop.",
    "zh-hans": "仅限个人之间寄递，非商家渠道。",
}
CHOOSES: Words = {"id": "di atasnya skema lain", "en": "above it another scheme", "zh-hans": "超过则适用其他方案"}
RELIEF: Words = {"id": "Bebas", "en": "Free of", "zh-hans": "免征"}
WAIVER: Words = {"id": "Tidak dipungut", "en": "Not collected", "zh-hans": "不予征收"}
VERDICTS: dict[str, Words] = {
    "allowed": {"id": "Boleh dijual.", "en": "May be sold.", "zh-hans": "可以销售。"},
    "allowed_when": {"id": "Boleh dijual bila ada:", "en": "May be sold when there is:", "zh-hans": "满足以下条件方可销售："},
    "not_allowed": {"id": "Tidak boleh dijual:", "en": "May not be sold:", "zh-hans": "不可销售："},
}
WITH: Words = {"id": "dengan {keys}", "en": "with {keys}", "zh-hans": "凭{keys}"}
WITHOUT: Words = {"id": "tanpa {keys}", "en": "without {keys}", "zh-hans": "无{keys}"}
UP_TO: Words = {"id": "sampai {limit}", "en": "up to {limit}", "zh-hans": "不超过 {limit}"}
ABOVE: Words = {"id": "di atas {limit}", "en": "above {limit}", "zh-hans": "超过 {limit}"}
NEVER_USED: Words = {
    "id": "tidak terpakai, skema di atasnya didahulukan",
    "en": "not used, those above come first",
    "zh-hans": "不适用，优先适用上列方式",
}
ASKED_OF_BUYER: dict[str, Words] = {
    "buyer": {"id": "Dari pembeli:", "en": "From the buyer:", "zh-hans": "须由订购人提供："},
    "notice": {"id": "Beri tahu pembeli:", "en": "Tell the buyer:", "zh-hans": "须告知订购人："},
}


def limit_words(limit: Limit, language: str) -> str:
    """ "Limit per order: ¥1,000.00, above it only one indivisible piece"."""
    number = {"year_grams": f"{limit.at_most:,} g", "uses": f"{limit.at_most} ×"}.get(limit.measure)
    said = f"{LIMITS[limit.measure][language]}: {number or shown(limit.at_most, limit.currency, language)}"
    if limit.hs:
        said += f" ({OF_GOODS[language].format(hs=', '.join(limit.hs))})"
    return f"{said}, {ONE_PIECE[language]}" if limit.unless == "one_piece" else said


def part_label(kind: str, destination: str, language: str, *, name: str = "", contained: bool = False) -> str:
    """The name of a part: "China import VAT", "PPN, sudah termasuk", "Japanese local consumption tax".

    >>> part_label("vat", "JP", "en", name="local"), part_label("vat", "TH", "en")
    ('Japanese local consumption tax', 'Import VAT')
    """
    words = NAMED.get((kind, destination, name)) or PARTS.get((kind, destination)) or PARTS[kind, ""]
    label = words[language]
    if name and (kind, destination, name) not in NAMED:
        label += f" ({name.upper()})"
    return CONTAINED[language].format(label=label) if contained else label


def levy_label(levy: Levy, destination: Destination, language: str) -> str:
    """The same for a levy that was worked out; a fee by its own name."""
    if levy.kind == "fee":
        return next((fee.names[language] for fee in destination.fees if fee.id == levy.rule), PARTS["fee", ""][language])
    return part_label(levy.kind, destination.code, language, contained=levy.contained, name=levy.name)


def key_label(key: str, rulebook: Rulebook, language: str) -> str:
    """The name of a paper or registration; its key where the rulebook has none."""
    known = rulebook.papers.get(key) or rulebook.registrations.get(key)
    return known.names[language] if known else key


def saving_words(saving: Saving, rulebook: Rulebook, currency: str, language: str, *, customs: str = "") -> str:
    """ "With Form E this parcel pays 0% instead of 15%": rates where one rate of duty changes, amounts where more does.

    customs  the destination's currency, in which specific rates are; `currency` when left out
    """
    duties = {(change.rate_before, change.rate_after) for change in saving.changes if change.kind == "duty"}
    before, after = duties.pop() if len(duties) == 1 else ("", "")
    before, after = (rate_said(rate, customs or currency, language) for rate in (before, after))
    if not (before and after):
        before = shown(sum(change.charged_before for change in saving.changes), currency, language)
        after = shown(sum(change.charged_after for change in saving.changes), currency, language)
    paper = key_label(saving.key, rulebook, language)
    return SAVING[language].format(paper=paper, before=before, after=after, saved=shown(saving.saved, currency, language))


def stake_words(saving: Saving, rulebook: Rulebook, currency: str, language: str) -> str:
    """What the border would ask for besides, were the proof not there (`savings.at_stake`): "Without Form E: ¥120.00 more"."""
    paper = key_label(saving.key, rulebook, language)
    return STAKE[language].format(paper=paper, more=shown(saving.saved, currency, language))
