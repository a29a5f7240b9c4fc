"""Every page that a link leads to, one of each kind, held to what `Person.looks` asks of a page."""

import re
from urllib.parse import urlsplit

import pytest

from browser.conftest import Arrives
from browser.person import DESK, PHONE
from browser.roles import enters

# Other people's pages, files, and what ends the visit.
ELSEWHERE = re.compile(
    r"^/(admin|api|static|media|healthz|readyz|metrics|accounts/(2fa|logout))|\.(pdf|png|csv|xlsx|xml|json|zip|txt)$|/labels$"
)


def kind(path: str) -> str:
    """Addresses that differ in a handle, an id or a query's value are of one kind."""
    parts = urlsplit(path)
    stem = re.sub(r"/([A-Z][0-9A-Z]{8,}|[0-9a-f-]{36}|\d+)(?=/|$)", "/…", parts.path)
    return stem + "?" + re.sub(r"=[^&]*", "", parts.query)


@pytest.mark.parametrize("who", ["Rina", "Bu Sari", "Pak Arif"])
@pytest.mark.parametrize(
    ("language", "screen"),
    [
        pytest.param("zh-hans", PHONE, id="chinese-phone"),
        pytest.param("id", PHONE, id="indonesian-phone", marks=pytest.mark.long),
        pytest.param("id", DESK, id="indonesian-desk", marks=pytest.mark.long),
        pytest.param("en", PHONE, id="english-phone", marks=pytest.mark.long),
    ],
)
def test_every_page(arrives: Arrives, who: str, language: str, screen: dict[str, int]) -> None:
    visitor = enters(arrives(language, screen=screen), who)
    begin = {"Rina": ["/", "/id/", "/cn/", "/orders/"], "Bu Sari": ["/seller/"], "Pak Arif": ["/officer/"]}[who]
    waiting, known, wrong = list(begin), {kind(path) for path in begin}, []
    while waiting:
        path = waiting.pop(0)
        try:
            visitor.goes(path)
        except AssertionError as error:
            wrong.append(str(error))
        for link in visitor.page.locator("a[href]:not([download])").evaluate_all("links => links.map(link => link.href)"):
            found = link.removeprefix(visitor.url).split("#")[0]
            if not link.startswith(visitor.url) or ELSEWHERE.search(found.split("?")[0]) or kind(found) in known:
                continue
            known.add(kind(found))
            waiting.append(found)
    assert not wrong, "\n\n".join(wrong)
    assert len(known) > 8
