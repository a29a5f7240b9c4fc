"""POST /api/v1/identifiers/check: is this number right, by its structure?"""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language
from ninja import Field, Router, Schema

from saudagar.catalogue.rules import identifiers as goods
from saudagar.checkout.rules.refusals import IdentityNeeded
from saudagar.foundation.clock import now
from saudagar.foundation.refusals import Refusal
from saudagar.people import limits
from saudagar.registry import queries
from saudagar.registry.rules import identifiers
from saudagar.registry.rules.identifiers import Identifier
from saudagar.rulebook.rules.identities import KINDS as OF_BUYERS
from saudagar.rulebook.rules.identities import WrongIdentity
from saudagar.shipping.rules import s10

router = Router(tags=["identifiers"])

OF_GOODS: dict[str, Callable[[str], str]] = {"gtin": goods.gtin, "sku": goods.sku, "hs": goods.hs_code, "s10": s10.read}


class CheckIn(Schema):
    kind: str = Field(
        max_length=20, description="nib, nik, npwp, nitku, phone, gtin, sku, hs, s10; of buyers " + ", ".join(OF_BUYERS), examples=["nib"]
    )
    value: str = Field(min_length=1, max_length=100, examples=["0220202012345"])


class WarningOut(Schema):
    code: str
    message: str


class CheckOut(Schema):
    kind: str
    valid: bool
    value: str | None = Field(None, description="as the platform keeps it, without separators")
    shown: str | None = Field(None, description="as it is printed")
    facts: dict[str, Any] = Field({}, description="what the number itself says: area, possible birth dates, country …")
    warnings: list[WarningOut] = Field([], description="accepted, but somebody should look")
    error: dict[str, Any] | None = Field(None, description="why it is not valid: code and message")


@router.post("/identifiers/check", response=CheckOut, exclude_none=True, summary="Check a number by its structure")
def check(request: HttpRequest, asked: CheckIn) -> dict[str, Any]:
    """Says whether a number can be one of its kind. No office is asked, and nothing is kept."""
    limits.spend(request, "identifiers")
    language = get_language()
    try:
        found = checked(asked.kind.strip().lower(), asked.value, on=now().date())
    except identifiers.IdentifierKindUnknown:
        raise
    except Refusal as refusal:
        return {"kind": asked.kind, "valid": False, "error": refusal.body(language)["error"]}
    return {
        "kind": found.kind,
        "valid": True,
        "value": found.value,
        "shown": found.shown,
        "facts": found.facts,
        "warnings": [{"code": warning.code, "message": warning.message(language)} for warning in found.warnings],
    }


def checked(kind: str, value: str, *, on: date) -> Identifier:
    """A number of any kind a room knows. Raises that room's refusal, or IdentifierKindUnknown."""
    if read := OF_GOODS.get(kind):
        text = read(value)
        return Identifier(kind, text, text)
    if buyers := OF_BUYERS.get(kind):
        try:
            text = buyers.read(value)
        except WrongIdentity:
            raise IdentityNeeded("value", identity=kind) from None
        return Identifier(kind, text, text)
    if kind not in identifiers.KINDS:
        raise identifiers.IdentifierKindUnknown("kind", kind=kind, kinds=", ".join([*identifiers.KINDS, *OF_GOODS, *OF_BUYERS]))
    return identifiers.check(kind, value, on=on, area_exists=queries.area_exists)
