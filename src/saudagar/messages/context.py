"""The bell in the header."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from saudagar.messages import queries


def bell(request: HttpRequest) -> dict[str, Any]:
    """`unread_notices`: how many notices wait for the signed-in person. Asks the database only where a page shows it."""
    user = getattr(request, "user", None)
    return {"unread_notices": SimpleLazyObject(lambda: queries.unread(user.pk) if user is not None and user.is_authenticated else 0)}
