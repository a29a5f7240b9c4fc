"""The question and its amounts: what is in the parcel, in which currency, and how much of it each basis counts.

What is made for each parcel is a msgspec.Struct: a frozen dataclass takes four times as long to make. Amounts are whole
numerators over one denominator, never Fractions: ten thousand parcels a second have no time to look for common divisors.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import lru_cache

import msgspec

from saudagar.foundation.money import decimals
from saudagar.rulebook.rules.model import Destination
from saudagar.rulebook.rules.refusals import BadParcel, RateMissing


class Claim(msgspec.Struct, frozen=True, array_like=True):
    """What the seller states of one line: under this agreement its goods are of the origin that they are sold with."""

    agreement: str  # "ACFTA"
    by: str  # paper: the agreement's proof will come with this parcel; declaration: the seller's word, as far as the agreement takes it
    criterion: str = ""  # why, for the papers: WO, PE, CTH …
    regional_value: int = 0  # per cent, with RVC


class Item(msgspec.Struct, frozen=True):
    """One line of a parcel. value: minor units of the request's currency for all its pieces, discount taken off."""

    hs: str
    value: int
    quantity: int = 1
    net_grams: int = 0  # all pieces
    origin: str = "ID"
    reference: str = ""  # the caller's own name for the line
    claims: tuple[Claim, ...] = ()  # agreements of this line alone; `registrations` of a request hold for all its lines
    gross_grams: int = 0  # all pieces with their packing and their part of the carton; 0: not known


class Request(msgspec.Struct, frozen=True):
    """Everything a landed cost depends on."""

    destination: str  # ISO country
    items: tuple[Item, ...]
    currency: str
    on: date
    mode: str = ""  # "" = the destination's usual one: home, or cbec for CN
    dispatch: str = "ID"  # country the parcel leaves from
    freight: int = 0  # minor units of currency, as are insurance and values
    insurance: int = 0
    registrations: frozenset[str] = frozenset()  # "id:pkp", "eu:ioss"; papers that lower a rate: "form_e"
    buyer_year: int = 0  # what the buyer imported this year so far, minor units of the customs currency
    rates: Mapping[str, str] = msgspec.field(default_factory=dict)  # currency → customs currency for one of it
    prices: str = ""  # inclusive | exclusive; "" = as the scheme says
    region: str = ""  # province, where tax depends on it
    terms: str = "DDP"  # DDP: all is paid at checkout; DAP: what the border collects is paid at the door
    buyer_grams: Mapping[str, int] = msgspec.field(default_factory=dict)  # HS prefix → what the buyer imported this year so far
    buyer_uses: int = 0  # how often the buyer used this way in so far, in the window the limit names
    buyer_used: Mapping[str, int] = msgspec.field(default_factory=dict)  # limit → used so far in its window; wins over the three above


class Amounts:
    """Values of a parcel's lines by what they count, as numerators over `down` minor units of the customs currency."""

    __slots__ = ("_found", "down", "freights", "insurances", "up", "values")

    def __init__(self, request: Request, destination: Destination) -> None:
        self.up, self.down = exchange(request, destination, request.currency)
        self.values = [item.value for item in request.items]
        self.freights = split(request.freight, self.values)
        self.insurances = split(request.insurance, self.values)
        self._found: dict[frozenset[str], list[int]] = {}

    def of(self, basis: frozenset[str]) -> list[int]:
        """For each line the goods, freight and insurance that count."""
        found = self._found.get(basis)
        if found is None:
            found = self.values if "goods" in basis else [0] * len(self.values)
            if "freight" in basis:
                found = [value + more for value, more in zip(found, self.freights, strict=True)]
            if "insurance" in basis:
                found = [value + more for value, more in zip(found, self.insurances, strict=True)]
            if self.up != 1:
                found = [value * self.up for value in found]
            self._found[basis] = found
        return found


def check(request: Request) -> None:
    """Refuses a parcel that cannot be."""
    if not request.items:
        raise BadParcel("lines", missing="lines")
    if request.freight < 0 or request.insurance < 0:
        raise BadParcel("freight", missing="freight >= 0, insurance >= 0")
    if request.terms not in ("DDP", "DAP"):
        raise BadParcel("terms", missing="terms DDP | DAP")
    for position, item in enumerate(request.items, 1):
        if item.value <= 0:
            raise BadParcel("value", missing=f"value > 0 (line {position}, HS {item.hs})")
        if item.quantity <= 0:
            raise BadParcel("quantity", missing=f"quantity > 0 (line {position}, HS {item.hs})")
        if item.net_grams < 0:
            raise BadParcel("net_grams", missing=f"net_grams >= 0 (line {position}, HS {item.hs})")
        if item.gross_grams and item.gross_grams < max(item.net_grams, 1):
            raise BadParcel("gross_grams", missing=f"gross_grams >= net_grams (line {position}, HS {item.hs})")


def exchange(request: Request, destination: Destination, currency: str) -> tuple[int, int]:
    """Customs minor units for one minor unit of a currency, numerator and denominator. Raises RateMissing."""
    if currency == destination.currency:
        return 1, 1
    text = request.rates.get(currency)
    ratio = _ratio(text, destination.decimals, currency) if text else None
    if ratio is None:
        raise RateMissing("rates", currency=currency, customs_currency=destination.currency)
    return ratio


@lru_cache(maxsize=4096)
def _ratio(text: str, places: int, currency: str) -> tuple[int, int] | None:
    try:
        rate = Fraction(text)
    except (ValueError, ZeroDivisionError):
        return None
    if rate <= 0:
        return None
    return (rate * Fraction(10) ** (places - decimals(currency))).as_integer_ratio()


def split(amount: int, weights: Sequence[int]) -> list[int]:
    """A whole amount over lines by weight; the residual goes to the largest line, the first of several.

    >>> split(100, [1, 1, 1]), split(2000, [18000, 9000])
    ([34, 33, 33], [1334, 666])
    """
    if not amount:
        return [0] * len(weights)
    total = sum(weights)
    shares = [amount * weight // total for weight in weights]
    shares[weights.index(max(weights))] += amount - sum(shares)
    return shares


def half_up(numerator: int, denominator: int) -> int:
    """
    >>> half_up(5, 2), half_up(7, 3)
    (3, 2)
    """
    return (2 * numerator + denominator) // (2 * denominator)
