"""POST /api/v1/landed-costs, as an integrator calls it."""

from django.test import TestCase

from saudagar.rulebook import queries

COFFEE = {
    "destination": {"country": "CN", "region": "31", "postal_code": "200000"},
    "origin": "ID",
    "date": "2026-11-21",
    "currency": "CNY",
    "freight": 2000,
    "lines": [{"hs": "0901.21", "value": 18000, "quantity": 2, "net_grams": 500, "reference": "a"}],
}


class LandedCosts(TestCase):
    def setUp(self):
        queries.forget()
        self.addCleanup(queries.forget)

    def ask(self, language="en", **changes):
        return self.client.post(
            "/api/v1/landed-costs", COFFEE | changes, content_type="application/json", headers={"Accept-Language": language}
        )

    def test_every_part_has_its_rule_and_source(self):
        answer = self.ask()

        assert answer.status_code == 200, answer.content
        body = answer.json()
        assert (body["total"], body["tax"], body["duty"], body["scheme"]) == (21820, 1820, 0, "cn-cbec")
        assert body["release"] == queries.current_rulebook().version
        vat = body["parts"][-1]
        assert vat == {
            "kind": "vat",
            "label": "China import VAT",
            "line": 0,
            "base": 20000,
            "rate": "13% × 70%",
            "amount": 1820,
            "charged": 1820,
            "contained": False,
            "rule": "cn-vat-090121",
            "source": "MOF/STA/GACC Ann. 39/2019: 13 and 9 %",
            "certainty": "G",
        }
        assert body["lines"][0]["total"] == 21820
        assert [each["needs"] for each in body["requirements"]] == [["buyer_identity"], ["zh_label"]]

    def test_in_the_askers_language(self):
        assert self.ask("zh-hans").json()["parts"][-1]["label"] == "进口环节增值税"
        assert self.ask("id").json()["parts"][-1]["label"] == "PPN impor Tiongkok"

    def test_refusals_have_stable_codes(self):
        for changes, code in (
            ({"destination": "XX"}, "no_tariff_data"),
            ({"lines": [{"hs": "010121", "value": 100}]}, "no_tariff_data"),
            ({"lines": [{"hs": "coffee", "value": 100}]}, "bad_hs_code"),
            ({"lines": [{"hs": "080450", "value": 100}]}, "not_by_this_mode"),
            ({"lines": [{"hs": "090121", "value": 500001, "quantity": 2}]}, "over_order_limit"),
            ({"buyer_year": 2_600_000}, "over_year_limit"),
            ({"mode": "rocket"}, "unknown_mode"),
            ({"currency": "USD"}, "exchange_rate_missing"),
            ({"date": "2010-01-01"}, "no_rules_on_date"),
            ({"release": "x"}, "unknown_rulebook_release"),
            ({"lines": [{"hs": "090121", "value": 0}]}, "bad_parcel"),
            ({"lines": []}, "invalid"),
            ({"freight": -1}, "invalid"),
            ({"currency": "yuan"}, "invalid"),
        ):
            answer = self.ask(**changes)
            assert answer.status_code in (404, 422), (changes, answer.content)
            assert answer.json()["error"]["code"] == code, (changes, answer.content)

    def test_an_invalid_field_is_named(self):
        answer = self.ask(lines=[{"hs": "090121", "value": "much"}])
        assert answer.json()["error"]["field"] == "lines.0.value"

    def test_what_is_not_json_is_refused(self):
        answer = self.client.post("/api/v1/landed-costs", "{", content_type="application/json")
        assert answer.status_code in (400, 422)
        assert answer.json()["error"]["code"] == "invalid"
