import pytest
from django.test import Client

from saudagar.registry import areas

pytestmark = pytest.mark.django_db


def ask(kind: str, value: str, language: str = "en"):
    return Client().post(
        "/api/v1/identifiers/check", {"kind": kind, "value": value}, content_type="application/json", headers={"accept-language": language}
    )


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        ("nib", "0220 2020 12345", "0220202012345"),
        ("npwp", "01.312.166.0-091.000", "0013121660091000"),
        ("phone", "0812-3456-7890", "+6281234567890"),
        ("gtin", "4006381333931", "4006381333931"),
        ("s10", "RR 473 124 829 GB", "RR473124829GB"),
        ("hs", "0901.21", "090121"),
    ],
)
def test_a_right_number_comes_back_as_it_is_kept(kind, value, kept):
    answer = ask(kind, value)

    assert answer.status_code == 200
    assert (answer.json()["valid"], answer.json()["value"]) == (True, kept)


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        ("nib", "123", "identifier_length"),
        ("gtin", "4006381333932", "gtin_wrong"),
        ("s10", "RR473124828GB", "bad_item_identifier"),
        ("phone", "12", "phone_invalid"),
    ],
)
def test_a_wrong_number_is_an_answer_with_the_reason(kind, value, code):
    answer = ask(kind, value).json()

    assert (answer["valid"], answer["error"]["code"]) == (False, code)


def test_a_nik_tells_what_it_says_and_warns_of_an_old_area():
    areas.load_shipped()
    answer = ask("nik", "5401015708450001", "id").json()

    assert answer["facts"] == {"sex": "female", "born": ["1945-08-17"], "province": "54", "area": "54.01"}
    assert answer["warnings"][0]["code"] == "nik_area_unknown"
    assert answer["warnings"][0]["message"].startswith("Kode wilayah 54.01")
    assert ask("nik", "1104015708450001").json()["warnings"] == []


def test_an_unknown_kind_and_a_missing_field_are_refused():
    assert ask("ssn", "1").json()["error"]["code"] == "identifier_kind_unknown"
    assert ask("ssn", "1").status_code == 422
    assert Client().post("/api/v1/identifiers/check", {"kind": "nib"}, content_type="application/json").status_code == 422


def test_the_reason_is_in_the_asker_s_language():
    assert ask("nib", "123", "zh-hans").json()["error"]["message"] == "NIB 应为 13 位数字，您输入了 3 位。"
