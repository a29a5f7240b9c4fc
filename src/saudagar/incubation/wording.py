"""Words of the report, the same in the page and in the PDF, in three languages."""

from collections.abc import Mapping

from babel.numbers import format_decimal

from saudagar.foundation.money import LOCALES

Words = Mapping[str, str]

TEXTS: dict[str, Words] = {
    "title": {"id": "Laporan usulan aturan", "en": "Report on a proposal of rules", "zh-hans": "规则提案报告"},
    "by": {"id": "Diusulkan oleh {authority}", "en": "Proposed by {authority}", "zh-hans": "由 {authority} 提出"},
    "changes": {"id": "Yang berubah", "en": "What changes", "zh-hans": "变更内容"},
    "replayed": {
        "id": "{orders} pesanan terbayar {first} sampai {last}, dari {sellers} usaha, dihitung dengan aturan sekarang dan usulan.",
        "en": "{orders} paid orders of {first} to {last}, from {sellers} businesses, worked out under the law and under the proposal.",
        "zh-hans": "{first} 至 {last} 的 {orders} 笔已付款订单，来自 {sellers} 家企业，分别按现行规则与提案计算。",
    },
    "orders": {"id": "Pesanan", "en": "Orders", "zh-hans": "订单"},
    "sellers": {"id": "Usaha", "en": "Businesses", "zh-hans": "企业"},
    "changed": {"id": "Berubah", "en": "Changed", "zh-hans": "有变化"},
    "lost": {"id": "Jadi tidak mungkin", "en": "Become impossible", "zh-hans": "变为不可行"},
    "gained": {"id": "Jadi mungkin", "en": "Become possible", "zh-hans": "变为可行"},
    "landed": {"id": "Dibayar pembeli", "en": "Buyers pay", "zh-hans": "买家支付"},
    "levies": {"id": "Bea, pajak, biaya", "en": "Duty, tax, fees", "zh-hans": "税费"},
    "seller": {"id": "Diterima penjual", "en": "Sellers keep", "zh-hans": "卖家所得"},
    "expected": {"id": "Pesanan diharapkan", "en": "Orders expected", "zh-hans": "预期订单"},
    "by_destination": {"id": "Menurut negara tujuan", "en": "By destination", "zh-hans": "按目的地"},
    "by_chapter": {"id": "Menurut kelompok barang (bab HS)", "en": "By product group (HS chapter)", "zh-hans": "按商品类别（HS 章）"},
    "by_province": {"id": "Menurut provinsi penjual", "en": "By the seller's province", "zh-hans": "按卖家所在省"},
    "by_size": {"id": "Menurut ukuran usaha", "en": "By size of business", "zh-hans": "按企业规模"},
    "winners": {"id": "Paling diuntungkan", "en": "Biggest winners", "zh-hans": "受益最大"},
    "losers": {"id": "Paling dirugikan", "en": "Biggest losers", "zh-hans": "受损最大"},
    "nobody": {"id": "Tidak ada.", "en": "None.", "zh-hans": "无。"},
    "histogram": {"id": "Perubahan harga akhir per pesanan", "en": "Change of the landed price, by order", "zh-hans": "每笔订单到岸价变化"},
    "chart_destination": {
        "id": "Harga akhir, perubahan dalam persen",
        "en": "Landed price, change in percent",
        "zh-hans": "到岸价变化（%）",
    },
    "micro": {"id": "Mikro (≤ Rp2 miliar setahun)", "en": "Micro (≤ Rp2 billion a year)", "zh-hans": "微型（年销售 ≤ 20 亿印尼盾）"},
    "small": {"id": "Kecil (≤ Rp15 miliar)", "en": "Small (≤ Rp15 billion)", "zh-hans": "小型（≤ 150 亿）"},
    "medium": {"id": "Menengah (≤ Rp50 miliar)", "en": "Medium (≤ Rp50 billion)", "zh-hans": "中型（≤ 500 亿）"},
    "large": {"id": "Besar", "en": "Large", "zh-hans": "大型"},
    "others": {"id": "Lainnya, digabung", "en": "Others, merged", "zh-hans": "其他（合并）"},
    "unknown": {"id": "Tidak diketahui", "en": "Not known", "zh-hans": "未知"},
    "how": {"id": "Cara menghitung", "en": "How this was worked out", "zh-hans": "计算方法"},
    "how_orders": {
        "id": "Hanya pesanan terbayar. Penawaran yang ditolak tidak disimpan; yang menjadi mungkin terlihat hanya bila pernah ada.",
        "en": "Paid orders only. Refused quotes are not kept, so what becomes possible shows only where such orders once existed.",
        "zh-hans": "仅含已付款订单。被拒报价未保存，因此“变为可行”仅在曾有此类订单时可见。",
    },
    "how_group": {
        "id": "Pesanan dihitung pada bab HS baris termahalnya. Ukuran usaha menurut penjualan setahun di sini (PP 7/2021 ps. 35).",
        "en": "An order counts in the HS chapter of its dearest line. Size is by a year's sales on this platform (PP 7/2021, art. 35).",
        "zh-hans": "订单按其金额最高一行的 HS 章归类。企业规模按其在本平台的年销售额（PP 7/2021 第 35 条）。",
    },
    "how_margin": {
        "id": "Diterima penjual: harga barang tanpa pajak di dalamnya, pada harga tetap. Biaya penjual tidak diketahui dan dianggap tetap.",
        "en": "Sellers keep the price of the goods without the tax inside it, at constant prices. Their costs are not known.",
        "zh-hans": "卖家所得为不含税的货价，价格不变。卖家成本未知，视为不变。",
    },
    "how_money": {
        "id": "Jumlah dalam rupiah dengan kurs pada hari perhitungan.",
        "en": "Amounts are in rupiah, at the exchange rates of the day of the replay.",
        "zh-hans": "金额按计算当日汇率折合印尼盾。",
    },
    "how_demand": {
        "id": "Permintaan: elastisitas tetap {elasticities}. Ini andaian, bukan ramalan.",
        "en": "Demand: constant elasticity {elasticities}. An assumption, not a forecast.",
        "zh-hans": "需求：不变弹性 {elasticities}。此为假设，并非预测。",
    },
    "how_no_demand": {
        "id": "Permintaan dianggap tidak berubah.",
        "en": "Demand is taken as unchanged.",
        "zh-hans": "假定需求不变。",
    },
    "how_unrated": {
        "id": "Tanpa kurs, jadi jumlahnya tidak ikut dihitung: {currencies}.",
        "en": "Without an exchange rate, so their amounts are left out: {currencies}.",
        "zh-hans": "无汇率，金额未计入：{currencies}。",
    },
    "how_private": {
        "id": "Tanpa data pribadi. Baris dengan kurang dari 5 usaha digabung.",
        "en": "No personal data. Rows of fewer than 5 businesses are merged.",
        "zh-hans": "不含个人数据。少于 5 家企业的行已合并。",
    },
    "texts": {"id": "Naskah (SHA-256)", "en": "Texts (SHA-256)", "zh-hans": "文本（SHA-256）"},
    "result": {"id": "Hasil (SHA-256)", "en": "Result (SHA-256)", "zh-hans": "结果（SHA-256）"},
    "base": {"id": "Aturan sekarang", "en": "The law", "zh-hans": "现行规则"},
    "signed": {"id": "Ditandatangani bersama", "en": "Co-signed", "zh-hans": "共同签署"},
    "page": {"id": "Halaman", "en": "Page", "zh-hans": "页"},
}


def said(name: str, language: str, **facts: object) -> str:
    return TEXTS[name][language].format(**facts)


def number(value: float, language: str) -> str:
    """
    >>> number(1234567, "en"), number(1234.5, "id")
    ('1,234,567', '1.234,5')
    """
    return format_decimal(value, "#,##0.##", locale=LOCALES[language])


def percent(value: float, language: str) -> str:
    """With its sign: +1.25 %, −8.34 %, 0 %.

    >>> percent(-8.341, "en"), percent(0.0, "id"), percent(0.001, "en")
    ('−8.34 %', '0 %', '+0 %')
    """
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{number(round(abs(value), 2), language)} %"
