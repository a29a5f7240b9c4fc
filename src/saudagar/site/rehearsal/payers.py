"""The buyers after they have an order: `python -m saudagar.site.rehearsal.payers`, a process of its own.

Reads the load generator's answers while they are written. Whoever has an order asks what to pay with and then does, at the bank, what
their part of the play says. Does not give up when web, database or bank do not answer. Writes one JSON object per purchase: `purchase`,
`deed`, `payment`, `outcome` (done, too_late, nothing_to_pay, gave_up).
"""

import asyncio
import json
import time
from argparse import ArgumentParser
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from saudagar.site.rehearsal.watching import told

PATIENCE_SECONDS = 90
AT_ONCE = 8
EXPIRY_SECONDS = 3.0  # after the time to pay the worker closes the order; the late ones pay after that
DELAY_SECONDS = 3


class Payers:
    def __init__(self, options: Any) -> None:
        self.web, self.bank = f"http://127.0.0.1:{options.port}", f"http://127.0.0.1:{options.bank_port}"
        self.answers, self.out, self.over = options.answers, options.out, options.over
        self.deeds: list[str] = json.loads(options.deeds.read_text())  # of each sending
        self.seen: set[str] = set()
        self.read_bytes = 0
        self.gate = asyncio.Semaphore(AT_ONCE)

    async def run(self) -> None:
        limits = httpx.Limits(max_connections=AT_ONCE * 2, max_keepalive_connections=AT_ONCE)
        async with httpx.AsyncClient(timeout=15, limits=limits) as self.client, asyncio.TaskGroup() as group:
            while True:
                # Looked at first: what was written before it was over is then read for sure.
                is_over = self.over.exists()
                for row in self._fresh():
                    if told(row) in ("first", "again") and (purchase := row["body"]["purchase"]) not in self.seen:
                        self.seen.add(purchase)
                        group.create_task(self._live(purchase, self.deeds[row["n"]]))
                if is_over:
                    return
                await asyncio.sleep(0.1)

    def _fresh(self) -> list[dict[str, Any]]:
        if not self.answers.exists():
            return []
        with self.answers.open("rb") as file:
            file.seek(self.read_bytes)
            text = file.read()
        whole = text.rfind(b"\n") + 1
        self.read_bytes += whole
        return [json.loads(line) for line in text[:whole].splitlines()]

    async def _live(self, purchase: str, deed: str) -> None:
        payment, outcome = "", "done"
        if deed != "abandon":
            async with self.gate:
                status, answer = await self._insist("GET", f"{self.web}/api/v1/purchases/{purchase}/payment")
            if status == 200:
                payment = answer["payment"]
                outcome = await self._at_the_bank(payment, deed, answer["expires_at"])
            else:
                outcome = {410: "too_late", 409: "nothing_to_pay"}.get(status, "gave_up")
        row = {"purchase": purchase, "deed": deed, "payment": payment, "outcome": outcome}
        with self.out.open("a") as file:
            file.write(json.dumps(row) + "\n")

    async def _at_the_bank(self, payment: str, deed: str, expires_at: str) -> str:
        if deed == "late":
            await asyncio.sleep(max(datetime.fromisoformat(expires_at).timestamp() - time.time(), 0) + EXPIRY_SECONDS)
        first = "pay" if deed == "repeat" else deed
        async with self.gate:
            status, answer = await self._insist("POST", f"{self.bank}/tester/payments/{payment}/{first}", {"seconds": DELAY_SECONDS})
        if status == 409 and "expired" in str(answer.get("error")):
            # The bank does not take it any more, and this one presses on: paid too late.
            async with self.gate:
                status, answer = await self._insist("POST", f"{self.bank}/tester/payments/{payment}/late", {})
        if deed == "repeat" and status in (200, 409):
            async with self.gate:
                await self._insist("POST", f"{self.bank}/tester/payments/{payment}/repeat", {})
        # 409: paid already, the answer to an earlier try was lost.
        return "done" if status in (200, 409) else "gave_up"

    async def _insist(self, method: str, address: str, body: Any = None) -> tuple[int, dict[str, Any]]:
        """Asks until there is a clear answer, or patience ends (status 0)."""
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < give_up_at:
            with suppress(httpx.HTTPError, ValueError):
                answer = await self.client.request(method, address, json=body)
                if answer.status_code < 500 and answer.status_code != 429:
                    return answer.status_code, dict(answer.json())
            await asyncio.sleep(0.2)
        return 0, {}


def main() -> None:
    parser = ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--bank-port", type=int, required=True)
    parser.add_argument("--answers", type=Path, required=True, help="the load generator's file")
    parser.add_argument("--deeds", type=Path, required=True, help="what the buyer of each sending does, JSON list")
    parser.add_argument("--over", type=Path, required=True, help="a file that appears when no more answers come")
    parser.add_argument("--out", type=Path, required=True)
    asyncio.run(Payers(parser.parse_args()).run())


if __name__ == "__main__":
    main()
