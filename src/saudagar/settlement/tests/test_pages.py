"""Sari reads her money, Budi looks on, Dewi finds nothing; operators see the proof."""

from datetime import timedelta

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from saudagar.foundation.ids import Kind, handle
from saudagar.people.models import User
from saudagar.settlement import actions
from saudagar.settlement.gateways import Outcome
from saudagar.settlement.models import Payout, PayoutAccount
from saudagar.settlement.tests.cast import AT, Bank, a_business, a_rate, an_account, an_order

OVER = AT + timedelta(days=9)


class Pages(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.sari = a_business(staff="budi@contoh.example", is_vat_registered=True)
        cls.dewi = a_business("Keripik Dewi", owner="dewi@contoh.example")
        a_rate()
        an_order(cls.sari, customs={"contained_tax": 2_120_700})
        an_order(cls.sari, market="cn", goods=12_800, shipping=4_500, tax=1_165)
        an_account(cls.sari)
        actions.release_over(at=OVER)
        actions.gather_all(at=OVER)
        actions.send_due(Bank(says=Outcome.PAID), at=OVER)
        cls.payout = Payout.objects.get(business_id=cls.sari.pk)
        cls.handle = handle(Kind.PAYOUT, cls.sari.pk, cls.payout.id)
        cls.coming = an_order(cls.sari)
        an_order(cls.sari, state="shipped", market="cn", goods=12_800, shipping=4_500, tax=1_165)
        actions.release(cls.sari.pk, an_order(cls.sari, goods=900_000).id, at=OVER)

    def enter(self, name, language="en"):
        self.client.force_login(User.objects.get(email=f"{name}@contoh.example"), backend="django.contrib.auth.backends.ModelBackend")
        self.client.cookies["django_language"] = language

    def test_sari_sees_where_her_money_stands(self):
        self.enter("sari")
        page = self.client.get("/seller/money/").content.decode()
        for words in ("Rp232,000", "¥184.65", "Rp8,775", "Rp482,250", "BCA •••• 7890", "Kept safe in escrow", "7 days after delivery"):
            assert words in page, words
        assert "1234567890" not in page and "SARI DEWI" not in page
        assert f'href="/seller/money/payouts/{self.handle}/"' in page

    def test_the_statement_lists_every_order_in_three_languages(self):
        self.enter("sari")
        address = f"/seller/money/payouts/{self.handle}/"
        for language, words in (("en", "You receive"), ("id", "Anda terima"), ("zh-hans", "您将收到")):
            self.client.cookies["django_language"] = language
            page = self.client.get(address).content.decode()
            assert words in page
        page = self.client.get(address, headers={"accept-language": "en"}).content.decode()
        for words in ("¥128.00", "¥45.00", "¥11.65", "-¥6.40", "208"):
            assert words in page, words
        table = self.client.get(address + "statement.csv")
        assert table["Content-Type"] == "text/csv; charset=utf-8" and self.handle in table["Content-Disposition"]
        rows = table.content.decode("utf-8-sig").splitlines()
        assert len(rows) == 3 and rows[2].endswith("CNY,184.65,45.00,11.65,0.00,128.00,6.40,2250,IDR,0.00,0.00,273600.00")
        paper = self.client.get(address + "statement.pdf")
        assert paper["Content-Type"] == "application/pdf" and paper.content.startswith(b"%PDF")
        assert self.client.get(address + "statement.exe").status_code == 404

    def test_dewi_finds_nothing_of_saris(self):
        self.enter("dewi")
        page = self.client.get("/seller/money/").content.decode()
        assert "Rp482,250" not in page and "7890" not in page and "Nothing in escrow" in page
        for address in (f"/seller/money/payouts/{self.handle}/", f"/seller/money/payouts/{self.handle}/statement.csv"):
            assert self.client.get(address).status_code == 404
        assert self.client.post(f"/seller/money/payouts/{self.handle}/attempts").status_code == 404
        assert self.client.get("/seller/money/payouts/nonsense/").status_code == 404
        assert self.client.get(f"/seller/money/?before={self.handle}").status_code == 200

    def test_budi_reads_but_does_not_redirect_the_money(self):
        self.enter("budi")
        assert self.client.get("/seller/money/").status_code == 200
        assert self.client.get(f"/seller/money/payouts/{self.handle}/").status_code == 200
        form = {"bank_code": "014", "number": "9999999999", "holder": "Budi"}
        assert self.client.get("/seller/money/account/").status_code == 404
        assert self.client.post("/seller/money/account/", form).status_code == 404
        assert self.client.post(f"/seller/money/payouts/{self.handle}/attempts").status_code == 404
        assert PayoutAccount.objects.get(business_id=self.sari.pk).last_characters == "7890"

    def test_sari_changes_her_account(self):
        self.enter("sari", "id")
        page = self.client.post("/seller/money/account/", {"bank_code": "002", "number": "123", "holder": "Sari"}).content.decode()
        assert "Nomor rekening BRI terdiri dari 15 angka" in page
        answer = self.client.post("/seller/money/account/", {"bank_code": "002", "number": "1234 5678 9012 345", "holder": "Sari"})
        assert answer.status_code == 302 and answer["Location"] == reverse("settlement:money")
        assert PayoutAccount.objects.get(business_id=self.sari.pk).last_characters == "2345"

    def test_sari_tries_a_failed_payout_again(self):
        Payout.objects.filter(business_id=self.sari.pk).update(state="failed", failure="Account closed")
        self.enter("sari")
        page = self.client.get(f"/seller/money/payouts/{self.handle}/").content.decode()
        assert "Account closed" in page and "Try again" in page
        assert self.client.post(f"/seller/money/payouts/{self.handle}/attempts").status_code == 302
        assert Payout.objects.get(business_id=self.sari.pk).attempt == 2
        assert self.client.post(f"/seller/money/payouts/{self.handle}/attempts").status_code == 409

    def test_strangers_and_sellers_do_not_see_the_proof(self):
        assert self.client.get("/officer/ledger/").status_code == 302
        self.enter("sari")
        assert self.client.get("/officer/ledger/").status_code == 404

    def test_officers_and_operators_see_it_green_and_red(self):
        for name, role in (("arif", "is_officer"), ("ops", "is_operator")):
            User.objects.create_user(email=f"{name}@contoh.example", password="rahasia-sekali", **{role: True})
            self.enter(name)
            page = self.client.get("/officer/ledger/").content.decode()
            assert "The books are right." in page and "Wrong" not in page
        wrong = an_order(self.dewi, state="paid", captured=False)
        page = self.client.get("/officer/ledger/").content.decode()
        assert "The books are wrong." in page and handle(Kind.ORDER, self.dewi.pk, wrong.id) in page

    def test_the_page_asks_no_more_for_more_orders(self):
        self.enter("sari")
        customs = {"exchange_rate_id": str(a_rate("2300", at=AT).pk)}
        an_order(self.sari, state="paid", market="cn", customs=customs)
        self.client.get("/seller/money/")
        before = self.statements()
        for _ in range(5):
            an_order(self.sari, state="paid", market="cn", customs=customs)
        assert self.statements() == before

    def statements(self):
        with CaptureQueriesContext(connection) as asked:
            assert self.client.get("/seller/money/").status_code == 200
        return len(asked)
