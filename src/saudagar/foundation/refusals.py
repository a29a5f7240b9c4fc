"""A refusal is an answer, not an accident: it has a stable code, a status and words in three languages."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from saudagar.foundation.hints import DID_YOU_MEAN, listed, nearest

LANGUAGES = ("id", "en", "zh-hans")


class Refusal(Exception):
    """What the platform says when it will not do a thing. Subclasses stand in a room's rules, beside what raises them.

    code    public, never renamed, never reused
    status  of the HTTP answer
    words   the message in each of LANGUAGES; `{name}` is filled from the facts
    """

    code: ClassVar[str]
    status: ClassVar[int] = 422
    words: ClassVar[dict[str, str]]

    def __init__(self, field: str | None = None, **facts: Any) -> None:
        super().__init__(self.__class__.__name__, facts)
        self.field = field
        self.facts = facts

    def message(self, language: str | None = "en") -> str:
        words = self.words[spoken(language)]
        return words.format(**self.facts)

    def body(self, language: str | None = "en") -> dict[str, Any]:
        """What the API answers: {"error": {"code", "message", "field"?, facts…}}."""
        error: dict[str, Any] = {"code": self.code, "message": self.message(language)}
        if self.field:
            error["field"] = self.field
        error.update({name: fact for name, fact in self.facts.items() if name not in error})
        return {"error": error}

    def __str__(self) -> str:
        return self.message("en")


class Invalid(Refusal):
    """A request that does not say what it must, or says it in a form that is not understood. Facts: reason (English).

    reason  in English, or in each of LANGUAGES
    """

    code = "invalid"
    words = {
        "id": "Permintaan tidak lengkap atau keliru: {reason}.",
        "en": "The request is incomplete or wrong: {reason}.",
        "zh-hans": "请求不完整或有误：{reason}。",
    }

    def __init__(self, field: str | None = None, *, reason: str | Mapping[str, str], **facts: Any) -> None:
        super().__init__(field, reason=reason if isinstance(reason, str) else reason["en"], **facts)
        self.reasons = {} if isinstance(reason, str) else reason

    def message(self, language: str | None = "en") -> str:
        chosen = spoken(language)
        return self.words[chosen].format(reason=self.reasons.get(chosen, self.facts["reason"]))


class UnknownName(Refusal):
    """A name that is not one of those that are known: the base of refusals, each with a code of its own. Facts: unknown, known, hint
    (the closest one; "" when none is close)."""

    def __init__(self, field: str | None = None, *, unknown: str, known: Iterable[str]) -> None:
        names = list(known)
        super().__init__(field, unknown=unknown, known=names, hint=nearest(unknown, names))

    def message(self, language: str | None = "en") -> str:
        chosen = spoken(language)
        said = self.words[chosen].format(unknown=self.facts["unknown"], known=listed(self.facts["known"], chosen))
        return f"{said} {DID_YOU_MEAN[chosen].format(hint=self.facts['hint'])}" if self.facts["hint"] else said


class UnknownField(UnknownName):
    """A field that the request does not have. Facts: unknown, known, hint."""

    code = "unknown_field"
    words = {
        "id": "Kolom “{unknown}” tidak dikenal di sini. Yang dikenal: {known}.",
        "en": "There is no field “{unknown}” here. Known: {known}.",
        "zh-hans": "此处没有字段“{unknown}”。可用：{known}。",
    }


def spoken(language: str | None) -> str:
    """The one of our three languages nearest to what was asked for: Indonesian first."""
    asked = (language or "").lower()
    if asked.startswith("zh"):
        return "zh-hans"
    return "en" if asked.startswith("en") else "id"
