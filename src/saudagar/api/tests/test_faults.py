"""What is wrong with a request is said by field and in the asker's language, and what is not known is refused by name."""

import pytest
from django.test import Client

from saudagar.rulebook.models import HsCode

pytestmark = pytest.mark.django_db

PARCEL = {"destination": "CN", "currency": "CNY", "date": "2026-11-21", "lines": [{"hs": "090121", "value": 18000, "quantity": 2}]}
GOODS = {"hs": "090121", "destination": "CN", "date": "2026-11-21"}


def ask(path, body, language="en"):
    answer = Client(headers={"Accept-Language": language}).post(f"/api/v1/{path}", body, content_type="application/json")
    return answer.status_code, answer.json().get("error", {})


def line(**changes):
    return {"lines": [{"hs": "090121", "value": 18000} | changes]}


@pytest.mark.parametrize("wrong", [True, "40", 40.0, 40.5, None, [], {}])
@pytest.mark.parametrize("name", ["value", "quantity", "net_grams"])
def test_amounts_of_a_line_are_whole_numbers_and_nothing_else(name, wrong):
    status, error = ask("landed-costs", PARCEL | line(**{name: wrong}))
    assert (status, error["code"], error["field"]) == (422, "invalid", f"lines.0.{name}")
    assert error["reason"] == f"lines.0.{name} must be a whole number, without quotes"


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("landed-costs", PARCEL | {"freight": True}, "freight"),
        ("landed-costs", PARCEL | {"insurance": "1"}, "insurance"),
        ("landed-costs", PARCEL | {"buyer_year": True}, "buyer_year"),
        ("landed-costs", PARCEL | {"buyer_uses": "2"}, "buyer_uses"),
        ("landed-costs", PARCEL | {"buyer_grams": {"1701": True}}, "buyer_grams.1701"),
        ("landed-costs", PARCEL | {"savings": 1}, "savings"),
        ("landed-costs", PARCEL | {"date": 1795219200}, "date"),
        ("landed-costs", PARCEL | {"date": "20261121"}, "date"),
        ("may-sell", GOODS | {"date": 5}, "date"),
        ("hs-suggestions", {"text": "kopi", "limit": True}, "limit"),
    ],
)
def test_other_amounts_switches_and_days_likewise(path, body, field):
    status, error = ask(path, body)
    assert (status, error["code"], error["field"]) == (422, "invalid", field)


@pytest.mark.parametrize(
    ("path", "body", "field", "reason"),
    [
        ("landed-costs", PARCEL | {"destination": "de"}, "destination", "must be a country's two capital letters, like ID"),
        (
            "landed-costs",
            PARCEL | {"destination": {"country": "de"}},
            "destination.country",
            "must be a country's two capital letters, like ID",
        ),
        ("landed-costs", PARCEL | {"destination": {}}, "destination.country", "is missing"),
        ("landed-costs", PARCEL | {"destination": 5}, "destination", "is not the right kind of value"),
        ("landed-costs", PARCEL | {"rates": {"usd": "7"}}, "rates.usd", "must be a currency's three capital letters, like IDR"),
        ("landed-costs", PARCEL | {"terms": "FOB"}, "terms", "must be one of DDP, DAP"),
        ("landed-costs", PARCEL | {"freight": -1}, "freight", "must be at least 0"),
        ("landed-costs", PARCEL | {"freight": 10**16}, "freight", "must be at most 1000000000000000"),
        ("landed-costs", PARCEL | {"lines": []}, "lines", ": at least 1 of them"),
        ("landed-costs", PARCEL | line(reference="x" * 81), "lines.0.reference", "has at most 80 characters"),
        ("landed-costs", {"destination": "CN", "lines": PARCEL["lines"]}, "currency", "is missing"),
        ("may-sell", GOODS | {"papers": {"halal": "2026-02-30"}}, "papers.halal", "must be a day that exists, written 2026-11-21"),
        ("may-sell", GOODS | {"papers": 5}, "papers", "is not the right kind of value"),
        ("may-sell", GOODS | {"traits": [1]}, "traits.0", "must be a text"),
        ("may-sell", [], "body", "must be an object: {…}"),
    ],
)
def test_the_field_is_named_as_the_caller_wrote_it(path, body, field, reason):
    status, error = ask(path, body)
    assert (status, error["field"]) == (422, field)
    assert error["reason"] == f"{field}{'' if reason.startswith(':') else ' '}{reason}"


@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("rules/de", "destination"),
        ("rules/DE/coffee", "hs"),
        ("rules/DE?on=foo", "on"),
        ("rules/DE?on=0", "on"),
        ("rules/DE?page=0", "page"),
    ],
)
def test_paths_and_queries_too(address, field):
    answer = Client().get(f"/api/v1/{address}")
    assert (answer.status_code, answer.json()["error"]["field"]) == (422, field)


def test_no_english_in_other_languages():
    body = PARCEL | line(value="40")
    assert ask("landed-costs", body, "id")[1]["message"] == (
        "Permintaan tidak lengkap atau keliru: lines.0.value harus bilangan bulat, tanpa tanda kutip."
    )
    assert ask("landed-costs", body, "zh")[1]["message"] == "请求不完整或有误：lines.0.value 须为整数，不加引号。"
    assert ask("landed-costs", "{", "id")[1]["message"] == "Permintaan tidak lengkap atau keliru: isinya bukan JSON yang dapat dibaca."


@pytest.mark.parametrize(
    ("path", "body", "code", "field", "hint"),
    [
        ("landed-costs", PARCEL | {"foo": 1}, "unknown_field", "foo", ""),
        ("landed-costs", PARCEL | line(net_gram=2), "unknown_field", "lines.0.net_gram", "net_grams"),
        ("landed-costs", PARCEL | {"destination": {"country": "CN", "zip": "1"}}, "unknown_field", "destination.zip", ""),
        ("landed-costs", PARCEL | {"registrations": ["id:pkp", "eu:ios"]}, "unknown_registration", "registrations.1", "eu:ioss"),
        ("may-sell", GOODS | {"paper": []}, "unknown_field", "paper", "papers"),
        ("may-sell", GOODS | {"papers": ["halall"]}, "unknown_paper_key", "papers", "halal"),
        ("may-sell", GOODS | {"papers": {"form-E": None}}, "unknown_paper_key", "papers", "form_e"),
        ("may-sell", GOODS | {"traits": ["frehs"]}, "unknown_trait", "traits.0", "fresh"),
        ("hs-suggestions", {"text": "kopi", "langauge": "id"}, "unknown_field", "langauge", "language"),
    ],
)
def test_what_is_not_known_is_refused_by_name(path, body, code, field, hint):
    status, error = ask(path, body)
    assert (status, error["code"], error["field"], error["hint"]) == (422, code, field, hint)
    assert error["unknown"] not in error["known"]
    assert (f"Did you mean {hint}?" in error["message"]) == bool(hint)


def test_every_documented_registration_and_paper_is_known():
    keys = ["eu:ioss", "sg:ovr", "uk:vat", "id:pkp", "form_e", "form_rcep", "rex_statement", "origin_declaration"]
    assert ask("landed-costs", PARCEL | {"registrations": keys})[0] == 200
    assert ask("may-sell", GOODS | {"papers": ["gacc", "halal"], "traits": ["fresh", "dried", "birds_nest", "protected_species"]})[0] == 200


@pytest.mark.parametrize(
    ("code", "hints", "english"),
    [
        ("UK", ["GB"], "Saudagar has no trade rules for “UK” yet. Did you mean GB (United Kingdom)?"),
        ("EL", ["GR"], "Saudagar has no trade rules for “EL” yet. Did you mean GR (Greece)?"),
        ("BR", [], "Saudagar has no trade rules for Brazil (BR) yet. Known: AE, AT, AU,"),
        ("ZZ", [], "Saudagar has no trade rules for “ZZ” yet. Known: AE, AT, AU,"),
    ],
)
@pytest.mark.parametrize(("path", "body"), [("landed-costs", PARCEL), ("may-sell", GOODS)])
def test_an_unknown_country_has_a_refusal_of_its_own(path, body, code, hints, english):
    status, error = ask(path, body | {"destination": code})
    assert (status, error["code"], error["field"], error["hints"]) == (422, "unknown_destination", "destination", hints)
    assert error["message"].startswith(english)
    assert "CN" in error["known"]


def test_what_a_tariff_lacks_is_said_in_the_askers_language():
    horses = PARCEL | {"mode": "general", "lines": [{"hs": "010121", "value": 100}]}
    assert ask("landed-costs", horses)[1]["message"] == "No tariff data for HS 010121 to CN: its rate of duty is not known."
    assert ask("landed-costs", horses, "id")[1]["message"] == (
        "Belum ada data tarif untuk HS 010121 ke CN: tarif bea masuknya belum diketahui."
    )


def test_six_digits_that_stand_for_nothing_are_told_so():
    status, error = ask("landed-costs", PARCEL | line(hs="999999"))
    assert (status, error["code"], error["unknown"]) == (422, "bad_hs_code", "chapter")
    assert error["message"] == "There is no HS code “999999”: there is no chapter 99. Chapters are 01 to 97, without 77."
    assert ask("may-sell", GOODS | {"hs": "12"})[1]["message"] == "HS code “12” is not right: 6 to 10 digits."


def test_with_the_nomenclature_a_code_that_it_does_not_have_is_refused():
    HsCode.objects.create(code="090121", section="II", description="Coffee; roasted, not decaffeinated")
    status, error = ask("landed-costs", PARCEL | line(hs="09012299"))
    assert (status, error["code"], error["unknown"]) == (422, "bad_hs_code", "code")
    assert ask("landed-costs", PARCEL)[0] == 200
    assert ask("may-sell", GOODS | {"hs": "090199"})[1]["message"].startswith(
        "There is no HS code “090199” in the nomenclature: no subheading 0901.99."
    )
    assert Client().get("/api/v1/rules/CN/090199").json()["error"]["unknown"] == "code"


def test_a_day_without_rules_is_not_called_missing_tariff_data():
    answer = (
        Client(headers={"Accept-Language": "en"})
        .post("/api/v1/may-sell", GOODS | {"date": "1990-01-01"}, content_type="application/json")
        .json()
    )
    assert [(each["rule"], each["words"]) for each in answer["reasons"]] == [
        ("no_rules_on_date", "The rulebook has no rules of this destination for the day asked; choose another day.")
    ]


@pytest.mark.parametrize(("path", "body"), [("landed-costs", PARCEL), ("may-sell", GOODS)])
def test_a_day_beyond_the_rules_carries_a_caution(path, body):
    client = Client(headers={"Accept-Language": "en"})
    near, far = (
        client.post(f"/api/v1/{path}", body | {"date": day}, content_type="application/json").json() for day in ("2026-11-21", "2099-01-01")
    )
    assert near["cautions"] == []
    assert far["cautions"] == [f"Rules known as of {far['release'][:10]}; later changes are not in it."]


def test_what_the_buyer_must_give_is_told():
    answer = Client(headers={"Accept-Language": "en"}).post(
        "/api/v1/may-sell", GOODS | {"destination": "KR"}, content_type="application/json"
    )
    assert [(each["rule"], each["of"]) for each in answer.json()["buyer"]] == [
        ("kr-pccc", "buyer"),
        ("kr-same-day", "notice"),
        ("kr-pccc-year", "notice"),
    ]
