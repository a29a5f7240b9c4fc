"""For an invited authority its one proposal, with the token of its invitation; the shared report for whoever has its link."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from ninja import Router, Status
from ninja.security import HttpBearer

from saudagar.foundation.clock import now
from saudagar.foundation.refusals import spoken
from saudagar.incubation import actions, queries, reports, schemas, telling
from saudagar.incubation.models import Counterpart
from saudagar.incubation.rules.refusals import NotInvited, NotReplayed


class Invitation(HttpBearer):
    """`Authorization: Bearer <token>`: as the link that was made with it. Raises NotInvited, InvitationEnded."""

    def __call__(self, request: HttpRequest) -> Any:
        scheme, _between, token = request.headers.get(self.header, "").strip().partition(" ")
        if scheme.lower() != self.openapi_scheme or not token.strip():
            raise NotInvited()
        return self.authenticate(request, token.strip())

    def authenticate(self, request: HttpRequest, token: str) -> Counterpart:
        return queries.invited(token[:200], at=now())


router = Router(tags=["proposals of rules: invited authorities"], auth=Invitation())
shared_router = Router(tags=["proposals of rules: shared reports"])


@router.get("/counterpart/proposal", response=schemas.ReadOut, summary="The proposal one was invited to read")
def proposal(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:
    """What it changes, its signatures and comments. 401 `not_invited`; 403 `invitation_ended` when it was revoked or is too old."""
    who = _who(request)
    actions.seen(who, at=now())
    return _told(who, response)


@router.get("/counterpart/report", summary="What it does to past orders")
def report(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:
    """Of the last replay under the texts of today, without rows of fewer than 5 businesses. 409 `proposal_not_replayed`."""
    done = queries.last_replay(_who(request).proposal)
    if done is None:
        raise NotReplayed()
    _unlisted(response)
    return reports.figures(done, _language(), is_shared=True)


@router.post("/counterpart/comments", response={201: schemas.CommentOut}, summary="Comment on it")
def comment(request: HttpRequest, asked: schemas.CommentIn) -> Any:
    who = _who(request)
    author = f"{asked.author}, {who.authority}"[:160]
    return Status(201, telling.comment(actions.comment(who.proposal, asked.text, author=author, counterpart=who, at=now())))


@router.post("/counterpart/signatures", response={201: schemas.ReadOut}, summary="Co-sign it")
def sign(request: HttpRequest, asked: schemas.SignIn, response: HttpResponse) -> Any:
    """Names the hash of the texts one has read and of the result of their replay; signing twice is one signature.

    409 `proposal_base_moved` when the texts are others by now, `proposal_not_replayed`, `proposal_not_in_this_state`.
    """
    who = _who(request)
    actions.sign(who, name=asked.name, office=asked.office, texts_sha256=asked.texts_sha256, at=now())
    return Status(201, _told(who, response))


@shared_router.get("/rule-reports/{token}", url_name="shared_report", summary="A shared report, in numbers")
def shared_report(request: HttpRequest, token: str, response: HttpResponse) -> dict[str, Any]:
    """`token`: of the link `/reports/rules/{token}/`. Rows of fewer than 5 businesses are merged or left out. 404 `no_such_report`."""
    made = reports.shared(token)
    _unlisted(response)
    return reports.figures(made, _language(), is_shared=True)


def _told(who: Counterpart, response: HttpResponse) -> dict[str, Any]:
    _unlisted(response)
    found = queries.proposal(who.proposal_id)
    has_signed = any(row.is_alive and row.signature.counterpart_id == who.pk for row in queries.signatures(found))
    return {**telling.read(found, _language()), "has_signed": has_signed}


def _unlisted(response: HttpResponse) -> None:
    response["Cache-Control"], response["X-Robots-Tag"] = "private, no-store", "noindex"


def _who(request: HttpRequest) -> Counterpart:
    found: Counterpart = request.auth  # type: ignore[attr-defined]
    return found


def _language() -> str:
    return spoken(get_language())
