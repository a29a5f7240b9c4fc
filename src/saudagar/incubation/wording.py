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
    "how_orders": {"id": "Hanya pesanan terbayar.", "en": "Paid orders only.", "zh-hans": "仅含已付款订单。"},
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
    "quotes": {"id": "Penawaran", "en": "Quotes", "zh-hans": "报价"},
    "quotes_title": {"id": "Penawaran harga", "en": "Quotes", "zh-hans": "报价"},
    "quotes_span": {
        "id": "Penawaran menurut hukum {first} sampai {last}. Penawaran bukan pesanan: tidak dijumlahkan dengan pesanan di atas.",
        "en": "Quotes under the law of {first} to {last}. A quote is no order: these are not added to the orders above.",
        "zh-hans": "适用 {first} 至 {last} 法规的报价。报价并非订单，不与上述订单相加。",
    },
    "quotes_none": {
        "id": "Dalam masa pesanan ini tidak ada penawaran yang disimpan.",
        "en": "No quotes were kept in the time of these orders.",
        "zh-hans": "在这些订单期间没有保存的报价。",
    },
    "quotes_refused": {"id": "Ditolak aturan", "en": "Refused by the rules", "zh-hans": "被规则拒绝"},
    "quotes_priced": {"id": "Diberi harga, sebuah contoh", "en": "Priced, a sample", "zh-hans": "已报价（样本）"},
    "quotes_possible": {"id": "Jadi mungkin", "en": "Become possible", "zh-hans": "变为可行"},
    "quotes_goods": {"id": "Nilai barang yang jadi mungkin", "en": "Goods that become possible", "zh-hans": "变为可行的货值"},
    "quotes_value": {"id": "Nilai barang", "en": "Goods", "zh-hans": "货值"},
    "quotes_landed": {"id": "Akan dibayar pembeli", "en": "Buyers would pay", "zh-hans": "买家将支付"},
    "quotes_lost": {"id": "Jadi tidak mungkin", "en": "Become impossible", "zh-hans": "变为不可行"},
    "quotes_lost_goods": {
        "id": "Nilai barang yang jadi tidak mungkin",
        "en": "Goods that become impossible",
        "zh-hans": "变为不可行的货值",
    },
    "quotes_known": {
        "id": "{known} di antaranya ditolak oleh aturan lain dan sudah mungkin menurut aturan sekarang.",
        "en": "{known} of them were refused under other rules and are possible under the law already.",
        "zh-hans": "其中 {known} 笔是被其他版本的规则拒绝的，按现行规则已可行。",
    },
    "quotes_few": {
        "id": "Kurang dari 5 usaha, jadi tidak disampaikan.",
        "en": "Of fewer than 5 businesses, so it is not told.",
        "zh-hans": "少于 5 家企业，故不公布。",
    },
    "quotes_heard": {"id": "Yang akan ditolak usulan", "en": "What the proposal would refuse", "zh-hans": "提案将拒绝的原因"},
    "by_code": {"id": "Menurut sebab penolakan", "en": "By reason of the refusal", "zh-hans": "按拒绝原因"},
    "how_quotes_once": {
        "id": "Keranjang yang sama pada hari yang sama dihitung sekali. Belum tentu akan dibeli.",
        "en": "The same basket counts once a day. Nobody knows whether it would have been bought.",
        "zh-hans": "同一天相同的购物车只计一次，且未必会成交。",
    },
    "how_quotes_sample": {
        "id": "Penawaran yang ditolak aturan disimpan semua bila ada tempat; dari yang diberi harga hanya sebagian.",
        "en": "Quotes refused by the rules are kept as far as there is room; of the priced ones only a share.",
        "zh-hans": "被规则拒绝的报价在容量内全部保存；已报价的仅保存一部分。",
    },
    "how_quotes_private": {
        "id": "Yang disimpan hanya pertanyaan kepada aturan: barang, nilai, berat, negara. Tidak ada data pembeli.",
        "en": "Only the question to the rules is kept: goods, values, weights, country. Nothing of the buyer.",
        "zh-hans": "仅保存对规则的询问：货物、价值、重量、国家，不含买家信息。",
    },
    "over_order_limit": {"id": "Di atas batas per pesanan", "en": "Above the limit per order", "zh-hans": "超过单次限值"},
    "over_year_limit": {"id": "Di atas batas setahun pembeli", "en": "Above the buyer's limit of the year", "zh-hans": "超过年度限值"},
    "over_year_grams": {"id": "Di atas batas berat setahun", "en": "Above the weight of the year", "zh-hans": "超过年度限量"},
    "over_uses": {"id": "Cara masuk dipakai terlalu sering", "en": "Way in used too often", "zh-hans": "进口方式使用次数超限"},
    "not_by_this_mode": {"id": "Tidak boleh lewat cara ini", "en": "Not by this way in", "zh-hans": "不得以此方式进口"},
    "no_tariff_data": {"id": "Belum ada data tarif", "en": "No tariff data", "zh-hans": "无税则数据"},
    "no_rules_on_date": {"id": "Tidak ada aturan pada hari itu", "en": "No rules on that day", "zh-hans": "当日无适用规则"},
    "unknown_mode": {"id": "Cara masuk tidak ada", "en": "No such way in", "zh-hans": "无此进口方式"},
    "not_sold_there": {"id": "Tidak boleh dijual di sana", "en": "May not be sold there", "zh-hans": "不得在当地销售"},
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


# What the audit trail notes of a proposal.
STEPS: dict[str, Words] = {
    "opened": {"id": "Usulan dibuka", "en": "Proposal opened", "zh-hans": "提案已创建"},
    "edited": {"id": "Aturan diubah di dalamnya", "en": "A rule was changed in it", "zh-hans": "修改了其中的规则"},
    "undone": {"id": "Perubahan terakhir dibatalkan", "en": "The last change was taken back", "zh-hans": "撤回了上一次修改"},
    "rebased": {"id": "Disesuaikan dengan aturan hari ini", "en": "Brought up to date with the law", "zh-hans": "已按现行规则更新"},
    "replay_asked": {"id": "Penghitungan ulang diminta", "en": "A replay was asked for", "zh-hans": "请求重算"},
    "replayed": {"id": "Pesanan lampau dihitung ulang", "en": "Past orders were replayed", "zh-hans": "已重算历史订单"},
    "counterpart_invited": {"id": "Otoritas diundang", "en": "An authority was invited", "zh-hans": "已邀请对方机构"},
    "counterpart_revoked": {"id": "Tautan otoritas dicabut", "en": "An authority's link was revoked", "zh-hans": "已撤销对方链接"},
    "commented": {"id": "Komentar", "en": "A comment", "zh-hans": "评论"},
    "signed": {"id": "Ditandatangani", "en": "Signed", "zh-hans": "已签署"},
    "shadow_begun": {"id": "Mode bayangan dimulai", "en": "Shadow mode began", "zh-hans": "影子模式开始"},
    "shadow_ended": {"id": "Mode bayangan selesai", "en": "Shadow mode ended", "zh-hans": "影子模式结束"},
    "pilot_begun": {"id": "Uji coba dimulai", "en": "A pilot began", "zh-hans": "试点开始"},
    "pilot_ended": {"id": "Uji coba selesai", "en": "The pilot ended", "zh-hans": "试点结束"},
    "law_scheduled": {"id": "Dijadwalkan menjadi aturan", "en": "Scheduled to become law", "zh-hans": "已定为生效"},
    "law_stopped": {
        "id": "Tidak jadi aturan: aturan dasarnya berubah",
        "en": "Did not become law: the law had changed",
        "zh-hans": "未生效：现行规则已变更",
    },
    "became_law": {"id": "Menjadi aturan", "en": "Became law", "zh-hans": "已成为规则"},
    "closed": {"id": "Ditutup", "en": "Given up", "zh-hans": "已放弃"},
}
