"""Payment notices a second, through HTTP, from the gateway's signature to posted escrow.

Orders that wait to be paid are staged, their notices signed beforehand as an acquirer signs them (SNAP BI, RSA-2048). A share of them
comes twice or is followed by an older "still waiting". Afterwards answers and database are held against each other: every order
whose notice was acknowledged is paid, once, and its money lies in escrow, once, to the last minor unit; the books prove right.
"""

import json
import random
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from saudagar.payments.rules import snap
from saudagar.site.bench.checks import odd_statuses
from saudagar.site.bench.house import House
from saudagar.site.bench.records import post
from saudagar.site.bench.results import Result
from saudagar.site.bench.sitting import OPEN_LOOP_SHARE, Sitting

HELP = "payment notices a second, from signature to posted escrow, checked against orders and books afterwards"
PATH = "/api/v1/payments/snap_qris/notices"
CLIENT = "bench-client"
CONNECTIONS = 128
TWICE, STALE = 0.05, 0.02  # of all notices


class Acquirer:
    """Signs notices as an acquirer would, with a key of its own."""

    def __init__(self) -> None:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        kinds = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        self.private_key = key.private_bytes(*kinds).decode()
        public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        self.settings: dict[str, Any] = {"SNAP_CLIENT_ID": CLIENT, "SNAP_ACQUIRER_PUBLIC_KEY": public.decode()}

    def notice(self, payment: dict[str, Any], status: str = snap.SUCCESS, amount: int | None = None) -> tuple[str, dict[str, str]]:
        """Body and headers of one notice."""
        body = json.dumps(
            {
                "originalReferenceNo": payment["reference"],
                "originalPartnerReferenceNo": payment["payment"],
                "latestTransactionStatus": status,
                "transactionStatusDesc": "Success" if status == snap.SUCCESS else "Pending",
                "amount": {"value": snap.decimal(payment["amount"] if amount is None else amount), "currency": "IDR"},
                "merchantId": "BENCH",
                "additionalInfo": {"issuerName": "Bank Contoh", "payerName": "R*** C*****"},
            },
            separators=(",", ":"),
        )
        stamp = snap.timestamp(datetime.now(UTC))
        signature = snap.notice_signature(self.private_key, method="POST", path=PATH, body=body, timestamp=stamp)
        return body, {"X-TIMESTAMP": stamp, "X-SIGNATURE": signature, "X-PARTNER-ID": CLIENT, "X-EXTERNAL-ID": payment["reference"][2:]}


def notices(acquirer: Acquirer, payments: Sequence[dict[str, Any]], chance: random.Random) -> list[tuple[str, dict[str, str]]]:
    """A notice for each payment; some come a second time a little later, some are overtaken by their own success."""
    made: list[tuple[float, str, dict[str, str]]] = []
    for place, payment in enumerate(payments):
        made.append((place, *acquirer.notice(payment)))
        if chance.random() < TWICE:
            made.append((place + chance.choice((0, 5, 300)), *made[-1][1:]))
        if chance.random() < STALE:
            made.append((place + chance.choice((-50, 0, 300)), *acquirer.notice(payment, snap.PENDING)))
    return [(body, head) for _, body, head in sorted(made, key=lambda row: row[0])]


def run(sitting: Sitting) -> Result:
    """Three rounds of 6,000 payments of 400 sellers, and one with arrivals at 80 %; --full: five of 20,000 of 2,000 sellers."""
    acquirer = Acquirer()
    with sitting.house(**acquirer.settings) as house:
        return measure(house, acquirer, sitting)


def measure(house: House, acquirer: Acquirer, sitting: Sitting) -> Result:
    rounds, payments, businesses = sitting.pick(tiny=(2, 60, 10), normal=(3, 6_000, 400), full=(5, 20_000, 2_000))
    chance = random.Random(1)  # noqa: S311  a benchmark wants the same order each time
    staged = house.stage_payments(businesses=businesses, listings=2, payments=payments * (rounds + 1))
    found = Result("notices", "notices/s", facts={"staged": len(staged)})
    for number in range(rounds + 1):
        told = notices(acquirer, staged[number * payments : (number + 1) * payments], chance)
        requests = [post(PATH, body.encode(), **head) for body, head in told]
        rate = found.value * OPEN_LOOP_SHARE if number == rounds else 0.0
        connections = CONNECTIONS * 4 if rate else CONNECTIONS
        made, answers = house.round(f"notices-{number}", requests, good=(200,), connections=connections, rate=rate)
        (found.open_loop if rate else found.rounds).append(made)
        refused = [answer for answer in answers if answer.status != 200]
        if refused:
            found.problems.append(f"{len(refused)} notices were not taken: {refused[0].status} {refused[0].body[:200]!r}")
    found.problems += [*odd_statuses(found, allowed={"200"}), *wrong(house, len(staged))]
    return found


def wrong(house: House, paid: int) -> list[str]:
    """What is not as it must be when so many orders were paid, each once and in full."""
    questions = {
        "orders paid": "SELECT count(*) FROM orders_order WHERE state = 'paid' AND paid_at IS NOT NULL",
        "payments captured": "SELECT count(*) FROM payments_payment WHERE state = 'captured' AND next_check_at IS NULL",
        "postings": "SELECT count(*) FROM ledger_posting WHERE kind = 'capture'",
        "orders whose escrow is their total": """
            SELECT count(*) FROM orders_order o
             WHERE (SELECT array_agg(-amount) FROM ledger_entry e WHERE e.business_id = o.business_id AND e.order_id = o.id
                       AND account = 'escrow') = ARRAY[o.total]""",
    }
    found = [(what, house.rows(question)[0][0]) for what, question in questions.items()]
    problems = [f"{what}: {number} instead of {paid}" for what, number in found if number != paid]
    refunds = house.rows("SELECT count(*) FROM payments_refund")[0][0]
    return [
        *problems,
        *([f"{refunds} refunds of nothing"] if refunds else []),
        *([] if house.proved() else ["the books do not prove right"]),
    ]
