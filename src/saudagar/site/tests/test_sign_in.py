import json
import re

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.sessions.models import Session
from django.core import mail, signing
from django.core.cache import cache
from django.test import Client, TestCase, override_settings

from saudagar.foundation.clock import now
from saudagar.foundation.sealing import unseal
from saudagar.messages.models import Letter
from saudagar.people import actions, demo, queries
from saudagar.people.models import User
from saudagar.people.rules import Contact


def last_text() -> str:
    """What went out last, opened as only its reader would."""
    letter = Letter.objects.order_by("-id").first()
    return json.loads(unseal(letter.sealed, "letter"))["title"] if letter else ""


def code_sent() -> str:
    return re.search(r"\b\d{6}\b", last_text()).group()


class ByCode(TestCase):
    def enter(self, client: Client, login: str):
        return client.post("/accounts/login/", {"login": login}, follow=True)

    def test_a_new_number_gets_an_account_that_opens_with_the_code(self):
        client = Client()
        page = self.enter(client, "0812 3456 7801")
        assert "+62 812-3456-7801" in page.text
        user = User.objects.get()
        assert (user.phone_verified_at, user.last_login, user.has_usable_password()) == (None, None, False)

        answer = client.post("/accounts/login/code/confirm/", {"code": code_sent()})

        assert answer.status_code == 302
        user.refresh_from_db()
        assert user.phone_verified_at is not None
        assert user.phone == "+6281234567801"
        assert client.get("/accounts/").status_code == 200

    def test_the_same_number_is_the_same_account_however_it_is_written(self):
        for login in ("0812 3456 7801", "+62812-3456-7801", "6281234567801"):
            client = Client()
            self.enter(client, login)
            client.post("/accounts/login/code/confirm/", {"code": code_sent()})
        assert User.objects.count() == 1

    def test_by_email(self):
        client = Client()
        self.enter(client, "Chen@Contoh.Example")
        client.post("/accounts/login/code/confirm/", {"code": code_sent()})

        user = User.objects.get()
        assert user.email == "chen@contoh.example"
        assert queries.contacts(user) == [Contact(email="chen@contoh.example")]
        assert mail.outbox == []  # it travels as a letter, carried by a job

    def test_nobody_learns_whether_there_was_an_account(self):
        actions.prepare(name="Bu Sari", phone="+6281234567801", at=now())
        known, unknown = self.enter(Client(), "081234567801"), self.enter(Client(), "081234567802")

        strip = lambda text: re.sub(r"781\d|780\d|csrf\S+ value=\S+|\+62 812-3456-\d+", "", text)  # noqa: E731
        assert known.redirect_chain == unknown.redirect_chain
        assert re.sub(r'value="[^"]+"', "", strip(known.text)) == re.sub(r'value="[^"]+"', "", strip(unknown.text))

    def test_a_wrong_code_does_not_open_and_three_end_it(self):
        client = Client()
        self.enter(client, "081234567801")
        wrong = "000000" if code_sent() != "000000" else "111111"
        for _try in range(3):
            answer = client.post("/accounts/login/code/confirm/", {"code": wrong})
        assert answer.status_code == 302
        client.post("/accounts/login/code/confirm/", {"code": code_sent()})
        assert client.get("/accounts/").status_code == 302
        assert User.objects.get().phone_verified_at is None

    def test_guesses_that_come_at_once_are_counted_one_by_one(self):
        client = Client()
        self.enter(client, "081234567801")
        kept = Session.objects.get(session_key=client.session.session_key).session_data
        right = code_sent()
        for guess in range(3):
            client.post("/accounts/login/code/confirm/", {"code": f"{(int(right) + guess + 1) % 10**6:06d}"})
            # The others read the session before this one has written it.
            Session.objects.filter(session_key=client.session.session_key).update(session_data=kept)
            client.cookies["sessionid"] = Session.objects.get().session_key
        client.post("/accounts/login/code/confirm/", {"code": right})
        assert client.get("/accounts/").status_code == 302
        assert User.objects.get().phone_verified_at is None

    def test_codes_are_not_sent_without_end(self):
        sent = 0
        for _try in range(20):
            # Only the limit on asking is forgotten.
            cache.delete_many([name.split(":", 2)[2] for name in list(cache._cache) if "request_login_code" in name])
            before = Letter.objects.count()
            self.enter(Client(), "081234567801")
            sent += Letter.objects.count() - before
        assert sent == 15

    def test_asking_again_and_again_is_slowed_down(self):
        for _try in range(3):
            self.enter(Client(), "081234567801")
        page = self.enter(Client(), "081234567801")
        assert "Terlalu sering mencoba" in page.text

    def test_nonsense_is_refused_in_the_readers_language(self):
        page = Client().post("/accounts/login/", {"login": "Bu Sari"}, headers={"accept-language": "en"})
        assert "is neither a phone number nor an e-mail address" in page.text
        assert User.objects.count() == 0

    def test_the_number_is_sealed_in_the_tables_and_in_the_session(self):
        client = Client()
        self.enter(client, "081234567801")
        user = User.objects.get()
        assert b"81234567801" not in bytes(user.phone_sealed)
        kept = Session.objects.first().session_data
        opened = signing.b64_decode(kept.split(":")[0].lstrip(".").encode())
        assert b"81234567801" not in opened
        assert b"login_code" not in opened

    def test_where_one_wanted_to_go(self):
        client = Client()
        client.post("/accounts/login/", {"login": "081234567801", "next": "/seller/team/"}, follow=True)
        answer = client.post("/accounts/login/code/confirm/", {"code": code_sent(), "next": "/seller/team/"})
        assert answer.url == "/seller/team/"
        client = Client()
        client.post("/accounts/login/", {"login": "081234567802", "next": "https://evil.example/"}, follow=True)
        answer = client.post("/accounts/login/code/confirm/", {"code": code_sent(), "next": "https://evil.example/"})
        assert answer.url == "/"

    def test_a_closed_account_stays_closed(self):
        user = actions.prepare(name="Bu Sari", phone="+6281234567801", at=now())
        User.objects.filter(pk=user.pk).update(is_active=False)
        client = Client()
        self.enter(client, "081234567801")
        client.post("/accounts/login/code/confirm/", {"code": code_sent()})
        assert client.get("/accounts/").status_code == 302

    def test_accounts_nobody_entered_are_forgotten(self):
        self.enter(Client(), "081234567801")
        kept = actions.prepare(name="Bu Sari", phone="+6281234567802", at=now())
        assert actions.forget_unproven(before=now()) == 1
        assert list(User.objects.all()) == [kept]


class ByPassword(TestCase):
    def test_phone_or_email_and_password(self):
        actions.prepare(
            name="Ops", phone="+6281234567801", email="ops@contoh.example", password="a long enough one", at=now(), operator=True
        )
        for login in ("0812 3456 7801", "OPS@contoh.example"):
            client = Client()
            assert client.post("/accounts/login/password/", {"login": login, "password": "wrong"}).status_code == 200
            assert client.post("/accounts/login/password/", {"login": login, "password": "a long enough one"}).url == "/admin/"

    def test_five_wrong_passwords_in_a_row_close_the_door_for_a_while(self):
        actions.prepare(name="Ops", email="ops@contoh.example", password="a long enough one", at=now())
        client = Client()
        for _try in range(5):
            client.post("/accounts/login/password/", {"login": "ops@contoh.example", "password": "wrong"})
        client.post("/accounts/login/password/", {"login": "ops@contoh.example", "password": "a long enough one"})
        assert client.get("/accounts/").status_code == 302


class Demo(TestCase):
    @override_settings(DEMO=True)
    def test_the_cast_walks_in(self):
        client = Client()
        assert "Pak Arif" in client.get("/accounts/login/").text
        assert client.post("/accounts/demo/", {"person": "arif"}).url == "/officer/"
        assert client.get("/accounts/").status_code == 200

    @override_settings(DEMO=False)
    def test_in_earnest_there_is_no_cast(self):
        demo.prepare_all(at=now())
        client = Client()
        assert "Pak Arif" not in client.get("/accounts/login/").text
        assert client.post("/accounts/demo/", {"person": "ops"}).status_code == 404
        assert client.get("/accounts/").status_code == 302

    def test_preparing_twice_makes_nobody_twice(self):
        first = demo.prepare_all(at=now())
        second = demo.prepare_all(at=now())
        assert {key: user.pk for key, user in first.items()} == {key: user.pk for key, user in second.items()}


class Pages(TestCase):
    def test_account_pages_in_three_languages(self):
        user = actions.prepare(name="Bu Sari", phone="+6281234567801", password="a long enough one", at=now())
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        for language in ("id", "en", "zh-hans"):
            for page in ("", "phone/change/", "password/change/", "logout/", "2fa/"):
                answer = client.get(f"/accounts/{page}", headers={"accept-language": language})
                assert answer.status_code in (200, 302), page
                assert not re.search(r"style=|onclick=|<script>", answer.text), page
            for page in ("login/", "login/password/"):
                answer = Client().get(f"/accounts/{page}", headers={"accept-language": language})
                assert answer.status_code == 200
                assert not re.search(r"style=|onclick=|<script>", answer.text), page

    def test_changing_the_number_needs_the_code_sent_to_the_new_one(self):
        user = actions.prepare(name="Bu Sari", phone="+6281234567801", at=now())
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        client.post("/accounts/phone/change/", {"phone": "0812 3456 7809", "action_add": ""})
        user.refresh_from_db()
        assert user.phone == "+6281234567801"
        client.post("/accounts/phone/verify/", {"code": code_sent()})
        user.refresh_from_db()
        assert (user.phone, user.phone_verified_at is not None) == ("+6281234567809", True)


class SecondFactor(TestCase):
    def test_who_has_one_is_asked_for_it_and_its_secret_is_sealed(self):
        officer = actions.prepare(name="Pak Arif", email="arif@contoh.example", password="a long enough one", at=now(), officer=True)
        secret = "JBSWY3DPEHPK3PXP"
        TOTP.activate(officer, secret)
        assert secret not in str(Authenticator.objects.get(user=officer).data)
        client = Client()

        answer = client.post("/accounts/login/password/", {"login": "arif@contoh.example", "password": "a long enough one"})
        assert answer.url.startswith("/accounts/2fa/authenticate/")
        assert client.get("/accounts/").status_code == 302
        code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
        client.post("/accounts/2fa/authenticate/", {"code": code})

        assert client.get("/accounts/").status_code == 200
