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
            "name": "",
            "label": "China import VAT",
            "line": 0,
            "base": 20000,
            "base_words": "",
            "rate": "13% × 70%",
            "rate_words": "13% × 70%",
            "amount": 1820,
            "charged": 1820,
            "contained": False,
            "collected": "border",
            "relief": "",
            "rule": "cn-vat-090121",
            "source": "MOF/STA/GACC Ann. 39/2019: 13 and 9 %",
            "certainty": "G",
        }
        assert body["lines"][0]["total"] == 21820
        assert [each["needs"] for each in body["requirements"]] == [["buyer_identity"], ["zh_label"]]

    def test_everything_included_or_the_rest_at_the_door(self):
        parcel = {
            "destination": "SG",
            "currency": "SGD",
            "freight": 1500,
            "lines": [{"hs": "620520", "value": 50000, "quantity": 1, "net_grams": 400}],
        }
        paid, unpaid = self.ask(**parcel).json(), self.ask(**parcel, terms="DAP").json()
        # GST of 9 % on S$515 is S$46.35, collected by customs.
        assert (paid["total"], paid["due_at_checkout"], paid["due_at_door"]) == (56135, 56135, 0)
        assert (unpaid["total"], unpaid["due_at_checkout"], unpaid["due_at_door"]) == (56135, 51500, 4635)

    def test_which_paper_would_lower_it(self):
        noodles = {"mode": "general", "freight": 0, "lines": [{"hs": "190230", "value": 100000, "quantity": 100, "net_grams": 8000}]}
        asked = {"savings": True, "rates": {"USD": "7.10"}}
        found = self.ask(**noodles, **asked).json()["savings"]
        # Duty of 10 % and the VAT on it: 100.00 + 13.00. A declaration is enough up to US$200 of goods: these are ¥1,000, US$140.85.
        assert [(each["key"], each["saved"], each["total"]) for each in found] == [
            ("form_e", 11300, 113000),
            ("origin_declaration", 11300, 113000),
        ]
        assert found[0]["words"] == f"With {found[0]['label']} this parcel pays 0% instead of 10%: ¥113.00 less."
        assert found[0]["changes"] == [
            {
                "kind": "duty",
                "name": "",
                "line": 0,
                "rate_before": "10%",
                "rate_after": "0%",
                "charged_before": 10000,
                "charged_after": 0,
            },
            {
                "kind": "vat",
                "name": "",
                "line": 0,
                "rate_before": "13%",
                "rate_after": "13%",
                "charged_before": 14300,
                "charged_after": 13000,
            },
        ]
        assert self.ask(**noodles, registrations=["form_e"], **asked).json()["savings"] == []
        assert self.ask(**noodles).json()["savings"] is None

    def test_in_the_askers_language(self):
        assert self.ask("zh-hans").json()["parts"][-1]["label"] == "进口环节增值税"
        assert self.ask("id").json()["parts"][-1]["label"] == "PPN impor Tiongkok"

    def test_refusals_have_stable_codes(self):
        for changes, code in (
            ({"destination": "XX"}, "unknown_destination"),
            ({"lines": [{"hs": "010121", "value": 100}]}, "no_tariff_data"),
            ({"lines": [{"hs": "coffee", "value": 100}]}, "bad_hs_code"),
            ({"lines": [{"hs": "080450", "value": 100}]}, "not_by_this_mode"),
            ({"lines": [{"hs": "090121", "value": 500001, "quantity": 2}]}, "over_order_limit"),
            ({"buyer_year": 2_600_000}, "over_year_limit"),
            ({"lines": [{"hs": "170199", "value": 100}]}, "bad_parcel"),
            ({"terms": "FOB"}, "invalid"),
            ({"buyer_grams": {"sugar": 1}}, "invalid"),
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
