"""Writes: what a proposal changes in the law, step by step, until it is given up."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from saudagar.foundation.refusals import Invalid
from saudagar.incubation import queries
from saudagar.incubation.actions.steps import LAW_DAY, State, held, told
from saudagar.incubation.models import Proposal, ShadowDay
from saudagar.incubation.rules import editing
from saudagar.incubation.rules.refusals import BaseHasMoved, ChangesNothing
from saudagar.rulebook import actions as rulebook
from saudagar.rulebook.models import Release


@transaction.atomic
def open_proposal(*, title: str, why: str, authority: str, by: UUID, at: datetime) -> Proposal:
    """A proposal on the release in force, which changes nothing yet."""
    base = Release.objects.get(is_current=True)
    made = Proposal.objects.create(
        title=title, why=why, authority=authority, base=base, texts_sha256=base.sha256, version=base.version, opened_by=by, opened_at=at
    )
    told("opened", made, by, at, base=base.version)
    return made


@transaction.atomic
def edit(proposal_id: UUID, change: editing.Edit, *, by: UUID, at: datetime) -> Proposal:
    """Makes one more change. Signatures die with it. Raises what `rules.editing.make` refuses, and Invalid for a day that is over."""
    found = held(proposal_id, State.DRAFT, State.SHADOW)
    begins = getattr(change, "begins", None)
    if begins and begins < at.astimezone(LAW_DAY).date():
        raise Invalid("begins", reason="a day from today on")
    made = editing.make(queries.texts_of(found), change, source=_source(found))
    _write(found, made.texts, [*found.edits, _kept(change, made, at.isoformat())])
    facts = {name: value for name, value in editing.data_of(change).items() if name != "text"}
    told("edited", found, by, at, **facts, texts=found.texts_sha256)
    return found


@transaction.atomic
def undo(proposal_id: UUID, *, by: UUID, at: datetime) -> Proposal:
    """Takes the last change back: what is left is made again from the base."""
    found = held(proposal_id, State.DRAFT, State.SHADOW)
    if not found.edits:
        raise ChangesNothing()
    texts = dict(found.base.texts)
    for fact in found.edits[:-1]:
        texts = editing.edited(texts, queries.edit_of(fact), source=_source(found))
    _write(found, texts, found.edits[:-1])
    told("undone", found, by, at, texts=found.texts_sha256)
    return found


@transaction.atomic
def rebase(proposal_id: UUID, *, by: UUID, at: datetime) -> Proposal:
    """Onto the release in force: the changes are made again on its texts. Raises BaseHasMoved, NoSuchRule, when one no longer fits."""
    found = held(proposal_id, State.DRAFT, State.SHADOW)
    base = Release.objects.get(is_current=True)
    texts, edits = dict(base.texts), []
    was, now = editing.readable(found.base.texts), editing.readable(base.texts)
    for fact in found.edits:
        change = editing.carried_over(queries.edit_of(fact), was, now)
        if isinstance(change, editing.Text) and base.texts.get(change.file) != found.base.texts.get(change.file):
            raise BaseHasMoved(files=change.file)
        try:
            made = editing.make(texts, change, source=_source(found))
        except ChangesNothing:  # it is law already
            edits.append(fact)
            continue
        texts = made.texts
        edits.append(_kept(change, made, fact["at"]))
    found.base = base
    _write(found, texts, edits)
    told("rebased", found, by, at, base=base.version, texts=found.texts_sha256)
    return found


@transaction.atomic
def close(proposal_id: UUID, *, by: UUID, at: datetime) -> Proposal:
    """Given up. A running pilot ends, a day set for it is void."""
    found = held(proposal_id, State.DRAFT, State.SHADOW, State.PILOT, State.SCHEDULED)
    if found.pilot_id is not None:
        rulebook.end_pilot(found.pilot_id, at=at)
    found.state, found.closed_at, found.release = State.CLOSED, at, None
    found.save(update_fields=["state", "closed_at"])
    told("closed", found, by, at)
    return found


def _kept(change: editing.Edit, made: editing.Edited, at: str) -> dict[str, Any]:
    """What is kept of a change: of one by a form also the rules it made."""
    return {**editing.data_of(change), "at": at, **({} if isinstance(change, editing.Text) else {"rules": list(made.rules)})}


def _source(found: Proposal) -> str:
    return f"Proposal: {found.title} ({found.authority}, {found.opened_at:%Y-%m-%d})"


def _write(found: Proposal, texts: Mapping[str, str], edits: list[Any]) -> None:
    rulebook_now = editing.readable(texts)
    if found.texts_sha256 != rulebook_now.sha256:
        # What was computed beside the law belongs to the texts it was computed with.
        ShadowDay.objects.filter(proposal=found).delete()
        if found.state == State.SHADOW:
            found.shadow_until = found.shadow_from
    found.texts = editing.only_changed(found.base.texts, texts)
    found.texts_sha256, found.version, found.edits = rulebook_now.sha256, rulebook_now.version, edits
    found.save()
