"""Sessions hold the number a code was sent to, and the code: sealed, so that a copy of the table opens no account."""

import json
from typing import Any

from saudagar.foundation.sealing import Unreadable, seal, unseal_bytes


class SealedSerializer:
    """Django's session serializer: JSON, encrypted."""

    def dumps(self, session: dict[str, Any]) -> bytes:
        return seal(json.dumps(session, separators=(",", ":")), "session")

    def loads(self, data: bytes) -> dict[str, Any]:
        try:
            return json.loads(unseal_bytes(data, "session"))
        except (Unreadable, ValueError):
            return {}  # its key was taken away: the person signs in again
