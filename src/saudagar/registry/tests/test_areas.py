import csv
import os
import time
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db.models import Count
from django.test import TestCase

from saudagar.foundation.models import Area
from saudagar.registry import areas, queries
from saudagar.registry.rules.areas import digest

SHARED = Path(os.environ.get("SAUDAGAR_SHARED") or Path(__file__).resolve().parents[4] / ".." / "shared")
ALL_AREAS = SHARED / "data" / "areas-kemendagri-2025.csv"


class Shipped(TestCase):
    def setUp(self):
        areas.load_shipped()

    def test_all_provinces_and_regencies_are_there(self):
        assert Area.objects.filter(level=Area.Level.PROVINCE).count() == 38
        assert Area.objects.filter(level=Area.Level.REGENCY).count() == 514
        aceh = Area.objects.get(code="11")
        assert (aceh.name, aceh.iso_code, aceh.bps_code, aceh.parent_id) == ("Aceh", "ID-AC", "11", None)

    def test_statisticians_number_papua_differently(self):
        codes = dict(Area.objects.filter(level=1, code__startswith="9").values_list("code", "bps_code"))
        assert codes == {"91": "94", "92": "91", "93": "95", "94": "96", "95": "97", "96": "92"}

    def test_loading_again_changes_nothing(self):
        outcome = areas.load_shipped()
        assert (outcome.added, outcome.changed) == (0, 0)

    def test_an_area_is_named_with_what_lies_around_it(self):
        assert queries.area_name("11.04") == "Kabupaten Aceh Tengah, Aceh"
        assert queries.area_names({"11", "32.73"}) == {"11": "Aceh", "32.73": "Kota Bandung, Jawa Barat"}

    def test_a_later_list_renames_and_adds_and_keeps_other_columns(self):
        outcome = areas.load([["code", "name"], ["11", "Nanggroe Aceh"], ["11.04.09", "Bebesen"]])

        assert (outcome.added, outcome.changed, outcome.rejected) == (1, 1, [])
        assert Area.objects.get(code="11").iso_code == "ID-AC"
        assert [area.name for area in queries.parts("11.04")] == ["Bebesen"]


def test_rows_that_make_no_sense_are_rejected_with_line_and_reason():
    rows, rejected = digest(
        [
            ["\ufeffCode", "Name"],
            ["11", "Aceh"],
            ["", ""],
            ["11.4", "Short"],
            ["11.04", ""],
            ["1105", "Kabupaten Aceh Barat"],
            ["11.05", "Again"],
            ["12.01", "No province"],
            ["12.01.01", "Nor this"],
            ["11.05.01", "District"],
            ["٣٢", "Arabic"],
            ["11.05.01.9001", "No such kind of village"],
        ]
    )

    assert [row.code for row in rows] == ["11", "11.05", "11.05.01"]
    assert [(row.line, row.reason) for row in rejected] == [
        (4, "code"),
        (5, "name"),
        (7, "twice"),
        (8, "parent"),
        (9, "parent"),
        (11, "code"),
        (12, "code"),
    ]


def test_a_list_without_a_header_is_read_too():
    rows, _rejected = digest([["11", "Aceh"], ["11.04", "Kabupaten Aceh Tengah"]])
    assert [row.code for row in rows] == ["11", "11.04"]


@pytest.mark.skipif(not ALL_AREAS.exists(), reason="the real list is not here")
@pytest.mark.django_db
def test_all_of_indonesia_in_seconds_and_again(tmp_path, capsys):
    copy = tmp_path / "areas.csv"
    copy.write_bytes(ALL_AREAS.read_bytes() + b"99.x,Nowhere\r\n")
    areas.load_shipped()
    started = time.monotonic()

    call_command("import_areas", str(copy))

    assert time.monotonic() - started < 30
    assert Area.objects.count() == 91_599
    assert dict(Area.objects.values_list("level").annotate(n=Count("code"))) == {1: 38, 2: 514, 3: 7285, 4: 83762}
    assert list(csv.reader((tmp_path / "areas.rejected.csv").open(encoding="utf-8")))[1][0] == "91601"
    outcome = areas.load(csv.reader(ALL_AREAS.open(encoding="utf-8", newline="")))
    assert (outcome.added, outcome.changed, outcome.rejected) == (0, 0, [])
