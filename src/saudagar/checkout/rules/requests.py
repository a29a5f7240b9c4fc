"""What comes in at the door, and what may be said before any database is asked. Pure."""

import re
from datetime import date, datetime
from functools import lru_cache
from typing import Annotated, Literal

import msgspec
import phonenumbers

from saudagar.checkout.rules.placing import Outcome, Verdict
from saudagar.checkout.rules.pricing import Basket, Destination, Wanted, basket_lines
from saudagar.checkout.rules.promises import Promise
from saudagar.checkout.rules.refusals import (
    AddressMismatch,
    IdentityNeeded,
    LimitReached,
    MobileNeeded,
    NotYet,
    OverBuyerLimit,
    UnknownMethod,
)
from saudagar.foundation.faults import fault
from saudagar.foundation.ids import BadHandle, Kind, handle, parse_handle
from saudagar.foundation.money import major
from saudagar.foundation.refusals import Refusal
from saudagar.orders.rules import Address, Buyer
from saudagar.rulebook.rules.counting import Held, Used
from saudagar.rulebook.rules.identities import KINDS, WrongIdentity, compact
from saudagar.rulebook.rules.refusals import OverUses, OverYearGrams, OverYearLimit
from saudagar.stock.rules import OutOfStock

Text = Annotated[str, msgspec.Meta(max_length=200)]
Short = Annotated[str, msgspec.Meta(max_length=80)]
Country = Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$")]

NOT_DIGITS = re.compile(r"[^0-9]+")
PHONE = re.compile(r"^\+?[0-9][0-9 ().-]{5,24}$")


class QuoteRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """POST /api/v1/quotes."""

    market: Short
    destination: Destination
    lines: Annotated[tuple[Wanted, ...], msgspec.Meta(min_length=1, max_length=100)]
    shipping: Short = ""
    buyer_reference: Short = ""
    language: Short = ""
    campaign: Annotated[str, msgspec.Meta(max_length=40, pattern="^[-a-zA-Z0-9_]*$")] = ""  # one that has not begun: a quote ahead of it
    terms: Literal["DDP", "DAP"] = "DDP"  # DAP: what the border collects is paid at the door, where the market offers it


class BuyerRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
    phone: Annotated[str, msgspec.Meta(min_length=6, max_length=25)]
    email: Annotated[str, msgspec.Meta(max_length=254)] = ""
    identity: Annotated[str, msgspec.Meta(max_length=32)] = ""


class AddressRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    country: Country
    line: Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
    city: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    postal_code: Annotated[str, msgspec.Meta(min_length=1, max_length=12)]
    region: Short = ""
    district: Short = ""
    note: Text = ""


class OrderRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """POST /api/v1/orders."""

    quote: str
    buyer: BuyerRequest
    address: AddressRequest
    payment: Short


def basket(request: QuoteRequest, language: str) -> Basket:
    """The basket of a request. Raises Invalid and BadHandle."""
    wanted = []
    for line in request.lines:
        try:
            wanted.append((*parse_handle(line.listing, Kind.LISTING), line.quantity))
        except BadHandle as refusal:
            raise BadHandle(f"lines.{len(wanted)}.listing", **refusal.facts) from None
    return Basket(
        market=request.market,
        destination=request.destination,
        lines=basket_lines(wanted),
        shipping=request.shipping,
        buyer_reference=request.buyer_reference,
        language=request.language or language,
        campaign=request.campaign,
        terms=request.terms,
    )


def buyer(request: OrderRequest, quote: Promise) -> Buyer:
    """Who buys, checked against what was quoted. Raises Invalid, AddressMismatch, IdentityNeeded, MobileNeeded, UnknownMethod."""
    address, person = request.address, request.buyer
    if request.payment not in quote.methods:
        raise UnknownMethod("payment", method=request.payment)
    if not PHONE.match(person.phone):
        raise fault("phone", ("buyer", "phone"))
    if person.email and "@" not in person.email:
        raise fault("email", ("buyer", "email"))
    quoted = (quote.country, quote.postal_code or address.postal_code)
    if (address.country, address.postal_code) != quoted:
        raise AddressMismatch("address", quoted=" ".join(quoted), given=f"{address.country} {address.postal_code}")
    return Buyer(
        name=person.name.strip(),
        phone=person.phone.strip(),
        email=person.email.strip(),
        # Kept only where the law asks for it: what is not stored cannot leak.
        identity=identity(quote.identity, person.identity, person.phone) if quote.identity else "",
        identity_kind=quote.identity,
        address=Address(
            country=address.country,
            line=address.line.strip(),
            city=address.city.strip(),
            postal_code=address.postal_code.strip(),
            region=address.region.strip(),
            district=address.district.strip(),
            note=address.note.strip(),
        ),
    )


def identity(kind: str, text: str, phone: str) -> str:
    """The number as it is kept. Raises IdentityNeeded and MobileNeeded."""
    asked = KINDS[kind]
    try:
        found = asked.read(text)
    except WrongIdentity:
        raise IdentityNeeded("buyer.identity", identity=kind) from None
    if asked.by_mobile and not is_mobile(phone, asked.by_mobile):
        raise MobileNeeded("buyer.phone", country=asked.by_mobile, identity=kind)
    return found


def is_mobile(phone: str, country: str) -> bool:
    """
    >>> [is_mobile(phone, "TW") for phone in ("0912-345-678", "+886 912 345 678", "02-2345-6789", "+6281234567890")]
    [True, True, False, False]
    """
    try:
        number = phonenumbers.parse(phone, country)
    except phonenumbers.NumberParseException:
        return False
    kinds = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
    return phonenumbers.is_valid_number_for_region(number, country) and phonenumbers.number_type(number) in kinds


def check_started(quote: Promise, at: datetime) -> None:
    """Raises NotYet for a quote of a sale that has not begun."""
    if quote.not_before is not None and at < quote.not_before:
        raise NotYet(not_before=quote.not_before.isoformat())


def check_limits(quote: Promise, used: Used, on: date) -> None:
    """Whether the limits per buyer under which this price was made still hold. Raises OverYearLimit, OverYearGrams, OverUses, LimitReached.

    used  what the buyer used so far
    on    the day of the law
    """
    for held in quote.held:
        before = used.get(held.key(on), 0)
        if before + held.amount > held.most:
            raise _over(held, before)


def _over(held: Held, before: int) -> Refusal:
    field, left = "buyer.identity", max(0, held.most - before)
    if not held.refuses:
        return LimitReached(field, rule=held.rule, used=before, most=held.most)
    if held.measure == "uses":
        return OverUses(field, rule=held.rule, limit=held.most)
    if held.measure == "grams":
        return OverYearGrams(field, rule=held.rule, hs=held.of, grams=before + held.amount, left=left, limit=held.most)
    value, limit, rest = (str(major(amount, held.of)) for amount in (before + held.amount, held.most, left))
    return OverYearLimit(field, rule=held.rule, currency=held.of, value=value, limit=limit, left=rest)


def buyer_key(person: Buyer, quote: Promise) -> str:
    """By which limits per buyer count; "" where the quote has none."""
    return limit_key(person) if any(ask.most_per_buyer for ask in quote.asks) else ""


def limit_key(person: Buyer) -> str:
    """The identity number where the law asks for one, else the telephone number, in whatever way it was written.

    >>> from saudagar.orders.rules import Address
    >>> home = Address(country="ID", line="", city="", postal_code="", region="")
    >>> {limit_key(Buyer(name="", phone=phone, address=home)) for phone in ("0812-1", "+62 812 1", "0062 8121", "62 812 1", "812 1")}
    {'628121'}
    """
    return person.identity or _dialled(person.phone, person.address.country)


def reference_key(reference: str, kind: str, country: str) -> str:
    """The same of a quote's `buyer_reference`: the identity number where the law asks for one, else the telephone number.

    >>> reference_key("p1234 5678 9012", "kr-pccc", "KR"), reference_key("0812-1", "", "ID")
    ('P123456789012', '628121')
    """
    if not kind:
        return _dialled(reference, country)
    try:
        return KINDS[kind].read(reference)
    except WrongIdentity:
        return compact(reference)  # belongs to nobody


def _dialled(phone: str, country: str) -> str:
    digits = NOT_DIGITS.sub("", phone)
    if phone.startswith("+"):
        return digits
    if digits.startswith("00"):
        return digits[2:]
    dialled = _dialling_code(country)
    return digits if digits.startswith(dialled) else dialled + digits.removeprefix("0")


@lru_cache(maxsize=256)
def _dialling_code(country: str) -> str:
    return str(phonenumbers.country_code_for_region(country) or "")


def check_taken(quote: Promise, verdict: Verdict) -> None:
    """Raises OutOfStock or OverBuyerLimit, naming the line."""
    if verdict.outcome not in (Outcome.SHORT, Outcome.OVER_LIMIT):
        return
    ask = quote.asks[verdict.short_line]
    listing = handle(Kind.LISTING, ask.business_id, ask.listing_id)
    if verdict.outcome == Outcome.SHORT:
        raise OutOfStock(listing=listing, sku=ask.sku, left=verdict.left)
    raise OverBuyerLimit(listing=listing, sku=ask.sku, limit=ask.most_per_buyer, left=verdict.left)
