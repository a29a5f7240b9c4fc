"""What an address asks for, read without believing it."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

MOST_PAGES = 10_000


def whole_number(text: str, *, most: int, otherwise: int = 1) -> int:
    """A number from 1 to `most`; `otherwise` for what is none. Not everything that `isdigit` can be made an int, and not every int
    fits a column.

    >>> whole_number("7", most=40), whole_number("99", most=40), whole_number("²", most=40), whole_number("9" * 5000, most=40)
    (7, 40, 1, 1)
    """
    return min(max(int(text), 1), most) if text.isascii() and text.isdigit() and len(text) < 10 else otherwise


def page_number(request: HttpRequest, *, most: int = MOST_PAGES) -> int:
    """`?page=`, from 1."""
    return whole_number(request.GET.get("page", "1"), most=most)


def place_here(request: HttpRequest, text: str, *, otherwise: str) -> str:
    """Where a form wants to lead to, if that is a path of this site: nobody is sent elsewhere by what a link carries along."""
    is_here = text.startswith("/") and url_has_allowed_host_and_scheme(
        text, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return text if is_here else otherwise
