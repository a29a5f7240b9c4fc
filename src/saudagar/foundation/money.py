"""Amounts are integers in ISO 4217 minor units, next to their currency. Rp107,000 is 10_700_000, for the rupiah has two decimals."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache

from babel import Locale
from babel.numbers import get_currency_precision, get_decimal_symbol, get_group_symbol

from saudagar.foundation.refusals import spoken

LOCALES = {"id": Locale("id"), "en": Locale("en"), "zh-hans": Locale("zh", script="Hans")}

# What stands between thousands, and before decimals. All three group by three.
SEPARATORS = {code: str.maketrans({",": get_group_symbol(locale), ".": get_decimal_symbol(locale)}) for code, locale in LOCALES.items()}

# Paid in whole units although ISO 4217 gives decimals: nobody has a coin for one sen.
WHOLE_UNITS = {"IDR"}

SYMBOLS = {"IDR": "Rp", "CNY": "¥", "JPY": "JP¥", "USD": "US$", "EUR": "€", "GBP": "£"}


def decimals(currency: str) -> int:
    """Decimals of the currency by ISO 4217: IDR 2, CNY 2, JPY 0."""
    # Babel follows the CLDR, which drops the rupiah's unused sen; payment interfaces and ISO 4217 keep them.
    return 2 if currency in WHOLE_UNITS else get_currency_precision(currency)


@cache
def step(currency: str) -> int:
    """The smallest amount charged, in minor units: 100 for IDR (one rupiah), 1 for CNY (one fen)."""
    return 10 ** decimals(currency) if currency in WHOLE_UNITS else 1


def major(amount: int, currency: str) -> Decimal:
    """Minor units as the number people say: 10_700_000 IDR is Decimal("107000.00")."""
    return Decimal(amount).scaleb(-decimals(currency))


def minor(amount: Decimal | int | str, currency: str) -> int:
    """The number people say as minor units, half up to the step."""
    scaled = Decimal(amount).scaleb(decimals(currency))
    return nearest(Fraction(scaled), currency)


def nearest(amount: Fraction | int, currency: str, *, over: int = 1) -> int:
    """An exact amount in minor units, or so much `over` a divisor, rounded half up (away from zero) to what can be charged.

    >>> nearest(Fraction(5, 2), "CNY"), nearest(5, "CNY", over=2), nearest(-150, "IDR")
    (3, 3, -200)
    """
    unit = step(currency)
    divisor = 2 * amount.denominator * over * unit
    whole = (2 * abs(amount.numerator) + divisor // 2) // divisor
    return (whole if amount.numerator >= 0 else -whole) * unit


def shown(amount: int, currency: str, language: str | None = "id") -> str:
    """As people read it: Rp107.000, ¥12.50, -Rp500."""
    places = 0 if currency in WHOLE_UNITS else decimals(currency)
    number = abs(major(amount, currency)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    # As Babel does, which would read its pattern anew each time: a page tells a dozen prices.
    digits = f"{number:,f}".translate(SEPARATORS[spoken(language)])
    return ("-" if amount < 0 else "") + SYMBOLS.get(currency, currency + "\u00a0") + digits
