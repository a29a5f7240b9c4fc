"""Bank, wallet, courier and telephone network, on the pages of the sandbox."""

import re

from playwright.sync_api import Locator

from browser.person import Person


class World:
    def __init__(self, tester: Person) -> None:
        self.tester = tester

    def code_sent_to(self, receiver: str) -> str:
        """The six digits of the newest message to a telephone or e-mail address."""
        for _ in range(40):  # the worker sends it
            self.tester.goes("/inbox?to=" + receiver.replace("+", "%2B"))
            if found := re.search(r"\b(\d{6})\b", self._cards(receiver).first.inner_text() if self._cards(receiver).count() else ""):
                return found.group(1)
            self.tester.page.wait_for_timeout(500)
        raise AssertionError(f"no code came for {receiver}:\n{self.tester.words()}")

    def was_told(self, receiver: str) -> str:
        """All messages to one receiver, newest first."""
        self.tester.goes("/inbox?to=" + receiver.replace("+", "%2B"))
        return self.tester.words()

    def pays(self, reference: str) -> None:
        """Somebody with this code on their screen pays it from the bank."""
        self.tester.goes("/").presses("Pay", within=self._cards(reference).first)

    def carries(self, waybill: str, status: str) -> None:
        """The courier scans a parcel."""
        self.tester.goes("/")
        card = self._cards(waybill)
        card.get_by_label("Status").select_option(status)
        self.tester.presses("Set", within=card)

    def _cards(self, text: str) -> Locator:
        return self.tester.page.locator(".card").filter(has_text=text)
