"""What requests to the API are made of: a field nobody knows, a number in quotes and a day that is a number are faults, not guesses."""

import datetime
import re
from typing import Annotated, Any

from ninja import Field, Schema
from pydantic import BeforeValidator, ConfigDict, model_validator
from pydantic_core import PydanticCustomError

DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class Asked(Schema):
    """A body, or a part of one. What it does not know is refused by name, with what it does know: `unknown_field`."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _knows_every_field(cls, values: Any) -> Any:
        given = getattr(values, "_obj", values)  # ninja wraps what it has read
        if isinstance(given, dict):
            known = [field.alias or name for name, field in cls.model_fields.items()]
            for name in given:
                if name not in known:
                    raise PydanticCustomError("unknown_field", "Unknown field", {"unknown": name, "known": known})
        return values


def _day(value: Any) -> Any:
    """Days are written 2026-11-21. A bare number would be read as seconds since 1970."""
    if value is None or type(value) is datetime.date:
        return value
    if not (isinstance(value, str) and DAY.fullmatch(value)):
        raise PydanticCustomError("bad_day", "Not a day")
    try:
        return datetime.date.fromisoformat(value)
    except ValueError:
        raise PydanticCustomError("bad_day", "Not a day") from None


Day = Annotated[datetime.date, BeforeValidator(_day)]
Whole = Annotated[int, Field(strict=True)]  # neither true, nor "40", nor 40.0
Truth = Annotated[bool, Field(strict=True)]
