"""What every part of the sandbox shares: its memory, its keys, its clock, where the platform is, and the notices it sends."""

import asyncio
import base64
import json
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import Any

import httpx
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from saudagar_sandbox.store import Store

WIB = timezone(timedelta(hours=7))
WAITS = (2, 10, 30, 120, 600)  # seconds before a refused notice is sent again


@dataclass
class World:
    store: Store
    keys: dict[str, str]
    web: str  # the platform, as the sandbox reaches it
    own: str = "http://127.0.0.1:8001"  # the sandbox, as a browser reaches it
    snap_notices: str = "/api/v1/payments/snap_qris/notices"
    carrier_notices: str = "/api/v1/carriers/sandbox/notices"
    awake: asyncio.Event = field(default_factory=asyncio.Event)

    def now(self) -> float:
        return time.time()

    def stamp(self, at: float | None = None) -> str:
        return datetime.fromtimestamp(self.now() if at is None else at, WIB).isoformat(timespec="seconds")

    def reference(self, prefix: str) -> str:
        """A number of our own, the way providers give them: day and a running number."""
        return f"{prefix}{datetime.now(WIB):%Y%m%d}{self.store.count(prefix):08d}"

    def notify(self, about: str, kind: str, url: str, headers: dict[str, str], body: str, *, after: float = 0) -> None:
        """Queue a notice; it is sent as soon as it is due, and again while the platform does not take it."""
        now = self.now()
        self.store.add("notice", about=about, kind=kind, url=url, headers=headers, body=body, due_at=now + after, created_at=now)
        self.awake.set()

    async def deliver(self) -> None:
        """Send what is due, for ever."""
        async with httpx.AsyncClient(timeout=10) as client:
            while True:
                self.awake.clear()
                for notice in self.store.rows("SELECT * FROM notice WHERE due_at <= ? ORDER BY due_at, id LIMIT 20", self.now()):
                    await self._send(client, notice)
                waiting = self.store.row("SELECT min(due_at) AS due FROM notice WHERE due_at IS NOT NULL")
                wait = min(max(waiting["due"] - self.now(), 0), 30) if waiting and waiting["due"] else 30
                try:
                    await asyncio.wait_for(self.awake.wait(), wait)
                except TimeoutError:
                    pass

    async def _send(self, client: httpx.AsyncClient, notice: dict[str, Any]) -> None:
        headers = {"Content-Type": "application/json"} | json.loads(notice["headers"])
        try:
            answer = await client.post(notice["url"], content=notice["body"].encode(), headers=headers)
            said, taken = f"{answer.status_code} {answer.text[:300]}", answer.is_success
        except httpx.HTTPError as error:
            said, taken = f"{type(error).__name__}: {error}", False
        tries = notice["tries"] + 1
        # What was made to be refused is not pressed upon the platform.
        again = not taken and tries <= len(WAITS) and notice["kind"] not in {"forged", "unsigned"}
        due_at = self.now() + WAITS[tries - 1] if again else None
        self.store.run("UPDATE notice SET tries = ?, answer = ?, due_at = ? WHERE id = ?", tries, said, due_at, notice["id"])


@lru_cache(maxsize=16)
def _private(pem: str) -> rsa.RSAPrivateKey:
    """Reading a key checks it, which takes ten times as long as signing with it."""
    key = serialization.load_pem_private_key(pem.encode(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


@lru_cache(maxsize=16)
def _public(pem: str) -> rsa.RSAPublicKey:
    key = serialization.load_pem_public_key(pem.encode())
    assert isinstance(key, rsa.RSAPublicKey)
    return key


def rsa_sign(private_key: str, text: str) -> str:
    return base64.b64encode(_private(private_key).sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())).decode()


def rsa_signed(public_key: str, text: str, signature: str) -> bool:
    key = _public(public_key)
    try:
        key.verify(base64.b64decode(signature), text.encode(), padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True


@lru_cache(maxsize=1)
def somebody_elses_key() -> str:
    """For forgeries."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()


def dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
