"""What pydantic finds wrong with a request, in the house's own form: foundation/faults.py has the words."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from saudagar.foundation.faults import FAULTS, MOST_LETTERS, PATTERNS, fault, unknown_field
from saudagar.foundation.refusals import Invalid, Refusal

TYPES = {
    # kind of fault as pydantic calls it: ours
    "missing": "missing",
    "bad_day": "day",
    "string_type": "text",
    "string_too_short": "short",
    "string_too_long": "long",
    "too_short": "few",
    "too_long": "many",
    "list_type": "list",
    "dict_type": "object",
    "model_type": "object",
    "model_attributes_type": "object",
    "greater_than_equal": "least",
    "greater_than": "above",
    "less_than_equal": "most",
    "less_than": "below",
    "literal_error": "one_of",
    "enum": "one_of",
}
FAMILIES = {"int": "whole", "float": "number", "decimal": "number", "bool": "truth", "date": "day"}  # int_type, int_parsing, …
BOUNDS = ("ge", "gt", "le", "lt", "min_length", "max_length", "expected", "pattern")
CHOICES = re.compile(r"\^\((\w+(?:\|\w+)+)\)\??\$")  # ^(DDP|DAP)$
# Where a field may have one of several forms, the path names the form that was tried: constrained-str, list[constrained-str].
FORM_TRIED = re.compile(r"(function|constrained)-.+|(list|dict|nullable)\[.+\]", re.DOTALL)
OTHER_FORM = "_type"


def invalid(errors: Sequence[Mapping[str, Any]]) -> Refusal:
    """The first fault of a request. errors: as ninja gathers them, each with its type, path, and what bounds it passes."""
    error = _first(errors)
    path = _path(error["loc"])
    if error["type"] == "unknown_field":
        return unknown_field(path, str(error["ctx"]["unknown"]), error["ctx"]["known"])
    kind, bound = _kind(error)
    if kind not in FAULTS:
        field = ".".join(path)[:MOST_LETTERS] or "body"
        return Invalid(field, reason=f"{field}: {error['msg']}")
    return fault(kind, path, bound)


def unreadable() -> Refusal:
    """A body that could not be read at all."""
    return fault("unreadable")


def _first(errors: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Of a field that may have several forms, the fault within the form that was meant: the others only say that it is another."""
    first = errors[0]
    tried = next((place for place, part in enumerate(first["loc"]) if _is_form(part)), None)
    if tried is None:
        return first
    same = [error for error in errors if error["loc"][:tried] == first["loc"][:tried]]
    return next((error for error in same if not error["type"].endswith(OTHER_FORM)), first)


def _path(loc: Sequence[str | int]) -> list[str]:
    """As the caller wrote it. In a body the second part is what our code calls the whole; `[key]` says that a name is wrong."""
    own = loc[2:] if loc[0] in ("body", "form") else loc[1:]
    return [str(part) for part in own if not _is_form(part) and part != "[key]"]


def _is_form(part: str | int) -> bool:
    return isinstance(part, str) and bool(FORM_TRIED.fullmatch(part))


def _kind(error: Mapping[str, Any]) -> tuple[str, str]:
    """Which of FAULTS it is, and the bound it names."""
    type_, facts = error["type"], error.get("ctx", {})
    if type_.endswith(OTHER_FORM) and _is_form(error["loc"][-1]):
        return "shape", ""
    bound = next((str(facts[name]) for name in BOUNDS if name in facts), "")
    if type_ == "string_pattern_mismatch":
        choices = CHOICES.fullmatch(bound)
        if choices:
            return "one_of", choices[1].replace("|", ", ")
        return PATTERNS.get(bound, "form"), bound
    return TYPES.get(type_) or FAMILIES.get(type_.partition("_")[0], ""), bound
