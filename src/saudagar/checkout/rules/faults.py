"""What is wrong with a body that could not be decoded: looked for only then, so a good request pays nothing for it. Pure."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import msgspec
from msgspec import inspect

from saudagar.foundation.faults import PATTERNS, fault, unknown_field
from saudagar.foundation.refusals import Refusal


def invalid(body: bytes, form: type[msgspec.Struct]) -> Refusal:
    """The first fault of a body that is not of this form: unknown fields of an object first, then its fields in their order."""
    try:
        given = msgspec.json.decode(body)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return fault("unreadable")
    return _wrong(given, _described(form), ()) or fault("shape")


_described = cache(inspect.type_info)


def _wrong(given: Any, wanted: inspect.Type, path: tuple[str, ...]) -> Refusal | None:
    match wanted:
        case inspect.StructType():
            return _wrong_object(given, wanted, path)
        case inspect.VarTupleType():
            return _wrong_list(given, wanted, path)
        case inspect.StrType():
            return _wrong_text(given, wanted, path)
        case inspect.IntType():
            return None if type(given) is int else fault("whole", path)
        case inspect.LiteralType():
            return None if given in wanted.values else fault("one_of", path, ", ".join(map(str, wanted.values)))
    return None


def _wrong_object(given: Any, wanted: inspect.StructType, path: tuple[str, ...]) -> Refusal | None:
    if not isinstance(given, Mapping):
        return fault("object", path)
    known = [field.encode_name for field in wanted.fields]
    for name in given:
        if name not in known:
            return unknown_field(path, name, known)
    for field in wanted.fields:
        here = (*path, field.encode_name)
        if field.encode_name not in given:
            if field.required:
                return fault("missing", here)
            continue
        found = _wrong(given[field.encode_name], field.type, here)
        if found is not None:
            return found
    return None


def _wrong_list(given: Any, wanted: inspect.VarTupleType, path: tuple[str, ...]) -> Refusal | None:
    if not isinstance(given, Sequence) or isinstance(given, str):
        return fault("list", path)
    if len(given) < (wanted.min_length or 0):
        return fault("few", path, wanted.min_length)
    if wanted.max_length is not None and len(given) > wanted.max_length:
        return fault("many", path, wanted.max_length)
    each = (_wrong(item, wanted.item_type, (*path, str(place))) for place, item in enumerate(given))
    return next((found for found in each if found is not None), None)


def _wrong_text(given: Any, wanted: inspect.StrType, path: tuple[str, ...]) -> Refusal | None:
    if not isinstance(given, str):
        return fault("text", path)
    if len(given) < (wanted.min_length or 0):
        return fault("short", path, wanted.min_length)
    if wanted.max_length is not None and len(given) > wanted.max_length:
        return fault("long", path, wanted.max_length)
    if wanted.pattern is not None and not re.search(wanted.pattern, given):
        return fault(PATTERNS.get(wanted.pattern, "form"), path, wanted.pattern)
    return None
