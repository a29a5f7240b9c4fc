"""What the fields of a rule are called, in three languages: wherever a rule or a change of one is shown. Pure."""

from collections.abc import Mapping

Words = Mapping[str, str]

FIELDS: Mapping[str, Words] = {
    "in_use": {"id": "keadaan", "en": "state", "zh-hans": "状态"},
    "id": {"id": "aturan", "en": "rule", "zh-hans": "规则"},
    "valid_from": {"id": "berlaku mulai", "en": "valid from", "zh-hans": "生效日"},
    "valid_to": {"id": "berlaku sampai", "en": "valid to", "zh-hans": "失效日"},
    "source": {"id": "sumber", "en": "source", "zh-hans": "来源"},
    "certainty": {"id": "kepastian", "en": "certainty", "zh-hans": "可靠性"},
    "switch": {"id": "sakelar", "en": "switch", "zh-hans": "开关"},
    "on": {"id": "menyala", "en": "on", "zh-hans": "开启"},
    "names": {"id": "nama", "en": "name", "zh-hans": "名称"},
    "words": {"id": "bunyi", "en": "wording", "zh-hans": "措辞"},
    "kind": {"id": "jenis", "en": "kind", "zh-hans": "种类"},
    "hs": {"id": "HS", "en": "HS", "zh-hans": "HS"},
    "but_hs": {"id": "kecuali HS", "en": "but not HS", "zh-hans": "不含 HS"},
    "goods": {"id": "barang", "en": "goods", "zh-hans": "商品"},
    "origin": {"id": "asal", "en": "origin", "zh-hans": "原产地"},
    "if_origin": {"id": "hanya asal", "en": "only from", "zh-hans": "仅限原产地"},
    "agreement": {"id": "perjanjian", "en": "agreement", "zh-hans": "协定"},
    "proof": {"id": "bukti", "en": "proof", "zh-hans": "证明"},
    "paper": {"id": "surat", "en": "paper", "zh-hans": "单证"},
    "declaration": {"id": "pernyataan", "en": "declaration", "zh-hans": "声明"},
    "mode": {"id": "cara masuk", "en": "way in", "zh-hans": "进口方式"},
    "modes": {"id": "cara masuk", "en": "ways in", "zh-hans": "进口方式"},
    "schemes": {"id": "skema", "en": "schemes", "zh-hans": "征收方式"},
    "rate": {"id": "tarif", "en": "rate", "zh-hans": "税率"},
    "base_share": {"id": "bagian nilai yang dikenai", "en": "part of the value that is taxed", "zh-hans": "计税价值比例"},
    "from_unit_value": {"id": "mulai nilai per gram", "en": "from a value per gram", "zh-hans": "每克价值起点"},
    "from_piece_value": {"id": "mulai nilai per buah", "en": "from a value per piece", "zh-hans": "每件价值起点"},
    "listed": {"id": "ada di daftar", "en": "on the list", "zh-hans": "在清单内"},
    "region": {"id": "wilayah", "en": "region", "zh-hans": "地区"},
    "name": {"id": "nama", "en": "name", "zh-hans": "名称"},
    "basis": {"id": "dihitung dari", "en": "worked out from", "zh-hans": "计算基础"},
    "value_basis": {"id": "nilai pabean", "en": "customs value", "zh-hans": "完税价格"},
    "duty_basis": {"id": "dasar bea", "en": "base of duty", "zh-hans": "关税基础"},
    "vat_basis": {"id": "dasar PPN", "en": "base of VAT", "zh-hans": "增值税基础"},
    "duty_share": {"id": "bea yang dipungut", "en": "duty collected", "zh-hans": "关税征收比例"},
    "extra_share": {"id": "bea tambahan yang dipungut", "en": "additional duty collected", "zh-hans": "附加关税征收比例"},
    "excise_share": {"id": "cukai yang dipungut", "en": "excise collected", "zh-hans": "消费税征收比例"},
    "vat_share": {"id": "PPN yang dipungut", "en": "VAT collected", "zh-hans": "增值税征收比例"},
    "rounding": {"id": "pembulatan", "en": "rounding", "zh-hans": "取整"},
    "roundings": {"id": "pembulatan khusus", "en": "own roundings", "zh-hans": "分项取整"},
    "chained": {"id": "dibulatkan sebelum dasar berikutnya", "en": "rounded before the next base", "zh-hans": "逐步取整"},
    "excise_base": {"id": "dasar cukai", "en": "base of excise", "zh-hans": "消费税基础"},
    "duty_in_vat_base": {"id": "bea masuk dasar PPN", "en": "duty enters the VAT base", "zh-hans": "关税计入增值税基础"},
    "flat_duty": {"id": "bea tetap", "en": "flat duty", "zh-hans": "定额关税"},
    "flat_duty_in_vat_base": {
        "id": "bea tetap masuk dasar PPN",
        "en": "flat duty enters the VAT base",
        "zh-hans": "定额关税计入增值税基础",
    },
    "in_vat_base": {"id": "masuk dasar PPN", "en": "enters the VAT base", "zh-hans": "计入增值税基础"},
    "within_limit": {"id": "bila dalam batas", "en": "when within", "zh-hans": "未超过限额时"},
    "above_limit": {"id": "bila melewati batas", "en": "when above", "zh-hans": "超过限额时"},
    "if_registration": {"id": "bila terdaftar", "en": "when registered", "zh-hans": "已注册时"},
    "unless_registration": {"id": "bila tidak terdaftar", "en": "when not registered", "zh-hans": "未注册时"},
    "needs_registration": {"id": "perlu pendaftaran", "en": "needs the registration", "zh-hans": "需要注册"},
    "collected": {"id": "dipungut", "en": "collected", "zh-hans": "征收环节"},
    "prices": {"id": "harga", "en": "prices", "zh-hans": "价格"},
    "listed_only": {"id": "hanya barang di daftar", "en": "listed goods only", "zh-hans": "仅限清单商品"},
    "measure": {"id": "yang diukur", "en": "measures", "zh-hans": "计量"},
    "at_most": {"id": "paling banyak", "en": "at most", "zh-hans": "最高"},
    "refuses": {"id": "bila terlampaui", "en": "when passed", "zh-hans": "超过时"},
    "window": {"id": "dihitung dalam", "en": "counted within", "zh-hans": "计算期间"},
    "relief": {"id": "hanya yang dibebaskan oleh", "en": "only parcels let off by", "zh-hans": "仅计适用减免"},
    "identity": {"id": "nomor yang diminta", "en": "number asked for", "zh-hans": "所需号码"},
    "unless": {"id": "kecuali", "en": "unless", "zh-hans": "例外"},
    "per": {"id": "per", "en": "per", "zh-hans": "单位"},
    "kinds": {"id": "pungutan", "en": "levies", "zh-hans": "税种"},
    "amount": {"id": "jumlah", "en": "amount", "zh-hans": "金额"},
    "share": {"id": "bagian", "en": "share", "zh-hans": "比例"},
    "of": {"id": "dari", "en": "of", "zh-hans": "对象"},
    "least": {"id": "paling sedikit", "en": "at least", "zh-hans": "最低"},
    "most": {"id": "paling banyak", "en": "at most", "zh-hans": "最高"},
    "waived_up_to": {"id": "cukup pernyataan sampai", "en": "a declaration is enough up to", "zh-hans": "以下仅需声明"},
    "if_trait": {"id": "bila", "en": "if", "zh-hans": "当"},
    "unless_trait": {"id": "kecuali bila", "en": "unless", "zh-hans": "除非"},
    "any_of": {"id": "salah satu", "en": "one of", "zh-hans": "其中之一"},
    "blocks": {"id": "tanpa ini tidak boleh dijual", "en": "not sold without it", "zh-hans": "缺少则不可销售"},
}


def field_label(name: str, language: str) -> str:
    """
    >>> field_label("per", "zh-hans"), field_label("unheard_of", "en")
    ('单位', 'unheard of')
    """
    words = FIELDS.get(name)
    return words[language] if words else name.replace("_", " ")
