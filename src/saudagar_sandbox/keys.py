"""Secrets of both sides, made on the first start.

In the platform's file (names of its settings):
    SNAP_CLIENT_ID, SNAP_CLIENT_SECRET, SNAP_MERCHANT_ID, SNAP_PRIVATE_KEY (ours), SNAP_ACQUIRER_PUBLIC_KEY
    ALIPAY_PLUS_CLIENT_ID, ALIPAY_PLUS_PRIVATE_KEY (ours), ALIPAY_PLUS_WALLET_PUBLIC_KEY
    CARRIER_API_KEY, CARRIER_WEBHOOK_SECRET        SMS_SECRET
In the sandbox's: the other half of each.
"""

import fcntl
import json
import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

Half = dict[str, str]


def _pair() -> tuple[str, str]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()


def _snap() -> tuple[Half, Half]:
    ours, ours_public = _pair()
    theirs, theirs_public = _pair()
    shared = {
        "SNAP_CLIENT_ID": f"SDG-{secrets.token_hex(6)}",
        "SNAP_CLIENT_SECRET": secrets.token_urlsafe(32),
        "SNAP_MERCHANT_ID": "000000017",
    }
    return (
        shared | {"SNAP_PRIVATE_KEY": ours, "SNAP_ACQUIRER_PUBLIC_KEY": theirs_public},
        shared | {"SNAP_PARTNER_PUBLIC_KEY": ours_public, "SNAP_ACQUIRER_PRIVATE_KEY": theirs},
    )


def _alipay_plus() -> tuple[Half, Half]:
    ours, ours_public = _pair()
    theirs, theirs_public = _pair()
    shared = {"ALIPAY_PLUS_CLIENT_ID": f"SANDBOX_{secrets.token_hex(6).upper()}"}
    return (
        shared | {"ALIPAY_PLUS_PRIVATE_KEY": ours, "ALIPAY_PLUS_WALLET_PUBLIC_KEY": theirs_public},
        shared | {"ALIPAY_PLUS_PARTNER_PUBLIC_KEY": ours_public, "ALIPAY_PLUS_WALLET_PRIVATE_KEY": theirs},
    )


def _carrier() -> tuple[Half, Half]:
    shared = {"CARRIER_API_KEY": f"biteship_test.{secrets.token_urlsafe(24)}", "CARRIER_WEBHOOK_SECRET": secrets.token_urlsafe(32)}
    return shared, shared


def _telephone() -> tuple[Half, Half]:
    shared = {"SMS_SECRET": secrets.token_urlsafe(24)}
    return shared, shared


GROUPS = {
    "SNAP_CLIENT_ID": (_snap, ("SNAP_PRIVATE_KEY", "SNAP_ACQUIRER_PUBLIC_KEY"), ("SNAP_PARTNER_PUBLIC_KEY", "SNAP_ACQUIRER_PRIVATE_KEY")),
    "ALIPAY_PLUS_CLIENT_ID": (
        _alipay_plus,
        ("ALIPAY_PLUS_PRIVATE_KEY", "ALIPAY_PLUS_WALLET_PUBLIC_KEY"),
        ("ALIPAY_PLUS_PARTNER_PUBLIC_KEY", "ALIPAY_PLUS_WALLET_PRIVATE_KEY"),
    ),
    "CARRIER_API_KEY": (_carrier, ("CARRIER_WEBHOOK_SECRET",), ("CARRIER_WEBHOOK_SECRET",)),
    "SMS_SECRET": (_telephone, (), ()),
}


def ensure(platform_file: Path, sandbox_file: Path) -> Half:
    """Both halves of every secret, made where one is missing. Returns the sandbox's half."""
    platform_file.parent.mkdir(parents=True, exist_ok=True)
    # The platform takes the same lock when it makes its own secrets.
    with platform_file.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        platform, sandbox = _read(platform_file), _read(sandbox_file)
        changed = False
        for shared, (make, platform_names, sandbox_names) in GROUPS.items():
            fits = shared in platform and platform.get(shared) == sandbox.get(shared)
            if not (fits and all(name in platform for name in platform_names) and all(name in sandbox for name in sandbox_names)):
                platform_half, sandbox_half = make()
                platform |= platform_half
                sandbox |= sandbox_half
                changed = True
        if changed:
            _write(sandbox_file, sandbox)
            _write(platform_file, platform)
        return sandbox


def _read(file: Path) -> Half:
    return json.loads(file.read_text()) if file.exists() else {}


def _write(file: Path, values: Half) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f"{file.name}.{os.getpid()}")
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(values, indent=1, ensure_ascii=False) + "\n")
    os.replace(fresh, file)
