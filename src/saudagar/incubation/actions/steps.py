"""What every step of a proposal begins with and ends with: the proposal is held, and the audit trail is told."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from saudagar.audit.actions import note
from saudagar.incubation import queries
from saudagar.incubation.models import Proposal
from saudagar.incubation.rules.refusals import NotInThisState

State = Proposal.State
LAW_DAY = ZoneInfo("Asia/Jakarta")  # as quotes have it: the law of the day where the seller is


def held(proposal_id: UUID, *states: str) -> Proposal:
    """The proposal, locked, in one of these states. Raises NoSuchProposal, NotInThisState."""
    queries.proposal(proposal_id)
    found = Proposal.objects.select_for_update(of=("self",)).select_related("base", "pilot", "release").get(id=proposal_id)
    if found.state not in states:
        raise NotInThisState(state=found.state)
    return found


def told(what: str, found: Proposal, by: UUID | None, at: datetime, **facts: Any) -> None:
    note(f"incubation.{what}", by=by, at=at, subject=found.pk, facts=facts)
