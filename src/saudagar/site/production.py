"""What an installation in earnest must not be started with, in sentences that say how to mend it. Pure.

In earnest is what is no demo and can be reached from elsewhere. Benchmarks and trials without demo data on the machine itself may
go without TLS and with the sandbox.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

SHORTEST_SECRET = 32
FOR_TRIALS = ("ConsoleSms", "MemorySms", "SandboxSms", "SandboxMail", "console.EmailBackend", "locmem.EmailBackend", "dummy.EmailBackend")


@dataclass(frozen=True, slots=True)
class Start:
    """What the settings came to."""

    url: str
    listens_on: str
    hosts: Sequence[str]
    secret_key: str
    proxies: int
    debug: bool
    sandbox: bool
    sandbox_url: str
    gateways: Sequence[str]  # addresses of providers
    backends: Sequence[str]  # dotted paths of what sends SMS and mail


def wrong(start: Start) -> list[str]:
    """Every reason not to start, most important first."""
    found = []
    address = urlsplit(start.url)
    if not start.hosts:
        found.append(
            "SAUDAGAR_HOSTS names no host, so nobody would be answered. Set it to the name people type: SAUDAGAR_HOSTS=shop.example.id"
        )
    if is_local(start):
        return found
    if "*" in start.hosts:
        found.append("SAUDAGAR_HOSTS=* answers under any name, also one an attacker chose. Name your own: SAUDAGAR_HOSTS=shop.example.id")
    elif start.hosts and not any(_fits(host, address.hostname or "") for host in start.hosts):
        found.append(
            f"SAUDAGAR_URL={start.url} is not among SAUDAGAR_HOSTS={','.join(start.hosts)}: its own pages would be refused. "
            "Name the same host."
        )
    if address.scheme != "https":
        found.append(
            f"SAUDAGAR_URL={start.url} is not https: sessions could be read on the way. Put a proxy with TLS in front and set SAUDAGAR_URL=https://…"
        )
    if start.proxies == 0 and address.scheme == "https":
        found.append(
            "SAUDAGAR_PROXIES=0, but somebody speaks TLS in front of Saudagar: everybody would seem to come from one address and "
            "share one limit. Say how many proxies of yours add to X-Forwarded-For: SAUDAGAR_PROXIES=1"
        )
    if start.debug:
        found.append("SAUDAGAR_DEBUG=1 shows code and settings to whoever meets an error. Leave it out.")
    if len(start.secret_key) < SHORTEST_SECRET:
        found.append(
            f"SAUDAGAR_SECRET_KEY has {len(start.secret_key)} characters; {SHORTEST_SECRET} or more are needed. "
            "Leave it out to have one made, or: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    if start.sandbox or start.sandbox_url in start.gateways:
        found.append(
            "The sandbox would stand in for a bank: whoever presses a button there has paid. "
            "Leave SAUDAGAR_SANDBOX out, and name your providers."
        )
    for path in start.backends:
        if path.endswith(FOR_TRIALS):
            found.append(
                f"{path} is for trials: codes to sign in would not arrive, or be read by others. "
                "Set SAUDAGAR_SMS_GATEWAY and SAUDAGAR_SMTP_HOST."
            )
    return found


def is_local(start: Start) -> bool:
    """Whether only this machine itself can reach it."""
    return all(_is_loopback(host) for host in (urlsplit(start.url).hostname or "", start.listens_on, *start.hosts))


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _fits(pattern: str, host: str) -> bool:
    """Django's own reading of ALLOWED_HOSTS: a leading dot stands for every name below."""
    return host == pattern or (pattern.startswith(".") and (host.endswith(pattern) or host == pattern[1:]))
