"""RSA and HMAC signatures as payment providers use them: PKCS#1 v1.5 with SHA-256, and base64 around everything."""

import base64
import binascii
import hashlib
import hmac
from functools import cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa


@cache
def _private(pem: str) -> rsa.RSAPrivateKey:
    """Read once: that takes longer than signing. Raises ValueError."""
    key = serialization.load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError("an RSA private key in PEM form is needed")
    return key


@cache
def _public(pem: str) -> rsa.RSAPublicKey:
    key = serialization.load_pem_public_key(pem.encode())
    if not isinstance(key, rsa.RSAPublicKey):
        raise ValueError("an RSA public key in PEM form is needed")
    return key


def rsa_signature(private_key_pem: str, text: str) -> str:
    """base64 of RSA-SHA256 over the UTF-8 text."""
    return base64.b64encode(_private(private_key_pem).sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())).decode()


def is_rsa_signature(public_key_pem: str, text: str, signature: str) -> bool:
    """Whether the owner of the key signed exactly this text. Nonsense in place of a signature is simply not one."""
    key = _public(public_key_pem)
    try:
        key.verify(base64.b64decode(signature, validate=True), text.encode(), padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def hmac_sha512(secret: str, text: str) -> str:
    """base64 of HMAC-SHA512 over the UTF-8 text."""
    return base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha512).digest()).decode()


def is_hmac_sha512(secret: str, text: str, signature: str) -> bool:
    return hmac.compare_digest(hmac_sha512(secret, text).encode(), signature.encode())
