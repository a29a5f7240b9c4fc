"""Writes: authorities abroad that read a proposal, speak of it and sign it."""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from saudagar.incubation import queries
from saudagar.incubation.actions.steps import State, held, told
from saudagar.incubation.models import Comment, Counterpart, Proposal, Signature
from saudagar.incubation.rules.refusals import BaseHasMoved, NotInThisState, NotReplayed

INVITED_DAYS = 90


@transaction.atomic
def invite(proposal_id: UUID, *, authority: str, country: str, by: UUID, at: datetime) -> str:
    """Lets an authority read, comment and sign this one proposal. Returns the token of its link: it is told once and kept nowhere."""
    found = held(proposal_id, State.DRAFT, State.SHADOW, State.PILOT)
    token = secrets.token_urlsafe(24)
    Counterpart.objects.create(
        proposal=found,
        authority=authority,
        country=country,
        token_sha256=hashlib.sha256(token.encode()).hexdigest(),
        invited_by=by,
        invited_at=at,
        expires_at=at + timedelta(days=INVITED_DAYS),
    )
    told("counterpart_invited", found, by, at, authority=authority, country=country)
    return token


@transaction.atomic
def revoke(proposal_id: UUID, counterpart_id: UUID, *, by: UUID, at: datetime) -> None:
    """Its link opens nothing any more. What it said and signed stays."""
    found = queries.proposal(proposal_id)
    if Counterpart.objects.filter(proposal=found, id=counterpart_id, is_revoked=False).update(is_revoked=True):
        told("counterpart_revoked", found, by, at, counterpart=str(counterpart_id))


def seen(counterpart: Counterpart, *, at: datetime) -> None:
    """The counterpart has opened its link."""
    Counterpart.objects.filter(pk=counterpart.pk, seen_at=None).update(seen_at=at)


@transaction.atomic
def comment(
    found: Proposal, text: str, *, author: str, at: datetime, counterpart: Counterpart | None = None, by: UUID | None = None
) -> Comment:
    if found.state in (State.LAW, State.CLOSED):
        raise NotInThisState(state=found.state)
    made = Comment.objects.create(proposal=found, counterpart=counterpart, user_id=by, author=author, text=text, at=at)
    told("commented", found, by, at, counterpart=str(counterpart.pk) if counterpart else "")
    return made


@transaction.atomic
def sign(counterpart: Counterpart, *, name: str, office: str, texts_sha256: str, at: datetime) -> Signature:
    """Signs the texts the signer has read, and the result of their last replay. Raises NotReplayed, and BaseHasMoved for other texts."""
    found = held(counterpart.proposal_id, State.DRAFT, State.SHADOW, State.PILOT)
    if texts_sha256 != found.texts_sha256:
        raise BaseHasMoved(files="")
    done = queries.last_replay(found)
    if done is None:
        raise NotReplayed()
    made, is_new = Signature.objects.get_or_create(
        counterpart=counterpart,
        texts_sha256=found.texts_sha256,
        result_sha256=done.result_sha256,
        defaults={"proposal": found, "name": name, "office": office, "at": at},
    )
    if is_new:
        told("signed", found, None, at, counterpart=str(counterpart.pk), texts=found.texts_sha256, result=done.result_sha256)
    return made
