"""Story F: Jimin in Seoul buys in the market of many countries: customs asks for a code, and duty may be paid at the door."""

import re

import pytest

from browser.conftest import Arrives
from browser.person import DESK, PHONE
from browser.roles import enters

SEOUL = {
    "Name of the recipient": "Contoh Jimin",
    "Phone": "010-1234-5678",
    "Street, building": "Example-ro 1, Jung-gu",
    "City": "Seoul",
    "Postal code": "04524",
}
CODE = "Personal customs clearance code (PCCC)"


@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["desk", "phone"])
def test_batik_for_seoul(arrives: Arrives, screen: dict[str, int]) -> None:
    jimin = arrives("en", screen=screen)
    jimin.goes("/world/search/?q=batik").presses_first(re.compile("Kawung"))
    jimin.enters({"Deliver to": "South Korea"}).presses("Work out").sees("Everything included, to South Korea")
    jimin.presses("Put in the basket").goes("/world/checkout/")

    # Each country asks for what its customs wants, as soon as it is chosen.
    jimin.sees(CODE).sees("unipass.customs.go.kr")
    jimin.enters({"Country": "Taiwan"}).sees("Taiwan identity card or ARC number").sees_not(CODE)
    jimin.enters({"Country": "Japan"}).sees("Worked out for Japan").sees_not("What customs asks for")
    jimin.enters({"Country": "South Korea"}).sees(CODE)

    jimin.enters({**SEOUL, CODE: "123"}).presses("Look it over").sees("This number cannot be right.")
    jimin.enters({CODE: "p1234-5678-9012"}).presses("Look it over").sees("•••••••••9012", "Goes to").sees_not("P123456789012")
    total = jimin.page.locator(".price--big").inner_text()
    jimin.presses("Order and pay").sees(total)
    jimin.presses(re.compile("Pay with")).presses(re.compile("Pay|Confirm"))
    jimin.awaits("Thank you").presses("Follow my order").sees("Paid", "Seoul").sees_not("P123456789012")
    if screen is PHONE:
        return  # the rest is told once

    # A seller whose parcel to Korea is packed already: neither page nor papers tell the code.
    sari = enters(arrives("id"), "Bu Sari")
    sari.goes("/seller/orders/")
    row = sari.page.get_by_role("row").filter(has_text="Contoh Jimin").first
    sari.presses(re.compile("."), within=row.get_by_role("rowheader")).sees("Contoh Jimin").sees_not("P123456789012")
    assert sari.downloads("Faktur (invoice)").startswith(b"%PDF-")


def test_duty_at_the_door(arrives: Arrives) -> None:
    buyer = arrives("en", screen=DESK)
    buyer.goes("/world/search/?q=batik").presses_first(re.compile("Kawung"))
    buyer.enters({"Deliver to": "Thailand"}).presses("Work out").presses("Put in the basket").goes("/world/checkout/")
    buyer.sees(re.compile("Pay now: US\\$.* in all, nothing at the door")).ticks("Pay at the door").sees("To pay at the door (estimate)")
    buyer.enters({**SEOUL, "Phone": "+66 81 234 5678", "City": "Bangkok", "Postal code": "10110"}).presses("Look it over")
    buyer.sees(re.compile("About US\\$.* more at the door, for duty and tax"))
