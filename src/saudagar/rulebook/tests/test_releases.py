"""Releases are kept whole; the current one is read once; a past one prices as it did."""

import os
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import TestCase

from saudagar.rulebook import actions, files, queries
from saudagar.rulebook.models import HsCode, Release
from saudagar.rulebook.rules import Item, Unreadable, agrees, landed_cost, recompute, snapshot
from saudagar.rulebook.rules.refusals import UnknownRelease
from saudagar.rulebook.tests.cast import shipped, to_china

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)


def raised_vat() -> dict[str, str]:
    """The law of another day: VAT on coffee is 14 %."""
    texts = files.texts()
    row = next(line for line in texts["tariffs/CN.csv"].splitlines() if line.startswith("cn-vat-090121,"))
    texts["tariffs/CN.csv"] = texts["tariffs/CN.csv"].replace(row, row.replace("13%", "14%"))
    return texts


class Releases(TestCase):
    def setUp(self):
        queries.forget()
        self.addCleanup(queries.forget)

    def test_the_shipped_rules_are_in_force_after_migration(self):
        assert queries.current_rulebook().version == shipped().version
        assert Release.objects.get().is_shipped

    def test_an_order_of_a_past_day_is_recomputed_under_its_release(self):
        request = to_china(Item("090121", 180_00, 2, 500), freight=20_00)
        kept = snapshot(request, landed_cost(request, queries.current_rulebook()))
        actions.load(raised_vat(), at=AT)

        today = recompute(kept, queries.current_rulebook())
        then = recompute(kept, queries.rulebook_of(kept.release))

        assert (today.tax, then.tax) == (19_60, 18_20)
        assert agrees(kept, then)
        assert not agrees(kept, today)

    def test_loading_again_changes_nothing(self):
        actions.load(raised_vat(), at=AT)
        first = Release.objects.get(is_current=True)
        actions.load(raised_vat(), at=datetime(2027, 1, 1, tzinfo=UTC))
        again = Release.objects.get(is_current=True)
        assert (again.version, again.loaded_at) == (first.version, AT)
        assert Release.objects.count() == 2

    def test_new_code_does_not_replace_an_officers_release(self):
        release = actions.load(raised_vat(), at=AT)
        assert actions.load_shipped(at=AT) is None
        assert queries.current_rulebook().version == release.version

    def test_a_faulty_folder_changes_nothing(self):
        texts = files.texts() | {"release.toml": "as_of = "}
        with pytest.raises(Unreadable):
            actions.load(texts, at=AT)
        assert queries.current_rulebook().version == shipped().version

    def test_an_edited_release_is_noticed(self):
        release = actions.load(raised_vat(), at=AT)
        queries.rulebook_of.cache_clear()
        Release.objects.filter(version=release.version).update(texts=files.texts())
        with pytest.raises(RuntimeError, match="was changed in the database"):
            queries.rulebook_of(release.version)
        queries.rulebook_of.cache_clear()

    def test_an_unknown_release_is_refused(self):
        with pytest.raises(UnknownRelease):
            queries.rulebook_of("1999-01-01-00000000")


class RulesCommand(TestCase):
    def setUp(self):
        queries.forget()
        self.addCleanup(queries.forget)

    def run_it(self, *arguments):
        out = StringIO()
        call_command("rules", *arguments, stdout=out, stderr=out)
        return out.getvalue()

    def test_check_of_the_shipped_rules_finds_no_error(self):
        said = self.run_it("check", "--on", "2026-11-21")
        assert "No errors." in said
        assert "error " not in said
        assert "cn_list_spices" in said

    def test_show_says_what_applies_and_why(self):
        said = self.run_it("show", "CN", "0901.21", "--on", "2026-11-21")
        for words in (
            "0901.21 coffee, roasted",
            "cn-vat-090121",
            "15%",
            "Cai Guan Shui",
            "¥5,000.00",
            "May be sold when there is:",
            "GACC",
        ):
            assert words in said, words

    def test_show_of_an_unknown_destination(self):
        with pytest.raises(CommandError, match="no trade rules for"):
            self.run_it("show", "XX", "090121")

    def test_load_with_a_switch(self):
        said = self.run_it("load", "--switch", "cn_list_wood_and_rattan=on")
        assert "is in force" in said
        assert "cn-cbec-list-442011" not in {rule.id for rule in queries.current_rulebook().idle}
        with pytest.raises(CommandError, match="no switch is called"):
            self.run_it("load", "--switch", "nonsense=on")

    def test_the_nomenclature_loads(self):
        path = files_shared("data/hs-2022-un-comtrade.csv")
        said = self.run_it("load", "--hs-only", str(path))
        assert said == f"{HsCode.objects.count():,} HS codes loaded.\n"
        assert HsCode.objects.count() == 6_939
        assert "Coffee; roasted, not decaffeinated" in self.run_it("show", "CN", "090121", "--on", "2026-11-21")
        assert "is not in the nomenclature" not in self.run_it("check", "--on", "2026-11-21")


def files_shared(name):
    root = Path(os.environ.get("SAUDAGAR_SHARED", Path(__file__).parents[5] / "shared"))
    path = root / name
    if not path.is_file():
        pytest.skip(f"{name} is not here")
    return path
