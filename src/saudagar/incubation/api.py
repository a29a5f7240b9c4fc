"""Proposals of rules by the API: for officers what their pages do, with the session of whoever is signed in and its CSRF token."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from ninja import Body, Router, Status

from saudagar.foundation.clock import now
from saudagar.foundation.refusals import spoken
from saudagar.incubation import actions, jobs, queries, reports, schemas, telling
from saudagar.incubation.models import Proposal
from saudagar.incubation.rules import editing
from saudagar.incubation.rules.refusals import BadPilot, NoSuchRule, NotInThisState
from saudagar.registry.access_api import OfficerSession
from saudagar.registry.queries import provinces

router = Router(tags=["proposals of rules"], auth=OfficerSession())


@router.get("/proposals", response=schemas.ProposalsOut, summary="Proposals, the latest first")
def proposals(request: HttpRequest, state: str = "") -> dict[str, Any]:
    """All, or those in one state."""
    return {"proposals": [telling.row(each) for each in queries.proposals() if state in ("", each.state)]}


@router.post("/proposals", response={201: schemas.ProposalOut}, summary="Open a proposal")
def open_proposal(request: HttpRequest, asked: schemas.ProposalIn) -> Any:
    """On the release in force; it changes nothing yet."""
    made = actions.open_proposal(title=asked.title, why=asked.why, authority=asked.authority, by=_who(request), at=now())
    return Status(201, _told(made.pk))


@router.get("/proposals/{proposal_id}", response=schemas.ProposalOut, summary="One proposal")
def proposal(request: HttpRequest, proposal_id: schemas.Id) -> dict[str, Any]:
    """Its state, base, changes rule by rule and field by field, edits, replays, signatures, comments, counterparts.

    404 `no_such_proposal`.
    """
    return _told(proposal_id)


# Edits


@router.post("/proposals/{proposal_id}/edits", response={201: schemas.ProposalOut}, summary="Make one more change")
def edit(request: HttpRequest, proposal_id: schemas.Id, change: Annotated[schemas.EditIn, Body()]) -> Any:
    """`type` says which: limit, rate, fee, share, switch, or the text of a file. Signatures given before no longer hold.

    404 `no_such_rule`; 422 `changes_nothing`, `proposal_unreadable` (and where); 409 `proposal_not_in_this_state`.
    """
    actions.edit(proposal_id, editing.edit_of(change.model_dump(exclude_none=True)), by=_who(request), at=now())
    return Status(201, _told(proposal_id))


@router.post("/proposals/{proposal_id}/edits/withdrawal", response=schemas.ProposalOut, summary="Take the last change back")
def withdraw(request: HttpRequest, proposal_id: schemas.Id) -> dict[str, Any]:
    actions.undo(proposal_id, by=_who(request), at=now())
    return _told(proposal_id)


@router.post("/proposals/{proposal_id}/base", response=schemas.ProposalOut, summary="Bring it up to date")
def rebase(request: HttpRequest, proposal_id: schemas.Id) -> dict[str, Any]:
    """The same changes on the release in force. 409 `proposal_base_moved` when a file that was written whole has changed there."""
    actions.rebase(proposal_id, by=_who(request), at=now())
    return _told(proposal_id)


@router.get("/proposals/{proposal_id}/files", response=schemas.FilesOut, summary="Files of the proposed rulebook")
def files(request: HttpRequest, proposal_id: schemas.Id) -> dict[str, Any]:
    found = queries.proposal(proposal_id)
    return {"files": sorted(queries.texts_of(found)), "changed": sorted(found.texts)}


@router.get("/proposals/{proposal_id}/files/{path:file}", response=schemas.TextOut, summary="The text of one of them")
def text(request: HttpRequest, proposal_id: schemas.Id, file: str) -> dict[str, Any]:
    """404 `no_such_rule`. Changed by an edit of type `text`."""
    found = queries.proposal(proposal_id)
    written = queries.texts_of(found).get(file)
    if written is None:
        raise NoSuchRule("file", rule=file[:80])
    return {"file": file, "text": written, "is_changed": file in found.texts}


# Replay


@router.post(
    "/proposals/{proposal_id}/replays",
    response={200: schemas.ReplayOut, 202: schemas.ReplayOut},
    summary="Ask for a replay of past orders",
)
def ask(request: HttpRequest, proposal_id: schemas.Id, asked: schemas.ReplayIn) -> Any:
    """202: it waits for the worker; ask `/replays/{replay}` how far it is. 200: the same one waits or runs already, and none is added.

    409 `proposal_not_in_this_state` while another one runs; 422 `changes_nothing`.
    """
    elasticities = {chapter: value for chapter, value in asked.elasticities.items() if value}
    try:
        with transaction.atomic():
            made = actions.ask_replay(proposal_id, orders=asked.orders, elasticities=elasticities, by=_who(request), at=now())
            jobs.replay.defer(replay_id=str(made.pk))
    except NotInThisState:
        found = queries.proposal(proposal_id)
        same = queries.same_replay(found, orders=asked.orders, elasticities=elasticities)
        if same is None:
            raise
        return Status(200, telling.replay(same, found))
    return Status(202, telling.replay(made, made.proposal))


@router.get("/proposals/{proposal_id}/replays", response=schemas.ReplaysOut, summary="Replays, the latest first")
def replays(request: HttpRequest, proposal_id: schemas.Id) -> dict[str, Any]:
    found = queries.proposal(proposal_id)
    return {"replays": [telling.replay(each, found) for each in queries.replays(found)]}


@router.get("/proposals/{proposal_id}/replays/{replay_id}", response=schemas.ReplayDoneOut, summary="How far it is; its result")
def replay(request: HttpRequest, proposal_id: schemas.Id, replay_id: schemas.Id) -> dict[str, Any]:
    """With the report once it is done, and the link by which anybody may read it without rows of few businesses."""
    made = queries.replay(proposal_id, replay_id)
    told = telling.replay(made, made.proposal)
    if made.result is None:
        return told
    shared = request.build_absolute_uri(reverse("incubation:shared", args=[reports.token_of(made)]))
    return {**told, "report": reports.figures(made, _language(), is_shared=False), "shared": shared}


# Counterparts and comments


@router.post("/proposals/{proposal_id}/counterparts", response={201: schemas.InvitedOut}, summary="Invite an authority")
def invite(request: HttpRequest, proposal_id: schemas.Id, asked: schemas.InviteIn) -> Any:
    """Its token stands in this answer alone. It opens this one proposal for 90 days."""
    at = now()
    token = actions.invite(proposal_id, authority=asked.authority, country=asked.country, by=_who(request), at=at)
    link = request.build_absolute_uri(reverse("incubation:counterpart", args=[token]))
    return Status(201, {**telling.counterpart(queries.invited(token, at=at)), "token": token, "link": link})


@router.post(
    "/proposals/{proposal_id}/counterparts/{counterpart_id}/revocation",
    response=schemas.ProposalOut,
    summary="Revoke an invitation",
)
def revoke(request: HttpRequest, proposal_id: schemas.Id, counterpart_id: schemas.Id) -> dict[str, Any]:
    """Its token opens nothing any more; what it said and signed stays. Revoking twice changes nothing."""
    actions.revoke(proposal_id, counterpart_id, by=_who(request), at=now())
    return _told(proposal_id)


@router.post("/proposals/{proposal_id}/comments", response={201: schemas.CommentOut}, summary="Write a comment")
def remark(request: HttpRequest, proposal_id: schemas.Id, asked: schemas.RemarkIn) -> Any:
    found, author = queries.proposal(proposal_id), asked.author.strip() or str(request.user)
    return Status(201, telling.comment(actions.comment(found, asked.text, author=author, by=_who(request), at=now())))


# Shadow, pilot, law


@router.get("/proposals/{proposal_id}/shadow", response=schemas.ShadowOut, summary="Days worked out beside the law")
def shadow(request: HttpRequest, proposal_id: schemas.Id) -> dict[str, Any]:
    """The last 60 days and countries. Amounts in minor units of `currency`."""
    return telling.shadow(queries.proposal(proposal_id))


@router.post("/proposals/{proposal_id}/shadow", response=schemas.ShadowOut, summary="Begin the shadow mode")
def begin_shadow(request: HttpRequest, proposal_id: schemas.Id) -> dict[str, Any]:
    return telling.shadow(actions.begin_shadow(proposal_id, by=_who(request), at=now()))


@router.post("/proposals/{proposal_id}/shadow/reckoning", response=schemas.ShadowOut, summary="Work out what has come since")
def reckon(request: HttpRequest, proposal_id: schemas.Id) -> dict[str, Any]:
    """A job does it every ten minutes by itself."""
    at = now()
    while actions.compute_shadow(proposal_id, at=at):
        pass
    return telling.shadow(queries.proposal(proposal_id))


@router.post("/proposals/{proposal_id}/shadow/end", response=schemas.ShadowOut, summary="End the shadow mode")
def end_shadow(request: HttpRequest, proposal_id: schemas.Id) -> dict[str, Any]:
    return telling.shadow(actions.end_shadow(proposal_id, by=_who(request), at=now()))


@router.post("/proposals/{proposal_id}/pilot", response=schemas.ProposalOut, summary="Begin a pilot")
def begin_pilot(request: HttpRequest, proposal_id: schemas.Id, asked: schemas.PilotIn) -> dict[str, Any]:
    """For this cohort the proposal is law between these days. 422 `bad_pilot`, 409 `proposal_base_moved`, `pilots_overlap`."""
    for name, wanted, known in (
        ("provinces", asked.provinces, {area.code for area in provinces()}),
        ("markets", asked.markets, set(queries.market_codes())),
    ):
        if unknown := set(wanted) - known:
            raise BadPilot(name, reason=f"there is no {', '.join(sorted(unknown))}")
    at = now()
    starts_at, ends_at = actions.pilot_hours(asked.starts_on, asked.ends_on, at=at)
    actions.begin_pilot(
        proposal_id, provinces=asked.provinces, markets=asked.markets, starts_at=starts_at, ends_at=ends_at, by=_who(request), at=at
    )
    return _told(proposal_id)


@router.post("/proposals/{proposal_id}/pilot/end", response=schemas.ProposalOut, summary="End the pilot")
def end_pilot(request: HttpRequest, proposal_id: schemas.Id) -> dict[str, Any]:
    actions.end_pilot(proposal_id, by=_who(request), at=now())
    return _told(proposal_id)


@router.get("/proposals/{proposal_id}/effect", response=schemas.EffectOut, summary="The pilot's effect as last measured")
def effect(request: HttpRequest, proposal_id: schemas.Id) -> dict[str, Any]:
    return telling.effect(queries.proposal(proposal_id))


@router.post("/proposals/{proposal_id}/effect", response=schemas.EffectOut, summary="Measure it now")
def measure(request: HttpRequest, proposal_id: schemas.Id) -> dict[str, Any]:
    """422 `bad_pilot` when there was none, or it has not begun."""
    actions.measure(proposal_id, at=now())
    return telling.effect(queries.proposal(proposal_id))


@router.post("/proposals/{proposal_id}/law", response=schemas.ProposalOut, summary="Make it law")
def law(request: HttpRequest, proposal_id: schemas.Id, asked: schemas.LawIn) -> dict[str, Any]:
    """From a day on, for everybody: each changed rule ends on its eve and the new one begins. 409 `proposal_base_moved`."""
    at = now()
    actions.schedule_law(proposal_id, on=asked.on or _today(at), by=_who(request), at=at)
    return _told(proposal_id)


@router.post("/proposals/{proposal_id}/closing", response=schemas.ProposalOut, summary="Give it up")
def close(request: HttpRequest, proposal_id: schemas.Id) -> dict[str, Any]:
    actions.close(proposal_id, by=_who(request), at=now())
    return _told(proposal_id)


def _told(proposal_id: UUID) -> dict[str, Any]:
    found: Proposal = queries.proposal(proposal_id)
    return telling.whole(found, _language())


def _language() -> str:
    return spoken(get_language())


def _today(at: datetime) -> Any:
    return at.astimezone(actions.LAW_DAY).date()


def _who(request: HttpRequest) -> UUID:
    return UUID(str(request.user.pk))
