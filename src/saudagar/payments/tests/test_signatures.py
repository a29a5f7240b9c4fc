"""Signatures against published vectors and against the vendors' own libraries, never only against our own sandbox."""

import json
import time
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from saudagar.payments.rules import alipay_plus, snap
from saudagar.payments.rules.signatures import is_rsa_signature, rsa_signature

VENDOR = json.loads((Path(__file__).parent / "vendor_vectors.json").read_text())
AT = "2026-11-21T10:00:00+07:00"
BODY = '{"partnerReferenceNo":"INV260001","amount":{"value":"25000.00","currency":"IDR"},"merchantId":"00001"}'


@pytest.fixture(scope="module")
def keys() -> tuple[str, str]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption())
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()


def test_snap_call_as_published():
    assert snap.body_hash(BODY) == "bb0a3d318d859c428c92c6f025916acc3235df7b3c583bb0c0d050506737791d"
    call = {"method": "POST", "path": "/v1.0/qr/qr-mpm-generate", "token": "TOKEN123", "body": BODY, "timestamp": AT}
    signature = snap.call_signature("secret123", **call)
    assert signature == "uGX3Yh6xgb+6e2Bq+Ggw7LpWfxd4VwxS7JvMra63RF3If/CgsGi1PS2C9kel/aZKSlsXyqRztt7hvW2kpM4iFg=="
    assert snap.is_call_signature("secret123", signature, **call)
    assert not snap.is_call_signature("secret124", signature, **call)
    assert not snap.is_call_signature("secret123", signature, **(call | {"body": BODY.replace("25000", "25001")}))
    assert not snap.is_call_signature("secret123", "é", **call)


def test_snap_call_as_a_vendors_library_signs_it():
    vector = VENDOR["snap_call"]
    call = {"method": "POST", "path": vector["path"], "token": vector["token"], "body": vector["body"], "timestamp": vector["timestamp"]}
    assert snap.call_signature(vector["secret"], **call) == vector["signature"]


def test_snap_token_as_a_vendors_library_signs_it():
    vector = VENDOR["snap_token"]
    who = {"client_id": vector["client_id"], "timestamp": vector["timestamp"]}
    assert snap.is_token_signature(VENDOR["public_key"], vector["signature"], **who)
    assert not snap.is_token_signature(VENDOR["public_key"], vector["signature"], **(who | {"client_id": "CLIENT-2"}))


def test_snap_notice_as_a_vendors_library_signs_it():
    vector = VENDOR["snap_notice"]
    notice = {"method": "POST", "path": vector["path"], "body": vector["body"], "timestamp": vector["timestamp"]}
    assert snap.is_notice_signature(VENDOR["public_key"], vector["signature"], **notice)
    # Whitespace between the fields is not signed; an amount is.
    spaced = vector["body"].replace(",", ",\n  ")
    assert snap.is_notice_signature(VENDOR["public_key"], vector["signature"], **(notice | {"body": spaced}))
    forged = vector["body"].replace("25000.00", "2500.00")
    assert not snap.is_notice_signature(VENDOR["public_key"], vector["signature"], **(notice | {"body": forged}))
    assert not snap.is_notice_signature(VENDOR["public_key"], "not base64!", **notice)
    assert not snap.is_notice_signature(VENDOR["public_key"], "", **notice)


def test_a_body_made_to_take_long_takes_no_longer():
    """The signature is checked over the minified body, so anybody may send one: it must not keep a process busy."""
    body = '"' + '\\"' * 30_000
    begun = time.process_time()
    assert snap.minified(body) == body
    assert time.process_time() - begun < 1


def test_minified_leaves_texts_alone():
    assert snap.minified('{ "a" : "two  words, \\"quoted\\" ", "b":[1.00, 2] }\n') == '{"a":"two  words, \\"quoted\\" ","b":[1.00,2]}'


def test_alipay_plus_notice_as_the_vendors_library_signs_it():
    vector = VENDOR["alipay_plus_notice"]
    header = f"algorithm=RSA256,keyVersion=1,signature={vector['signature']}"
    notice = {key: vector[key] for key in ("path", "client_id", "time", "body")} | {"method": "POST"}
    assert alipay_plus.is_signature_header(VENDOR["public_key"], header, **notice)
    assert not alipay_plus.is_signature_header(VENDOR["public_key"], header, **(notice | {"time": "1795251600001"}))
    assert not alipay_plus.is_signature_header(VENDOR["public_key"], header, **(notice | {"body": notice["body"].replace("1250", "1")}))
    assert not alipay_plus.is_signature_header(VENDOR["public_key"], header.replace("RSA256", "none"), **notice)
    assert not alipay_plus.is_signature_header(VENDOR["public_key"], "", **notice)


def test_alipay_plus_header_is_read_as_written(keys):
    private, public = keys
    call = {"method": "POST", "path": "/ams/api/v1/payments/pay", "client_id": "C1", "time": "1795251600000", "body": '{"a":"蓝山"}'}
    header = alipay_plus.signature_header(private, **call)
    assert header.startswith("algorithm=RSA256,keyVersion=1,signature=")
    assert alipay_plus.is_signature_header(public, header, **call)


def test_rsa_primitive_agrees_with_alipays_python_library(keys):
    """RSA2 of the mainland library is the same primitive: PKCS#1 v1.5, SHA-256, base64."""
    alipay = pytest.importorskip("alipay")
    private, public = keys
    theirs = alipay.AliPay(
        appid="2026000000000000", app_notify_url=None, app_private_key_string=private, alipay_public_key_string=public, sign_type="RSA2"
    )
    text = alipay_plus.signed_text(method="POST", path="/ams/api/v1/payments/pay", client_id="C1", time="1", body='{"note":"蓝山"}')
    assert rsa_signature(private, text) == theirs._sign(text)
    assert is_rsa_signature(public, text, theirs._sign(text))
    assert theirs._verify(text, rsa_signature(private, text))
