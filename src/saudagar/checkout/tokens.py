"""Quotes as tokens: encrypted and authenticated, so that nothing need be stored until somebody buys.

base64(version, key id, 12 bytes nonce, AES-256-GCM(msgpack of the promise)): tokens travel in bodies, not in addresses. A quote
has at most 20 lines. One of many sellers or with long titles is deflated, so a token stays under 24 KiB.
"""

import binascii
import zlib

import msgspec

from saudagar.checkout.rules.promises import LAYOUT, FirstPromise, Promise, as_now, promised
from saudagar.checkout.rules.quotes import Quote
from saudagar.checkout.rules.refusals import BadQuote
from saudagar.foundation.sealing import Unreadable, seal, unseal_bytes

PURPOSE = "checkout.quote"
MOST_CHARACTERS = 24_576
LONG = 12_288  # bytes: nearly every promise is shorter, and costs no deflating
DEFLATED = b"\x78"  # how zlib begins, and msgpack of a promise never

_encode = msgspec.msgpack.Encoder(uuid_format="bytes").encode
_decode = msgspec.msgpack.Decoder(Promise).decode
_decode_first = msgspec.msgpack.Decoder(FirstPromise).decode


def token(quote: Quote) -> str:
    data = _encode(promised(quote))
    sealed = seal(data if len(data) <= LONG else zlib.compress(data, 1), PURPOSE)
    return binascii.b2a_base64(sealed, newline=False).decode()


def opened(text: str) -> Promise:
    """The promise of a token. Raises BadQuote, without asking the database anything."""
    if len(text) > MOST_CHARACTERS:
        raise BadQuote("quote")
    try:
        # msgspec reads base64 several times as fast as binascii does.
        data = unseal_bytes(msgspec.convert(text, bytes), PURPOSE)
        if data[:1] == DEFLATED:
            data = zlib.decompress(data)  # what we sealed ourselves: no stranger's bomb
        try:
            promise = _decode(data)
        except msgspec.ValidationError:  # of another form; nearly never
            promise = as_now(_decode_first(data))
    except (Unreadable, ValueError, msgspec.MsgspecError):
        raise BadQuote("quote") from None
    if promise.layout != LAYOUT:
        raise BadQuote("quote")
    return promise
