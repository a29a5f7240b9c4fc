"""Foreign product lists: what is taken, what is refused and why."""

import io
import os
from pathlib import Path

import pytest
import xlsxwriter

from saudagar.catalogue.rules import digestion, headers, sheets

SHARED = Path(os.environ.get("SAUDAGAR_SHARED") or Path(__file__).parents[4].parent / "shared")
REAL = SHARED / "data" / "marketplace-products-raw.xlsx"


def digested(text: str, **chosen: str):
    sheet = sheets.read(text.encode())
    guesses = headers.suggest(sheet.columns, sheet.rows, chosen)
    return digestion.digest(sheet.rows, guesses, first_row=sheet.first_row), guesses, sheet


def codes(rejection):
    return [reason.code for reason in rejection.reasons]


@pytest.fixture(scope="module")
def sheet():
    return sheets.read(REAL.read_bytes())


@pytest.fixture(scope="module")
def guesses(sheet):
    return headers.suggest(sheet.columns, sheet.rows)


@pytest.fixture(scope="module")
def digest(sheet, guesses):
    return digestion.digest(sheet.rows, guesses, first_row=sheet.first_row)


@pytest.mark.skipif(not REAL.exists(), reason="the shared real file is not here")
class TestRealMarketplaceList:
    def test_headers_are_understood_without_help(self, guesses):
        meant = {guess.column: guess.field for guess in guesses if guess.field}
        assert meant == {"Product Name": "title", "Price": "price", "Category": "category", "URL": "address"}
        assert all(guess.is_sure for guess in guesses if guess.field)

    def test_what_another_marketplace_measured_is_left_out_on_purpose(self, guesses):
        assert all(guess.left_out for guess in guesses if not guess.field)

    def test_every_row_is_taken_or_refused_with_its_reason(self, digest):
        assert (digest.variants, len(digest.rejected), digest.empty_rows) == (95, 4, 0)
        assert [(rejection.row, codes(rejection)) for rejection in digest.rejected] == [
            (row, ["row_with_only_address"]) for row in (2, 43, 77, 78)
        ]

    def test_prices_and_names(self, digest):
        first = digest.products[0]
        assert first.titles == {"id": "Paket Eat Sambel Favorit Mas Yangun - 2 CM - 1 CKL"}
        assert first.variants[0].price == 10_700_000
        assert {product.variants[0].price for product in digest.products} >= {3_481_200, 28_106_000, 842_400}
        assert None not in {product.variants[0].price for product in digest.products}

    def test_a_priced_row_without_name_takes_it_from_its_address_and_says_so(self, digest):
        named = [product for product in digest.products if "title_from_address" in product.notes]
        assert len(named) == 2
        assert named[0].titles["id"].startswith("Bubuk aonori taburan tokoyaki")

    def test_made_skus_are_unique_and_come_out_the_same_again(self, sheet, guesses, digest):
        skus = [variant.sku for product in digest.products for variant in product.variants]
        again = digestion.digest(sheet.rows, guesses, first_row=sheet.first_row)
        assert len(set(skus)) == 95
        assert skus == [variant.sku for product in again.products for variant in product.variants]

    def test_star_counts_that_contradict_their_headers_are_noticed(self, sheet):
        assert headers.contradictions(sheet.columns, sheet.rows) == [f"Rating {star} Count" for star in range(1, 6)]

    def test_rejected_rows_go_back_in_the_same_form_with_a_reason(self, sheet, digest):
        out = sheets.rejected_rows(sheet, [(each.row, each.cells, each.reasons[0].message("en")) for each in digest.rejected], "Reason")
        again = sheets.read(out)
        assert again.columns == [*sheet.columns, "Reason"]
        assert [row[:16] for row in again.rows] == [each.cells for each in digest.rejected]
        assert again.rows[0][16] == "This row holds only a link: name and price are empty."


class TestHeaders:
    def test_indonesian_semicolon_list_below_a_title_line(self):
        digest, guesses, _ = digested(
            "Daftar Produk Sari;;;;\n;;;;\nNama Barang;Harga Jual (Rp);Berat (kg);Stok;Barcode\nKopi Gayo;75.000;0,25;12;8991234567891\n"
        )
        assert [guess.field for guess in guesses] == ["title", "price", "weight", "stock", "gtin"]
        variant = digest.products[0].variants[0]
        assert (variant.row, variant.price, variant.weight_grams, variant.pieces, variant.gtin) == (4, 7_500_000, 250, 12, "8991234567891")

    def test_chinese_list(self):
        digest, guesses, _ = digested("商品名称,价格,重量(克),货号,海关编码,产地\n加约咖啡,75000,250,KG-250,0901.21,印度尼西亚\n")
        assert [guess.field for guess in guesses] == ["title", "price", "weight", "sku", "hs_code", "origin"]
        assert (digest.products[0].hs_code, digest.products[0].origin, digest.products[0].variants[0].sku) == ("090121", "ID", "KG-250")

    def test_chinese_list_in_its_old_encoding(self):
        sheet = sheets.read("商品名称,价格\n加约咖啡,75000\n".encode("gb18030"))
        assert sheet.columns == ["商品名称", "价格"]

    def test_a_person_decides_over_every_guess(self):
        digest, guesses, _ = digested(
            "Nama Produk,Merek dagang,Harga\nKopi,Gayo Sari,10.000\n", **{"Merek dagang": "title", "Nama Produk": "variant"}
        )
        assert [(guess.field, guess.confidence) for guess in guesses] == [("variant", 100), ("title", 100), ("price", 99)]
        assert digest.products[0].titles["id"] == "Gayo Sari"

    def test_a_mapping_to_nowhere_is_refused(self):
        with pytest.raises(headers.UnknownColumn):
            digested("Nama Produk,Harga\nKopi,10.000\n", **{"Nama": "title"})
        with pytest.raises(headers.UnknownColumn):
            digested("Nama Produk,Harga\nKopi,10.000\n", **{"Harga": "prijs"})

    def test_contents_speak_where_headers_are_silent(self):
        _, guesses, _ = digested("Nama Produk,A,B\nKopi,Rp10.000,8991234567891\nTeh,Rp5.000,4006381333931\nGula,Rp7.000,8991234567891\n")
        assert [guess.field for guess in guesses] == ["title", "price", "gtin"]
        assert [guess.is_sure for guess in guesses] == [True, False, False]

    def test_a_header_its_cells_contradict_is_not_believed(self):
        _, guesses, _ = digested("Nama Produk,Barcode,Harga\nKopi,baik,1000\nTeh,segar,2000\nGula,manis,3000\n")
        assert guesses[1].field is None


class TestRows:
    def test_all_faults_of_a_row_are_told_at_once_and_other_rows_live(self):
        digest, _, _ = digested("Nama,Harga,Berat,Barcode\nKopi,mahal,sebutir,123\nTeh,5.000,100 gr,\n")
        assert codes(digest.rejected[0]) == ["amount_unreadable", "weight_unreadable", "gtin_wrong"]
        assert [product.titles["id"] for product in digest.products] == ["Teh"]

    def test_variants_of_one_name_become_one_product(self):
        digest, _, _ = digested("Nama Produk,Variasi,SKU,Harga\nKopi Gayo,100 gr,KG1,30.000\nKopi Gayo,250 gr,KG2,70.000\nTeh,,T1,9.000\n")
        assert [[variant.sku for variant in product.variants] for product in digest.products] == [["KG1", "KG2"], ["T1"]]

    def test_a_sku_stands_once_in_a_list(self):
        digest, _, _ = digested("Nama,SKU,Harga\nKopi,A1,1.000\nTeh,a1,2.000\n")
        assert codes(digest.rejected[0]) == ["sku_twice"]
        assert digest.rejected[0].reasons[0].message("en") == "SKU A1 already stands in row 2."

    def test_the_same_row_twice_is_refused_the_second_time(self):
        digest, _, _ = digested("Nama,Harga\nKopi,1.000\nKopi,1.000\n")
        assert (digest.variants, codes(digest.rejected[0])) == (1, ["sku_twice"])

    def test_hs_codes_are_held_against_the_nomenclature_when_it_is_there(self):
        sheet = sheets.read(b"Nama,Kode HS,Harga\nKopi,0901.21,5000\nTeh,9999.99,5000\nGula,090199,5000\n")
        guesses = headers.suggest(sheet.columns, sheet.rows)
        digest = digestion.digest(sheet.rows, guesses, hs_known={"090121"})
        assert [product.titles["id"] for product in digest.products] == ["Kopi"]
        assert [codes(each) for each in digest.rejected] == [["hs_code_wrong"]] * 2


class TestFiles:
    def test_numbers_in_a_spreadsheet_keep_their_digits(self):
        out = io.BytesIO()
        with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
            page = book.add_worksheet()
            page.write_row(0, 0, ["Nama Produk", "Harga", "Barcode", "Berat"])
            page.write_row(1, 0, ["Kopi", 75000, 8991234567891, 250.5])
        sheet = sheets.read(out.getvalue())
        digest = digestion.digest(sheet.rows, headers.suggest(sheet.columns, sheet.rows))
        variant = digest.products[0].variants[0]
        assert (variant.price, variant.gtin, variant.weight_grams) == (7_500_000, "8991234567891", 251)

    @pytest.mark.parametrize("data", [b"%PDF-1.7 ...", b"\x89PNG\r\n\x1a\nxxxx", b"PK\x03\x04 broken", b"a,b\x00\x01\x02\n\x00,\x00"])
    def test_other_files_are_refused(self, data):
        with pytest.raises((sheets.SheetUnreadable, sheets.SheetEmpty)):
            sheets.read(data)

    @pytest.mark.parametrize("data", [b"", b"\n\n", b"Nama,Harga\n", b"Nama,Harga\n,\n"])
    def test_empty_files_are_refused(self, data):
        with pytest.raises(sheets.SheetEmpty):
            sheets.read(data)

    def test_a_formula_in_a_cell_stays_text_in_the_rejected_file(self):
        sheet = sheets.Sheet("xlsx", ["Nama"], [], 2)
        again = sheets.read(sheets.rejected_rows(sheet, [(2, ["=1+1"], "r"), (3, ["http://x"], "r")], "Alasan"))
        assert [row[0] for row in again.rows] == ["=1+1", "http://x"]
