"""Fields that Django does not bring."""

from typing import TYPE_CHECKING, Any

import msgspec
from django.db import models

if TYPE_CHECKING:
    Binary = models.Field[Any, Any]  # what Python sees is not bytes
else:
    Binary = models.BinaryField


class MessagePackField(Binary):
    """What JSON could say, kept as MessagePack: for what is written by the thousand and read one by one, never searched.

    PostgreSQL takes it as it is, where jsonb would be read and rebuilt.
    """

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return None if value is None else msgspec.msgpack.decode(value)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return super().get_db_prep_value(None if value is None else msgspec.msgpack.encode(value), connection, prepared)
