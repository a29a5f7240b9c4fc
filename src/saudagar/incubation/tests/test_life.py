"""A proposal's way: counterparts, signatures, shadow, pilot, law. Each refusal leaves things as they were."""

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from saudagar.audit.models import Entry
from saudagar.foundation.refusals import Invalid
from saudagar.incubation import actions, queries
from saudagar.incubation.models import Proposal, ShadowDay, Signature
from saudagar.incubation.rules import editing, effects
from saudagar.incubation.rules.refusals import BadPilot, BaseHasMoved, NoSuchProposal, NotInThisState, NotReplayed
from saudagar.incubation.tests.cast import LOWER_LIMIT, NO_VAT, NOON, a_business, a_proposal, arif, law, to_china
from saudagar.rulebook import actions as rulebook
from saudagar.rulebook import files
from saudagar.rulebook import queries as releases
from saudagar.rulebook.models import Release
from saudagar.rulebook.rules import Item, Request, agrees, from_data, landed_cost, recompute

pytestmark = pytest.mark.django_db
State = Proposal.State
DAY, MONTH = timedelta(days=1), timedelta(days=30)
TODAY = NOON.astimezone(actions.LAW_DAY).date()


@pytest.fixture(autouse=True)
def _law():
    law()
    yield
    releases.forget()


@pytest.fixture
def officer():
    return arif().pk


def replayed(proposal):
    asked = actions.ask_replay(proposal.pk, orders=100, elasticities={}, by=None, at=NOON)
    return actions.run_replay(asked.pk, processes=0, at=NOON)


def coffee(on) -> Request:
    """The parcel of `to_china`."""
    return Request("CN", (Item("090121", 18_000, 2, 500, "ID", "0"),), "CNY", on, mode="cbec", freight=2_000)


def shown(on) -> str:
    """What `./saudagar rules show` prints for roasted coffee that day, of the law in force."""
    out = StringIO()
    call_command("rules", "show", "CN", "090121", on=on, stdout=out)
    return out.getvalue()


def steps(proposal) -> list[str]:
    return [entry.action for entry in Entry.objects.filter(subject=str(proposal.pk)).order_by("at", "id")]


def test_changes_are_kept_against_the_base_and_can_be_taken_back(officer):
    proposal = a_proposal(officer, NO_VAT, LOWER_LIMIT)
    assert sorted(proposal.texts) == ["destinations/CN.toml"]
    assert [change.rule for change in queries.changes(proposal)] == ["cn-cbec-order", "cn-cbec"]

    back = actions.undo(proposal.pk, by=officer, at=NOON)

    assert [change.rule for change in queries.changes(back)] == ["cn-cbec"]
    again = actions.undo(proposal.pk, by=officer, at=NOON)
    assert (again.texts, again.texts_sha256) == ({}, again.base.sha256)


def test_a_counterpart_signs_what_it_read_and_the_signature_dies_with_the_texts(officer):
    to_china(a_business())
    proposal = a_proposal(officer, NO_VAT)
    token = actions.invite(proposal.pk, authority="GACC", country="CN", by=officer, at=NOON)
    who = queries.counterpart(token, at=NOON)
    with pytest.raises(NotReplayed):
        actions.sign(who, name="Chen", office="Director", texts_sha256=proposal.texts_sha256, at=NOON)
    done = replayed(proposal)
    with pytest.raises(BaseHasMoved):
        actions.sign(who, name="Chen", office="Director", texts_sha256="0" * 64, at=NOON)
    assert not Signature.objects.exists()

    signed = actions.sign(who, name="Chen", office="Director", texts_sha256=proposal.texts_sha256, at=NOON)

    assert (signed.texts_sha256, signed.result_sha256) == (proposal.texts_sha256, done.result_sha256)
    assert [row.is_alive for row in queries.signatures(proposal)] == [True]
    changed = actions.edit(proposal.pk, LOWER_LIMIT, by=officer, at=NOON)
    assert [row.is_alive for row in queries.signatures(changed)] == [False]


def test_a_revoked_or_old_link_opens_nothing(officer):
    proposal = a_proposal(officer, NO_VAT)
    token = actions.invite(proposal.pk, authority="GACC", country="CN", by=officer, at=NOON)
    with pytest.raises(NoSuchProposal):
        queries.counterpart(token, at=NOON + timedelta(days=91))
    actions.revoke(proposal.pk, queries.counterpart(token, at=NOON).pk, by=officer, at=NOON)
    with pytest.raises(NoSuchProposal):
        queries.counterpart(token, at=NOON)


def test_in_shadow_orders_are_worked_out_beside_the_law_once(officer):
    proposal = a_proposal(officer, NO_VAT)
    actions.begin_shadow(proposal.pk, by=officer, at=NOON)
    to_china(a_business(), at=NOON + timedelta(minutes=5))

    later = NOON + timedelta(hours=1)
    while actions.compute_shadow(proposal.pk, at=later):
        pass
    while actions.compute_shadow(proposal.pk, at=later + timedelta(hours=1)):
        pass

    row = ShadowDay.objects.get()
    assert (row.destination, row.orders, row.changed, row.refused) == ("CN", 1, 1, 0)
    assert (row.landed_old, row.landed_new, row.levies_old, row.levies_new) == (21_820, 20_000, 1_820, 0)
    # Paid long after it was placed: it counts when it is paid, on the day it was placed.
    slow = to_china(a_business(), at=NOON + timedelta(minutes=6))
    slow.paid_at = later + timedelta(hours=2)
    slow.save()
    while actions.compute_shadow(proposal.pk, at=later + timedelta(hours=3)):
        pass
    assert ShadowDay.objects.get().orders == 2
    actions.edit(proposal.pk, LOWER_LIMIT, by=officer, at=later)
    assert not ShadowDay.objects.exists()


def test_a_pilot_is_law_for_its_cohort_and_ends(officer):
    proposal = a_proposal(officer, NO_VAT)
    with pytest.raises(BadPilot):
        actions.begin_pilot(proposal.pk, provinces=[], markets=[], starts_at=NOON, ends_at=NOON + MONTH, by=officer, at=NOON)
    assert not Release.objects.filter(version=proposal.version).exists()

    begun = actions.begin_pilot(proposal.pk, provinces=["11"], markets=["cn"], starts_at=NOON, ends_at=NOON + MONTH, by=officer, at=NOON)

    assert begun.state == State.PILOT
    assert not begun.pilot.release.is_current
    tried = releases.rulebook_of(begun.pilot.release_id)
    assert [landed_cost(coffee(day), tried).tax for day in (TODAY - DAY, TODAY)] == [1_820, 0]
    with pytest.raises(NotInThisState):
        actions.edit(proposal.pk, LOWER_LIMIT, by=officer, at=NOON)
    ended = actions.end_pilot(proposal.pk, by=officer, at=NOON + timedelta(days=3))
    assert (ended.state, queries.proposal(proposal.pk).pilot.ends_at) == (State.DRAFT, NOON + timedelta(days=3))
    assert steps(proposal) == ["incubation.opened", "incubation.edited", "incubation.pilot_begun", "incubation.pilot_ended"]


def test_the_effect_is_measured_against_those_outside(officer):
    inside, outside = a_business("11"), a_business("32", "Batik")
    day = timedelta(days=1)
    for business, before, during in ((inside, 1, 4), (outside, 2, 4)):
        for n in range(before):
            to_china(business, at=NOON - day + timedelta(minutes=n))
        for n in range(during):
            to_china(business, at=NOON + day + timedelta(minutes=n))
    proposal = a_proposal(officer, NO_VAT)
    actions.begin_pilot(proposal.pk, provinces=["11"], markets=[], starts_at=NOON, ends_at=NOON + MONTH, by=officer, at=NOON)

    found = actions.measure(proposal.pk, at=NOON + 2 * day)

    # Inside four times as many, outside twice as many: twice as many more.
    assert found["effect"]["orders_a_day"] == 100.0
    assert {key: row["orders"] for key, row in found["rows"].items()} == {
        "cohort_before": 1, "cohort_during": 4, "outside_before": 2, "outside_during": 4,
    }  # fmt: skip
    assert found["is_thin"]


def test_no_effect_is_told_where_a_group_is_empty():
    nothing = {"orders": 0, "value": 0.0, "landed": 0.0, "days": 1}
    found = effects.effect({(group, period): nothing for group in ("cohort", "outside") for period in ("before", "during")})
    assert found["effect"] == {"orders_a_day": None, "value_a_day": None, "landed_share": None}


def test_it_becomes_law_on_its_day(officer):
    proposal = a_proposal(officer, NO_VAT)
    today = TODAY
    with pytest.raises(Invalid):
        actions.schedule_law(proposal.pk, on=today - timedelta(days=1), by=officer, at=NOON)
    actions.schedule_law(proposal.pk, on=today + timedelta(days=2), by=officer, at=NOON)
    before = releases.current_rulebook().version

    actions.keep_going(at=NOON + timedelta(days=1))
    assert releases.current_rulebook().version == before
    actions.keep_going(at=NOON + timedelta(days=2))

    law = Proposal.objects.get()
    assert (law.state, releases.current_rulebook().version) == (State.LAW, law.release_id)
    assert steps(proposal)[-2:] == ["incubation.law_scheduled", "incubation.became_law"]


def test_one_law_tells_the_rate_before_and_after_and_the_past_stays(officer):
    order = to_china(a_business())
    proposal = a_proposal(officer, editing.Tariff("CN", "vat", "090121", "3%"), NO_VAT)

    actions.schedule_law(proposal.pk, on=TODAY + DAY, by=officer, at=NOON)
    actions.keep_going(at=NOON + DAY)

    assert re.search(r"13% +\[cn-vat-090121 ", shown(TODAY)) and "cn-vat-090121-2026-11-22" not in shown(TODAY)
    assert re.search(r"3% +\[cn-vat-090121-2026-11-22 ", shown(TODAY + DAY)) and "[cn-vat-090121 " not in shown(TODAY + DAY)
    law = releases.current_rulebook()
    assert [landed_cost(coffee(day), law).tax for day in (TODAY, TODAY + DAY)] == [1_820, 0]
    # Under the release it names, and under the new law as well, part by part.
    kept = from_data(order.customs)
    assert agrees(kept, recompute(kept, releases.rulebook_of(kept.release)))
    assert agrees(kept, recompute(kept, law))


def test_a_rule_may_begin_on_a_day_of_its_own(officer):
    later = TODAY + MONTH
    with pytest.raises(Invalid):
        a_proposal(officer, editing.Limit("cn-cbec-order", "300.00", TODAY - DAY))
    proposal = a_proposal(officer, editing.Limit("cn-cbec-order", "300.00", later), NO_VAT)
    assert queries.days(proposal) == {"cn-cbec-order": later}

    actions.schedule_law(proposal.pk, on=TODAY, by=officer, at=NOON)

    law = releases.current_rulebook().destinations["CN"]
    assert [(limit.at_most, limit.valid_from) for limit in law.limits if limit.called == "cn-cbec-order"][1] == (30_000, later)
    assert [scheme.valid_from for scheme in law.schemes if scheme.called == "cn-cbec"][1] == TODAY
    # The same rule changed once more without a day: it begins with the law.
    again = a_proposal(officer, editing.Limit("cn-cbec-year", "9000.00", later), editing.Limit("cn-cbec-year", "8000.00"))
    assert queries.days(again) == {}


def test_a_law_can_be_changed_again_and_its_orders_replayed(officer):
    to_china(a_business())
    first = a_proposal(officer, editing.Share("cn-cbec", "vat", "35%"))
    waiting = a_proposal(officer, editing.Share("cn-cbec", "vat", "10%"))
    actions.schedule_law(first.pk, on=TODAY + DAY, by=officer, at=NOON)
    actions.keep_going(at=NOON + DAY)

    moved = actions.rebase(waiting.pk, by=officer, at=NOON)

    # The change is made on the rule that has taken the place of the one it named, and past orders show it.
    assert [change.rule for change in queries.changes(moved)] == ["cn-cbec-2026-11-22"]
    result = replayed(moved).result["totals"]
    assert (result["landed_old"], result["landed_new"]) == (21_820 * 2000, 20_260 * 2000)
    assert actions.undo(moved.pk, by=officer, at=NOON).texts == {}


def test_what_is_not_written_on_the_law_of_today_cannot_become_law(officer):
    proposal = a_proposal(officer, NO_VAT)
    other = editing.edited(files.texts(), LOWER_LIMIT, source="Another law")
    rulebook.load(other, at=NOON)
    with pytest.raises(BaseHasMoved):
        actions.schedule_law(proposal.pk, on=NOON.date() + timedelta(days=1), by=officer, at=NOON)
    assert Proposal.objects.get().state == State.DRAFT

    moved = actions.rebase(proposal.pk, by=officer, at=NOON)

    assert [change.rule for change in queries.changes(moved)] == ["cn-cbec"]
    assert queries.proposed(moved).destinations["CN"].limits[0].at_most == 30_000
