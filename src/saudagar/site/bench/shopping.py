"""What people look at, and whether they saw the right thing: pages of the storefront, for `storefront` and `beside`."""

import gzip
import re
import time
import urllib.request
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

import psycopg

from saudagar.foundation.ids import Kind, handle
from saudagar.foundation.sql import statement
from saudagar.site.bench.house import House
from saudagar.site.bench.records import Answer, get

LIKE_A_BROWSER = {"accept_encoding": "gzip", "accept_language": "id"}
HOME, SEARCH = "/id/", "/id/search/"
CANONICAL = re.compile(r'<link rel="canonical" href="https?://[^/"]+([^"]*)">')
TITLE = re.compile(r"<h1>([^<]*)</h1>")


@dataclass(frozen=True, slots=True)
class Goods:
    """A product on sale, as the database has it."""

    path: str
    title: str
    business: str
    pool: str
    is_sold_out: bool


def open_shops(house: House, *, businesses: int, products: int, sold_out_of_100: int = 10) -> list[Goods]:
    """Sellers with dressed goods, of which some are sold out."""
    house.stage(businesses=businesses, listings=products, pieces=1_000_000)
    with psycopg.connect(house.database_url, autocommit=True) as connection:
        connection.execute(statement("saudagar.site.bench", "dress"), {"moment": datetime.now(UTC)})
        # Counted as not there, so that pools and their movements agree.
        connection.execute(
            "WITH gone AS (SELECT business_id, id, available FROM stock_pool"
            "               WHERE abs(hashtext(business_id::text || id::text)) %% 100 < %(share)s),"
            "     counted AS (INSERT INTO stock_movement (business_id, id, pool_id, pieces, reason, note, moved_at)"
            "                 SELECT business_id, gen_random_uuid(), id, -available, 'count', '', %(moment)s FROM gone)"
            " UPDATE stock_pool SET available = 0 FROM gone WHERE stock_pool.business_id = gone.business_id AND stock_pool.id = gone.id",
            {"share": sold_out_of_100, "moment": datetime.now(UTC)},
        )
        connection.execute("VACUUM (ANALYZE)")
        rows = connection.execute(
            "SELECT product.business_id, product.id, text.title, pool.id, pool.available = 0"
            "  FROM catalogue_product AS product"
            "  JOIN catalogue_producttext AS text ON text.business_id = product.business_id AND text.product_id = product.id"
            "  JOIN catalogue_variant AS variant ON variant.business_id = product.business_id AND variant.product_id = product.id"
            "  JOIN stock_pool AS pool ON pool.business_id = product.business_id AND pool.variant_id = variant.id"
            " WHERE text.language = 'id' ORDER BY md5(product.business_id::text || product.id::text)"
        ).fetchall()
    return [
        Goods(f"/id/p/{handle(Kind.PRODUCT, business, product)}/", title, str(business), str(pool), is_sold_out)
        for business, product, title, pool, is_sold_out in rows
    ]


def look_at(paths: Iterable[str]) -> list[bytes]:
    """Requests as a browser in Indonesia sends them."""
    return [get(path, **LIKE_A_BROWSER) for path in paths]


def wrong_pages(goods: Sequence[Goods], answers: Sequence[Answer], *, each_once: bool = False) -> list[str]:
    """Every page is whole, of what it says it is, and says rightly whether it is sold out. `each_once`: as many as were asked for."""
    known = {one.path: one for one in goods}
    problems: set[str] = set()
    seen: set[str] = set()
    for answer in answers:
        if answer.status != 200:
            continue
        path, title, html = _read(answer.body)
        seen.add(path)
        if not html.endswith("</html>\n"):
            problems.add(f"{path} is not whole")
        one = known.get(path)
        if path.startswith("/id/p/"):
            if one is None or title != one.title:
                problems.add(f"{path} shows {title!r} instead of {one and one.title!r}")
            elif (f"schema.org/{'OutOfStock' if one.is_sold_out else 'InStock'}") not in html:
                problems.add(f"{path} is wrong about whether it is sold out")
        elif "Kopi Uji" not in html:
            problems.add(f"{path} shows no goods")
    if each_once and len(seen) != len(answers):
        problems.add(f"{len(answers)} different pages were asked for and {len(seen)} came")
    return sorted(problems)


@cache
def _read(body: bytes) -> tuple[str, str, str]:
    """Own address, headline and text of a page."""
    html = (gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body).decode()
    path, title = CANONICAL.search(html), TITLE.search(html)
    return path[1] if path else "", title[1] if title else "", html


def seconds_until_sold_out(house: House, one: Goods, *, looks_for: float = 4.0) -> float:
    """Sells the last piece, then looks at the page again and again, over a new connection each time. Returns how long after the
    sale the last page came that did not say so."""
    house.execute(f"UPDATE stock_pool SET available = 0 WHERE business_id = '{one.business}' AND id = '{one.pool}'")  # noqa: S608
    begun = time.monotonic()
    last_wrong = 0.0
    while time.monotonic() - begun < looks_for:
        asked = time.monotonic() - begun
        with urllib.request.urlopen(f"http://127.0.0.1:{house.port}{one.path}", timeout=10) as answer:
            if b"schema.org/OutOfStock" not in answer.read():
                last_wrong = asked
        time.sleep(0.01)
    return last_wrong
