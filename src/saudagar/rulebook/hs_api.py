"""POST /api/v1/hs-suggestions: which HS codes a product's title may mean, and why."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language
from ninja import Field, Router, Schema

from saudagar.foundation.asking import Asked, Whole
from saudagar.foundation.refusals import LANGUAGES, spoken
from saudagar.people import limits
from saudagar.rulebook import queries
from saudagar.rulebook.rules.refusals import UnknownLanguage

router = Router(tags=["landed costs"])
KNOWN = ("id", "en", "zh", *LANGUAGES[2:])


class HsTextIn(Asked):
    text: str = Field(
        max_length=2000, description="a title as sellers write it, up to 300 characters", examples=["Kopi susu sachet isi 20"]
    )
    language: str = Field("", max_length=20, description="of the reasons: id, en or zh; otherwise as Accept-Language says")
    limit: Whole = Field(5, ge=1, le=5)


class HsReasonOut(Schema):
    kind: str = Field(description="goods, facts, note, words or correction; unsure: less than three of five such suggestions are right")
    words: list[str] = Field(description="words of the title")
    entry: str = Field(description="the entry of the synonym list, or the note that decides")
    message: str


class HsSuggestionOut(Schema):
    hs: str
    description: str
    confidence: float = Field(description="0 to 1: how often such a suggestion is right")
    reasons: list[HsReasonOut]


class HsSuggestionsOut(Schema):
    """Best first. Nothing is decided here: the seller chooses, and is answerable to customs."""

    suggestions: list[HsSuggestionOut]
    nomenclature: bool = Field(
        description="false: the HS nomenclature is not loaded here; codes and words come from our own lists of everyday goods"
    )


@router.post("/hs-suggestions", response=HsSuggestionsOut, summary="HS codes for a product's title")
def hs_suggestions(request: HttpRequest, asked: HsTextIn) -> dict[str, Any]:
    limits.spend(request, "hs_suggestions")
    if asked.language and asked.language.lower() not in KNOWN:
        raise UnknownLanguage("language", language=asked.language, known="id, en, zh")
    language = spoken(asked.language or get_language())
    return {
        "nomenclature": queries.has_nomenclature(),
        "suggestions": [
            {
                "hs": each.hs,
                "description": each.description,
                "confidence": each.confidence,
                "reasons": [
                    {"kind": reason.kind, "words": list(reason.words), "entry": reason.note, "message": message}
                    for reason, message in zip(each.reasons, queries.hs_reasons(each, language), strict=True)
                ],
            }
            for each in queries.hs_suggestions(asked.text, limit=asked.limit)
        ],
    }
