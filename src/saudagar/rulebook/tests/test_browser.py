"""The officer's rule browser: who sees it, what it says, and switches thrown from it."""

from datetime import UTC, datetime

import pytest
from django.test import Client, TestCase

from saudagar.audit.models import Entry
from saudagar.people.models import User
from saudagar.rulebook import actions, browsing, files, queries
from saudagar.rulebook.models import Release
from saudagar.rulebook.rules import read
from saudagar.rulebook.rules.switching import ReasonMissing, SwitchHasStood, UnknownSwitch
from saudagar.rulebook.tests.cast import TODAY, shipped

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
PAGES = ("", "goods/?destination=CN&hs=090121", "switches/", "findings/", "releases/", "differences/?from=x&to=y", "CN/?q=kopi")


def somebody(**roles: bool) -> tuple[User, Client]:
    user = User.objects.create(name="Officer", language="en", **roles)
    client = Client(headers={"accept-language": "en"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return user, client


class Browser(TestCase):
    def setUp(self):
        queries.forget()
        self.addCleanup(queries.forget)

    def test_every_page_answers_an_officer_and_nobody_else(self):
        _, officer = somebody(is_officer=True)
        _, buyer = somebody()
        for page in PAGES:
            assert officer.get(f"/officer/rules/{page}").status_code == 200, page
            assert buyer.get(f"/officer/rules/{page}").status_code == 404, page
            assert Client().get(f"/officer/rules/{page}").status_code == 302, page
        assert officer.get("/officer/rules/QQ/").status_code == 404

    def test_what_applies_is_told_with_rate_rule_and_source(self):
        _, officer = somebody(is_officer=True)
        page = officer.get("/officer/rules/goods/?destination=CN&hs=0901.21&origin=ID&on=2026-11-21").content.decode()
        for words in ("cn-vat-090121", "13%", "Form E", "cn-cbec-order", "¥5,000.00", "Cai Guan Shui [2018] 49"):
            assert words in page, words

    def test_wrong_questions_are_answered_in_words(self):
        _, officer = somebody(is_officer=True)
        for question in ("destination=QQ&hs=090121", "destination=CN&hs=99", "destination=CN&hs=090121&release=2020-01-01-00000000"):
            page = officer.get(f"/officer/rules/goods/?{question}")
            assert page.status_code == 200
            assert "notice--warning" in page.content.decode()

    def test_the_tariff_is_searched_by_code_and_by_goods(self):
        there = shipped().destinations["CN"]
        by_code = browsing.tariff(shipped(), there, TODAY, "en", text="0901.21")
        assert {row.hs for row in by_code} <= {"", "09", "0901", "0901.21"}
        assert "cn-vat-090121" in {row.id for row in by_code}
        by_goods = browsing.tariff(shipped(), there, TODAY, "en", text="COFFEE, roasted", kind="vat")
        assert [row.id for row in by_goods] == ["cn-vat-090121"]


class Switches(TestCase):
    def setUp(self):
        queries.forget()
        self.addCleanup(queries.forget)

    def test_throwing_makes_a_release_and_a_line_in_the_trail_and_back_is_the_old_one(self):
        user, officer = somebody(is_officer=True)
        before = queries.current_rulebook().version
        url = "/officer/rules/switches/cn_list_spices/state/"

        answer = officer.post(url, {"state": "on", "reason": " Letter 12/2026  of GACC "})

        assert answer.status_code == 302
        assert queries.current_rulebook().switches["cn_list_spices"].on
        thrown = Entry.objects.get(action="rulebook.switch_thrown")
        assert (thrown.by, thrown.subject) == (user.pk, queries.current_rulebook().version)
        assert thrown.facts == {"switch": "cn_list_spices", "state": "on", "before": before, "reason": "Letter 12/2026 of GACC"}

        officer.post(url, {"state": "off", "reason": "withdrawn"})

        assert queries.current_rulebook().version == before
        assert Release.objects.count() == 2
        assert Release.objects.get(is_current=True).is_shipped

    def test_what_cannot_be_thrown_changes_nothing(self):
        user, officer = somebody(is_officer=True)
        before = queries.current_rulebook().version
        for name, on, reason, refusal in (
            ("nobody", True, "x", UnknownSwitch),
            ("cn_list_spices", False, "x", SwitchHasStood),
            ("cn_list_spices", True, "  ", ReasonMissing),
        ):
            with pytest.raises(refusal):
                actions.throw_switch(name, on=on, reason=reason, by=user.pk, at=AT)
        page = officer.post("/officer/rules/switches/cn_list_spices/state/", {"state": "on", "reason": ""})
        assert page.status_code == 422
        _, buyer = somebody()
        assert buyer.post("/officer/rules/switches/cn_list_spices/state/", {"state": "on", "reason": "x"}).status_code == 404
        assert (Release.objects.count(), queries.current_rulebook().version) == (1, before)
        assert not Entry.objects.filter(action="rulebook.switch_thrown").exists()


def test_changes_name_rules_and_fields():
    texts = files.texts()
    row = next(line for line in texts["tariffs/CN.csv"].splitlines() if line.startswith("cn-vat-090121,"))
    texts["tariffs/CN.csv"] = texts["tariffs/CN.csv"].replace(row, row.replace("13%", "14%"))
    limit = 'at_most = "26000.00"'
    texts["destinations/CN.toml"] = texts["destinations/CN.toml"].replace(limit, 'at_most = "30000.00"')
    later = read(texts)

    changes = browsing.changes(shipped(), later, "en")

    assert [(change.id, change.what, change.fields) for change in changes] == [
        ("cn-cbec-year", "changed", (("at most", "¥26,000.00", "¥30,000.00"),)),
        ("cn-vat-090121", "changed", (("rate", "13%", "14%"),)),
    ]
    assert browsing.changes(later, later, "id") == []


class Api(TestCase):
    def test_anybody_reads_the_rules(self):
        queries.forget()
        everybody = Client(headers={"accept-language": "en"})
        known = everybody.get("/api/v1/rules").json()
        china = everybody.get("/api/v1/rules/CN?q=090121&on=2026-11-21").json()
        goods = everybody.get("/api/v1/rules/CN/0901.21?origin=ID&on=2026-11-21").json()

        assert known["release"] == shipped().version
        assert {each["destination"] for each in known["destinations"]} == set(shipped().destinations)
        assert [each["rule"] for each in china["rules"]["limits"]][:1] == ["cn-cbec-order"]
        assert ("cn-vat-090121", "13%") in {(row["rule"], row["rate"]) for row in goods["rates"]}
        assert [way["mode"] for way in goods["ways"]][:1] == ["cbec"]
        assert goods["ways"][0]["missing"][0]["papers"][0]["given_by"]

    def test_only_what_concerns_the_goods(self):
        def rules(path):
            return [rule["rule"] for way in Client().get(path).json()["ways"] for rule in way["rules"]]

        coffee = rules("/api/v1/rules/CN/090121?on=2026-11-21")
        assert "cn-cbec-year" in coffee
        assert "cn-cbec-sugar-year" not in coffee
        assert "cn-cbec-sugar-year" in rules("/api/v1/rules/CN/170199?on=2026-11-21")
        assert "cn-small-acfta" in coffee
        assert "cn-small-acfta" not in rules("/api/v1/rules/CN/090121?on=2026-11-21&origin=BR")
        to_germany = rules("/api/v1/rules/DE/090121?on=2026-11-21")
        assert "eu-h7-flat" in to_germany
        assert "eu-flat-outside-vat" not in to_germany

    def test_refusals_have_codes(self):
        for path, status, code in (
            ("/api/v1/rules/QQ", 422, "unknown_destination"),
            ("/api/v1/rules/CN/990000", 422, "bad_hs_code"),
            ("/api/v1/rules?release=2020-01-01-00000000", 404, "unknown_rulebook_release"),
            ("/api/v1/rule-releases/x/differences?since=y", 404, "unknown_rulebook_release"),
        ):
            answer = Client().get(path)
            assert (answer.status_code, answer.json()["error"]["code"]) == (status, code), path

    def test_releases_and_what_changed(self):
        user, _ = somebody(is_officer=True)
        queries.forget()
        before = queries.current_rulebook().version
        later = actions.throw_switch("cn_list_fabric_by_the_metre", on=True, reason="x", by=user.pk, at=AT)
        known = Client().get("/api/v1/rule-releases").json()["releases"]
        assert {(each["release"], each["is_current"]) for each in known} == {(before, False), (later.version, True)}
        found = Client().get(f"/api/v1/rule-releases/{later.version}/differences?since={before}").json()["changes"]
        assert ("cn_list_fabric_by_the_metre", "changed") in {(each["rule"], each["change"]) for each in found}
        queries.forget()
