"""What the rulebook refuses, with codes that never change."""

from collections.abc import Mapping

from babel.core import get_global

from saudagar.foundation.hints import DID_YOU_MEAN, nearest
from saudagar.foundation.money import LOCALES
from saudagar.foundation.refusals import Refusal, UnknownName, spoken


class NoTariffData(Refusal):
    """No rule is known for these goods there. Facts: destination, hs ("" when it is not about goods), missing (one of LACKS)."""

    code = "no_tariff_data"
    status = 422
    words = {
        "id": "Belum ada data tarif untuk HS {hs} ke {destination}: {missing}.",
        "en": "No tariff data for HS {hs} to {destination}: {missing}.",
        "zh-hans": "暂无 HS {hs} 输往 {destination} 的税则数据：{missing}。",
    }
    WITHOUT_GOODS: Mapping[str, str] = {
        "id": "Belum ada aturan untuk {destination}: {missing}.",
        "en": "No rules for {destination} yet: {missing}.",
        "zh-hans": "暂无 {destination} 的规则：{missing}。",
    }
    LACKS: Mapping[str, Mapping[str, str]] = {
        # what the rulebook lacks
        "duty rate": {
            "id": "tarif bea masuknya belum diketahui",
            "en": "its rate of duty is not known",
            "zh-hans": "关税税率未知",
        },
        "VAT rate": {
            "id": "tarif PPN atau GST-nya belum diketahui",
            "en": "its rate of VAT or GST is not known",
            "zh-hans": "增值税（或 GST）税率未知",
        },
        "way in": {
            "id": "cara masuk untuk kiriman dari {dispatch} belum diketahui",
            "en": "no way in is known for goods sent from {dispatch}",
            "zh-hans": "尚无从 {dispatch} 发货的进口方式",
        },
    }

    def message(self, language: str | None = "en") -> str:
        chosen = spoken(language)
        words = self.words if self.facts["hs"] else self.WITHOUT_GOODS
        lack = self.LACKS[self.facts["missing"]][chosen].format(**self.facts)
        return words[chosen].format(**self.facts | {"missing": lack})


class UnknownDestination(Refusal):
    """The rulebook has no rules for this country. Facts: destination, hints (codes it may have meant), known (all codes).

    names  code → its name in each language: what a hint is called
    """

    code = "unknown_destination"
    status = 422
    words = {
        "id": "Saudagar belum punya aturan dagang untuk {destination}.",
        "en": "Saudagar has no trade rules for {destination} yet.",
        "zh-hans": "Saudagar 尚无 {destination} 的贸易规则。",
    }
    KNOWN: Mapping[str, str] = {"id": "Yang dikenal: {known}.", "en": "Known: {known}.", "zh-hans": "已知：{known}。"}
    NOT_PLACES = frozenset({"XA", "XB", "ZZ"})  # which the CLDR has a name for
    # What people write for a country, where neither ISO 3166 nor the CLDR has it.
    ALIASES: Mapping[str, tuple[str, ...]] = {"EL": ("GR",), "UAE": ("AE",), "KSA": ("SA",), "EU": ("DE", "FR", "IT", "NL", "ES")}

    def __init__(self, field: str | None = "destination", *, destination: str, names: Mapping[str, Mapping[str, str]]) -> None:
        self.names = names
        super().__init__(field, destination=destination, hints=self._hints(destination), known=sorted(names))

    def _hints(self, asked: str) -> list[str]:
        code = asked.upper()
        meant = self.ALIASES.get(code) or get_global("territory_aliases").get(code) or ()
        by_name = {name.casefold(): country for country, names in self.names.items() for name in names.values()}
        close = nearest(asked, by_name) if len(asked) > 3 else ""
        found = [each for each in meant if each in self.names] + ([by_name[close]] if close else [])
        return list(dict.fromkeys(found))

    def message(self, language: str | None = "en") -> str:
        chosen = spoken(language)
        code, hints = self.facts["destination"], self.facts["hints"]
        name = LOCALES[chosen].territories.get(code) if code not in self.NOT_PLACES else None
        said = self.words[chosen].format(destination=f"{name} ({code})" if name else f"“{code}”")
        if hints:
            meant = ", ".join(f"{each} ({self.names[each][chosen]})" for each in hints)
            return f"{said} {DID_YOU_MEAN[chosen].format(hint=meant)}"
        return f"{said} {self.KNOWN[chosen].format(known=', '.join(self.facts['known']))}"


class NoRulesOnDate(Refusal):
    """The destination is known, but nothing holds on that day. Facts: destination, mode, on."""

    code = "no_rules_on_date"
    status = 422
    words = {
        "id": "Tidak ada aturan {mode} untuk {destination} pada {on}.",
        "en": "No {mode} rules for {destination} hold on {on}.",
        "zh-hans": "{on} 没有适用于 {destination} 的 {mode} 规则。",
    }


class UnknownMode(Refusal):
    """The destination has no such way in. Facts: destination, mode, modes (known ones)."""

    code = "unknown_mode"
    status = 422
    words = {
        "id": "Cara masuk “{mode}” tidak dikenal untuk {destination}; yang ada: {modes}.",
        "en": "There is no mode “{mode}” for {destination}; known: {modes}.",
        "zh-hans": "{destination} 没有“{mode}”方式；可用：{modes}。",
    }


class BadHsCode(Refusal):
    """Not 6 to 10 digits, or digits that stand for no goods. Facts: hs, unknown ("": the form is wrong | chapter | code)."""

    code = "bad_hs_code"
    status = 422
    words = {
        "id": "Kode HS “{hs}” tidak benar: 6 sampai 10 angka.",
        "en": "HS code “{hs}” is not right: 6 to 10 digits.",
        "zh-hans": "HS 编码“{hs}”有误：应为 6 至 10 位数字。",
    }
    UNKNOWN: Mapping[str, Mapping[str, str]] = {
        "chapter": {
            "id": "Kode HS “{hs}” tidak ada: bab {chapter} tidak ada. Bab HS adalah 01 sampai 97, tanpa 77.",
            "en": "There is no HS code “{hs}”: there is no chapter {chapter}. Chapters are 01 to 97, without 77.",
            "zh-hans": "HS 编码“{hs}”不存在：没有第 {chapter} 章。HS 共 01 至 97 章，无 77 章。",
        },
        "code": {
            "id": "Kode HS “{hs}” tidak ada di nomenklatur: subpos {subheading} tidak dikenal. Cari kodenya lewat nama barang.",
            "en": "There is no HS code “{hs}” in the nomenclature: no subheading {subheading}. Look the code up by the name of the goods.",
            "zh-hans": "税则目录中没有 HS 编码“{hs}”：子目 {subheading} 不存在。请按商品名称查找编码。",
        },
    }

    def __init__(self, field: str | None = None, *, hs: str, unknown: str = "") -> None:
        super().__init__(field, hs=hs, unknown=unknown)

    def message(self, language: str | None = "en") -> str:
        chosen, hs = spoken(language), self.facts["hs"]
        words = self.UNKNOWN[self.facts["unknown"]] if self.facts["unknown"] else self.words
        return words[chosen].format(hs=hs, chapter=hs[:2], subheading=f"{hs[:4]}.{hs[4:6]}")


class UnknownRegistration(UnknownName):
    """Neither a registration for tax nor a paper that the rulebook knows. Facts: unknown, known, hint."""

    code = "unknown_registration"
    words = {
        "id": "Pendaftaran atau surat “{unknown}” tidak dikenal. Yang dikenal: {known}.",
        "en": "There is no registration or paper “{unknown}”. Known: {known}.",
        "zh-hans": "没有登记或单证“{unknown}”。可用：{known}。",
    }


class UnknownPaper(UnknownName):
    """A paper that the rulebook does not know. Facts: unknown, known, hint."""

    code = "unknown_paper_key"
    words = {
        "id": "Surat “{unknown}” tidak dikenal. Yang dikenal: {known}.",
        "en": "There is no paper “{unknown}”. Known: {known}.",
        "zh-hans": "没有单证“{unknown}”。可用：{known}。",
    }


class UnknownTrait(UnknownName):
    """A trait of goods that no rule asks for. Facts: unknown, known, hint."""

    code = "unknown_trait"
    words = {
        "id": "Sifat barang “{unknown}” tidak dikenal. Yang dikenal: {known}.",
        "en": "There is no trait “{unknown}” of goods. Known: {known}.",
        "zh-hans": "没有商品特征“{unknown}”。可用：{known}。",
    }


class BadParcel(Refusal):
    """A value, quantity or weight is missing or impossible. Facts: missing."""

    code = "bad_parcel"
    status = 422
    words = {
        "id": "Data kiriman kurang atau keliru: {missing}.",
        "en": "The parcel's facts are incomplete or impossible: {missing}.",
        "zh-hans": "包裹信息缺失或有误：{missing}。",
    }


class RateMissing(Refusal):
    """A customs exchange rate is needed. Facts: currency, customs_currency."""

    code = "exchange_rate_missing"
    status = 422
    words = {
        "id": "Kurs {currency} ke {customs_currency} belum diberikan.",
        "en": "The rate from {currency} to {customs_currency} is missing.",
        "zh-hans": "缺少 {currency} 兑 {customs_currency} 的汇率。",
    }


class NotThisWay(Refusal):
    """The goods may not enter by this mode; another may do. Facts: hs, mode, rule."""

    code = "not_by_this_mode"
    status = 422
    words = {
        "id": "HS {hs} tidak boleh masuk lewat {mode} ({rule}). Coba perdagangan umum.",
        "en": "HS {hs} may not enter by {mode} ({rule}). Try general trade.",
        "zh-hans": "HS {hs} 不能以 {mode} 方式进口（{rule}）。请考虑一般贸易。",
    }


class OverOrderLimit(Refusal):
    """Several pieces together pass the limit per order. Facts: value, limit, currency, rule."""

    code = "over_order_limit"
    status = 422
    words = {
        "id": "Nilai pesanan {currency} {value} di atas batas {limit} per pesanan. "
        "Bagi menjadi beberapa pesanan, atau kirim sebagai perdagangan umum.",
        "en": "The order is worth {currency} {value}, above the limit of {limit} per order. "
        "Split it into several orders, or send it as general trade.",
        "zh-hans": "订单价值 {currency} {value}，超过单次限值 {limit}。请拆分为多个订单，或改用一般贸易。",
    }


class OverYearLimit(Refusal):
    """The buyer's limit of the year would be passed. Facts: value (year with this order), left, limit, currency, rule."""

    code = "over_year_limit"
    status = 422
    words = {
        "id": "Batas tahunan pembeli {currency} {limit} terlampaui: tersisa {left}. "
        "Kurangi jumlah, tunggu tahun depan, atau kirim sebagai perdagangan umum.",
        "en": "The buyer's yearly limit of {currency} {limit} would be passed: {left} is left. "
        "Order less, wait for next year, or send it as general trade.",
        "zh-hans": "将超过订购人年度限值 {currency} {limit}，剩余 {left}。请减少数量、等到下一年度，或改用一般贸易。",
    }


class OverYearGrams(Refusal):
    """The buyer's yearly weight of these goods would be passed. Facts: grams (year with this order), left, limit, hs, rule."""

    code = "over_year_grams"
    status = 422
    words = {
        "id": "Batas tahunan pembeli {limit} gram untuk HS {hs} terlampaui: tersisa {left} gram ({rule}).",
        "en": "The buyer's yearly limit of {limit} grams of HS {hs} would be passed: {left} grams are left ({rule}).",
        "zh-hans": "将超过订购人 HS {hs} 年度限量 {limit} 克，剩余 {left} 克（{rule}）。",
    }


class OverUses(Refusal):
    """The buyer has used this way in as often as it may be used. Facts: limit (times), rule."""

    code = "over_uses"
    status = 422
    words = {
        "id": "Pembeli sudah memakai cara masuk ini {limit} kali, sebanyak yang diizinkan ({rule}).",
        "en": "The buyer has used this way in {limit} times, as often as is allowed ({rule}).",
        "zh-hans": "订购人已使用该进口方式 {limit} 次，达到允许的次数（{rule}）。",
    }


class RegionMissing(Refusal):
    """Tax there depends on the province, and none or an unknown one was given. Facts: destination, region, regions (known ones)."""

    code = "region_missing"
    status = 422
    words = {
        "id": "Pajak di {destination} bergantung pada provinsi; “{region}” tidak dikenal. Pilih: {regions}.",
        "en": "Tax in {destination} depends on the province; “{region}” is not known. Choose: {regions}.",
        "zh-hans": "{destination} 的税率因省而异，“{region}”未知。可选：{regions}。",
    }


class UnknownRelease(Refusal):
    """No such rulebook release is kept here. Facts: version."""

    code = "unknown_rulebook_release"
    status = 404
    words = {
        "id": "Rilis aturan {version} tidak ada di sini.",
        "en": "Rulebook release {version} is not kept here.",
        "zh-hans": "此处没有规则版本 {version}。",
    }


class PilotsOverlap(Refusal):
    """Another pilot has some of these orders in some of these days: one order has one law. Facts: starts, ends (of the other)."""

    code = "pilots_overlap"
    status = 409
    words = {
        "id": "Uji coba lain berlaku untuk sebagian pesanan ini dari {starts} sampai {ends}.",
        "en": "Another pilot holds for some of these orders from {starts} to {ends}.",
        "zh-hans": "另一试点在 {starts} 至 {ends} 期间已适用于其中部分订单。",
    }


class NoNomenclature(Refusal):
    """What is measured against the HS nomenclature cannot be before it is loaded."""

    code = "no_hs_nomenclature"
    status = 503
    words = {
        "id": "Daftar kode HS belum dimuat. Operator menjalankan: ./saudagar rules load --hs-only FILE",
        "en": "The HS nomenclature is not loaded. The operator runs: ./saudagar rules load --hs-only FILE",
        "zh-hans": "尚未加载 HS 税则目录。请运维人员运行：./saudagar rules load --hs-only FILE",
    }


class EmptyHsText(Refusal):
    """No word to look for."""

    code = "hs_text_empty"
    words = {
        "id": "Tulis nama barangnya dulu.",
        "en": "Say first what the goods are.",
        "zh-hans": "请先填写商品名称。",
    }


class HsTextTooLong(Refusal):
    """More text than a title. Facts: most (characters)."""

    code = "hs_text_too_long"
    words = {
        "id": "Teks terlalu panjang: paling banyak {most} huruf. Nama barang saja sudah cukup.",
        "en": "The text is too long: at most {most} characters. The name of the goods is enough.",
        "zh-hans": "文字过长：最多 {most} 个字符。填写商品名称即可。",
    }


class UnknownLanguage(Refusal):
    """Not a language of the platform. Facts: language, known."""

    code = "unknown_language"
    words = {
        "id": "Bahasa “{language}” tidak dikenal; pilih {known}.",
        "en": "The language “{language}” is not known; choose one of {known}.",
        "zh-hans": "未知语言“{language}”；请选择 {known}。",
    }


class BadSchedule(Refusal):
    """A file that is no tariff schedule. Facts: missing."""

    code = "bad_tariff_schedule"
    words = {
        "id": "Berkas ini bukan daftar tarif yang dapat dibaca: {missing}.",
        "en": "This file is no tariff schedule that can be read: {missing}.",
        "zh-hans": "该文件不是可读取的税则表：{missing}。",
    }
