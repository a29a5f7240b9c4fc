"""A refusal is an answer, not an accident: it has a stable code, a status and words in three languages."""

from typing import Any, ClassVar

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
    """A request that does not say what it must, or says it in a form that is not understood. Facts: reason (English, technical)."""

    code = "invalid"
    words = {
        "id": "Permintaan tidak lengkap atau keliru: {reason}.",
        "en": "The request is incomplete or wrong: {reason}.",
        "zh-hans": "请求不完整或有误：{reason}。",
    }


def spoken(language: str | None) -> str:
    """The one of our three languages nearest to what was asked for: Indonesian first."""
    asked = (language or "").lower()
    if asked.startswith("zh"):
        return "zh-hans"
    return "en" if asked.startswith("en") else "id"
