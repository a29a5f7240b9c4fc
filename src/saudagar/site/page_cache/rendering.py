"""Making a page that is the same for everybody: the view and what every answer needs around it, without sessions and sign-in.

In a thread of a small pool whose threads keep their database connections. Django's own way of an ASGI request, a new thread for
each and ten layers of middleware, takes longer than the page itself.
"""

import logging
import re
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from math import inf
from typing import Any, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.db import DataError, connections
from django.db.utils import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.middleware.security import SecurityMiddleware
from django.urls import ResolverMatch, resolve
from django.utils import translation
from django.utils.cache import patch_vary_headers

from saudagar.foundation.clock import now
from saudagar.foundation.refusals import Refusal
from saudagar.look.shared import Shared
from saudagar.site.middleware import Refusals, SecurityHeaders
from saudagar.site.page_cache.shelf import Headers, Page

log = logging.getLogger(__name__)

View = Callable[[HttpRequest], HttpResponse]

PRODUCT = re.compile(r"(/[a-z]{2,12}/p/)(R[0-9A-Z]{24})/")
SOME_PRODUCT = "R" + 24 * "0"

COMPRESSION = 4  # a third of the time of 6, and 3 % more bytes
MISSING_SECONDS = 5.0  # that "not found" is kept


@dataclass(frozen=True, slots=True)
class Asked:
    """Everything a shared page depends on: also the key under which it is kept."""

    path: str
    query: str
    language: str  # "": none of ours
    cookies: tuple[tuple[str, str], ...]

    def __hash__(self) -> int:
        return hash((self.path, self.query, self.language, self.cookies))


class Anybody(HttpRequest):
    """The request of nobody in particular. `shared_page` makes the one that the view gets."""

    resolver_match: ResolverMatch


@lru_cache(maxsize=8192)
def route(path: str) -> ResolverMatch | None:
    """The view of this path, when its page is shared."""
    found = PRODUCT.fullmatch(path)
    if found is None:
        return _resolved(path)
    # Django walks through all patterns for each product anew: a twentieth of the page. They differ in the handle only.
    match = _resolved(f"{found[1]}{SOME_PRODUCT}/")
    if match is None:
        return None
    words = {name: found[2] if value == SOME_PRODUCT else value for name, value in match.kwargs.items()}
    apps: list[str | None] = [*match.app_names]
    spaces: list[str | None] = [*match.namespaces]
    return ResolverMatch(match.func, match.args, words, match.url_name, apps, spaces, match.route)


@lru_cache(maxsize=8192)
def _resolved(path: str) -> ResolverMatch | None:
    try:
        match = resolve(path)
    except Http404:
        return None
    return match if hasattr(match.func, "sharing") else None


def render(asked: Asked) -> tuple[Page, bool]:
    """The page, and whether it may be kept. A connection that broke is replaced, once; what is broken then is an answer of 500."""
    try:
        return _render(asked, _answer)
    except (OperationalError, InterfaceError):
        connections.close_all()
        return _render(asked, _answer_at_last)


def _render(asked: Asked, answer: View) -> tuple[Page, bool]:
    begun = time.monotonic()
    with translation.override(asked.language or settings.LANGUAGE_CODE):
        response = answer(_request(asked))
    shared: Shared | None = getattr(response, "shared", None)
    is_missing = response.status_code == 404
    if is_missing:
        response.headers["Cache-Control"] = "no-cache"
    is_kept = is_missing or (response.status_code == 200 and shared is not None and shared.is_kept)
    ends_at = begun + MISSING_SECONDS if is_missing else inf
    if shared is not None and shared.ends_at is not None:
        ends_at = begun + (shared.ends_at - now()).total_seconds()
    match = route(asked.path)
    seconds = match.func.sharing.seconds if match else 0  # type: ignore[attr-defined]
    return sendable(response, shared.things if shared else (), seconds=seconds, made_at=begun, ends_at=ends_at), is_kept


def sendable(response: HttpResponse, things: Any, *, seconds: int, made_at: float, ends_at: float = inf) -> Page:
    """Headers and body as they are sent. Kept compressed: nearly everybody takes it so, and it is a fifth of the memory."""
    content = response.content
    packer = zlib.compressobj(COMPRESSION, zlib.DEFLATED, 31)
    body = packer.compress(content) + packer.flush()
    # One for both forms, so it is a weak one.
    etag = b'W/"%s"' % blake2b(content, digest_size=12).hexdigest().encode()
    patch_vary_headers(response, ["Accept-Encoding"])
    response.headers.pop("Content-Length", None)
    shown: Headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in response.headers.items()]
    if response.status_code == 200:
        shown.append((b"etag", etag))
    unchanged = [pair for pair in shown if pair[0] in (b"cache-control", b"vary", b"etag", b"content-language")]
    return Page(
        status=response.status_code,
        headers=[*shown, (b"content-encoding", b"gzip"), (b"content-length", b"%d" % len(body))],
        plain_headers=[*shown, (b"content-length", b"%d" % len(content))],
        unchanged_headers=unchanged,
        body=body,
        etag=etag,
        things=tuple(things),
        made_at=made_at,
        seconds=seconds,
        ends_at=ends_at,
    )


def _request(asked: Asked) -> Anybody:
    request, host = Anybody(), urlsplit(settings.BASE_URL)
    request.method, request.path, request.path_info = "GET", asked.path, asked.path
    request.META = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": asked.path,
        "QUERY_STRING": asked.query,
        "HTTP_HOST": host.netloc,
        "SERVER_NAME": host.hostname or "",
        "SERVER_PORT": str(host.port or ""),
    }
    request.GET = QueryDict(asked.query)
    request.COOKIES = dict(asked.cookies)
    if asked.language:
        request.COOKIES[settings.LANGUAGE_COOKIE_NAME] = asked.language
    return request


def _view(request: HttpRequest) -> HttpResponse:
    match = route(request.path_info)
    if match is None:
        raise Http404
    request.resolver_match = match
    try:
        answer: HttpResponse = match.func.rendered(request, *match.args, **match.kwargs)  # type: ignore[attr-defined]
    except (Refusal, DataError) as error:
        refused = Refusals(_view).process_exception(request, error)
        if refused is None:
            raise
        return refused
    return answer


def _answering(view: View, *, but: tuple[type[Exception], ...] = ()) -> View:
    """Errors become answers, except some."""

    def answer(request: HttpRequest) -> HttpResponse:
        try:
            return view(request)
        except but:
            raise
        except Exception as error:
            broken: Callable[[HttpRequest], Any] = convert_exception_to_response(_raising(error))
            return cast(HttpResponse, broken(request))

    return answer


def _raising(error: Exception) -> View:
    def view(request: HttpRequest) -> HttpResponse:
        raise error

    return view


_answer: View = SecurityHeaders(SecurityMiddleware(_answering(_view, but=(OperationalError, InterfaceError))))  # type: ignore[arg-type]
_answer_at_last: View = SecurityHeaders(SecurityMiddleware(_answering(_view)))  # type: ignore[arg-type]
