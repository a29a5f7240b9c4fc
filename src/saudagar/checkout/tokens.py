"""Quotes as tokens: encrypted and authenticated, so that nothing need be stored until somebody buys.

base64url(version, key id, 12 bytes nonce, AES-256-GCM(msgpack of the quote)). A quote has at most 20 lines, so a token stays under 16 KiB.
"""

import base64
import binascii

import msgspec

from saudagar.checkout.rules.quotes import Quote
from saudagar.checkout.rules.refusals import BadQuote
from saudagar.foundation.sealing import Unreadable, seal, unseal_bytes

PURPOSE = "checkout.quote"
MOST_CHARACTERS = 16384

_encode = msgspec.msgpack.Encoder(uuid_format="bytes").encode
_decode = msgspec.msgpack.Decoder(Quote).decode


def token(quote: Quote) -> str:
    return base64.urlsafe_b64encode(seal(_encode(quote), PURPOSE)).rstrip(b"=").decode()


def opened(text: str) -> Quote:
    """The quote of a token. Raises BadQuote, without asking the database anything."""
    if len(text) > MOST_CHARACTERS:
        raise BadQuote("quote")
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        return _decode(unseal_bytes(data, PURPOSE))
    except (Unreadable, binascii.Error, ValueError, msgspec.MsgspecError):
        raise BadQuote("quote") from None
