"""Who gets what of a bill."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saudagar.foundation.ids import new_id
from saudagar.ledger import rules as ledger
from saudagar.settlement import rules
from saudagar.settlement.rules import BadAccountNumber, Bill, UnknownBank

amounts = st.integers(0, 10**11)
HOME = Bill("IDR", goods=21_400_000, discount=0, shipping=1_800_000, duty=0, tax=0, fees=0)
ABROAD = Bill("CNY", goods=12_800, discount=0, shipping=4_500, duty=0, tax=1_165, fees=0)
RATE = Fraction(2250)  # rupiah for one yuan


def test_an_order_at_home():
    split = rules.shares(HOME, fee_bp=250)
    assert (split.seller, split.fee, split.carrier, split.duty_tax, split.net) == (20_865_000, 535_000, 1_800_000, 0, 20_865_000)


def test_an_order_abroad_is_exchanged_at_the_rate_it_was_priced_at():
    split = rules.shares(ABROAD, fee_bp=500, rate=RATE)
    assert (split.seller, split.fee, split.carrier, split.duty_tax) == (12_160, 640, 4_500, 1_165)
    assert split.net == 27_360_000  # ¥121.60 x 2250 = Rp273,600
    entries = rules.release_entries(new_id(), ABROAD, split)
    assert [(str(e.account), e.currency, e.amount) for e in entries] == [
        ("escrow", "CNY", 18_465),
        ("platform_fee", "CNY", -640),
        ("carrier_payable", "CNY", -4_500),
        ("duty_tax_payable", "CNY", -1_165),
        ("seller_payable", "IDR", -27_360_000),
        ("fx_position", "CNY", -12_160),
        ("fx_position", "IDR", 27_360_000),
    ]


def test_the_fee_is_rounded_half_up_to_what_can_be_charged():
    def fee(currency, goods):
        return rules.shares(Bill(currency, goods, 0, 0, 0, 0, 0), fee_bp=250, rate=None if currency == "IDR" else RATE).fee

    assert fee("IDR", 2_000_00) == 50_00 and fee("IDR", 2_020_00) == 51_00 and fee("IDR", 2_019_00) == 50_00  # 50.5 -> 51 rupiah
    assert fee("CNY", 20) == 1 and fee("CNY", 19) == 0  # half a fen


def test_the_fee_is_taken_of_what_was_paid_for_the_goods():
    split = rules.shares(Bill("IDR", goods=10_000_000, discount=2_000_000, shipping=0, duty=0, tax=0, fees=100_000), fee_bp=500)
    assert (split.fee, split.fees, split.net) == (400_000, 100_000, 7_600_000)


def test_pph_22_is_half_a_percent_of_the_gross_without_ppn_and_only_when_switched_on():
    assert rules.shares(HOME, fee_bp=250).withheld == 0
    assert rules.shares(HOME, fee_bp=250, withholds=True).withheld == 107_000
    split = rules.shares(HOME, fee_bp=250, withholds=True, contained_vat=2_120_700)
    assert split.withheld == 96_400  # 0.5 % of 192,793 = 963.965 rupiah
    assert split.net == 20_865_000 - 96_400


@given(
    st.sampled_from(["IDR", "CNY", "JPY"]),
    amounts,
    amounts,
    amounts,
    amounts,
    amounts,
    st.integers(0, 3000),
    st.booleans(),
    st.fractions(1, 30_000),
)
def test_nothing_of_a_bill_is_lost_and_every_release_balances(currency, goods, discount, shipping, duty, fees, fee_bp, withholds, rate):
    bill = Bill(currency, goods, min(discount, goods), shipping, duty, 0, fees)
    split = rules.shares(bill, fee_bp=fee_bp, rate=None if currency == "IDR" else rate, withholds=withholds)
    assert split.seller + split.fee + split.carrier + split.duty_tax + split.fees == bill.total
    assert ledger.sums(rules.release_entries(new_id(), bill, split)) == {}
    assert split.net >= 0 or split.seller == 0


def test_rates_either_way_round():
    assert rules.rate_to_payout(base="CNY", quote="IDR", rate=RATE, currency="CNY") == RATE
    assert rules.rate_to_payout(base="IDR", quote="CNY", rate=1 / RATE, currency="CNY") == RATE
    assert rules.rate_to_payout(base="USD", quote="IDR", rate=RATE, currency="CNY") is None


class Row:
    def __init__(self, net):
        self.net = net


@given(st.lists(st.integers(1, 40_000_000_000), max_size=30))
def test_transfers_keep_within_the_limit_and_only_small_change_waits(nets):
    rows = [Row(net) for net in nets]
    made = rules.portions(rows)
    assert all(sum(row.net for row in part) <= rules.MOST_PER_TRANSFER or len(part) == 1 for part in made)
    assert all(sum(row.net for row in part) >= rules.LEAST_PAYOUT for part in made)
    paid = [row for part in made for row in part]
    assert [row for row in rows if row in paid] == paid
    if sum(nets) <= rules.MOST_PER_TRANSFER:
        assert bool(made) == (sum(nets) >= rules.LEAST_PAYOUT)


def test_account_numbers():
    assert rules.checked_account("014", "123-456.78 90", "  sari  dewi ") == rules.BankAccount("014", "1234567890", "SARI DEWI")
    for number in ("123456789", "12345678901", "12345abc90", "١٢٣٤٥٦٧٨٩٠"):
        with pytest.raises(BadAccountNumber):
            rules.checked_account("014", number, "SARI")
    with pytest.raises(UnknownBank):
        rules.checked_account("999", "1234567890", "SARI")
