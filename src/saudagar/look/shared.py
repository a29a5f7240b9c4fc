"""Pages that are the same for everybody, so that one rendering serves all who ask.

    @require_safe
    @shared_page(query=("page",))
    def campaign(request: SharedRequest, campaign: str) -> HttpResponse:
        found = queries.campaign(campaign)
        request.shared.shows(of_campaign(found.id), *(of_business(entry.business_id) for entry in found.entries))
        request.shared.until(found.ends_at)   # from then on the page looks different, though nothing was told
        return render(request, "campaigns/campaign.html", {…})

The view does not get the request that came but one that everybody could have sent: no session, no user, no messages, none but the
named parameters of the query, no cookie but the language and those named in `cookies`. What it renders can therefore hold nothing
personal. That comes separately: the basket's count from a cookie that `look/static/look/shop.js` reads, forms without tokens whose
origin is checked (docs/why/page-cache.md). Names in `cookies` may hold words of the address: `"to_{market}"`.

The decorator alone sends the right headers. `site/page_cache.py` keeps what it renders, and renders again what events say has
changed: `shows` names what a page depends on, `site/events.py` says which event changes what.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache, wraps
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import translation
from django.utils.cache import has_vary_header, patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page

View = Callable[..., HttpResponse]

LONGEST_VALUE = 200  # of a parameter of the query; longer ones are asked for by nobody who reads the answer
SHORT = re.compile(r"[\w.-]{1,12}", re.ASCII)  # what a cookie that a page depends on may hold


@dataclass(frozen=True, slots=True)
class Sharing:
    """What a shared page depends on besides its path, the language and the rows it shows; and how long others may keep it."""

    query: tuple[str, ...] = ()
    cookies: tuple[str, ...] = ()
    seconds: int = 5
    stale_seconds: int = 30

    def asked(self, query: Mapping[str, str]) -> str:
        """The query as far as the page knows it, always in the same order."""
        return urlencode([(name, query[name][:LONGEST_VALUE]) for name in self.query if query.get(name)])

    def chosen(self, cookies: Mapping[str, str], words: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
        """The cookies the page depends on, by name. `words`: of the address."""
        named = [(name := pattern.format_map(words), cookies.get(name, "")) for pattern in self.cookies]
        return tuple((name, value) for name, value in named if SHORT.fullmatch(value))


@dataclass(slots=True)
class Shared:
    """`request.shared`: what the view says about its page."""

    things: set[str] = field(default_factory=set)
    ends_at: datetime | None = None
    is_kept: bool = True

    def shows(self, *things: str) -> None:
        """The page is made anew when one of these changed: `of_business(…)`, `on_sale_in(…)`, …"""
        self.things.update(things)

    def until(self, at: datetime | None) -> None:
        """The page looks different from this moment on, by the clock alone. The earliest counts; None is never."""
        if at is not None and (self.ends_at is None or at < self.ends_at):
            self.ends_at = at

    def do_not_keep(self) -> None:
        """This answer is for this one request, such as one to a value that nobody else would send."""
        self.is_kept = False


class SharedRequest(HttpRequest):
    """What a shared view gets instead of the request that came."""

    shared: Shared

    def _get_scheme(self) -> str:
        return urlsplit(settings.BASE_URL).scheme


def of_business(business_id: UUID) -> str:
    """Name, goods, prices and sold-out marks of a business."""
    return f"business {business_id}"


def of_variant(variant_id: UUID) -> str:
    """How many pieces are left of a variant, where pages say so."""
    return f"variant {variant_id}"


def on_sale_in(market: str) -> str:
    """What came on sale in a market or went, and what its curator put forward. For lists, not for single goods."""
    return f"market {market}"


def of_prices(market: str) -> str:
    """The exchange rate of a market, which moves all its prices."""
    return f"prices {market}"


def of_campaign(campaign_id: UUID) -> str:
    return f"campaign {campaign_id}"


def shared_page(
    *, query: tuple[str, ...] = (), cookies: tuple[str, ...] = (), seconds: int = 5, stale_seconds: int = 30
) -> Callable[[View], View]:
    """A view whose page is the same for everybody. See the head of this module.

    query          parameters it reads; others are not seen and do not matter
    cookies        the same of cookies
    seconds        that browsers and CDNs may keep it without asking again; they hear of no events
    stale_seconds  that they may show it meanwhile while they ask
    """
    sharing = Sharing(query, cookies, seconds, stale_seconds)

    def mark(view: View) -> View:
        def rendered(request: HttpRequest, *args: Any, **words: Any) -> HttpResponse:
            asked = _for_everybody(request, sharing, words)
            with translation.override(asked.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, settings.LANGUAGE_CODE)):
                response = view(asked, *args, **words)
                response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
            if has_vary_header(response, "Cookie") or response.cookies or "CSRF_COOKIE" in asked.META:
                # It cannot have seen anybody, but a page that wants to know who asks, or holds a form's token, is no shared one.
                raise RuntimeError(f"{request.path} is marked as shared and uses a session, a token or a cookie")
            response.headers.setdefault("Cache-Control", cache_control(response, asked.shared, sharing))
            # The language may come from the switch, which is a cookie. Who keeps pages by language may leave that out.
            patch_vary_headers(response, ["Accept-Language", "Cookie"])
            response.shared = asked.shared  # type: ignore[attr-defined]
            return response

        @wraps(view)
        @gzip_page
        @conditional_page
        def page(request: HttpRequest, *args: Any, **words: Any) -> HttpResponse:
            return rendered(request, *args, **words)

        page.sharing, page.rendered = sharing, rendered  # type: ignore[attr-defined]
        return page

    return mark


def cache_control(response: HttpResponse, shared: Shared, sharing: Sharing) -> str:
    if response.status_code != 200 or not shared.is_kept:
        return "private, no-cache"
    return f"public, max-age={sharing.seconds}, stale-while-revalidate={sharing.stale_seconds}"


@lru_cache(maxsize=4096)
def asked_language(chosen: str, accepted: str) -> str:
    """The language somebody asks for, by our switch (a cookie) or by their browser; "" when it is none of ours."""
    if chosen in dict(settings.LANGUAGES):
        return chosen
    for code, _weight in parse_accept_lang_header(accepted.lower()[:500]):
        try:
            return translation.get_supported_language_variant(code)
        except LookupError:
            continue
    return ""


def _for_everybody(request: HttpRequest, sharing: Sharing, words: Mapping[str, Any]) -> SharedRequest:
    """The request without the one who sent it, and under our own name: what a page says of its address nobody can choose."""
    asked = SharedRequest()
    query = sharing.asked(request.GET)
    host = urlsplit(settings.BASE_URL)
    asked.method, asked.path, asked.path_info = "GET", request.path, request.path_info
    asked.META = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": request.path_info,
        "QUERY_STRING": query,
        "HTTP_HOST": host.netloc,
        "SERVER_NAME": host.hostname or "",
        "SERVER_PORT": str(host.port or ""),
    }
    asked.GET = QueryDict(query)
    asked.COOKIES = dict(sharing.chosen(request.COOKIES, words))
    language = asked_language(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""), request.headers.get("Accept-Language", "")[:500])
    if language:
        asked.COOKIES[settings.LANGUAGE_COOKIE_NAME] = language
    asked.resolver_match = request.resolver_match
    asked.shared = Shared()
    return asked
