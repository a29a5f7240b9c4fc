"""Writes: a proposal's way from the first change to law. Every step leaves a line in the audit trail."""

from saudagar.incubation.actions.counterparts import comment, invite, revoke, seen, sign
from saudagar.incubation.actions.drafting import close, edit, open_proposal, rebase, undo
from saudagar.incubation.actions.laws import enact, keep_going, schedule_law
from saudagar.incubation.actions.pilots import begin_pilot, end_pilot, measure, pilot_hours
from saudagar.incubation.actions.replays import ask_replay, run_replay
from saudagar.incubation.actions.shadows import begin_shadow, compute_shadow, end_shadow
from saudagar.incubation.actions.steps import LAW_DAY

__all__ = [
    "LAW_DAY",
    "ask_replay",
    "begin_pilot",
    "begin_shadow",
    "close",
    "comment",
    "compute_shadow",
    "edit",
    "enact",
    "end_pilot",
    "end_shadow",
    "invite",
    "keep_going",
    "measure",
    "open_proposal",
    "pilot_hours",
    "rebase",
    "revoke",
    "run_replay",
    "schedule_law",
    "seen",
    "sign",
    "undo",
]
