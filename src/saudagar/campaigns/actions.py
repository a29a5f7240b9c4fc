"""Opening and ending campaigns, joining them, deciding who joins, and giving back what was not sold.

Locks are taken in one order: the campaign, its entries, then pools by (business_id, id).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from saudagar.audit.actions import note
from saudagar.campaigns import events, queries
from saudagar.campaigns.models import Campaign, Entry
from saudagar.campaigns.rules import phases
from saudagar.campaigns.rules.joining import Application, CampaignFacts, Rules, checked_facts
from saudagar.campaigns.rules.phases import Phase
from saudagar.campaigns.rules.refusals import (
    CampaignCodeTaken,
    CampaignHoursKept,
    CampaignPhaseForbids,
    EntryReasonNeeded,
    EntryStateForbids,
    MayNotJoin,
    NoSuchCampaign,
    NoSuchEntry,
)
from saudagar.foundation.ids import Kind, handle, new_id
from saudagar.foundation.sql import statement
from saudagar.foundation.walls import across_sellers
from saudagar.markets import queries as markets
from saudagar.markets.queries import DISPATCH
from saudagar.markets.rules import NoSuchListing
from saudagar.stock import actions as stock
from saudagar.stock.rules import OutOfStock

MOST_REASON = 500
SAMPLE_SECONDS = 5
MOST_RUNNING = 50  # campaigns at one time that get a chart
State = Entry.State


def draft(facts: CampaignFacts, *, by: UUID | None, at: datetime) -> Campaign:
    """A new campaign that only officers see. Raises what `checked_facts` raises, NoSuchMarket, CampaignCodeTaken."""
    facts = checked_facts(facts, at=at)
    made = Campaign(code=facts.code, market=markets.market(facts.market))
    _take_over(made, facts)
    with _code_once(facts.code), transaction.atomic():
        made.save(force_insert=True)
        note("campaigns.drafted", by=by, at=at, subject=made.code, facts={"market": made.market_id, **_hours(made)})
    return made


@transaction.atomic
def change(campaign_id: UUID, facts: CampaignFacts, *, by: UUID | None, at: datetime) -> Campaign:
    """Other names, hours or rules; a draft may also get another code and market.

    Once prices are given ahead the start stays, for buyers hold promises for it; only the end moves. Raises CampaignHoursKept,
    CampaignPhaseForbids, and what `draft` raises.
    """
    found = _campaign(campaign_id)
    facts = checked_facts(facts, at=at)
    phase = queries.phase_of(found, at)
    if phase in (Phase.OVER, Phase.CANCELLED):
        raise CampaignPhaseForbids(phase=phase)
    if phase == Phase.DRAFTED:
        found.code, found.market = facts.code, markets.market(facts.market)
    if phase in (Phase.QUOTES, Phase.RUNNING) and (facts.starts_at, facts.quotes_from) != (found.starts_at, found.quotes_from):
        raise CampaignHoursKept("starts_at")
    before = _hours(found)
    _take_over(found, facts)
    with _code_once(found.code), transaction.atomic():
        found.save()
    # Whoever was approved keeps its pieces until the last quote under the new hours has expired.
    for entry in _approved(found):
        entry.returns_at = phases.returns_at(found.ends_at, at=at)
        entry.save(update_fields=["returns_at"])
    events.changed(found.pk, found.market_id)
    note("campaigns.changed", by=by, at=at, subject=found.code, facts={"before": before, **_hours(found)})
    return found


@transaction.atomic
def publish(campaign_id: UUID, *, by: UUID | None, at: datetime) -> Campaign:
    """Sellers see it and may apply. From here on it goes by its hours alone. Raises CampaignPhaseForbids."""
    found = _campaign(campaign_id)
    if queries.phase_of(found, at) != Phase.DRAFTED or found.ends_at <= at:
        raise CampaignPhaseForbids(phase=queries.phase_of(found, at) if found.ends_at > at else Phase.OVER)
    found.state = Campaign.State.OPEN
    found.save(update_fields=["state"])
    events.changed(found.pk, found.market_id)
    note("campaigns.published", by=by, at=at, subject=found.code, facts=_hours(found))
    return found


@transaction.atomic
def cancel(campaign_id: UUID, *, by: UUID | None, at: datetime) -> Campaign:
    """No new quotes from now on; quotes that were given keep their word, then the pieces go back. Raises CampaignPhaseForbids."""
    found = _campaign(campaign_id)
    phase = queries.phase_of(found, at)
    if phase in (Phase.OVER, Phase.CANCELLED):
        raise CampaignPhaseForbids(phase=phase)
    found.state = Campaign.State.CANCELLED
    found.save(update_fields=["state"])
    back_at = _back_at(found, at)
    for entry in _entries(found):
        if entry.state == State.APPROVED:
            entry.returns_at = back_at
            entry.save(update_fields=["returns_at"])
        if entry.state in (State.APPLIED, State.APPROVED):
            events.ended(entry.business_id, entry.pk, entry.listing_id, found.code, is_cancelled=True, at=at)
            events.changed(found.pk, found.market_id, entry.business_id)
    events.changed(found.pk, found.market_id)
    note("campaigns.cancelled", by=by, at=at, subject=found.code, facts={"phase": str(phase)})
    return found


@transaction.atomic
def apply(
    business_id: UUID, campaign_id: UUID, listing_id: UUID, application: Application, *, late_bp: int, by: UUID | None, at: datetime
) -> Entry:
    """A seller asks for a place, or asks otherwise while it waits; who was refused or withdrew may ask again.

    late_bp  share of the seller's orders that were sent late, basis points: known on a floor above
    Raises MayNotJoin with all that is missing, CampaignPhaseForbids, EntryStateForbids, NoSuchListing.
    """
    campaign = _campaign(campaign_id)
    phase = queries.phase_of(campaign, at)
    if phase == Phase.DRAFTED:
        raise NoSuchCampaign(campaign=campaign.code)
    if phase not in phases.JOINABLE:
        raise CampaignPhaseForbids(phase=phase)
    entry = _entry_of_listing(business_id, campaign, listing_id) or Entry(
        business_id=business_id, campaign=campaign, listing_id=listing_id, applied_at=at
    )
    if entry.state == State.APPROVED:
        raise EntryStateForbids(state=entry.state)
    _check(campaign, business_id, listing_id, application, late_bp=late_bp)
    entry.price, entry.allotment, entry.most_per_buyer = application.price, application.allotment, application.most_per_buyer
    entry.state, entry.state_reason, entry.applied_at, entry.decided_at = State.APPLIED, "", at, None
    entry.save()
    _note("applied", entry, campaign, by=by, at=at)
    return entry


@transaction.atomic
def withdraw(business_id: UUID, entry_id: UUID, *, by: UUID | None, at: datetime) -> Entry:
    """A seller takes a product out: no new quotes from now on, those given keep their word, then its pieces go back.

    Raises EntryStateForbids, CampaignPhaseForbids once the campaign is over.
    """
    campaign, entry = _held(business_id, entry_id)
    phase = queries.phase_of(campaign, at)
    if phase not in phases.DECIDABLE:
        raise CampaignPhaseForbids(phase=phase)
    if entry.state not in (State.APPLIED, State.APPROVED):
        raise EntryStateForbids(state=entry.state)
    if entry.state == State.APPROVED:
        entry.returns_at = _back_at(campaign, at)
        events.ended(business_id, entry.pk, entry.listing_id, campaign.code, is_cancelled=False, at=at)
    entry.state, entry.state_reason = State.WITHDRAWN, ""
    entry.save(update_fields=["state", "state_reason", "returns_at"])
    _note("withdrawn", entry, campaign, by=by, at=at)
    return entry


@transaction.atomic
def approve(business_id: UUID, entry_id: UUID, *, late_bp: int, by: UUID | None, at: datetime) -> Entry:
    """The officer lets a product in: its pieces are set aside for the campaign. The rules are asked once more.

    Raises MayNotJoin (too few pieces among it), CampaignPhaseForbids, EntryStateForbids.
    """
    campaign, entry = _held(business_id, entry_id)
    _check_waits(campaign, entry, at)
    application = Application(entry.price, entry.allotment, entry.most_per_buyer)
    variant_id = _check(campaign, business_id, entry.listing_id, application, late_bp=late_bp)
    try:
        entry.pool_id = stock.set_aside(
            business_id,
            variant_id,
            campaign_id=campaign.pk,
            country=DISPATCH,
            pieces=entry.allotment,
            by=by,
            at=at,
            note=campaign.code,
        )
    except OutOfStock:
        # Somebody took pieces since the rules were asked: they answer in their own words now.
        _check(campaign, business_id, entry.listing_id, application, late_bp=late_bp)
        raise
    entry.returns_at = phases.returns_at(campaign.ends_at, at=at)
    entry.state, entry.state_reason, entry.decided_at = State.APPROVED, "", at
    entry.save(update_fields=["pool", "returns_at", "state", "state_reason", "decided_at"])
    events.decided(business_id, entry.pk, entry.listing_id, campaign.code, is_approved=True, reason="", at=at)
    _note("approved", entry, campaign, by=by, at=at)
    return entry


@transaction.atomic
def refuse(business_id: UUID, entry_id: UUID, *, reason: str, by: UUID | None, at: datetime) -> Entry:
    """The officer says no, and why. Raises EntryReasonNeeded, CampaignPhaseForbids, EntryStateForbids."""
    if not reason.strip():
        raise EntryReasonNeeded("reason")
    campaign, entry = _held(business_id, entry_id)
    _check_waits(campaign, entry, at)
    entry.state, entry.state_reason, entry.decided_at = State.REFUSED, reason.strip()[:MOST_REASON], at
    entry.save(update_fields=["state", "state_reason", "decided_at"])
    events.decided(business_id, entry.pk, entry.listing_id, campaign.code, is_approved=False, reason=entry.state_reason, at=at)
    _note("refused", entry, campaign, by=by, at=at)
    return entry


@across_sellers
def return_allotments(*, since: datetime, at: datetime, most: int = 500) -> int:
    """Gives back what was not sold, where the last quote has expired: entries whose turn came after `since`.

    Pieces of orders that end unpaid or cancelled later come back to the allotment, so it is looked at again and again: often in the
    hour after the end, then now and then. Returns how many allotments were looked into; safe to run side by side and again.
    """
    due = queries.due_returns(since=since, at=at, most=most)
    stock.return_allotments(due, at=at)
    return len(due)


@across_sellers
def take_samples(*, at: datetime) -> int:
    """Notes how much of each running campaign is sold, once every `SAMPLE_SECONDS` however many workers ask. Returns how many."""
    moment = at.replace(second=at.second - at.second % SAMPLE_SECONDS, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(
            statement("saudagar.campaigns", "sample"),
            {"at": moment, "ended_after": at - phases.QUOTE_LIFETIME, "ids": [new_id() for _ in range(MOST_RUNNING)]},
        )
        return int(cursor.fetchone()[0])


def _campaign(campaign_id: UUID) -> Campaign:
    # Nobody changes the key, so rows that point here are not kept waiting.
    found = Campaign.objects.select_for_update(of=("self",), no_key=True).select_related("market").filter(id=campaign_id).first()
    if found is None:
        raise NoSuchCampaign(campaign=str(campaign_id))
    return found


def _held(business_id: UUID, entry_id: UUID) -> tuple[Campaign, Entry]:
    """The campaign, then the entry, under lock. Raises NoSuchEntry."""
    campaign = _campaign(queries.entry(business_id, entry_id).campaign_id)
    entry = Entry.objects.select_for_update().filter(business_id=business_id, id=entry_id).first()
    if entry is None:
        raise NoSuchEntry()
    return campaign, entry


def _entry_of_listing(business_id: UUID, campaign: Campaign, listing_id: UUID) -> Entry | None:
    return Entry.objects.select_for_update().filter(business_id=business_id, campaign=campaign, listing_id=listing_id).first()


@across_sellers
def _entries(campaign: Campaign) -> list[Entry]:
    return list(Entry.objects.select_for_update().filter(campaign=campaign).order_by("business_id", "id"))


def _approved(campaign: Campaign) -> list[Entry]:
    return [entry for entry in _entries(campaign) if entry.state == State.APPROVED]


def _check(campaign: Campaign, business_id: UUID, listing_id: UUID, application: Application, *, late_bp: int) -> UUID:
    """Raises MayNotJoin; returns the variant."""
    found = queries.goods(campaign, [(business_id, listing_id)]).get((business_id, listing_id))
    if found is None:
        raise NoSuchListing()
    broken = queries.judged(campaign, application, found, late_bp)
    if broken:
        raise MayNotJoin(broken)
    return found.variant_id


def _check_waits(campaign: Campaign, entry: Entry, at: datetime) -> None:
    phase = queries.phase_of(campaign, at)
    if phase not in phases.DECIDABLE:
        raise CampaignPhaseForbids(phase=phase)
    if entry.state != State.APPLIED:
        raise EntryStateForbids(state=entry.state)


def _back_at(campaign: Campaign, at: datetime) -> datetime:
    return phases.back_at(quotes_from=campaign.quotes_from, starts_at=campaign.starts_at, at=at)


def _take_over(campaign: Campaign, facts: CampaignFacts) -> None:
    campaign.names, campaign.time_zone = dict(facts.names), facts.time_zone
    campaign.starts_at, campaign.ends_at, campaign.quotes_from = facts.starts_at, facts.ends_at, facts.quotes_from
    rules: Rules = facts.rules
    for name in ("least_discount_bp", "least_pieces", "least_pictures", "most_late_bp", "most_per_buyer"):
        setattr(campaign, name, getattr(rules, name))


@contextmanager
def _code_once(code: str) -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        if "campaign_code" not in str(error):
            raise
        raise CampaignCodeTaken("code", taken=code) from None


def _hours(campaign: Campaign) -> dict[str, str]:
    return {name: getattr(campaign, name).isoformat() for name in ("quotes_from", "starts_at", "ends_at")}


def _note(what: str, entry: Entry, campaign: Campaign, *, by: UUID | None, at: datetime) -> None:
    if what in ("approved", "withdrawn"):
        events.changed(campaign.pk, campaign.market_id, entry.business_id)
    facts = {"listing": handle(Kind.LISTING, entry.business_id, entry.listing_id), "price": entry.price, "allotment": entry.allotment}
    if entry.state_reason:
        facts["reason"] = entry.state_reason
    note(f"campaigns.entry_{what}", by=by, at=at, business_id=entry.business_id, subject=campaign.code, facts=facts)
