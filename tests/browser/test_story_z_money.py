"""The end of the story: the sellers have their money, and the books are right to the last rupiah."""

import re

import pytest

from browser.conftest import Arrives
from browser.person import DESK, Person
from browser.roles import enters


def test_the_money_arrives_and_the_books_are_right(arrives: Arrives, memory: dict[str, str]) -> None:
    if "Bu Sari" not in memory:
        pytest.skip("Story B comes before it")
    sari = enters(arrives("id"), "Bu Sari")
    assert _finds_payout(sari, memory["Bu Sari"]), "the order is in no payout that reached the bank"
    sari.sees(memory["Bu Sari"], "Biaya platform", "Anda terima")

    arif = enters(arrives("en", screen=DESK), "Pak Arif")
    arif.goes("/officer/ledger/").sees("The books are right.").sees_not("Wrong")


def _finds_payout(seller: Person, number: str) -> bool:
    """Opens the payout that paid an order. Once a minute what was released becomes a payout, and payouts go to the bank; what other
    stories sold may have gone with another one."""
    for _ in range(40):
        seller.goes("/seller/money/")
        payouts = seller.page.locator("section[aria-labelledby=payouts]").get_by_role("link", name=re.compile(r"^Rp"))
        for address in [link.get_attribute("href") for link in payouts.all()]:
            words = seller.goes(address or "").words()
            if number in words and "Masuk ke rekening Anda" in words:
                return True
        seller.page.wait_for_timeout(2500)
    return False
