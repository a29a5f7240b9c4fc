"""Story D: what goes wrong, and how people are told; and the whole road without JavaScript."""

import re
import secrets

import pytest

from browser.conftest import Arrives
from browser.person import DESK
from browser.roles import enters
from browser.running import Running
from browser.world import World

BANDUNG = {
    "Name of the recipient": "Rina Contoh",
    "Phone": "0812-0000-0004",
    "City or regency": "Kota Bandung",
    "District (kecamatan)": "Coblong",
    "Street and number": "Jl. Contoh Dago 14",
    "Postal code": "40135",
}


def test_wrong_code_and_wrong_number(arrives: Arrives, sandbox: World) -> None:
    phone = f"0813{secrets.randbelow(10**8):08d}"
    somebody = arrives("en")
    somebody.goes("/seller/").enters({"Phone number or e-mail": "12"}).presses("Send me a code").sees("phone number")
    somebody.enters({"Phone number or e-mail": phone}).presses("Send me a code")
    code = sandbox.code_sent_to("+62" + phone[1:])
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    somebody.enters({"Code": wrong}).presses("Continue").sees("Enter the code").sees(re.compile("[Ii]ncorrect|not right|wrong"))
    somebody.enters({"Code": code}).presses("Continue")

    somebody.goes("/seller/register/").enters({"Your name": "Ibu Contoh", "Name of your business": "Warung Contoh"}).presses("Continue")
    somebody.enters({"The number": "12345"}).presses("Check and continue").sees("A NIB has 13 digits; you entered 5.")
    somebody.enters({"The number": "2101260000101"}).presses("Check and continue")
    assert "register/identity" in somebody.page.url  # it is Bu Sari's
    somebody.enters({"The number": f"27{secrets.randbelow(10**11):011d}"}).presses("Check and continue").sees("Where are you?")


def test_sold_out_meanwhile(arrives: Arrives) -> None:
    """Two people have the last songket in their baskets; one is quicker."""
    sari = enters(arrives("en"), "Dewi")
    sari.goes("/seller/stock/").presses(re.compile("Palembang Songket"))
    sari.enters({"Counted": "1"}).presses("Save")

    quick, slow = arrives("en"), arrives("en")
    for buyer in (quick, slow):
        buyer.goes("/id/search/?q=songket").presses("Palembang Songket, Bunga Cina Pattern").presses("Put in the basket")
        buyer.goes("/id/checkout/").enters(BANDUNG).presses("Look it over")
    quick.presses("Order and pay").sees("Scan and pay")
    slow.presses("Order and pay", status=409).sees("Palembang Songket, Bunga Cina Pattern, 90 × 190 cm has just been sold out.")
    slow.goes("/id/search/?q=songket").presses("Palembang Songket, Bunga Cina Pattern").sees("Sold out")


def test_a_price_older_than_its_word(arrives: Arrives, platform: Running) -> None:
    buyer = arrives("en")
    buyer.goes("/id/search/?q=pala").presses("Whole Banda Nutmeg").presses("Put in the basket")
    buyer.goes("/id/checkout/").enters(BANDUNG).presses("Look it over")
    token = platform.old_price()
    buyer.page.locator("input[name=quote]").evaluate("(box, token) => box.value = token", token)
    buyer.presses("Order and pay", status=410).sees(re.compile("expired|no longer"))


def test_somebody_elses_order(arrives: Arrives) -> None:
    sari = enters(arrives("en"), "Bu Sari")
    sari.goes("/seller/orders/")
    address = sari.page.get_by_role("row").nth(1).get_by_role("link").first.get_attribute("href")
    sari.presses(re.compile("."), within=sari.page.get_by_role("row").nth(1).get_by_role("rowheader"))
    dewi = enters(arrives("en"), "Dewi")
    dewi.goes(str(address), status=404).sees_not("Kopi")
    arrives("en").goes(str(address)).sees("Sign in or sign up")


def test_the_language_stays_as_chosen(arrives: Arrives) -> None:
    visitor = arrives("en", screen=DESK)
    visitor.goes("/").sees("From Indonesia to the world").goes("/cn/").sees("The Indonesian pavilion")
    visitor.goes("/id/search/?q=kopi").opens("Market and language")
    visitor.language = "id"
    visitor.presses("Bahasa Indonesia")
    assert visitor.page.url.endswith("/id/search/?q=kopi")
    visitor.language = "zh-hans"
    visitor.opens("Pasar dan bahasa").presses("简体中文").goes("/cn/").goes("/accounts/login/").sees("登录")


def test_a_whole_purchase_without_javascript(arrives: Arrives, sandbox: World) -> None:
    buyer = arrives("en", javascript=False)
    buyer.goes("/").presses(re.compile("Indonesia.*Masuk", re.S)).enters({"Search products": "sambal"}).presses("Search")
    buyer.presses(re.compile("Sambal")).enters({"Deliver to": "Bali"}).presses("Work out").sees("Everything included, to Bali")
    buyer.enters({"Pieces": "2"}).presses("Put in the basket")
    buyer.goes("/id/basket/").presses("One more").presses("To the address")
    buyer.presses("Look it over").sees("This field is required.")
    buyer.enters(BANDUNG).presses("Look it over").presses("Order and pay")
    sandbox.pays(buyer.page.locator("dl.facts .code").inner_text())
    buyer.presses("I have paid").sees("Thank you, your payment is here").presses("Follow my order").sees("Paid")


@pytest.mark.parametrize(("language", "path"), [("id", "/"), ("id", "/id/"), ("zh-hans", "/cn/"), ("en", "/id/search/?q=kopi")])
def test_the_first_view_is_light(arrives: Arrives, language: str, path: str) -> None:
    first, with_what_is_fetched_ahead = arrives(language).weighs(path)
    print(f"{path}: {first:.1f} kB, with pictures fetched ahead {with_what_is_fetched_ahead:.1f} kB")
    assert first < 50
    assert with_what_is_fetched_ahead < 80
