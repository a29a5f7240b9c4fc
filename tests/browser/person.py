"""Somebody at a browser. What they do reads like the story; what a page must never do is checked on every page they see."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po
from playwright.sync_api import Browser, ConsoleMessage, Error, Locator, Page, Response, TimeoutError

SOURCES = Path(__file__).resolve().parents[2] / "src"
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}
HTML_LANGUAGES = {"id": "id", "en": "en", "zh-hans": "zh-Hans"}
LOCALES = {"id": "id-ID", "en": "en-GB", "zh-hans": "zh-CN"}
PATIENCE = 15_000  # milliseconds; on a busy machine everything takes longer

# Text a reader sees, without what is marked as being in another language, and without codes.
VISIBLE_TEXT = """() => {
  const found = [], here = document.documentElement.lang;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const box = walker.currentNode.parentElement, text = walker.currentNode.data.trim().replace(/\\s+/g, " ");
    const marked = box.closest("[lang]");
    if (text && !box.closest("script,style,noscript,.code") && marked.lang === here) found.push(text);
  }
  return found;
}"""
WIDER_THAN_THE_SCREEN = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.body.querySelectorAll("*")].filter(box => box.getBoundingClientRect().right > width + 1).slice(0, 5)
    .map(box => box.outerHTML.slice(0, 160));
}"""
NAMELESS = """() => [...document.querySelectorAll("input:not([type=hidden]),select,textarea,button,a[href],summary,img")].filter(box => {
  if (box.localName === "img") return !box.hasAttribute("alt");
  if (!box.checkVisibility()) return false;
  return !(box.innerText?.trim() || box.ariaLabel || box.labels?.length || box.title
    || box.querySelector("title,[aria-label],[alt]:not([alt=''])"));
}).map(box => box.outerHTML.slice(0, 160))"""

BELOW_THE_FOLD = """() => {
  const seen = box => box.checkVisibility() && box.getBoundingClientRect().top < innerHeight;
  const all = [...document.images], above = new Set(all.filter(seen).map(picture => picture.currentSrc));
  return all.filter(picture => picture.loading === "lazy").map(picture => picture.currentSrc).filter(address => !above.has(address));
}"""


@cache
def untranslated(language: str) -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """English words that no page in this language may show: whole phrases, and phrases with something to fill in."""
    phrases, patterns, meant = set(), [], set()
    for path in SOURCES.glob(f"saudagar/*/locale/{'zh_Hans' if language == 'zh-hans' else language}/LC_MESSAGES/django.po"):
        with path.open("rb") as file:
            for message in read_po(file):
                english = message.id if isinstance(message.id, tuple) else (message.id,)
                words = message.string if isinstance(message.string, tuple) else (message.string,)
                meant.update(words)
                for text in english:
                    if not text or text in words or not re.search(r"[a-z]{2}", text):
                        continue
                    if "%" in text:
                        if len(re.findall(r"[A-Za-z]{2,}", re.sub(r"%\(\w+\)s", "", text))) >= 2:
                            patterns.append(re.compile(re.sub(r"%\\?\(\w+\\?\)[sd]", ".+", re.escape(text)).replace("%%", "%")))
                    else:
                        phrases.add(text)
    return frozenset(phrases - meant), tuple(patterns)


class Person:
    """One browser context: own cookies, one language, one size of screen."""

    def __init__(
        self, browser: Browser, url: str, *, language: str, screen: dict[str, int] = PHONE, javascript: bool = True, is_ours: bool = True
    ) -> None:
        self.language, self.url, self.is_ours = language, url, is_ours
        self.context = browser.new_context(
            base_url=url,
            viewport=screen,
            device_scale_factor=2 if screen is PHONE else 1,  # as the many cheap telephones have
            locale=LOCALES[language],
            timezone_id="Asia/Shanghai" if language == "zh-hans" else "Asia/Jakarta",
            has_touch=screen is PHONE,
            java_script_enabled=javascript,
            accept_downloads=True,
        )
        self.context.set_default_timeout(PATIENCE)
        self.page: Page = self.context.new_page()
        self.visited: list[str] = []
        self.complaints: list[str] = []
        self.expected_status = 200
        self._listen(self.page)

    def _listen(self, page: Page) -> None:
        def said(message: ConsoleMessage) -> None:
            is_expected = self.expected_status >= 400 and f"status of {self.expected_status}" in message.text
            is_ours = not self.is_ours or message.location.get("url", "").startswith(self.url)
            if message.type in ("error", "warning") and is_ours and not is_expected:
                self.complaints.append(f"console: {message.text}")

        def answered(response: Response) -> None:
            allowed = {self.expected_status} if response.request.is_navigation_request() else set()
            if response.status >= 400 and response.status not in allowed:
                self.complaints.append(f"{response.status} {response.request.method} {response.url}")

        page.on("console", said)
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        page.on("response", answered)
        page.on("requestfailed", self._failed)

    def _failed(self, request: Any) -> None:
        if "ERR_ABORTED" not in (request.failure or ""):  # the page was left before a picture had come
            self.complaints.append(f"failed: {request.url} {request.failure}")

    # What people do

    def goes(self, path: str, *, status: int = 200) -> "Person":
        self.expected_status = status
        answer = self.page.goto(path, wait_until="load")
        assert answer is not None
        assert answer.status == status, f"{path} answered {answer.status}"
        return self.looks()

    def presses(self, name: str | re.Pattern[str], *, within: Locator | None = None, status: int = 200) -> "Person":
        """A button or link that leads to another page (or the same one again)."""
        self.expected_status = status
        with self.page.expect_navigation(wait_until="load"):
            self.control(name, within=within).click()
        return self.looks()

    def presses_first(self, name: str | re.Pattern[str], *, within: Locator | None = None) -> "Person":
        """The first of several that are called the same."""
        with self.page.expect_navigation(wait_until="load"):
            self.control(name, within=within).first.click()
        return self.looks()

    def opens(self, name: str | re.Pattern[str], *, within: Locator | None = None) -> "Person":
        """Something that folds open on the same page."""
        (within or self.page).locator("summary").filter(has_text=name).locator("visible=true").click()
        return self

    def control(self, name: str | re.Pattern[str], *, within: Locator | None = None) -> Locator:
        """A button or link with this name; else one whose name begins so (in lists a link holds the whole row)."""
        place = within or self.page

        def named(what: str | re.Pattern[str]) -> Locator:
            exact = isinstance(what, str)
            return place.get_by_role("button", name=what, exact=exact).or_(place.get_by_role("link", name=what, exact=exact))

        found = named(name) if not isinstance(name, str) or named(name).count() else named(re.compile(rf"^\s*{re.escape(name)}"))
        # Two links to the same place are one choice.
        places = {each.get_attribute("href") for each in found.all()}
        return found.first if len(places) == 1 and None not in places else found

    def fills(self, **fields: str) -> "Person":
        """Fields by label, underscores for spaces: `fills(Nama_usaha="Warung Melati")`."""
        return self.enters({label.replace("_", " "): value for label, value in fields.items()})

    def enters(self, fields: dict[str, str], *, within: Locator | None = None) -> "Person":
        """Fields by the beginning of their label."""
        for label, value in fields.items():
            box = (within or self.page).get_by_label(re.compile(rf"^\s*{re.escape(label)}")).locator("visible=true")
            kind = box.evaluate("box => box.localName")
            if kind == "select":
                box.select_option(index=self._place(box, value))
            else:
                box.fill(value)
        return self

    def _place(self, box: Locator, value: str) -> int:
        texts = [text.strip() for text in box.locator("option").all_inner_texts()]
        fitting = [place for place, text in enumerate(texts) if text == value] or [
            place for place, text in enumerate(texts) if text.startswith(value)
        ]
        assert fitting, f"{value!r} is none of {texts}"
        return fitting[0]

    def ticks(self, *labels: str) -> "Person":
        for label in labels:
            self.page.get_by_label(re.compile(re.escape(label))).check()
        return self

    def sees(self, *texts: str | re.Pattern[str]) -> "Person":
        for text in texts:
            try:
                self.page.get_by_text(text).locator("visible=true").first.wait_for(timeout=PATIENCE / 3)
            except TimeoutError:
                raise AssertionError(f"{text!r} is not to be seen at {self.page.url}:\n{self.words()}") from None
        return self

    def sees_not(self, *texts: str | re.Pattern[str]) -> "Person":
        for text in texts:
            found = self.page.get_by_text(text).locator("visible=true").count()
            assert not found, f"{text!r} is to be seen at {self.page.url}:\n{self.words()}"
        return self

    def awaits(self, text: str | re.Pattern[str], *, seconds: float = 30) -> "Person":
        """Looks again until it is there: what banks, couriers and workers do takes a moment."""
        for _ in range(max(int(seconds), 1)):
            if self.page.get_by_text(text).locator("visible=true").count():
                return self.looks()
            self.page.wait_for_timeout(1000)
            with self._quietly():
                self.page.reload(wait_until="load")
        raise AssertionError(f"{text!r} did not come within {seconds} s at {self.page.url}:\n{self.words()}")

    @contextmanager
    def _quietly(self) -> Iterator[None]:
        try:
            yield
        except Error as error:
            if "ERR_ABORTED" not in str(error):
                raise

    def downloads(self, name: str | re.Pattern[str], *, within: Locator | None = None) -> bytes:
        """What is behind a link, fetched with this person's cookies."""
        address = self.control(name, within=within).get_attribute("href")
        assert address
        answer = self.context.request.get(address)
        assert answer.ok, f"{address} answered {answer.status}"
        return answer.body()

    def words(self) -> str:
        return self.page.locator("body").inner_text()

    def leaves(self) -> None:
        self.context.close()

    def weighs(self, path: str) -> tuple[float, float]:
        """Kilobytes over the wire for a first view, and with the pictures below it that the browser fetches ahead."""
        wire = self.context.new_cdp_session(self.page)
        wire.send("Network.enable")
        address: dict[str, str] = {}
        size: dict[str, float] = {}
        wire.on("Network.requestWillBeSent", lambda event: address.update({event["requestId"]: event["request"]["url"]}))
        wire.on("Network.loadingFinished", lambda event: size.update({event["requestId"]: event["encodedDataLength"]}))
        self.goes(path)
        self.page.wait_for_load_state("networkidle")
        ahead = set(self.page.evaluate(BELOW_THE_FOLD))
        first = sum(length for request, length in size.items() if address.get(request) not in ahead)
        return first / 1000, sum(size.values()) / 1000

    # What every page is held to

    def looks(self) -> "Person":
        """Checks the page that is open now."""
        if not self.is_ours or not self.page.url.startswith(self.url):
            return self  # the sandbox is nobody's shop
        self.visited.append(self.page.url.removeprefix(self.url))
        wrong = self.complaints[:]
        self.complaints.clear()
        language = self.page.locator("html").get_attribute("lang")
        if language != HTML_LANGUAGES[self.language]:
            wrong.append(f"<html lang={language}>")
        if self.page.locator("h1").count() != 1:
            wrong.append(f"{self.page.locator('h1').count()} headings of the first level")
        # Evaluation by the browser's own tools works without the page's scripts being allowed to run.
        wrong += [f"wider than the screen: {box}" for box in self.page.evaluate(WIDER_THAN_THE_SCREEN)]
        wrong += [f"without a name: {box}" for box in self.page.evaluate(NAMELESS)]
        wrong += [f"untranslated: {text}" for text in self.foreign_words()]
        assert not wrong, f"{self.page.url}:\n" + "\n".join(wrong)
        return self

    def foreign_words(self) -> list[str]:
        if self.language == "en":
            return []
        phrases, patterns = untranslated(self.language)
        texts = set(self.page.evaluate(VISIBLE_TEXT))
        return [text for text in texts if text in phrases or any(pattern.fullmatch(text) for pattern in patterns)]
