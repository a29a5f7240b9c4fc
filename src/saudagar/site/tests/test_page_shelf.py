from math import inf

from hypothesis import given
from hypothesis import strategies as st

from saudagar.site.page_cache import shelf as shelves
from saudagar.site.page_cache.shelf import KEEP_SECONDS, SETTLED_SECONDS, STALE_SECONDS, UNHEARD_SECONDS, Page, Shelf


def a_page(*things: str, size: int = 1000, made_at: float = 0.0, ends_at: float = inf) -> Page:
    return Page(200, [], [], [], b"x" * size, b"", things, made_at, ends_at=ends_at)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 4000)), max_size=40))
def test_no_more_is_kept_than_was_allowed_and_the_last_ones_stay(puts):
    shelf = Shelf(20_000)
    for key, size in puts:
        shelf.put(key, a_page(f"thing {key}", size=size), since=0)
        assert shelf.bytes == sum(page.size for page in shelf.pages.values()) <= 20_000
        assert set().union(*shelf.by_thing.values()) == set(shelf.pages)
    if puts:
        assert shelf.get(puts[-1][0]) is not None


def test_what_is_asked_for_stays_longer():
    shelf = Shelf(3 * a_page("t").size)
    for key in "abc":
        shelf.put(key, a_page("t"), since=0)
    shelf.get("a")
    shelf.put("d", a_page("t"), since=0)
    assert list(shelf.pages) == ["c", "a", "d"]
    shelf.put("e", a_page("t", size=100_000), since=0)
    assert list(shelf.pages) == ["c", "a", "d"]


def test_only_pages_that_show_the_thing_are_outdated():
    shelf = Shelf(100_000)
    shelf.put("tea", a_page("tea", "market"), since=0)
    shelf.put("rice", a_page("rice", "market"), since=0)
    shelf.outdate(["tea", "unknown"])
    assert [shelf.pages[key].is_outdated for key in ("tea", "rice")] == [True, False]
    shelf.outdate_all()
    assert shelf.pages["rice"].is_outdated


def test_a_change_while_the_page_was_made_counts(monkeypatch):
    shelf = Shelf(100_000)
    since = shelf.changes
    shelf.outdate(["tea"])
    for key, things, begun, outdated in (("a", "tea", since, True), ("b", "rice", since, False), ("c", "tea", shelf.changes, False)):
        shelf.put(key, a_page(things), since=begun)
        assert shelf.pages[key].is_outdated is outdated
    monkeypatch.setattr(shelves, "REMEMBERED", 3)
    shelf.outdate([f"thing {n}" for n in range(10)])
    # Nobody remembers any more what changed since, so it may have been this.
    shelf.put("d", a_page("rice"), since=since)
    assert shelf.pages["d"].is_outdated and len(shelf.changed) == 3
    since = shelf.changes
    shelf.outdate_all()
    shelf.put("e", a_page("rice"), since=since)
    assert shelf.pages["e"].is_outdated


def test_how_long_a_page_may_be_sent():
    page = a_page()
    assert page.may_be_sent(KEEP_SECONDS + STALE_SECONDS - 1, is_listening=True)
    assert page.should_be_made_anew(KEEP_SECONDS) and not page.should_be_made_anew(KEEP_SECONDS - 1)
    assert not page.may_be_sent(KEEP_SECONDS + STALE_SECONDS, is_listening=True)
    assert page.may_be_sent(UNHEARD_SECONDS - 0.1, is_listening=False)
    assert not page.may_be_sent(UNHEARD_SECONDS, is_listening=False)
    page.is_outdated = True
    assert page.may_be_sent(SETTLED_SECONDS - 0.1, is_listening=True)
    assert not page.may_be_sent(SETTLED_SECONDS, is_listening=True)
    assert not a_page(ends_at=10).may_be_sent(10, is_listening=True)
