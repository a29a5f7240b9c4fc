"""Who may call what by the API with the session of a signed-in person."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja.security import APIKeyCookie
from ninja.utils import check_csrf

from saudagar.registry.rules.access import NothingHere, SignInFirst, TokenMissing

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class OfficerSession(APIKeyCookie):
    """`auth=OfficerSession()`: officers only, and with the CSRF token for whatever changes something. Raises SignInFirst, NothingHere,
    TokenMissing: in this order, so that nobody else learns what there is."""

    param_name = settings.SESSION_COOKIE_NAME

    def __init__(self) -> None:
        super().__init__(csrf=False)  # its answer would not have our form

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        user: Any = request.user
        if not user.is_authenticated:
            raise SignInFirst()
        if not user.is_officer:
            raise NothingHere()
        if request.method not in SAFE and check_csrf(request) is not None:
            raise TokenMissing()
        return user
