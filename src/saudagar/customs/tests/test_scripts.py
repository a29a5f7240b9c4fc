"""Addresses and the words of the forms in the scripts of the destinations: no character is lost, and each is in its own font."""

from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader

from saudagar.customs.printing import printed
from saudagar.customs.rules.kinds import content
from saudagar.customs.rules.papers import Party
from saudagar.customs.rules.words import _COLUMN, _MORE, _WORDS, LANGUAGES, READ_IN, words
from saudagar.customs.tests.test_kinds import FORM_E, ON, RATE, a_told_parcel
from saudagar.foundation.typesetting import families, uncovered
from saudagar.rulebook.files import texts
from saudagar.rulebook.rules.reading import read

# Everybody is invented.
PEOPLE = {
    "JP": (Party("田中 さくら", ("東京都港区芝浦三丁目1番21号", "サンプルビル 205号室"), "JP"), "NotoSansCJKjp", "商業送り状"),
    "KR": (Party("김 예시", ("서울특별시 중구 세종대로 110", "예시아파트 101동"), "KR"), "NotoSansCJKkr", "상업 송장"),
    "TW": (Party("陳範例", ("臺北市信義區市府路1號", "範例大樓 8樓"), "TW"), "NotoSansCJKtc", "商業發票"),
    "HK": (Party("陳範例", ("九龍深水埗範例邨 3 座", "香港鰂魚涌英皇道 1 號"), "HK"), "NotoSansCJKtc", "商業發票"),
    "TH": (Party("สมหญิง ตัวอย่าง", ("99/9 ถนนสุขุมวิท", "กรุงเทพมหานคร"), "TH"), "NotoSansThai", "ใบกำกับสินค้า"),
    "AE": (Party("فاطمة مثال", ("شارع الشيخ زايد 12، شقة 304", "دبي"), "AE"), "NotoSansArabic", "فاتورة تجارية"),
    "VN": (Party("Nguyễn Thị Ví Dụ", ("12 Đường Trần Hưng Đạo", "Phường Cửa Nam, Hà Nội"), "VN"), "NotoSans-", "Hóa đơn thương mại"),
    "PL": (Party("Łucja Przykładowa", ("ul. Świętokrzyska 1/2", "Łódź, Gdańsk"), "PL"), "NotoSans-", ""),
    "GR": (Party("Ελένη Παράδειγμα", ("Οδός Ερμού 1", "105 63 Αθήνα"), "GR"), "NotoSans-", ""),
    "TR": (Party("Ayşe Örnek", ("İstiklâl Caddesi 1, Beyoğlu", "İğdır"), "TR"), "NotoSans-", ""),
}  # fmt: skip


def to(country):
    party, font, title = PEOPLE[country]
    return a_told_parcel(addressee=replace(party, phone="+1 000", postal_code="0"), mode="post"), font, title


@pytest.mark.parametrize("country", PEOPLE)
@pytest.mark.parametrize("kind", ["invoice", "packing_list", "cn22", "cn23", "form_e"])
def test_every_character_is_set_in_a_font_that_ships(country, kind, caplog):
    facts, font, title = to(country)
    said = content(kind, facts, (FORM_E,), sdr_rate=RATE, on=ON)
    made = printed(said, on=ON, country=country)
    assert "fonts lack" not in caplog.text  # none of this machine's was needed
    pages = PdfReader(BytesIO(made)).pages
    used = {str(each.get_object()["/BaseFont"]) for page in pages for each in page["/Resources"]["/Font"].values()}
    assert any(font in name for name in used), used
    text = "".join(page.extract_text() for page in pages)
    if kind == "invoice" and country not in ("AE", "TH"):  # readers give joined and stacked letters back in their own ways
        for part in (*facts.addressee.lines, title):
            assert part.replace(" ", "") in text.replace(" ", "").replace("\n", ""), part


def test_no_letter_of_the_forms_is_outside_the_fonts():
    assert uncovered("".join(word for row in _WORDS.values() for word in row)) == []
    assert uncovered("".join(word for row in _MORE.values() for word in row.values())) == []
    assert uncovered("ăâđêôơưẠẶỸąćčďęěğıİķłňőřśşšťůűźžșțΆΐώ가힝ぁヶ一龠邨埗ก๙ءيپ") == []


def test_every_word_is_there_in_every_language():
    assert set(_COLUMN) | set(_MORE) == set(LANGUAGES)
    for language, row in _MORE.items():
        assert set(row) == set(_WORDS) and all(row.values()), language
    assert all(len(row) == 1 + len(_COLUMN) for row in _WORDS.values())
    assert set(READ_IN.values()) <= set(LANGUAGES)
    assert words("ja")["total"] == ["Total", "合計"] and words("xx")["total"] == ["Total", ""]


def test_every_destination_of_the_rulebook_has_its_script():
    """What is not listed reads Latin letters, or the simplified characters of the first font."""
    for country in read(texts()).destinations:
        assert len(families(country)) == len(set(families(country))) == 7
    assert families("JP")[0] == "Noto Sans CJK JP" and families("HK")[0] == "Noto Sans CJK TC" and families("US")[0] == "Noto Sans CJK SC"
