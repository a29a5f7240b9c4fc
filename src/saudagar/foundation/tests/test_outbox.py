"""Events take effect exactly once: with whatever their hearers wrote, or not at all."""

import threading
from datetime import UTC, datetime, timedelta

from django.db import connections
from django.test import TestCase, TransactionTestCase

from saudagar.foundation import outbox
from saudagar.foundation.ids import new_business_id
from saudagar.foundation.models import Area, OutboxEvent

NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)


class Delivery(TestCase):
    def test_everybody_hears_it_once_with_its_facts(self):
        business_id, heard = new_business_id(), []
        outbox.tell(business_id, "test.happened", {"order": "x", "pieces": 2}, at=NOON)
        hearers = {"test.happened": [lambda *told: heard.append(("one", *told)), lambda *told: heard.append(("two", *told))]}

        assert outbox.deliver(hearers, at=NOON) == 1
        assert outbox.deliver(hearers, at=NOON) == 0

        facts = {"order": "x", "pieces": 2}
        assert heard == [("one", business_id, facts, NOON), ("two", business_id, facts, NOON)]

    def test_an_event_nobody_hears_is_gone(self):
        outbox.tell(new_business_id(), "test.unheard", {}, at=NOON)
        outbox.deliver({}, at=NOON)
        assert not OutboxEvent.objects.exists()

    def test_a_failure_undoes_what_was_written_and_waits_longer_each_time(self):
        business_id = new_business_id()
        outbox.tell(business_id, "test.broken", {}, at=NOON)

        def write_and_fail(*told):
            Area.objects.create(code="99", name="Nowhere", level=1)
            raise RuntimeError("on purpose")

        hearers = {"test.broken": [write_and_fail]}
        with self.assertLogs("saudagar.foundation.outbox", "ERROR"):
            outbox.deliver(hearers, at=NOON)
            assert outbox.deliver(hearers, at=NOON) == 0
            outbox.deliver(hearers, at=NOON + timedelta(seconds=1))

        event = OutboxEvent.objects.get(business_id=business_id)
        assert (event.tries, event.retry_at) == (2, NOON + timedelta(seconds=3))
        assert "on purpose" in event.failure
        assert not Area.objects.filter(code="99").exists()

    def test_one_that_fails_does_not_hold_up_the_others(self):
        heard = []
        for name in ("test.broken", "test.fine"):
            outbox.tell(new_business_id(), name, {}, at=NOON)
        with self.assertLogs("saudagar.foundation.outbox", "ERROR"):
            outbox.deliver({"test.broken": [lambda *told: 1 / 0], "test.fine": [lambda *told: heard.append(told)]}, at=NOON)
        assert len(heard) == 1

    def test_events_of_one_name_are_heard_together_in_order(self):
        heard = []
        hearers = {
            "test.paid": [outbox.HearsMany(lambda events: heard.append([event.facts["n"] for event in events])), lambda *told: None],
            "test.closed": [lambda business_id, facts, at: heard.append(facts["n"])],
        }
        for n, name in enumerate(["test.paid", "test.unheard", "test.paid", "test.closed", "test.paid"]):
            outbox.tell(new_business_id(), name, {"n": n}, at=NOON + timedelta(seconds=n))

        assert outbox.deliver(hearers, at=NOON + timedelta(minutes=1)) == 5

        assert heard == [[0, 2], 3, [4]]
        assert not OutboxEvent.objects.exists()

    def test_one_of_many_that_fails_is_found_and_the_others_are_heard_once(self):
        def hear(events):
            for event in events:
                Area.objects.create(code=event.facts["code"], name="Somewhere", level=1)
                if event.facts["code"] == "02":
                    raise RuntimeError("on purpose")

        for code in ("01", "02", "03"):
            outbox.tell(new_business_id(), "test.happened", {"code": code}, at=NOON)
        with self.assertLogs("saudagar.foundation.outbox", "ERROR"):
            outbox.deliver({"test.happened": [outbox.HearsMany(hear)]}, at=NOON)

        assert sorted(Area.objects.filter(code__startswith="0").values_list("code", flat=True)) == ["01", "03"]
        event = OutboxEvent.objects.get()
        assert (event.facts, event.tries) == ({"code": "02"}, 1) and "on purpose" in event.failure

    def test_a_hearer_of_many_hears_one_as_well(self):
        heard = []
        business_id = new_business_id()
        outbox.HearsMany(heard.append)(business_id, {"n": 1}, NOON)
        assert heard == [[(business_id, {"n": 1}, NOON)]]


class SideBySide(TransactionTestCase):
    def test_two_workers_never_hear_the_same_event(self):
        for _ in range(40):
            outbox.tell(new_business_id(), "test.happened", {}, at=NOON)
        heard, start = [], threading.Barrier(2)

        def work():
            start.wait()
            while outbox.deliver({"test.happened": [lambda business_id, *told: heard.append(business_id)]}, at=NOON, most=7):
                pass
            connections["default"].close()

        workers = [threading.Thread(target=work) for _ in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert len(heard) == len(set(heard)) == 40
