"""Reads: proposals, their whole texts, replays, what a counterpart may see."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from saudagar.foundation import money
from saudagar.incubation.models import Comment, Counterpart, Proposal, Replay, ShadowDay, Signature
from saudagar.incubation.rules import dating, editing, outranking
from saudagar.incubation.rules.refusals import InvitationEnded, NoSuchProposal, NotInvited
from saudagar.markets import queries as markets
from saudagar.markets.models import Market
from saudagar.markets.rules import HOME_CURRENCY, NoRateForMarket
from saudagar.rulebook.models import Release
from saudagar.rulebook.rules import Rulebook
from saudagar.rulebook.rules.differing import Change, differences


@dataclass(frozen=True, slots=True)
class SignedRow:
    signature: Signature
    is_alive: bool  # the proposal still has the texts that were signed


def proposals() -> list[Proposal]:
    return list(Proposal.objects.defer("texts", "edits"))


def proposal(proposal_id: UUID) -> Proposal:
    """Raises NoSuchProposal."""
    found = Proposal.objects.select_related("base", "pilot", "release").filter(id=proposal_id).first()
    if found is None:
        raise NoSuchProposal()
    return found


def open_proposals() -> int:
    """Proposals on which something is still to be decided."""
    return Proposal.objects.exclude(state__in=[Proposal.State.LAW, Proposal.State.CLOSED]).count()


def texts_of(found: Proposal) -> dict[str, str]:
    """The whole proposed rulebook."""
    return {**found.base.texts, **found.texts}


def texts_always(found: Proposal) -> dict[str, str]:
    """The whole proposed rulebook as if it had always been law: what past orders are worked out under."""
    return dating.as_always(found.base.texts, texts_of(found))


def law_texts(found: Proposal, on: date) -> dict[str, str]:
    """The rulebook that the proposal makes law from a day on: what was stays for the days before. Raises CannotBeDated."""
    return dating.dated(found.base.texts, texts_of(found), on, days=days(found), taken=ids_used(found))


def days(found: Proposal) -> dict[str, date]:
    """Rules that begin on a day of their own, by id; all others begin on the day the proposal becomes law. The last change has its say."""
    chosen = {rule: fact.get("begins") for fact in found.edits for rule in fact.get("rules", ())}
    return {rule: date.fromisoformat(day) for rule, day in chosen.items() if day}


def edit_of(fact: Mapping[str, Any]) -> editing.Edit:
    """A change as it was kept."""
    return editing.edit_of({name: value for name, value in fact.items() if name not in ("at", "rules")})


def ids_used(found: Proposal) -> frozenset[str]:
    """Ids of rules in any release that is not this proposal's own: orders name them, so they name nothing else."""
    own = [found.release_id, found.pilot.release_id if found.pilot else None]
    releases = Release.objects.exclude(version__in=[version for version in own if version]).values_list("texts", flat=True)
    return frozenset(rule for texts in releases.iterator() for name, text in texts.items() for rule in dating.ids_in(name, text))


def changes(found: Proposal) -> tuple[Change, ...]:
    """What the proposal changes in its base, rule by rule."""
    return _changes(found.base_id, found.texts_sha256, found.pk)


@lru_cache(maxsize=32)
def _changes(base: str, texts_sha256: str, proposal_id: UUID) -> tuple[Change, ...]:
    found = proposal(proposal_id)
    return differences(editing.readable(found.base.texts), editing.readable(texts_of(found)))


def proposed(found: Proposal) -> Rulebook:
    return editing.readable(texts_of(found))


def cautions(found: Proposal, language: str) -> list[str]:
    """What its changes do not reach, in words."""
    edits = [edit_of(fact) for fact in found.edits]
    return outranking.cautions(proposed(found), edits, found.opened_at.date(), language)


def is_based_on_the_law(found: Proposal) -> bool:
    return Release.objects.filter(version=found.base_id, is_current=True).exists()


def replay(proposal_id: UUID, replay_id: UUID) -> Replay:
    """Raises NoSuchProposal."""
    found = Replay.objects.select_related("proposal").filter(id=replay_id, proposal_id=proposal_id).first()
    if found is None:
        raise NoSuchProposal()
    return found


def replays(found: Proposal) -> list[Replay]:
    return list(Replay.objects.filter(proposal=found).defer("result")[:20])


def same_replay(found: Proposal, *, orders: int, elasticities: Mapping[str, float]) -> Replay | None:
    """One that was asked with the same words, of the same texts, and is not done yet."""
    rows = Replay.objects.filter(proposal=found, texts_sha256=found.texts_sha256, asked_orders=orders)
    waiting = rows.filter(state__in=[Replay.State.WAITING, Replay.State.RUNNING])
    return next((row for row in waiting.select_related("proposal") if row.elasticities == dict(elasticities)), None)


def last_replay(found: Proposal) -> Replay | None:
    """The last one that is done and was made from the texts of today."""
    return Replay.objects.filter(proposal=found, state=Replay.State.DONE, texts_sha256=found.texts_sha256).first()


def signatures(found: Proposal) -> list[SignedRow]:
    rows = Signature.objects.filter(proposal=found).select_related("counterpart")
    return [SignedRow(row, row.texts_sha256 == found.texts_sha256) for row in rows]


def comments(found: Proposal) -> list[Comment]:
    return list(Comment.objects.filter(proposal=found).select_related("counterpart"))


def counterparts(found: Proposal) -> list[Counterpart]:
    return list(Counterpart.objects.filter(proposal=found))


def counterpart(token: str, *, at: datetime) -> Counterpart:
    """Who holds this link. Raises NoSuchProposal when nobody does, or no longer."""
    found = (
        Counterpart.objects.select_related("proposal__base", "proposal__pilot")
        .filter(token_sha256=hashlib.sha256(token.encode()).hexdigest(), expires_at__gt=at, is_revoked=False)
        .first()
    )
    if found is None:
        raise NoSuchProposal()
    return found


def invited(token: str, *, at: datetime) -> Counterpart:
    """Who sends this token. Raises NotInvited, and InvitationEnded to those who once were."""
    found = (
        Counterpart.objects.select_related("proposal__base", "proposal__pilot", "proposal__release")
        .filter(token_sha256=hashlib.sha256(token.encode()).hexdigest())
        .first()
    )
    if found is None:
        raise NotInvited()
    if found.is_revoked or found.expires_at <= at:
        raise InvitationEnded(authority=found.authority, ended="revoked" if found.is_revoked else found.expires_at.date().isoformat())
    return found


def shadow_days(found: Proposal, *, most: int = 60) -> list[ShadowDay]:
    return list(ShadowDay.objects.filter(proposal=found)[:most])


def factors(at: datetime) -> dict[str, float]:
    """Minor units of the home currency for one minor unit of each market's currency, as rated at a moment; without a rate: none."""
    found = {HOME_CURRENCY: 1.0}
    for currency in Market.objects.exclude(currency=HOME_CURRENCY).values_list("currency", flat=True).distinct():
        try:
            found[currency] = float(1 / markets.rate_in_force(currency, at).per_home)
        except NoRateForMarket:
            continue
    return found


def home_unit() -> int:
    return 10 ** money.decimals(HOME_CURRENCY)


def market_codes() -> Sequence[str]:
    return list(Market.objects.filter(is_open=True).order_by("code").values_list("code", flat=True))


def market_names(language: str) -> Mapping[str, str]:
    return {market.code: str(market.names.get(language, market.code)) for market in Market.objects.filter(is_open=True).order_by("code")}
