"""Buyers in oscar's shop: a process of its own that walks the checkout as a browser would and keeps raw answers.

`python -m saudagar.site.bench.oscar.buyers --port … --baskets FILE --out FILE`. Each line of the file is a basket: product ids.
A buyer opens the first product's page, puts the products into the basket, and goes through guest checkout, shipping address,
shipping method, payment, preview, and "place order", on one connection that stays open. With --final-together all first walk up
to the preview; then all place their orders, which is what is measured alone.

Of each request stands in the answers what `records.py` tells; the body is the step's name and the answer's head.
"""

import asyncio
import gc
import json
import time
from argparse import ArgumentParser
from collections import deque
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import uvloop

from saudagar.site.bench.records import Record, whole_answer, write_records

ADDRESS = {
    "first_name": "Rina", "last_name": "Contoh", "line1": "Jl. Contoh 1", "line2": "", "line3": "", "line4": "Bandung",
    "state": "", "postcode": "40111", "country": "ID", "phone_number": "", "notes": "",
}  # fmt: skip
FINAL = "place"
clock = time.perf_counter


class Failed(Exception):
    """The shop answered with what a buyer cannot go on from."""


class Buyer:
    def __init__(self, n: int, basket: list[int], options: Any, records: list[Record]) -> None:
        self.n, self.basket, self.options, self.records = n, basket, options, records
        self.cookies: dict[str, str] = {}
        self.is_stuck = False
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def prepare(self) -> None:
        """Everything before the last step."""
        first = self.basket[0]
        await self.ask("page", "GET", f"/catalogue/kopi-uji_{first}/", good=(200, 301))
        if "csrftoken" not in self.cookies:
            await self.ask("basket", "GET", "/basket/", good=(200,))
        for product in self.basket:
            await self.ask("add", "POST", f"/basket/add/{product}/", {"quantity": "1"})
        await self.ask("guest", "POST", "/checkout/", {"username": f"rina{self.n}@contoh.example", "options": "anonymous"})
        await self.ask("address", "POST", "/checkout/shipping-address/", ADDRESS)
        await self.ask("method", "GET", "/checkout/shipping-method/")
        await self.ask("payment", "GET", "/checkout/payment-method/")
        await self.ask("details", "GET", "/checkout/payment-details/", good=(200,))
        await self.ask("preview", "GET", "/checkout/preview/", good=(200,))

    async def place(self) -> None:
        await self.ask(FINAL, "POST", "/checkout/preview/", {"action": "place_order"}, good=(302, 200))

    async def ask(self, step: str, method: str, path: str, form: dict[str, str] | None = None, good: tuple[int, ...] = (302,)) -> None:
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.options.port}"]
        if self.cookies:
            lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        body = b""
        if form is not None:
            body = urlencode({**form, "csrfmiddlewaretoken": self.cookies.get("csrftoken", "")}).encode()
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
            lines.append(f"Referer: http://127.0.0.1:{self.options.port}/")
        begun = clock()
        try:
            status, head = await asyncio.wait_for(self._exchange(("\r\n".join(lines) + "\r\n\r\n").encode() + body), self.options.timeout)
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            self.hang_up()
            self.records.append((self.n, begun, clock() - begun, 0, f"{step} {type(error).__name__}: {error}".encode()))
            raise Failed(step) from None
        self.records.append((self.n, begun, clock() - begun, status, f"{step} {head}".encode()))
        if status not in good:
            raise Failed(f"{step}: {status}")

    async def _exchange(self, request: bytes) -> tuple[int, str]:
        if self.streams is None:
            self.streams = await asyncio.open_connection("127.0.0.1", self.options.port)
        reader, writer = self.streams
        writer.write(request)
        data = b""
        while (answer := whole_answer(data)) is None:
            received = await reader.read(65536)
            if not received:
                raise ConnectionResetError("closed")
            data += received
        status, _, stays_open = answer
        head = data[: data.index(b"\r\n\r\n")].decode("latin-1")
        for line in head.split("\r\n")[1:]:
            name, _, value = line.partition(":")
            if name.lower() == "set-cookie":
                key, _, content = value.strip().split(";")[0].partition("=")
                self.cookies[key] = content
        if not stays_open:
            self.hang_up()
        return status, head

    def hang_up(self) -> None:
        if self.streams is not None:
            self.streams[1].close()
            self.streams = None


async def crowd(buyers: list[Buyer], steps: tuple[str, ...], connections: int) -> None:
    """So many buyers at a time, each its steps one after the other; the next begins when one is through."""
    waiting = deque(buyers)

    async def one_after_the_other() -> None:
        while waiting:
            buyer = waiting.popleft()
            try:
                for step in steps:
                    await getattr(buyer, step)()
            except Failed:
                buyer.is_stuck = True

    await asyncio.gather(*(one_after_the_other() for _ in range(connections)))


async def run(options: Any) -> dict[str, Any]:
    records: list[Record] = []
    baskets = [json.loads(line) for line in options.baskets.read_text().splitlines()]
    buyers = [Buyer(n, basket, options, records) for n, basket in enumerate(baskets)]
    if options.final_together:
        await crowd(buyers, ("prepare",), options.connections)
        buyers = [buyer for buyer in buyers if not buyer.is_stuck]
        for buyer in buyers:
            # Opened anew, so that no connection has grown old while the others walked.
            buyer.hang_up()
            buyer.streams = await asyncio.open_connection("127.0.0.1", options.port) if len(buyers) <= options.together else None
    begun_at, begun, spent = time.time(), clock(), time.process_time()
    steps = ("place",) if options.final_together else ("prepare", "place")
    await crowd(buyers, steps, options.together if options.final_together else options.connections)
    told = {"seconds": clock() - begun, "cpu_seconds": time.process_time() - spent, "began": begun_at}
    for buyer in buyers:
        buyer.hang_up()
    write_records(options.out, records, begun_at - begun)
    return told


def main() -> None:
    parser = ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--baskets", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--connections", type=int, default=8, help="buyers at a time")
    parser.add_argument("--final-together", action="store_true")
    parser.add_argument("--together", type=int, default=8, help="buyers at a time in the last step, with --final-together")
    parser.add_argument("--timeout", type=float, default=60)
    options = parser.parse_args()
    gc.collect()
    gc.freeze()
    gc.disable()
    print(json.dumps(uvloop.run(run(options))))


if __name__ == "__main__":
    main()
