"""What the bank says, put into our words; what is not certain is never called failed."""

import pytest

from saudagar.payments import gateways
from saudagar.payments.rules.life import GatewayBusy, GatewayRefused, Status
from saudagar.settlement.gateways import Answer, Bank, Outcome, payout_gateway
from saudagar.settlement.rules import BankAccount

SARI = BankAccount("014", "1234567890", "SARI")


@pytest.fixture
def bank(monkeypatch):
    """Says what the test tells it to; remembers what it was asked."""

    class Line:
        paid, status, asked = gateways.PaidOut("B1", True), Status.UNKNOWN, []

    def pay_out(*asked):
        Line.asked.append(asked)
        if isinstance(Line.paid, Exception):
            raise Line.paid
        return Line.paid

    monkeypatch.setattr(gateways, "pay_out", pay_out)
    monkeypatch.setattr(gateways, "payout_status", lambda reference: Line.status)
    return Line


def test_paid_and_on_its_way(bank):
    assert Bank().pay_out("Y1", 500, "IDR", SARI) == Answer(Outcome.PAID, "B1")
    assert bank.asked == [("Y1", 500, "IDR", gateways.Account("014", "1234567890", "SARI"))]
    bank.paid = gateways.PaidOut("B2", False)
    assert Bank().pay_out("Y1", 500, "IDR", SARI) == Answer(Outcome.ACCEPTED, "B2")


def test_a_refusal_is_believed_only_when_the_bank_has_no_transfer(bank):
    bank.paid = GatewayRefused(gateway="snap_qris", said="4041811 Invalid Account")
    assert Bank().pay_out("Y1", 500, "IDR", SARI) == Answer(Outcome.FAILED, reason="4041811 Invalid Account")
    for status in (Status.OPEN, Status.PAID):
        bank.status = status
        assert Bank().pay_out("Y1", 500, "IDR", SARI) == Answer(Outcome.ACCEPTED)


def test_silence_is_no_answer(bank):
    bank.paid = GatewayBusy(gateway="snap_qris")
    with pytest.raises(GatewayBusy):
        Bank().pay_out("Y1", 500, "IDR", SARI)


def test_status(bank):
    for status, outcome in ((Status.PAID, Outcome.PAID), (Status.OPEN, Outcome.ACCEPTED), (Status.FAILED, Outcome.FAILED)):
        bank.status = status
        assert Bank().payout_status("Y1").outcome == outcome
    bank.status = Status.UNKNOWN
    with pytest.raises(LookupError):
        Bank().payout_status("Y1")


def test_it_is_the_gateway_in_use():
    assert isinstance(payout_gateway(), Bank)
