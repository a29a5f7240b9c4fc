from datetime import UTC, datetime, timedelta
from smtplib import SMTPRecipientsRefused
from unittest.mock import patch

import httpx
from django.core import mail
from django.test import Client, TestCase
from procrastinate.contrib.django.models import ProcrastinateJob

from saudagar.messages import actions, gateways, queries
from saudagar.messages.models import Letter, Notice
from saudagar.messages.rules import SMS_LENGTH, Text, split
from saudagar.people import actions as people
from saudagar.people.rules import Contact

AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
PHONE = Contact(phone="+6281234567801")


class Letters(TestCase):
    def setUp(self):
        gateways.MemorySms.sent.clear()

    def write(self, to=PHONE, **options):
        return actions.write(to, "people.code", {"code": "123456"}, language="id", at=AT, **options)

    def test_an_sms_goes_through_a_job_and_holds_no_secret_at_rest(self):
        letter_id = self.write()
        letter = Letter.objects.get(pk=letter_id)
        assert b"123456" not in bytes(letter.sealed)
        assert letter.to_masked == "+62 812-••••-7801"
        job = ProcrastinateJob.objects.get(task_name="messages.send_letter")
        assert job.args == {"letter_id": str(letter_id)}

        assert actions.send(letter_id, at=AT) is True

        assert gateways.MemorySms.sent == [
            ("+6281234567801", "123456 adalah kode Saudagar Anda. Berlaku lima menit. Petugas Saudagar tidak pernah meminta kode ini.")
        ]
        assert actions.send(letter_id, at=AT) is True
        assert len(gateways.MemorySms.sent) == 1  # twice asked, once sent

    def test_an_email(self):
        letter_id = actions.write(Contact(email="chen@contoh.example"), "people.code", {"code": "123456"}, language="zh-hans", at=AT)
        actions.send(letter_id, at=AT)
        assert [(message.to, message.subject) for message in mail.outbox] == [(["chen@contoh.example"], "123456 是您的 Saudagar 验证码。")]

    def test_what_a_mail_server_says_names_nobody(self):
        letter_id = actions.write(Contact(email="chen@contoh.example"), "people.code", {"code": "123456"}, language="id", at=AT)
        said = SMTPRecipientsRefused({"chen@contoh.example": (550, b"no such user")})
        with patch.object(actions, "send_mail", side_effect=said):
            assert actions.send(letter_id, at=AT) is False
        assert "chen@" not in Letter.objects.get().failure
        assert "550" in Letter.objects.get().failure

    def test_a_gateway_that_fails_is_tried_again_and_given_up_at_last(self):
        letter_id = self.write()
        with patch.object(gateways.MemorySms, "send", side_effect=httpx.ConnectError("no route")):
            for _try in range(actions.MOST_TRIES - 1):
                assert actions.send(letter_id, at=AT) is False
            assert actions.send(letter_id, at=AT) is True
        letter = Letter.objects.get()
        assert (letter.state, letter.tries, letter.failure) == ("failed", actions.MOST_TRIES, "ConnectError: no route")

    def test_a_code_that_comes_too_late_is_not_sent(self):
        letter_id = self.write(useful_for=timedelta(minutes=5))
        assert actions.send(letter_id, at=AT + timedelta(minutes=6)) is True
        assert gateways.MemorySms.sent == []
        assert Letter.objects.get().state == "failed"

    def test_old_letters_are_erased_and_stay_countable(self):
        self.write()
        assert actions.erase_old_letters(at=AT + timedelta(days=6)) == 0
        assert actions.erase_old_letters(at=AT + timedelta(days=8)) == 1
        assert Letter.objects.get().sealed is None

    def test_a_job_whose_letter_is_gone_is_done(self):
        letter_id = self.write()
        actions.erase_old_letters(at=AT + timedelta(days=8))
        assert actions.send(letter_id, at=AT) is True


class Notices(TestCase):
    def setUp(self):
        self.sari = people.prepare(name="Bu Sari", phone="+6281234567801", at=AT)
        self.dewi = people.prepare(name="Dewi", phone="+6281234567802", at=AT)

    def test_a_notice_is_read_in_the_readers_language(self):
        actions.notify(self.sari.pk, "people.code", {"code": "<b>1</b>"}, at=AT)
        assert queries.notices(self.sari.pk, "en")[0][0].title == "<b>1</b> is your Saudagar code."
        assert queries.notices(self.sari.pk, "id")[0][0].title == "<b>1</b> adalah kode Saudagar Anda."
        client = self.signed_in(self.sari)
        assert "&lt;b&gt;1&lt;/b&gt;" in client.get("/notices/").text  # words of others are escaped on the page

    def test_one_sees_and_opens_only_ones_own(self):
        actions.notify(self.sari.pk, "people.code", {"code": "1"}, at=AT, link="/seller/")
        notice = Notice.objects.get()
        client = self.signed_in(self.dewi)
        assert "Saudagar Anda" not in client.get("/notices/").text
        assert client.post(f"/notices/{notice.pk}/reading").status_code == 404
        client.post("/notices/reading")
        assert queries.unread(self.sari.pk) == 1

        client = self.signed_in(self.sari)
        assert client.post(f"/notices/{notice.pk}/reading").url == "/seller/"
        assert queries.unread(self.sari.pk) == 0

    def test_without_a_proven_address_there_is_only_the_notice(self):
        nobody = people.enter(Contact(phone="+6281234567809"), language="id")
        actions.notify(nobody.pk, "people.code", {"code": "1"}, at=AT, by_letter=True)
        assert (Notice.objects.count(), Letter.objects.count()) == (1, 0)

    def signed_in(self, user):
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client


def test_the_first_line_is_the_title():
    assert split("\nTitle\n\nBody\nmore\n") == ("Title", "Body\nmore")
    assert split("Title") == ("Title", "")


def test_an_sms_is_one_breath_and_not_endless():
    assert Text("+62", "Title", "Body\nmore").sms == "Title Body more"
    assert len(Text("+62", "T", "x" * 1000).sms) == SMS_LENGTH
