"""The label: what it says, that it is one page, that Chinese is set in our own font."""

import io

import pytest
from PIL import Image

from saudagar.orders.rules import Address, Buyer
from saudagar.shipping import actions, printing, queries
from saudagar.shipping.carriers import Booking
from saudagar.shipping.models import Parcel
from saudagar.shipping.tests.cast import AT, CHEN, RINA, a_shop, an_order

pytestmark = pytest.mark.django_db


def a_parcel(buyer: Buyer = RINA, waybill: str = "SBX0000000001", shop=None, **more) -> Parcel:
    shop = shop or a_shop()
    parcel = actions.prepare(shop.business_id, an_order(shop, buyer, **more).id, at=AT)
    return actions.take_booking(shop.business_id, parcel.id, Booking("ship1", waybill, 3_200_000), at=AT)


def test_a_label_at_home_says_what_a_courier_needs():
    parcel = a_parcel()
    label = printing.facts([parcel], at=AT)["labels"][0]
    assert (label["service"], label["mark"], label["waybill_shown"], label["weight"]) == ("JNE OKE", "OKE", "SBX0000000001", "0,54 kg")
    assert label["receiver"] == {
        "name": "Rina Contoh",
        "phone": "+6281200000002",
        "lines": ["Jl. Contoh No. 1 RT 01/RW 02", "Coblong", "Kota Bandung 40135", "Jawa Barat"],
        "is_long": False,
    }
    assert label["sender"]["lines"] == ["Jl. Danau No. 5, Kabupaten Aceh Tengah, Aceh 24519"]
    assert (label["country"], label["postal_code"], label["date"], label["contents"]) == ("", "40135", "21 Nov 2026", "2 × Kopi Gayo 250 g")
    assert len(label["order"]) == 16


def test_a_label_abroad_names_the_country_and_the_item_number():
    label = printing.facts([a_parcel(CHEN, "LX000000014ID")], at=AT)["labels"][0]
    assert (label["country"], label["waybill_shown"], label["mark"]) == ("CHINA", "LX 000 000 014 ID", "CN")
    assert label["receiver"]["name"] == "陈示例"
    assert label["receiver"]["lines"] == ["上海市黄浦区", "示例路 100 号 2 单元 301 室", "200001"]
    assert label["sender"]["lines"][0].endswith(", INDONESIA")
    assert label["words"]["to"] == "TO"


def test_many_labels_are_one_pdf_with_a_page_each():
    shop = a_shop()
    parcels = [a_parcel(shop=shop), a_parcel(CHEN, "LX000000014ID", shop=shop)]
    pdf = printing.labels(parcels, at=AT)
    assert pdf.startswith(b"%PDF")
    assert pdf == printing.labels(parcels, at=AT)
    pages = printing.pictures(parcels, at=AT)
    assert len(pages) == 2
    assert Image.open(io.BytesIO(pages[0])).size == (799, 1199)  # 100 × 150 mm at 203 dots per inch


def test_the_longest_of_everything_still_fits_on_one_page():
    long = Buyer(
        name="Siti Nurhaliza Kusumawardhani Contohwati binti Abdurrahman Contoh",
        phone="+6281200000002",
        address=Address(
            country="ID",
            line="Perumahan Contoh Indah Permai Raya Blok AA-12 Nomor 345 Jalan Pahlawan Kemerdekaan Contoh Timur RT 012/RW 034",
            note="Rumah pagar hijau di belakang masjid, titip ke satpam bila kosong, jangan dilempar",
            district="Kecamatan Contoh Selatan",
            city="Kabupaten Kepulauan Contoh Panjang",
            postal_code="40135",
            region="Papua Barat Daya",
        ),
    )
    parcel = a_parcel(long)
    parcel.order.lines.update(title="Kopi Arabika Gayo Premium Specialty Grade 1 Natural Process Biji Sangrai Medium " * 2)
    assert len(printing.pictures([parcel], at=AT, dots_per_inch=72)) == 1
    assert len(printing.facts([parcel], at=AT)["labels"][0]["contents"]) <= printing.MOST_CONTENTS


def test_printing_marks_the_label_once():
    parcel = a_parcel()
    printed = actions.print_label(parcel.business_id, [parcel.id], at=AT)
    assert [row.printed_at for row in printed] == [AT]
    assert queries.parcel(parcel.business_id, parcel.id).printed_at == AT
