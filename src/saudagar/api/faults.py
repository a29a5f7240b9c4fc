"""What is wrong with a request, in the house's own form: the field as the caller wrote it, and words in the three languages."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from saudagar.foundation.refusals import Invalid, Refusal, UnknownField

Words = Mapping[str, str]

FAULTS: dict[str, Words] = {
    # kind of fault as pydantic calls it: what should be there
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
    "unreadable": {
        "id": "isinya bukan JSON yang dapat dibaca",
        "en": "the body is not JSON that can be read",
        "zh-hans": "正文不是可读取的 JSON",
    },
}
TYPES = {
    "missing": "missing",
    "bad_day": "day",
    "string_type": "text",
    "string_too_short": "short",
    "string_too_long": "long",
    "too_short": "few",
    "too_long": "many",
    "list_type": "list",
    "dict_type": "object",
    "model_type": "object",
    "model_attributes_type": "object",
    "greater_than_equal": "least",
    "greater_than": "above",
    "less_than_equal": "most",
    "less_than": "below",
    "literal_error": "one_of",
    "enum": "one_of",
}
FAMILIES = {"int": "whole", "float": "number", "decimal": "number", "bool": "truth", "date": "day"}  # int_type, int_parsing, …
BOUNDS = ("ge", "gt", "le", "lt", "min_length", "max_length", "expected", "pattern")
PATTERNS = {
    "^[A-Z]{2}$": "country",
    "^([A-Z]{2})?$": "country",
    "^[A-Z]{3}$": "currency",
    r"^\d{1,12}(\.\d{1,12})?$": "rate",
    r"^\d{2,10}$": "prefix",
    "^[0-9.]{6,13}$": "hs",
}
CHOICES = re.compile(r"\^\((\w+(?:\|\w+)+)\)\??\$")  # ^(DDP|DAP)$
# Where a field may have one of several forms, the path names the form that was tried: constrained-str, list[constrained-str].
FORM_TRIED = re.compile(r"(function|constrained)-.+|(list|dict|nullable)\[.+\]", re.DOTALL)
OTHER_FORM = "_type"
MOST_LETTERS = 120  # of a name the caller chose


def invalid(errors: Sequence[Mapping[str, Any]]) -> Refusal:
    """The first fault of a request. errors: as ninja gathers them, each with its type, path, and what bounds it passes."""
    error = _first(errors)
    path = _path(error["loc"])
    if error["type"] == "unknown_field":
        unknown, known = str(error["ctx"]["unknown"])[:MOST_LETTERS], error["ctx"]["known"]
        return UnknownField(".".join((*path, unknown)), unknown=unknown, known=known)
    field = ".".join(path)[:MOST_LETTERS] or "body"
    kind, bound = _kind(error)
    if kind not in FAULTS:
        return Invalid(field, reason=f"{field}: {error['msg']}")
    return Invalid(field, reason={language: words.format(field=field, bound=bound) for language, words in FAULTS[kind].items()})


def unreadable() -> Refusal:
    """A body that could not be read at all."""
    return Invalid("body", reason=FAULTS["unreadable"])


def _first(errors: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Of a field that may have several forms, the fault within the form that was meant: the others only say that it is another."""
    first = errors[0]
    tried = next((place for place, part in enumerate(first["loc"]) if _is_form(part)), None)
    if tried is None:
        return first
    same = [error for error in errors if error["loc"][:tried] == first["loc"][:tried]]
    return next((error for error in same if not error["type"].endswith(OTHER_FORM)), first)


def _path(loc: Sequence[str | int]) -> list[str]:
    """As the caller wrote it. In a body the second part is what our code calls the whole; `[key]` says that a name is wrong."""
    own = loc[2:] if loc[0] in ("body", "form") else loc[1:]
    return [str(part) for part in own if not _is_form(part) and part != "[key]"]


def _is_form(part: str | int) -> bool:
    return isinstance(part, str) and bool(FORM_TRIED.fullmatch(part))


def _kind(error: Mapping[str, Any]) -> tuple[str, str]:
    """Which of FAULTS it is, and the bound it names."""
    type_, facts = error["type"], error.get("ctx", {})
    if type_.endswith(OTHER_FORM) and _is_form(error["loc"][-1]):
        return "shape", ""
    bound = next((str(facts[name]) for name in BOUNDS if name in facts), "")
    if type_ == "string_pattern_mismatch":
        choices = CHOICES.fullmatch(bound)
        if choices:
            return "one_of", choices[1].replace("|", ", ")
        return PATTERNS.get(bound, "form"), bound
    return TYPES.get(type_) or FAMILIES.get(type_.partition("_")[0], ""), bound
