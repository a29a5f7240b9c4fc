"""An officer's rehearsal: asked for, taken up once, followed, ended; one at a time."""

import json
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock

from django.test import TestCase
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from saudagar.audit.models import Entry
from saudagar.foundation.clock import now
from saudagar.foundation.ids import new_id
from saudagar.foundation.refusals import Invalid
from saudagar.people import actions as people
from saudagar.people.models import User
from saudagar.site.jobs import play_rehearsal
from saudagar.site.models import Rehearsal
from saudagar.site.rehearsal import actions, supervised
from saudagar.site.rehearsal.certificate import certificate
from saudagar.site.rehearsal.checks import CHECKS, Found
from saudagar.site.rehearsal.rules import RehearsalUnderWay
from saudagar.site.rehearsal.tests.test_papers import an_evening

AT = now()


def asked(**other: Any) -> Rehearsal:
    return actions.ask(**{"orders": 100, "kill": False, "campaign": "", "by": new_id(), "at": AT} | other)


class Life(TestCase):
    def test_one_at_a_time(self) -> None:
        first = asked()
        with self.assertRaises(RehearsalUnderWay):
            asked()
        assert Rehearsal.objects.count() == 1
        actions.end(first.pk, None, failure="no room", at=AT)
        asked()

    def test_only_small_ones(self) -> None:
        for orders in (0, 99, 501, 100_000):
            with self.assertRaises(Invalid):
                asked(orders=orders)
        assert not Rehearsal.objects.exists()

    def test_it_is_taken_up_once_and_ends_once(self) -> None:
        row = asked()
        assert actions.begin(row.pk, at=AT) is not None
        assert actions.begin(row.pk, at=AT) is None
        actions.follow(row.pk, {"step": "open"}, at=AT + timedelta(seconds=5))
        actions.end(row.pk, certificate(an_evening()), at=AT + timedelta(minutes=1))
        actions.end(row.pk, None, failure="late", at=AT + timedelta(minutes=2))
        row.refresh_from_db()
        assert (row.state, row.is_open, row.failure, row.progress) == ("passed", False, "", {"step": "open"})
        assert row.ended_at == AT + timedelta(minutes=1)

    def test_a_wrong_check_fails_it(self) -> None:
        row = asked()
        actions.end(row.pk, certificate(an_evening(found=[Found(code, 1, 1) for code in CHECKS])), at=AT)
        row.refresh_from_db()
        assert row.state == "failed"

    def test_what_was_cut_off_stands_in_nobodys_way(self) -> None:
        row = asked()
        actions.begin(row.pk, at=AT)
        with self.assertRaises(RehearsalUnderWay):
            asked(at=AT + timedelta(minutes=2))
        asked(at=AT + timedelta(minutes=4))
        row.refresh_from_db()
        assert (row.state, row.failure) == ("broken", "cut off")

    def test_the_trail_names_who_asked(self) -> None:
        who = new_id()
        row = asked(by=who)
        entry = Entry.objects.get(action="site.rehearsal_asked")
        assert (entry.by, entry.subject, entry.facts) == (who, str(row.pk), {"orders": 100, "kill": False, "campaign": ""})


class Job(TestCase):
    def test_it_follows_and_keeps_the_certificate(self) -> None:
        row, made = asked(orders=300, kill=True, campaign="11-11"), certificate(an_evening())

        def played(*, orders: int, kill: bool, campaign: str, tell: Any) -> dict[str, Any]:
            assert (orders, kill, campaign) == (300, True, "11-11")
            tell({"step": "open", "placed": 5})
            return made

        with mock.patch.object(supervised, "played", played):
            play_rehearsal(str(row.pk))
            play_rehearsal(str(row.pk))  # again: nothing happens
        row.refresh_from_db()
        assert (row.state, row.progress["placed"], row.certificate) == ("passed", 5, json.loads(json.dumps(made)))

    def test_what_breaks_is_said(self) -> None:
        row = asked()
        with mock.patch.object(supervised, "played", side_effect=supervised.Broken("no room on the disk")):
            play_rehearsal(str(row.pk))
        row.refresh_from_db()
        assert (row.state, row.failure, row.is_open) == ("broken", "no room on the disk", False)


class Supervised(TestCase):
    def play(self, script: str) -> tuple[dict[str, Any], list[Mapping[str, Any]]]:
        """As if `./saudagar rehearse` were this script; it gets the words after `-c script`."""
        told: list[Mapping[str, Any]] = []
        real = supervised.subprocess.Popen

        def popen(words: list[str], **options: Any) -> Any:
            assert words[:4] == [sys.executable, "-m", "saudagar.site.cli", "rehearse"]
            return real([sys.executable, "-c", script, *words[4:]], **options)

        with mock.patch.object(supervised.subprocess, "Popen", popen):
            return supervised.played(orders=100, kill=True, campaign="11-11", tell=told.append), told

    def test_it_reads_the_lines_and_takes_the_certificate(self) -> None:
        made, told = self.play(
            "import json, os, sys, pathlib\n"
            "words = sys.argv[1:]\n"
            "print(json.dumps({'step': 'open', 'words': words, 'nice': os.nice(0)}), flush=True)\n"
            "pathlib.Path(words[words.index('--out') + 1], 'certificate.json').write_text('{\"verdict\": \"passed\"}')\n"
        )
        assert made == {"verdict": "passed"}
        (row,) = told
        assert row["nice"] >= supervised.NICE
        words = row["words"]
        assert words[:2] == ["--orders", "100"] and "--kill" in words and words[-2:] == ["--campaign", "11-11"]
        assert not Path(words[words.index("--out") + 1]).exists()

    def test_without_a_certificate_the_last_words_are_the_reason(self) -> None:
        with self.assertRaisesMessage(supervised.Broken, "no room"):
            self.play("import sys; sys.exit('first line\\nno room')")


class Pages(TestCase):
    def setUp(self) -> None:
        self.officer = people.prepare(name="Pak Arif", email="arif@contoh.example", officer=True, at=AT)
        self.client.force_login(self.officer)

    def test_an_officer_starts_one_and_sees_it(self) -> None:
        answer = self.client.post(reverse("rehearsals"), {"orders": "100", "kill": "on", "campaign": ""})
        row = Rehearsal.objects.get()
        self.assertRedirects(answer, reverse("rehearsal", args=[row.pk]))
        assert (row.orders, row.kill, row.asked_by) == (100, True, self.officer.pk)
        assert ProcrastinateJob.objects.filter(task_name="site.play_rehearsal", args={"rehearsal_id": str(row.pk)}).count() == 1
        self.assertContains(self.client.get(reverse("rehearsal", args=[row.pk])), "hx-get")
        self.assertNotContains(self.client.get(reverse("rehearsals")), '<button class="button button--full"')
        again = self.client.post(reverse("rehearsals"), {"orders": "100", "campaign": ""})
        assert again.status_code == 422
        assert Rehearsal.objects.count() == 1

    def test_what_is_not_offered_is_refused(self) -> None:
        for wrong in ({"orders": "100000"}, {"orders": "100", "campaign": "not-there"}, {}):
            assert self.client.post(reverse("rehearsals"), wrong).status_code == 422
        assert not Rehearsal.objects.exists()

    def test_the_certificate_is_taken_along_in_three_forms(self) -> None:
        row = asked()
        where = {form: reverse("rehearsal_certificate", args=[row.pk, form]) for form in ("json", "html", "pdf", "exe")}
        assert all(self.client.get(each).status_code == 404 for each in where.values())
        actions.end(row.pk, certificate(an_evening()), at=AT)
        assert self.client.get(where["json"]).json()["verdict"] == "passed"
        assert self.client.get(where["pdf"]).content.startswith(b"%PDF")
        page = self.client.get(where["html"])
        assert "attachment" in page["Content-Disposition"] and b"<svg" in page.content
        assert self.client.get(where["exe"]).status_code == 404
        shown = self.client.get(reverse("rehearsal", args=[row.pk]))
        self.assertContains(shown, "101")
        self.assertNotContains(shown, 'hx-get="/officer')

    def test_while_it_runs_the_page_tells_how_far_it_is(self) -> None:
        row = asked()
        actions.begin(row.pk, at=now())
        actions.follow(row.pk, {"step": "open", "placed": 1234, "rates": [3, 9], "killed": ["web"]}, at=now())
        self.assertContains(self.client.get(reverse("rehearsal_standing", args=[row.pk])), "1.234")

    def test_nobody_but_officers(self) -> None:
        row = asked()
        somebody: User = people.prepare(name="Rina", phone="+6281234567804", at=AT)
        self.client.force_login(somebody)
        for name in ("rehearsal", "rehearsal_standing"):
            assert self.client.get(reverse(name, args=[row.pk])).status_code == 404
        assert self.client.get(reverse("rehearsals")).status_code == 404
        assert self.client.post(reverse("rehearsals"), {"orders": "100"}).status_code == 404
        assert Rehearsal.objects.count() == 1
