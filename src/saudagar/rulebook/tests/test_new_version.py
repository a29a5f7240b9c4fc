"""New code brings new rules: switches keep their position, what an officer changed by hand stays until an officer decides."""

from datetime import UTC, datetime
from io import StringIO
from unittest import mock

import pytest
from django.core.management import call_command
from django.test import TestCase

from saudagar.audit.models import Entry
from saudagar.rulebook import actions, files, queries
from saudagar.rulebook.models import Release
from saudagar.rulebook.rules.reading import version_of
from saudagar.rulebook.rules.switching import positions
from saudagar.rulebook.tests.test_browser import somebody
from saudagar.rulebook.tests.test_releases import raised_vat

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
LATER = datetime(2026, 12, 1, 12, tzinfo=UTC)
SWITCH = "cn_list_spices"
OLD = files.texts()


def with_vat(rate: str, texts: dict[str, str] | None = None) -> dict[str, str]:
    """The rules of another version: VAT on tea."""
    changed = dict(texts or OLD)
    row = next(line for line in changed["tariffs/CN.csv"].splitlines() if line.startswith("cn-vat-090210,"))
    changed["tariffs/CN.csv"] = changed["tariffs/CN.csv"].replace(row, row.replace("9%", rate))
    return changed


def without_switch(name: str, texts: dict[str, str]) -> dict[str, str]:
    """A version that has settled a question: the switch is gone, and the rules behind it with it."""
    blocks = texts["switches.toml"].split("[[switch]]")
    changed = {**texts, "switches.toml": "[[switch]]".join(block for block in blocks if f'name = "{name}"' not in block)}
    for file, text in texts.items():
        if file.endswith(".csv"):
            changed[file] = "".join(line for line in text.splitlines(keepends=True) if name not in line)
    return changed


def shipping(texts: dict[str, str]):
    """This version of the project ships these rules."""
    return mock.patch.object(files, "texts", lambda *_: dict(texts))


class NewVersion(TestCase):
    def setUp(self):
        queries.forget()
        self.addCleanup(queries.forget)
        self.user, self.officer = somebody(is_officer=True)

    def throw(self, name: str, on: bool) -> Release:
        return actions.throw_switch(name, on=on, reason="letter", by=self.user.pk, at=AT)

    def current(self) -> Release:
        return Release.objects.get(is_current=True)

    def test_untouched_rules_are_replaced(self):
        with shipping(with_vat("8%")):
            assert actions.load_shipped(at=LATER) == self.current()
        assert self.current().is_shipped
        assert not Entry.objects.filter(action__startswith="rulebook.shipped").exists()

    def test_a_thrown_switch_is_carried_over_and_the_trail_says_so(self):
        before = self.throw(SWITCH, True)
        new = with_vat("8%")
        with shipping(new):
            actions.load_shipped(at=LATER)
            assert queries.waiting() is None
        now_current = self.current()
        assert positions(now_current.texts) == {SWITCH: True}
        assert now_current.texts["tariffs/CN.csv"] == new["tariffs/CN.csv"]
        assert (now_current.is_shipped, now_current.base) == (False, version_of(new))
        assert queries.current_rulebook().switches[SWITCH].on
        entry = Entry.objects.get(action="rulebook.shipped_brought_in")
        assert (entry.by, entry.subject) == (None, now_current.version)
        assert entry.facts == {"before": before.version, "kept": {SWITCH: "on"}, "same": [], "gone": []}
        page = self.officer.get("/officer/rules/switches/").content.decode()
        assert "Rules of a new version that were brought in" in page

        with shipping(with_vat("7%")):  # and again with the next version
            actions.load_shipped(at=LATER)
        assert positions(self.current().texts) == {SWITCH: True}
        assert self.current().base == version_of(with_vat("7%"))

        with shipping(with_vat("7%")):  # which changes nothing when it starts again
            assert actions.load_shipped(at=LATER) is None
        assert Entry.objects.filter(action="rulebook.shipped_brought_in").count() == 2

    def test_a_switch_that_is_no_more_is_told(self):
        self.throw(SWITCH, True)
        self.throw("jp_simplified_other_goods", True)
        with shipping(without_switch(SWITCH, OLD)):
            actions.load_shipped(at=LATER)
        assert positions(self.current().texts) == {"jp_simplified_other_goods": True}
        facts = Entry.objects.get(action="rulebook.shipped_brought_in").facts
        assert (facts["kept"], facts["gone"]) == ({"jp_simplified_other_goods": "on"}, [SWITCH])

    def test_a_switch_the_author_now_agrees_with_leaves_no_trace(self):
        self.throw(SWITCH, True)
        new = {**OLD, "switches.toml": OLD["switches.toml"].replace(f'name = "{SWITCH}"\non = false', f'name = "{SWITCH}"\non = true')}
        with shipping(new):
            actions.load_shipped(at=LATER)
        assert self.current().version == version_of(new)
        assert self.current().is_shipped
        assert Entry.objects.get(action="rulebook.shipped_brought_in").facts["same"] == [SWITCH]

    def test_rules_that_contradict_a_position_wait(self):
        before = self.throw(SWITCH, True)
        # The next version writes as certain, for the same goods, what hung on the switch.
        row = next(line for line in OLD["tariffs/CN.csv"].splitlines() if line.endswith(f",{SWITCH}") or f",{SWITCH}," in line)
        certain = row.replace(SWITCH, "").replace(row.split(",")[0], "cn-now-certain", 1).replace(",U,", ",V,")
        with shipping({**OLD, "tariffs/CN.csv": OLD["tariffs/CN.csv"] + certain + "\n"}):
            assert actions.load_shipped(at=LATER) is None
            assert self.current().version == before.version
            assert queries.waiting() is not None
            refused = self.officer.post("/officer/rules/shipped/", follow=True)
            assert "would contradict each other" in refused.content.decode()
        assert self.current().version == before.version

    def test_what_an_officer_changed_by_hand_stays_until_an_officer_takes_the_new_rules_in(self):
        edited = actions.load(raised_vat(), at=AT, by=self.user.pk)
        self.throw(SWITCH, True)
        before = self.current()
        assert queries.waiting() is None
        new = with_vat("8%")
        with shipping(new):
            assert actions.load_shipped(at=LATER) is None
            assert self.current().version == before.version
            waits = queries.waiting()
            assert waits is not None
            # Tea by the new version, and coffee no longer by hand.
            assert (waits.release.version, waits.changes, dict(waits.carried.kept)) == (version_of(new), 2, {SWITCH: True})

            for page in ("", "releases/"):
                said = self.officer.get(f"/officer/rules/{page}").content.decode()
                assert "Newer rules came with this version" in said
                assert f"from={before.version}&amp;to={version_of(new)}" in said
            assert self.officer.get(f"/officer/rules/differences/?from={before.version}&to={version_of(new)}").status_code == 200
            _, buyer = somebody()
            assert buyer.post("/officer/rules/shipped/").status_code == 404
            assert self.officer.get("/officer/rules/shipped/").status_code == 405
            assert self.current().version == before.version

            assert self.officer.post("/officer/rules/shipped/").status_code == 302
            assert queries.waiting() is None
        assert positions(self.current().texts) == {SWITCH: True}
        assert self.current().base == version_of(new)
        entry = Entry.objects.get(action="rulebook.shipped_taken")
        assert (entry.by, entry.facts["before"]) == (self.user.pk, before.version)
        assert Release.objects.filter(version=edited.version).exists()
        with shipping(with_vat("7%")):  # from now on it is the project's again
            actions.load_shipped(at=LATER)
        assert self.current().base == version_of(with_vat("7%"))

    def test_what_is_made_from_the_law_in_force_keeps_its_base(self):
        """A proposal that became law, a schedule: later versions wait for an officer."""
        shipped_version = self.current().version
        release = actions.load(with_vat("5%"), at=AT)
        assert (release.base, release.is_shipped) == (shipped_version, False)
        with shipping(with_vat("8%")):
            actions.load_shipped(at=LATER)
            assert queries.waiting() is not None

    def test_the_command_takes_them_in_and_says_what_became_of_the_switches(self):
        actions.load(raised_vat(), at=AT)
        self.throw(SWITCH, True)
        new = without_switch(SWITCH, with_vat("8%"))
        with shipping(new):
            actions.load_shipped(at=LATER)
            checked = self.run_it("check")
            assert f"Thrown here, and no longer there: {SWITCH}." in checked
            assert "Take them in: ./saudagar rules load" in checked
            said = self.run_it("load", "--switch", "jp_simplified_other_goods=on")
            assert f"Thrown here, and no longer there: {SWITCH}." in said
            assert "Take them in" not in self.run_it("check")
        assert positions(self.current().texts) == {"jp_simplified_other_goods": True}
        assert self.current().base == version_of(new)

    def run_it(self, *arguments: str) -> str:
        out = StringIO()
        call_command("rules", *arguments, stdout=out, stderr=out)
        return out.getvalue()


@pytest.mark.parametrize("name", ["nobody"])
def test_a_position_nobody_knows_is_gone(name):
    from saudagar.rulebook.rules.switching import HERE, carried_over  # noqa: PLC0415

    carried = carried_over(OLD, {**OLD, HERE: f"[switches]\n{name} = true\n"})
    assert (carried.gone, HERE in carried.texts) == ((name,), False)
