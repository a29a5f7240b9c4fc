"""Lists made to do harm: small files that unpack to mountains, cells that take their reader for ever, formulas that wait for a person."""

import csv
import io
import time
import zipfile

import polars as pl
import pytest
from xlsxwriter import Workbook

from saudagar.catalogue.rules import digestion, headers, numbers, sheets
from saudagar.catalogue.rules.sheets import Sheet, SheetTooLarge, SheetUnreadable
from saudagar.foundation.refusals import Refusal


def workbook(cells) -> bytes:
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for (row, column), value in cells.items():
            sheet.write(row, column, value)
    return out.getvalue()


def test_a_cell_in_the_last_corner_is_refused_and_the_process_lives():
    data = workbook({(0, 0): "Nama", (0, 1): "Harga", (1_048_575, 16_383): "x"})
    assert len(data) < 10_000
    with pytest.raises(SheetTooLarge):
        sheets.read(data)


def test_an_ordinary_workbook_is_read_as_before():
    sheet = sheets.read(workbook({(0, 0): "Nama", (0, 1): "Harga", (1, 0): "Kopi", (1, 1): 107000}))
    assert (sheet.kind, sheet.columns, sheet.rows) == ("xlsx", ["Nama", "Harga"], [("Kopi", "107000")])


def test_a_workbook_that_is_none():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("xl/workbook.xml", "<not a workbook")
    for data in (out.getvalue(), b"PK\x03\x04 and nothing more"):
        with pytest.raises(SheetUnreadable):
            sheets.read(data)


def test_what_unpacks_to_more_than_any_list_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"\0" * (sheets.LARGEST_UNPACKED_BYTES + 1))
    with pytest.raises(SheetTooLarge):
        sheets.read(out.getvalue())


@pytest.mark.parametrize("data", [b"Nama,Harga\n" + b"\n" * 5_000_000, b"Nama," * 5_000_000, b"a,b\n" * 200_000])
def test_a_csv_of_nothing_but_separators_is_refused_soon(data):
    begun = time.process_time()
    with pytest.raises(SheetTooLarge):
        sheets.read(data)
    assert time.process_time() - begun < 10


@pytest.mark.parametrize(
    "cell", ["1" + " " * 30_000 + "x", "Rp" + "1." * 15_000, "(" * 30_000, "1 kg " * 6_000, "http://[", "http://x/a-%00b"]
)
def test_no_cell_keeps_its_reader_busy(cell):
    columns = list(headers.FIELDS)
    begun = time.process_time()
    guesses = headers.suggest([*columns, cell], [[cell] * len(columns)] * 3, {column: column for column in columns})
    found = digestion.digest([[cell] * len(columns)] * 3, guesses, first_row=2)
    for reader in (numbers.amount, numbers.count, numbers.grams, numbers.millimetres, numbers.box):
        with pytest.raises(Refusal):
            reader(cell)
    assert time.process_time() - begun < 5
    assert "\x00" not in str([product.titles for product in found.products])


FORMULAS = ('=HYPERLINK("http://x")', "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "-5", "+62812")


def test_rejected_rows_hold_no_formula_and_can_be_taken_in_again():
    sheet = Sheet("csv", ["Nama", "Catatan"], [], 2)
    written = sheets.rejected_rows(sheet, [(2, ("Kopi", text), "=why") for text in FORMULAS], "Alasan")
    rows = list(csv.reader(io.StringIO(written.decode("utf-8-sig"))))[1:]
    assert [row[1][0] for row in rows] == ["'", "'", "'", "'", "-", "+"]
    assert {row[2] for row in rows} == {"'=why"}
    assert [row[1] for row in sheets.read(written).rows] == list(FORMULAS)


def test_rejected_rows_of_a_workbook_are_texts():
    sheet = Sheet("xlsx", ["Nama", "Catatan"], [], 2)
    written = sheets.rejected_rows(sheet, [(2, ("Kopi", text), "why") for text in FORMULAS], "Alasan")
    with zipfile.ZipFile(io.BytesIO(written)) as packed:
        assert "<f>" not in "".join(packed.read(name).decode() for name in packed.namelist() if "worksheets/" in name)
    assert pl.read_excel(io.BytesIO(written))["Catatan"].to_list() == list(FORMULAS)
