"""What sign-in pages know about the demo."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from saudagar.people.demo import CAST, PASSWORD


def demo(request: HttpRequest) -> dict[str, Any]:
    """`demo`: cast, password and the sandbox's inbox; None where the installation is in earnest."""
    return {"demo": {"cast": CAST, "password": PASSWORD, "inbox": settings.SANDBOX_URL + "/inbox"} if settings.DEMO else None}
