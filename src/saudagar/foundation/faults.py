"""What is wrong with a request, in words: the field as the caller wrote it, and what should stand there, in the three languages."""

from collections.abc import Iterable, Mapping

from saudagar.foundation.refusals import Invalid, Refusal, UnknownField

Words = Mapping[str, str]

MOST_LETTERS = 120  # of a name the caller chose

FAULTS: dict[str, Words] = {
    # kind of fault: what should be there
    "missing": {"id": "{field} belum diisi", "en": "{field} is missing", "zh-hans": "缺少 {field}"},
    "whole": {
        "id": "{field} harus bilangan bulat, tanpa tanda kutip",
        "en": "{field} must be a whole number, without quotes",
        "zh-hans": "{field} 须为整数，不加引号",
    },
    "number": {"id": "{field} harus angka", "en": "{field} must be a number", "zh-hans": "{field} 须为数字"},
    "text": {"id": "{field} harus teks", "en": "{field} must be a text", "zh-hans": "{field} 须为文本"},
    "truth": {"id": "{field} harus true atau false", "en": "{field} must be true or false", "zh-hans": "{field} 须为 true 或 false"},
    "list": {"id": "{field} harus daftar: […]", "en": "{field} must be a list: […]", "zh-hans": "{field} 须为列表：[…]"},
    "object": {"id": "{field} harus objek: {{…}}", "en": "{field} must be an object: {{…}}", "zh-hans": "{field} 须为对象：{{…}}"},
    "day": {
        "id": "{field} harus tanggal yang ada, ditulis 2026-11-21",
        "en": "{field} must be a day that exists, written 2026-11-21",
        "zh-hans": "{field} 须为有效日期，写作 2026-11-21",
    },
    "least": {"id": "{field} paling sedikit {bound}", "en": "{field} must be at least {bound}", "zh-hans": "{field} 不得小于 {bound}"},
    "above": {"id": "{field} harus lebih dari {bound}", "en": "{field} must be more than {bound}", "zh-hans": "{field} 须大于 {bound}"},
    "most": {"id": "{field} paling banyak {bound}", "en": "{field} must be at most {bound}", "zh-hans": "{field} 不得大于 {bound}"},
    "below": {"id": "{field} harus kurang dari {bound}", "en": "{field} must be less than {bound}", "zh-hans": "{field} 须小于 {bound}"},
    "few": {"id": "{field}: paling sedikit {bound} isi", "en": "{field}: at least {bound} of them", "zh-hans": "{field} 至少需 {bound} 项"},
    "many": {"id": "{field}: paling banyak {bound} isi", "en": "{field}: at most {bound} of them", "zh-hans": "{field} 最多 {bound} 项"},
    "short": {
        "id": "{field} paling sedikit {bound} huruf",
        "en": "{field} needs at least {bound} characters",
        "zh-hans": "{field} 至少需 {bound} 个字符",
    },
    "long": {
        "id": "{field} paling banyak {bound} huruf",
        "en": "{field} has at most {bound} characters",
        "zh-hans": "{field} 最多 {bound} 个字符",
    },
    "one_of": {
        "id": "{field} harus salah satu dari {bound}",
        "en": "{field} must be one of {bound}",
        "zh-hans": "{field} 须为以下之一：{bound}",
    },
    "shape": {
        "id": "{field} bukan jenis isi yang benar",
        "en": "{field} is not the right kind of value",
        "zh-hans": "{field} 的类型不正确",
    },
    "form": {
        "id": "{field} tidak dalam bentuk yang benar ({bound})",
        "en": "{field} has not the right form ({bound})",
        "zh-hans": "{field} 格式不正确（{bound}）",
    },
    "country": {
        "id": "{field} harus kode negara dua huruf besar, seperti ID",
        "en": "{field} must be a country's two capital letters, like ID",
        "zh-hans": "{field} 须为两位大写国家代码，如 ID",
    },
    "currency": {
        "id": "{field} harus kode mata uang tiga huruf besar, seperti IDR",
        "en": "{field} must be a currency's three capital letters, like IDR",
        "zh-hans": "{field} 须为三位大写货币代码，如 IDR",
    },
    "rate": {
        "id": "{field} harus angka dengan titik, seperti 7.12",
        "en": "{field} must be a number with a point, like 7.12",
        "zh-hans": "{field} 须为带小数点的数字，如 7.12",
    },
    "prefix": {
        "id": "{field}: tulis 2 sampai 10 angka kode HS",
        "en": "{field}: write 2 to 10 digits of an HS code",
        "zh-hans": "{field}：请填写 HS 编码的 2 至 10 位数字",
    },
    "hs": {
        "id": "{field} harus kode HS: 6 sampai 10 angka",
        "en": "{field} must be an HS code: 6 to 10 digits",
        "zh-hans": "{field} 须为 HS 编码：6 至 10 位数字",
    },
    "slug": {
        "id": "{field} hanya boleh berisi huruf, angka, - dan _",
        "en": "{field} may hold only letters, digits, - and _",
        "zh-hans": "{field} 只能包含字母、数字、- 和 _",
    },
    "phone": {
        "id": "{field} bukan nomor telepon: tulis angka, spasi, dan + di depan",
        "en": "{field} is no telephone number: write digits, spaces and a leading +",
        "zh-hans": "{field} 不是电话号码：请填写数字、空格，可以 + 开头",
    },
    "email": {
        "id": "{field} bukan alamat surel: di dalamnya ada @",
        "en": "{field} is no e-mail address: there is an @ in one",
        "zh-hans": "{field} 不是电子邮箱地址：其中应有 @",
    },
    "nul": {
        "id": "di dalamnya ada karakter NUL, yang tidak ada dalam teks mana pun",
        "en": "there is a NUL in it, which stands in no text",
        "zh-hans": "其中含有 NUL 字符，文本中不应出现",
    },
    "cut_short": {
        "id": "isinya terputus sebelum selesai",
        "en": "the body ended early",
        "zh-hans": "正文未传完即中断",
    },
    "unreadable": {
        "id": "isinya bukan JSON yang dapat dibaca",
        "en": "the body is not JSON that can be read",
        "zh-hans": "正文不是可读取的 JSON",
    },
}
PATTERNS = {
    # what a text must match: the kind of fault when it does not; "form" for others
    "^[A-Z]{2}$": "country",
    "^([A-Z]{2})?$": "country",
    "^[A-Z]{3}$": "currency",
    r"^\d{1,12}(\.\d{1,12})?$": "rate",
    r"^\d{2,10}$": "prefix",
    "^[0-9.]{6,13}$": "hs",
    "^[-a-zA-Z0-9_]*$": "slug",
}


def fault(kind: str, path: Iterable[str] = (), bound: object = "") -> Invalid:
    """The refusal of one field. kind: of FAULTS; path: names and places on the way to it; bound: what the words name."""
    field = ".".join(path)[:MOST_LETTERS] or "body"
    return Invalid(field, reason={language: words.format(field=field, bound=bound) for language, words in FAULTS[kind].items()})


def unknown_field(path: Iterable[str], name: str, known: Iterable[str]) -> Refusal:
    unknown = name[:MOST_LETTERS]
    return UnknownField(".".join((*path, unknown)), unknown=unknown, known=known)
