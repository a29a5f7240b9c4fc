"""The end of the story: the sellers have their money, and the books are right to the last rupiah."""

import re

import pytest

from browser.conftest import Arrives
from browser.person import DESK
from browser.roles import enters


def test_the_money_arrives_and_the_books_are_right(arrives: Arrives, memory: dict[str, str]) -> None:
    if "Bu Sari" not in memory:
        pytest.skip("Story B comes before it")
    sari = enters(arrives("id"), "Bu Sari")
    for _ in range(60):  # once a minute what was released becomes a payout, and payouts go to the bank
        sari.goes("/seller/money/")
        sari.presses_first(re.compile(r"^Rp"), within=sari.page.locator("section[aria-labelledby=payouts]"))
        if memory["Bu Sari"] in sari.words() and "Masuk ke rekening Anda" in sari.words():
            break
        sari.page.wait_for_timeout(2500)
    sari.sees(memory["Bu Sari"], "Biaya platform", "Anda terima")

    arif = enters(arrives("en", screen=DESK), "Pak Arif")
    arif.goes("/officer/ledger/").sees("The books are right.").sees_not("Wrong")
