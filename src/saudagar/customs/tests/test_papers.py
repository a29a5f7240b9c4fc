"""Papers agree with themselves or are refused; they are PDFs with Chinese on them."""

from dataclasses import replace
from fractions import Fraction
from io import BytesIO

import pytest
from PIL import Image

from saudagar.customs.printing import paper, preview
from saudagar.customs.rules.papers import (
    CN22,
    CN23,
    INVOICE,
    PaperIncomplete,
    PapersDisagree,
    TooManyLines,
    UnknownPaper,
    WrongForm,
    form_for,
    paper_facts,
)
from saudagar.customs.tests.cast import BISCUITS, COFFEE, a_parcel
from saudagar.foundation.typesetting import uncovered

RATE = Fraction(9)  # CNY for one SDR: 300 SDR = ¥2,700


@pytest.mark.parametrize(("value", "form"), [(2_699_99, CN22), (2_700_00, CN22), (2_700_01, CN23)])
def test_cn22_up_to_300_sdr(value, form):
    facts = a_parcel(contents=(replace(COFFEE, value=value),), goods_total=value)
    assert form_for(facts, RATE) == form
    if form == CN23:
        with pytest.raises(WrongForm) as refused:
            paper_facts(CN22, facts, sdr_rate=RATE)
        assert refused.value.facts == {"value": "2700.01", "limit": "2700.00", "currency": "CNY"}
    else:
        assert paper_facts(CN22, facts, sdr_rate=RATE)["goods"] == f"{value / 100:,.2f}"


def test_without_a_rate_it_is_cn23():
    assert form_for(a_parcel(), None) == CN23
    with pytest.raises(WrongForm):
        paper_facts(CN22, a_parcel())


def test_a_cn22_has_room_for_five_lines():
    lines = tuple(replace(COFFEE, value=30_00, net_grams=100) for _ in range(6))
    five = a_parcel(contents=lines[:5], goods_total=150_00)
    six = a_parcel(contents=lines, goods_total=180_00)
    assert (form_for(five, RATE), form_for(six, RATE)) == (CN22, CN23)
    assert len(preview(CN22, five, sdr_rate=RATE, dots_per_inch=40)) == 1
    with pytest.raises(TooManyLines):
        paper(CN22, six, sdr_rate=RATE)


def test_what_is_printed():
    printed = paper_facts(CN23, a_parcel())
    assert printed["lines"][0] == {
        "number": 1,
        "description": "Roasted coffee beans, Gayo · 盖奥烘焙咖啡豆",
        "sku": "GAYO-250",
        "quantity": 2,
        "net_kg": "0.500",
        "value": "180.00",
        "unit_value": "90.00",
        "hs": "0901.21",
        "origin": "ID",
    }
    assert (printed["net_kg"], printed["gross_kg"], printed["goods"], printed["total"]) == ("0.700", "0.850", "225.50", "267.84")
    assert printed["item_spaced"] == "RR 202 611 218 ID"
    assert printed["addressee"]["country"] == "CHINA"


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"gross_grams": 699}, "net weight 700 g > gross weight 699 g"),
        ({"goods_total": 225_49}, "contents 225.50 ≠ goods of the order 225.49"),
        ({"item_number": "RR202611219ID"}, "item number RR202611219ID"),
        ({"item_number": "JP2611210001"}, "item number JP2611210001"),
        ({"item_number": "RR473124829GB"}, "country of posting ID"),
        ({"addressee": replace(a_parcel().addressee, country="ID")}, "both in ID"),
        ({"category": "present"}, "category present"),
    ],
)
def test_papers_that_contradict_themselves_are_refused(changes, fault):
    with pytest.raises(PapersDisagree) as refused:
        paper(CN23, a_parcel(**changes))
    assert fault in refused.value.facts["fault"]


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"contents": (replace(COFFEE, hs=""), BISCUITS)}, "HS code (line 1)"),
        ({"contents": (COFFEE, replace(BISCUITS, net_grams=0))}, "net weight (line 2)"),
        ({"contents": (COFFEE, replace(BISCUITS, description=" "))}, "description (line 2)"),
        ({"contents": ()}, "contents"),
        ({"gross_grams": 0}, "gross weight"),
        ({"item_number": ""}, "item number"),
        ({"addressee": replace(a_parcel().addressee, phone="")}, "addressee's telephone"),
    ],
)
def test_papers_that_lack_something_are_refused_and_say_what(changes, missing):
    with pytest.raises(PaperIncomplete) as refused:
        paper(CN23, a_parcel(**changes))
    assert missing in refused.value.facts["missing"]


def test_an_unknown_paper():
    with pytest.raises(UnknownPaper):
        paper("visa", a_parcel())


@pytest.mark.parametrize("kind", [CN22, CN23, INVOICE])
def test_the_same_facts_print_the_same_pdf(kind):
    first, again = paper(kind, a_parcel(), sdr_rate=RATE), paper(kind, a_parcel(), sdr_rate=RATE)
    assert first.startswith(b"%PDF-")
    assert first == again
    assert b"NotoSansCJK" in first  # its own font is inside, so Chinese prints anywhere


def test_chinese_is_drawn():
    """Two names that differ only in Chinese characters look different: no boxes."""
    one, other = (
        preview(CN23, a_parcel(addressee=replace(a_parcel().addressee, name=name)), dots_per_inch=60)[0] for name in ("陈示例", "王范文")
    )
    assert Image.open(BytesIO(one)).size == Image.open(BytesIO(other)).size == (496, 350)
    assert one != other


def test_many_lines_go_over_to_a_second_page():
    lines = tuple(replace(COFFEE, sku=f"S{number}") for number in range(40))
    pages = preview(CN23, a_parcel(contents=lines, goods_total=40 * 180_00, gross_grams=25_000), dots_per_inch=50)
    assert len(pages) > 1


def test_rare_characters_are_known_to_be_missing():
    assert uncovered("上海市 Jl. Danau é 示例") == []
    assert uncovered("堃喆") == []
    assert uncovered("𠮷") == ["𠮷"]
