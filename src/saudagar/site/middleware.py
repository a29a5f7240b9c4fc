"""What every answer passes through: security headers, and refusals turned into answers."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.db import DataError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language

from saudagar.foundation.refusals import Invalid, Refusal

log = logging.getLogger(__name__)

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "style-src 'self'",
        "script-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)


YEAR_SECONDS = 365 * 24 * 3600


def standing_headers() -> list[tuple[bytes, bytes]]:
    """The same for whoever answers without Django: nothing of it is a page."""
    policy = b"default-src 'none'; frame-ancestors 'none'"
    found = [(b"content-security-policy", policy), (b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"same-origin")]
    return [*found, (b"strict-transport-security", HSTS.encode())] if HSTS else found


# Only what is met over TLS is believed by browsers, so it does no harm where a proxy of ours speaks plain HTTP with us.
HSTS = f"max-age={YEAR_SECONDS}" if settings.BASE_URL.startswith("https://") else ""


class SecurityHeaders:
    """Content security policy and permissions of every answer, static files and errors included. The admin's own pages bring
    inline styles and scripts. Stands first, so nobody answers past it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        policy = CONTENT_SECURITY_POLICY
        if request.path.startswith("/admin/"):
            for kind in ("script-src 'self'", "style-src 'self'"):
                policy = policy.replace(kind, kind + " 'unsafe-inline'" + " 'unsafe-eval'" * kind.startswith("script"))
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("X-Frame-Options", "DENY")
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        if HSTS:
            response.headers.setdefault("Strict-Transport-Security", HSTS)
        response.headers.setdefault("Permissions-Policy", "camera=(self), geolocation=(), microphone=()")
        return response


class Refusals:
    """A refusal that a page lets through becomes its own page; under /api/, JSON."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, DataError):
            # A number no column holds, a NUL where a text stands: the page should have asked, and the log says which one it was.
            log.warning("%s %s: %s", request.method, request.path, str(exception).splitlines()[0])
            exception = Invalid(reason="a value is out of range")
        if not isinstance(exception, Refusal):
            return None
        language = get_language()
        if request.path.startswith("/api/"):
            return JsonResponse(exception.body(language), status=exception.status)
        return render(
            request, "look/refusal.html", {"refusal": exception.message(language), "code": exception.code}, status=exception.status
        )
