"""One platform for all stories, one browser, and people who walk in."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from browser.person import Person
from browser.running import Running
from browser.world import World

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

Arrives = Callable[..., Person]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/tests/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)


def chromium() -> str | None:
    """The browser of this machine."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = chromium()
    if found is None:
        pytest.skip("no Chromium is installed (Debian, Ubuntu: apt-get install chromium); .ci/run installs it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def platform(browser: Browser) -> Iterator[Running]:
    """The whole platform, started and stopped as a user does. STORY_AT=http://…:8000,http://…:8001 takes one that runs already."""
    if os.environ.get("STORY_AT"):
        url, sandbox = os.environ["STORY_AT"].split(",")
        yield Running.elsewhere(url, sandbox)
        return
    running = Running()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def memory() -> dict[str, str]:
    """What one story leaves for a later one: the numbers of orders."""
    return {}


@pytest.fixture
def arrives(browser: Browser, platform: Running) -> Iterator[Arrives]:
    """Somebody opens a browser: `arrives("id")`; more in Person."""
    people: list[Person] = []

    def arrive(language: str, **more: object) -> Person:
        people.append(Person(browser, platform.url, language=language, **more))  # type: ignore[arg-type]
        return people[-1]

    yield arrive
    for person in people:
        person.leaves()


@pytest.fixture
def sandbox(browser: Browser, platform: Running) -> Iterator[World]:
    """The tester, who plays bank, wallet and courier on the sandbox's pages."""
    tester = Person(browser, platform.sandbox, language="en", is_ours=False)
    yield World(tester)
    tester.leaves()
