"""Prices, weights and sizes as people write them."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saudagar.catalogue.rules import headers, identifiers, numbers


@pytest.mark.parametrize("module", [numbers, identifiers, headers])
def test_examples_in_docstrings_hold(module):
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("Rp107.000", 10_700_000),
        ("Rp 107.000,00", 10_700_000),
        ("rp.5.000,-", 500_000),
        ("IDR 1,250,000", 125_000_000),
        ("107000", 10_700_000),
        ("15000.0", 1_500_000),
        ("10 rb", 1_000_000),
        ("1,5jt", 150_000_000),
        ("25k", 2_500_000),
        ("12.499,60", 1_250_000),
    ],
)
def test_rupiah_amounts(text, minor):
    assert numbers.amount(text) == minor


@pytest.mark.parametrize("text", ["", "gratis", "Rp10.000 - Rp15.000", "1.23.456", "12.3456,7.8", "0", "-5.000", "10 rb+", "9" * 30])
def test_amounts_that_are_not_clear_are_refused(text):
    with pytest.raises(numbers.AmountUnreadable):
        numbers.amount(text)


def test_an_amount_in_another_currency_is_refused_and_not_converted():
    with pytest.raises(numbers.AmountInOtherCurrency):
        numbers.amount("¥12.50", "IDR")
    assert numbers.amount("¥12.50", "CNY") == 1250


@given(st.integers(1, 10**9))
def test_rupiah_written_in_either_habit_reads_the_same(rupiah):
    assert (
        numbers.amount(f"Rp{rupiah:,}") == numbers.amount(f"Rp{rupiah:,}".replace(",", ".")) == numbers.amount(str(rupiah)) == rupiah * 100
    )


@given(st.text(max_size=30))
def test_no_text_breaks_a_reader(text):
    for reader in (
        numbers.amount,
        numbers.count,
        numbers.grams,
        numbers.millimetres,
        numbers.box,
        identifiers.gtin,
        identifiers.sku,
        identifiers.hs_code,
    ):
        try:
            reader(text)
        except Exception as fault:
            assert getattr(fault, "status", None) == 422, (reader, text, fault)
    numbers.grams_in_title(text)


@pytest.mark.parametrize(
    ("text", "grams"),
    [
        ("1,5 kg", 1500),
        ("250gr", 250),
        ("250 Gram", 250),
        ("0.25kg", 250),
        ("2 ons", 200),
        ("1.500", 1500),
        ("1.500 kg", 1500),
        ("500克", 500),
        ("2斤", 1000),
    ],
)
def test_weights(text, grams):
    assert numbers.grams(text) == grams


@pytest.mark.parametrize("text", ["berat", "0", "-1 kg", "5000 kg", "1 lusin", "300ml"])
def test_what_is_no_weight_is_refused(text):
    with pytest.raises(numbers.WeightUnreadable):
        numbers.grams(text)


@pytest.mark.parametrize(
    ("title", "grams"),
    [
        ("[PACK] Finna Sambal Uleg Ijo Sachet (10 x 20gr)", 200),
        ("Mc Lewis Sambal Tempong Sachet - 10x15g", 150),
        ("Mc Lewis Chili Sauce Sachet 8gr x 10 pack", 80),
        ("KOEPOE-KOEPEO BIJI SELASIH (50gr)", 50),
        ("Petis Udang Ny Siok 250Gr , Petis Udang Nyonya Siok 250gr", 250),
        ("Finna Sambal Uleg Terasi (Pouch/1kg)", 1000),
        ("Bunga Telang 50gr - Pouch 10gr", None),
        ("Finna Sambal Uleg Geprek Sachet 18gr (Isi 10 Pcs)", None),
        ("SAUS SAMBAL POHON CABE 140ML", None),
        ("Sambal Naknan sachet level 3", None),
    ],
)
def test_a_weight_is_taken_from_a_title_only_when_it_is_the_only_one(title, grams):
    assert numbers.grams_in_title(title) == grams
