"""Minor units, and how people read them."""

from decimal import Decimal
from fractions import Fraction

import pytest

from saudagar.foundation.money import major, minor, nearest, shown


@pytest.mark.parametrize(
    ("amount", "currency", "language", "words"),
    [
        (10_700_000, "IDR", "id", "Rp107.000"),
        (10_700_000, "IDR", "en", "Rp107,000"),
        (1_250, "CNY", "zh-hans", "¥12.50"),
        (1_250, "CNY", "id", "¥12,50"),
        (1_500, "JPY", "en", "JP¥1,500"),
        (-50_000, "IDR", "id", "-Rp500"),
        (0, "CNY", "en", "¥0.00"),
        (123_456_789, "USD", "en", "US$1,234,567.89"),
        (1_000, "SGD", "en", "SGD\u00a010.00"),
    ],
)
def test_shown(amount, currency, language, words):
    assert shown(amount, currency, language) == words


def test_there_and_back():
    assert minor("107000", "IDR") == 10_700_000
    assert major(1_250, "CNY") == Decimal("12.50")
    assert minor(major(1_234_500, "IDR"), "IDR") == 1_234_500


@pytest.mark.parametrize(
    ("exact", "currency", "charged"),
    [
        (Fraction(25, 2), "CNY", 13),
        (Fraction(-25, 2), "CNY", -13),
        (149, "IDR", 100),
        (150, "IDR", 200),
        (-150, "IDR", -200),
        (7, "JPY", 7),
    ],
)
def test_nearest_is_half_up_to_what_can_be_charged(exact, currency, charged):
    assert nearest(exact, currency) == charged
