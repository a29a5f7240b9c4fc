"""How often one person, or one address, may do a thing. Counters are shared by all web processes (settings.CACHES)."""

from allauth.core import ratelimit
from django.conf import settings
from django.http import HttpRequest

from saudagar.people.rules import TooManyTries


def spend(request: HttpRequest, action: str, *, key: str | None = None) -> None:
    """Counts one use of an action named in settings.ACCOUNT_RATE_LIMITS, by the key where the limit says so. Raises TooManyTries
    when it was one too many. Two that come at the same moment are counted as two."""
    assert action in settings.ACCOUNT_RATE_LIMITS, action
    if not ratelimit.consume(request, action=action, user=request.user, key=key):
        raise TooManyTries
