"""What is wrong with a body at the door is said by field, with the codes and words of the whole API, in three languages."""

import asyncio
import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saudagar.checkout.door import MOST_BYTES, PATHS, Door
from saudagar.checkout.rules import faults
from saudagar.checkout.rules.requests import OrderRequest, QuoteRequest
from saudagar.foundation.ids import Kind, handle, new_business_id, new_id
from saudagar.foundation.refusals import LANGUAGES, Invalid, UnknownField

LINE = {"listing": handle(Kind.LISTING, new_business_id(), new_id()), "quantity": 2}
QUOTE = {"market": "id", "destination": {"country": "ID", "region": "32.73"}, "lines": [LINE]}
RINA = {"name": "Rina Contoh", "phone": "+62 812 0000 0001"}
BANDUNG = {"country": "ID", "line": "Jl. Contoh 1", "city": "Bandung", "postal_code": "40111"}
ORDER = {"quote": "x", "buyer": RINA, "address": BANDUNG, "payment": "qris"}


def without(body: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key != name}


def ask(path: str, body: Any, language: str = "en") -> dict[str, Any]:
    """The door's answer. It has no database: whatever is wrong with a form is said without one."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = asyncio.run(Door("", per_second=0).answered(path, data, language, "192.0.2.1"))
    assert answer.status == 422
    return json.loads(answer.body)["error"]


# field, body, and the words in Indonesian, English, Chinese
FAULTS = [
    ("lines.0.quantity", QUOTE | {"lines": [LINE | {"quantity": "2"}]},
     "lines.0.quantity harus bilangan bulat, tanpa tanda kutip",
     "lines.0.quantity must be a whole number, without quotes", "lines.0.quantity 须为整数，不加引号"),
    ("market", QUOTE | {"market": 7}, "market harus teks", "market must be a text", "market 须为文本"),
    ("lines", QUOTE | {"lines": {}}, "lines harus daftar: […]", "lines must be a list: […]", "lines 须为列表：[…]"),
    ("lines", QUOTE | {"lines": "x"}, "lines harus daftar: […]", "lines must be a list: […]", "lines 须为列表：[…]"),
    ("destination", QUOTE | {"destination": "ID"}, "destination harus objek: {…}", "destination must be an object: {…}",
     "destination 须为对象：{…}"),
    ("body", [], "body harus objek: {…}", "body must be an object: {…}", "body 须为对象：{…}"),
    ("market", without(QUOTE, "market"), "market belum diisi", "market is missing", "缺少 market"),
    ("lines.1.listing", QUOTE | {"lines": [LINE, {"quantity": 1}]}, "lines.1.listing belum diisi", "lines.1.listing is missing",
     "缺少 lines.1.listing"),
    ("market", QUOTE | {"market": "x" * 81}, "market paling banyak 80 huruf", "market has at most 80 characters", "market 最多 80 个字符"),
    ("lines", QUOTE | {"lines": []}, "lines: paling sedikit 1 isi", "lines: at least 1 of them", "lines 至少需 1 项"),
    ("lines", QUOTE | {"lines": [LINE] * 101}, "lines: paling banyak 100 isi", "lines: at most 100 of them", "lines 最多 100 项"),
    ("lines.1.quantity", QUOTE | {"lines": [LINE, LINE | {"quantity": 0}]}, "lines.1.quantity paling sedikit 1",
     "lines.1.quantity must be at least 1", "lines.1.quantity 不得小于 1"),
    ("lines.0.quantity", QUOTE | {"lines": [LINE | {"quantity": 10**30}]}, "lines.0.quantity paling banyak 10000",
     "lines.0.quantity must be at most 10000", "lines.0.quantity 不得大于 10000"),
    ("terms", QUOTE | {"terms": "FOB"}, "terms harus salah satu dari DAP, DDP", "terms must be one of DAP, DDP",
     "terms 须为以下之一：DAP, DDP"),
    ("campaign", QUOTE | {"campaign": "11 11"}, "campaign hanya boleh berisi huruf, angka, - dan _",
     "campaign may hold only letters, digits, - and _", "campaign 只能包含字母、数字、- 和 _"),
    ("body", b"{", "isinya bukan JSON yang dapat dibaca", "the body is not JSON that can be read", "正文不是可读取的 JSON"),
    ("body", b'{"market":"\\u0000"}', "di dalamnya ada karakter NUL, yang tidak ada dalam teks mana pun",
     "there is a NUL in it, which stands in no text", "其中含有 NUL 字符，文本中不应出现"),
    ("quote", ORDER | {"quote": 7}, "quote harus teks", "quote must be a text", "quote 须为文本"),
    ("buyer.phone", ORDER | {"buyer": without(RINA, "phone")}, "buyer.phone belum diisi", "buyer.phone is missing", "缺少 buyer.phone"),
    ("buyer.name", ORDER | {"buyer": RINA | {"name": ""}}, "buyer.name paling sedikit 1 huruf", "buyer.name needs at least 1 characters",
     "buyer.name 至少需 1 个字符"),
    ("address.country", ORDER | {"address": BANDUNG | {"country": "id"}}, "address.country harus kode negara dua huruf besar, seperti ID",
     "address.country must be a country's two capital letters, like ID", "address.country 须为两位大写国家代码，如 ID"),
    ("address.note", ORDER | {"address": BANDUNG | {"note": "x" * 201}}, "address.note paling banyak 200 huruf",
     "address.note has at most 200 characters", "address.note 最多 200 个字符"),
    ("body", b"null", "body harus objek: {…}", "body must be an object: {…}", "body 须为对象：{…}"),
]  # fmt: skip
SAID = {
    "id": "Permintaan tidak lengkap atau keliru: {}.",
    "en": "The request is incomplete or wrong: {}.",
    "zh-hans": "请求不完整或有误：{}。",
}


@pytest.mark.parametrize(("field", "body", "words"), [(field, body, words) for field, body, *words in FAULTS])
def test_the_field_is_named_as_the_caller_wrote_it(field, body, words):
    path = PATHS[isinstance(body, dict) and "quote" in body]
    for language, reason in zip(LANGUAGES, words, strict=True):
        error = ask(path, body, language)
        assert (error["code"], error["field"], error["message"]) == ("invalid", field, SAID[language].format(reason))


@pytest.mark.parametrize(
    ("path", "body", "field", "hint"),
    [
        (PATHS[0], QUOTE | {"shiping": "economy"}, "shiping", "shipping"),
        (PATHS[0], QUOTE | {"destination": {"country": "ID", "postcode": "40111"}}, "destination.postcode", "postal_code"),
        (PATHS[0], QUOTE | {"lines": [LINE, LINE | {"pieces": 2}]}, "lines.1.pieces", ""),
        (PATHS[1], ORDER | {"buyer": RINA | {"mail": "x@y"}}, "buyer.mail", "email"),
        (PATHS[1], ORDER | {"x" * 500: 1}, "x" * 120, ""),
    ],
)
def test_a_field_that_nobody_knows_is_refused_by_name(path, body, field, hint):
    said = {language: ask(path, body, language) for language in LANGUAGES}
    assert {(error["code"], error["field"], error["hint"]) for error in said.values()} == {("unknown_field", field, hint)}
    unknown = field.rpartition(".")[2]
    assert said["id"]["message"].startswith(f"Kolom “{unknown}” tidak dikenal di sini. Yang dikenal: ")
    assert said["en"]["message"].startswith(f"There is no field “{unknown}” here. Known: ")
    assert said["zh-hans"]["message"].startswith(f"此处没有字段“{unknown}”。可用：")


def test_a_listing_that_is_no_handle_is_named_by_its_line():
    assert ask_status(QUOTE | {"lines": [LINE, LINE | {"listing": "T123"}]}) == (404, "bad_handle", "lines.1.listing")


def ask_status(body: Any) -> tuple[int, str, str]:
    answer = asyncio.run(Door("", per_second=0).answered(PATHS[0], json.dumps(body).encode(), "en", "192.0.2.1"))
    error = json.loads(answer.body)["error"]
    return answer.status, error["code"], error["field"]


SHAPE = SAID["en"].format("body is not the right kind of value")
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=90),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
parts = st.sampled_from(("market", "destination", "lines", "terms", "campaign", "quote", "buyer", "address", "payment", "country", "name"))


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from((QUOTE, ORDER)),
    st.dictionaries(parts, anything, max_size=2),
    st.sampled_from(("", "destination", "address", "buyer")),
)
def test_what_the_decoder_refuses_has_a_fault_that_is_found(good, wrong, inside):
    """The two readings of a form agree: `shape` is what is said when the second finds nothing, and it is never said."""
    body = good | {inside: good.get(inside, {}) | wrong} if inside else good | wrong
    form = QuoteRequest if good is QUOTE else OrderRequest
    data = json.dumps(body).encode()
    try:
        msgspec.json.decode(data, type=form)
    except (msgspec.MsgspecError, UnicodeError):
        found = faults.invalid(data, form)
        assert isinstance(found, Invalid | UnknownField)
        assert found.message("en") != SHAPE
    else:
        assert faults.invalid(data, form).message("en") == SHAPE


@pytest.mark.parametrize("body", [b"[" * 30_000 + b"]" * 30_000, b'{"x":' + b"[" * 5000, b"\xff\xfe", b"", b'{"market":"\\ud800"}'])
def test_nonsense_is_unreadable(body):
    assert len(body) < MOST_BYTES
    assert ask(PATHS[0], body)["reason"] == "the body is not JSON that can be read"
