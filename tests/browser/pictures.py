"""Takes the pictures of the README anew, from a platform of its own with the demo's data:

    PYTHONPATH=src:tests .venv/bin/python -m browser.pictures

STORY_AT takes one that runs already, as for the tests. Needs Chromium and Pillow.
"""

import io
import os
import re

from PIL import Image
from playwright.sync_api import sync_playwright

from browser.conftest import FLAGS, chromium
from browser.person import DESK, PHONE, Person
from browser.roles import enters
from browser.running import ROOT, Running

FOLDER = ROOT / "docs" / "screenshots"
MOST_BYTES = 60_000


def keep(person: Person, name: str) -> None:
    """The screen as WebP, as good as fits."""
    person.page.wait_for_load_state("networkidle")
    screen = Image.open(io.BytesIO(person.page.screenshot()))
    if screen.width > 900:
        screen = screen.resize((900, screen.height * 900 // screen.width), Image.Resampling.LANCZOS)
    for quality in range(85, 20, -5):
        kept = io.BytesIO()
        screen.save(kept, "WEBP", quality=quality, method=6)
        if kept.tell() <= MOST_BYTES:
            break
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{name}.webp").write_bytes(kept.getvalue())
    print(f"{name}.webp {screen.width} × {screen.height}, {kept.tell() / 1000:.0f} kB at quality {quality}")


def main() -> None:
    at = os.environ.get("STORY_AT", "")
    running = Running.elsewhere(*at.split(",")) if at else Running()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)

        shop = Person(browser, running.url, language="en", screen={"width": 1280, "height": 1040})
        keep(shop.goes("/id/"), "shop")

        chen = Person(browser, running.url, language="zh-hans", screen=PHONE)
        chen.goes("/cn/search/?q=蜜处理").presses("加约蜜处理咖啡豆").enters({"送至": "上海市"})
        chen.presses("计算") if chen.control("计算").locator("visible=true").count() else None
        chen.opens("价格明细")
        chen.page.get_by_text("全包价").first.evaluate("box => scrollTo(0, box.getBoundingClientRect().top + scrollY - 330)")
        keep(chen, "whole-price")

        sari = enters(Person(browser, running.url, language="id", screen=PHONE), "Bu Sari")
        keep(sari.goes("/seller/"), "seller")
        sari.goes("/seller/orders/?show=packed").presses(
            re.compile("."), within=sari.page.get_by_role("row").nth(1).get_by_role("rowheader")
        )
        keep(sari, "parcel")

        arif = enters(Person(browser, running.url, language="en", screen=DESK), "Pak Arif")
        keep(arif.goes("/officer/ledger/"), "proof")
        browser.close()
    if not at:
        running.stop()


if __name__ == "__main__":
    main()
