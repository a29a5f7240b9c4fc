"""What people of one role do in more than one story."""

import re

from browser.person import Person
from browser.world import World


def enters(person: Person, who: str) -> Person:
    """One of the cast walks in through the demo's door."""
    return person.goes("/accounts/login/").presses(re.compile(rf"^{who}"))


def sends(seller: Person, buyer: str, sandbox: World) -> str:
    """Packs the newest order of this buyer, books the courier, prints the label, hands it over. Returns the number of the order."""
    row = seller.page.get_by_role("row").filter(has_text=buyer).first
    seller.presses(re.compile("."), within=row.get_by_role("rowheader")).sees(buyer)
    number = seller.page.get_by_role("heading", level=1).inner_text()
    seller.presses("Sudah dikemas").presses("Pesan kurir")
    label = seller.downloads("Cetak label")
    assert label.startswith(b"%PDF-")
    seller.presses("Sudah di tangan kurir").sees("Sudah diserahkan")
    waybill = seller.page.locator(".code").filter(has_text=re.compile(r"^(SBX|LX)")).first.inner_text()
    sandbox.carries(waybill, "picked")
    seller.awaits("Dalam perjalanan")
    sandbox.carries(waybill, "delivered")
    seller.awaits("Sampai")
    return number
