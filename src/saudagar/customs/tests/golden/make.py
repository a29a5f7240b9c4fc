"""Keeps a release and parcels priced under it, so that code of any later day must still price them alike.

    python -m saudagar.customs.tests.golden.make        writes the shipped rulebook of today beside this file

Files made once are never made again: a difference found by `test_past_orders.py` is a change of past law.
"""

import gzip
import json
import random
from datetime import date
from pathlib import Path

from saudagar.foundation.refusals import Refusal
from saudagar.rulebook.files import texts
from saudagar.rulebook.rules import Item, Request, as_data, landed_cost, read, snapshot

HERE = Path(__file__).parent
DAYS = (date(2019, 5, 1), date(2022, 6, 30), date(2025, 1, 1), date(2026, 5, 31), date(2026, 11, 21))


def parcels(chance: random.Random, goods: list[str]) -> Request:
    """A parcel as buyers make them: mostly small, some beyond a limit, some in another currency."""
    destination = chance.choice(["CN", "CN", "CN", "ID"])
    currency = {"CN": chance.choice(["CNY", "CNY", "IDR"]), "ID": "IDR"}[destination]
    scale = 400_000 if currency == "CNY" else 900_000_000
    items = tuple(
        Item(chance.choice(goods), chance.randint(1, scale), chance.randint(1, 4), chance.randint(1, 5_000), reference=str(place))
        for place in range(chance.randint(1, 4))
    )
    return Request(
        destination,
        items,
        currency,
        chance.choice(DAYS),
        mode=chance.choice(["", "", "general"]) if destination == "CN" else "",
        freight=chance.randint(0, scale // 10),
        insurance=chance.randint(0, scale // 100),
        registrations=frozenset(name for name in ("id:pkp", "form_e") if chance.random() < 0.5),
        buyer_year=chance.randint(0, 2_000_000) if destination == "CN" else 0,
        rates={"IDR": "0.000437"} if destination == "CN" and currency == "IDR" else {},
        prices=chance.choice(["", "exclusive", "inclusive"]) if destination == "ID" else "",
    )


def main() -> None:
    files = texts()
    rulebook = read(files)
    chance = random.Random(rulebook.version)
    goods = sorted({row.hs.ljust(6, "0") for row in rulebook.destinations["CN"].tariffs if row.kind == "duty"})
    kept = []
    while len(kept) < 300:
        request = parcels(chance, goods)
        try:
            kept.append(as_data(snapshot(request, landed_cost(request, rulebook))))
        except Refusal:
            continue
    target = HERE / f"{rulebook.version}.json.gz"
    data = json.dumps({"texts": files, "snapshots": kept}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    target.write_bytes(gzip.compress(data.encode(), mtime=0))
    print(f"{target.name}: {len(kept)} parcels, {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
