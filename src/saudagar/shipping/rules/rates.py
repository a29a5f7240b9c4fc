"""Rate cards: what a parcel costs, by service, zone and weight.

Cards are dated files in `shipping/data`, read once and kept in memory: they are small, change with a contract and not with an
order, and an order keeps the price it was promised, so no table needs to remember an old one.
"""

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import msgspec

from saudagar.foundation.money import nearest
from saudagar.foundation.refusals import Refusal
from saudagar.shipping.rules.dangerous import Carriage, DangerousGoodsBarred, DangerousGoodsUnstated, Hazard, carriage


class NoLane(Refusal):
    """No carrier takes such a parcel there: too heavy, too large, or the country is not served. Facts: country, kilograms."""

    code = "no_lane"
    status = 422
    words = {
        "id": "Belum ada layanan kirim untuk paket {kilograms} kg ke {country}.",
        "en": "No carrier takes a parcel of {kilograms} kg to {country} yet.",
        "zh-hans": "暂无物流可将 {kilograms} 千克的包裹寄往 {country}。",
    }


class ShippingNotOffered(Refusal):
    """The buyer asked for a service that does not go there or does not take this parcel. Facts: wanted, offered (codes)."""

    code = "shipping_not_offered"
    status = 422
    words = {
        "id": "Layanan kirim {wanted} tidak tersedia. Pilihan: {offered}.",
        "en": "Shipping {wanted} is not offered. Choices: {offered}.",
        "zh-hans": "不提供物流方式 {wanted}，可选：{offered}。",
    }


@dataclass(frozen=True, slots=True)
class Zone:
    """What a service charges for a distance: per kilogram, or by steps (up to so many grams) with a price per further step."""

    days: tuple[int, int]
    kilogram: int = 0  # minor units
    steps: tuple[tuple[int, int], ...] = ()
    further: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Service:
    """One service of one carrier, as its card says."""

    code: str  # what buyers choose by: economy, regular, express
    carrier: str
    service: str
    names: Mapping[str, str]
    countries: frozenset[str]
    zones: Mapping[str, Zone]
    max_grams: int
    rounding: str  # "jne": tolerance of 300 g up to 2.3 kg, then every started kilogram; "steps": as the zone says
    divisor: int = 0  # cm³ per kilogram; 0: volume does not count
    max_side_mm: int = 0
    max_sides_mm: int = 0
    max_girth_mm: int = 0
    item_numbers: str = ""  # S10 service indicator ("LX") where the carrier does not number items itself: then we do
    dangerous: Carriage | None = None  # which dangerous goods it carries; None: the card does not say

    @property
    def name(self) -> str:
        """As orders and markets keep it: "jne-reg"."""
        return f"{self.carrier}-{self.service}"


@dataclass(frozen=True, slots=True, eq=False)
class Card:
    """The services of one carrier, or of all carriers on one day. Read once, so a card is only itself."""

    carrier: str
    source: str
    certainty: str
    valid_from: date
    valid_until: date | None  # last day
    currency: str
    origin: str
    groups: Mapping[str, str]  # province -> group of islands
    between: Mapping[str, str]  # "group group", alphabetical -> zone
    postal: Mapping[str, str]  # beginning of a postal code -> province
    services: tuple[Service, ...]


class Piece(msgspec.Struct, frozen=True):
    """So many equal pieces of an order."""

    quantity: int
    gross_grams: int
    length_mm: int = 0
    width_mm: int = 0
    height_mm: int = 0


class Box(msgspec.Struct, frozen=True):
    """A parcel: gross weight and outer size; a size of 0 is not known."""

    gross_grams: int
    length_mm: int = 0
    width_mm: int = 0
    height_mm: int = 0


class Option(msgspec.Struct, frozen=True):
    """One way to send a parcel. Price in minor units of `currency`."""

    code: str  # "economy": what POST /api/v1/quotes calls "shipping"
    service: str  # "jne-reg": what the order keeps
    carrier: str
    names: Mapping[str, str]
    price_minor: int
    currency: str
    days_min: int
    days_max: int
    chargeable_grams: int
    source: str
    certainty: str


def boxed(pieces: Iterable[Piece]) -> Box:
    """The box that many pieces need: the longest length and width, and height enough for the volume of all.

    >>> boxed([Piece(quantity=2, gross_grams=270, length_mm=200, width_mm=120, height_mm=60)])
    Box(gross_grams=540, length_mm=200, width_mm=120, height_mm=120)
    """
    grams = length = width = height = volume = 0
    for piece in pieces:
        low, middle, high = sorted((piece.length_mm, piece.width_mm, piece.height_mm))
        grams += piece.quantity * piece.gross_grams
        length, width, height = max(length, high), max(width, middle), max(height, low)
        volume += piece.quantity * low * middle * high
    if volume:
        height = max(height, -(-volume // (length * width)))
    return Box(grams, length, width, height)


def options(
    cards: Sequence[Card],
    *,
    origin_area: str,
    destination_country: str,
    destination_region: str = "",
    destination_postal_code: str = "",
    gross_grams: int,
    length_mm: int = 0,
    width_mm: int = 0,
    height_mm: int = 0,
    lanes: Collection[str] | None = None,
    currency: str = "IDR",
    rate: Fraction | Decimal | int = 1,
    hazards: Collection[Hazard] = (),
) -> list[Option]:
    """Every way to send this parcel, cheapest first. Raises NoLane when there is none; DangerousGoodsBarred or
    DangerousGoodsUnstated when the goods are why.

    cards        card_on(day)
    origin_area  Ministry of Home Affairs code of where it leaves from: "11.04"
    destination_region  at home: province or regency by the same code, "32" or "32.73"; else the postal code decides
    lanes        services a market allows: {"jne-reg"}; None allows all
    hazards      what is dangerous in it, or may be: a service that bars it is no way; abroad only
    rate         units of `currency` for one unit of the card's currency (IDR), exact
    """
    box = Box(gross_grams, length_mm, width_mm, height_mm)
    country = destination_country.upper()
    exact = Fraction(rate) if isinstance(rate, Decimal) else rate
    found, barred = [], ""
    # What decides the zone stands at the beginning of each code; the rest would only make more different questions.
    ways = _ways(tuple(cards), origin_area[:5], country, destination_region[:5], destination_postal_code[:3])
    for name, card, service, zone in ways:
        if (lanes is not None and name not in lanes) or not fits(service, box):
            continue
        if hazards and country != card.origin and service.dangerous and any(map(service.dangerous.bars, hazards)):
            barred = service.names["en"]
            continue
        price, grams = _price(service, zone, box)
        found.append(
            Option(
                code=service.code,
                service=name,
                carrier=service.carrier,
                names=service.names,
                price_minor=nearest(price * exact.numerator, currency, over=exact.denominator),
                currency=currency,
                days_min=zone.days[0],
                days_max=zone.days[1],
                chargeable_grams=grams,
                source=card.source,
                certainty=card.certainty,
            )
        )
    if not found and barred:
        worst = next((each for each in hazards if each.is_known), None)
        if worst is None:
            raise DangerousGoodsUnstated(goods=next(iter(hazards)).goods.name, service=barred)
        raise DangerousGoodsBarred(goods=worst.goods.name, un=worst.goods.un, service=barred)
    if not found:
        raise NoLane(country=country, kilograms=_kilograms(gross_grams))
    return sorted(found, key=_cheapest_first)


def _cheapest_first(option: Option) -> tuple[int, int, str]:
    return option.price_minor, option.days_max, option.service


@lru_cache(maxsize=20_000)
def _ways(
    cards: tuple[Card, ...], origin_area: str, country: str, region: str, postal_code: str
) -> tuple[tuple[str, Card, Service, Zone], ...]:
    """The services that go there, with the zone each charges: what is asked of every parcel again, and depends on no parcel."""
    found = []
    for card in cards:
        zone_name = _zone(card, origin_area, country, region, postal_code)
        for service in card.services:
            zone = service.zones.get(zone_name)
            if zone is not None and country in service.countries:
                found.append((service.name, card, service, zone))
    return tuple(found)


def chosen(found: Sequence[Option], wanted: str = "") -> Option:
    """The option a buyer asked for by code ("economy") or service ("jne-reg"); the cheapest when nothing was asked.

    Raises ShippingNotOffered.
    """
    if not wanted:
        return found[0]
    for option in found:
        if wanted in (option.code, option.service):
            return option
    raise ShippingNotOffered(field="shipping", wanted=wanted, offered=", ".join(option.code for option in found))


def service_of(cards: Sequence[Card], wanted: str, country: str) -> Service | None:
    """The service that an order's word means for its destination: "jne-reg", or a bare code like "economy"."""
    services = [service for card in cards for service in card.services]
    named = next((service for service in services if service.name == wanted), None)
    return named or next((service for service in services if service.code == wanted and country in service.countries), None)


def fits(service: Service, box: Box) -> bool:
    """Whether the service takes a parcel of this weight and size."""
    long, middle, short = sorted((box.length_mm, box.width_mm, box.height_mm), reverse=True)
    return (
        0 < box.gross_grams <= service.max_grams
        and (not service.max_side_mm or long <= service.max_side_mm)
        and (not service.max_sides_mm or long + middle + short <= service.max_sides_mm)
        and (not service.max_girth_mm or long + 2 * (middle + short) <= service.max_girth_mm)
    )


def volume_grams(box: Box, divisor: int) -> int:
    """The weight that the space of a parcel counts for: cm³ / divisor, in kilograms. Started grams count.

    >>> volume_grams(Box(500, length_mm=300, width_mm=200, height_mm=100), 6000)
    1000
    """
    return -(-box.length_mm * box.width_mm * box.height_mm // divisor) if divisor else 0


def jne_kilograms(grams: int) -> int:
    """Kilograms that JNE charges: up to 1.30 one, up to 2.30 two, then every started kilogram.

    >>> [jne_kilograms(grams) for grams in (1, 1300, 1301, 2300, 2301, 3000, 3001)]
    [1, 1, 2, 2, 3, 3, 4]
    """
    if grams <= 2300:
        return 1 if grams <= 1300 else 2
    return -(-grams // 1000)


def _price(service: Service, zone: Zone, box: Box) -> tuple[int, int]:
    """Price in minor units of the card's currency, and the grams it is charged for."""
    grams = max(box.gross_grams, volume_grams(box, service.divisor))
    if service.rounding == "jne":
        kilograms = jne_kilograms(grams)
        return kilograms * zone.kilogram, kilograms * 1000
    for upto, price in zone.steps:
        if grams <= upto:
            return price, upto
    if zone.further is None:  # within the limit by weight, but not by volume: the loader refuses such cards
        raise AssertionError(f"{service.name} has no price for {grams} g")
    (upto, price), (step, each) = zone.steps[-1], zone.further
    steps = -(-(grams - upto) // step)
    return price + steps * each, upto + steps * step


def _zone(card: Card, origin_area: str, country: str, region: str, postal_code: str) -> str:
    if country != card.origin:
        return "abroad"
    here = origin_area[:2]
    there = region[:2] if region[:2] in card.groups else _province(card, postal_code)
    if here not in card.groups or there not in card.groups:
        return "unknown"
    if here == there:
        return "city" if len(origin_area) >= 5 and origin_area[:5] == region[:5] else "province"
    groups = sorted((card.groups[here], card.groups[there]))
    return "island" if groups[0] == groups[1] else card.between[" ".join(groups)]


def _province(card: Card, postal_code: str) -> str:
    return next((card.postal[postal_code[:size]] for size in (3, 2) if postal_code[:size] in card.postal), "")


def _kilograms(grams: int) -> str:
    return f"{Decimal(grams) / 1000:f}"


@cache
def cards() -> tuple[Card, ...]:
    """Every card there is. A faulty file stops whoever reads it, with the file's name."""
    folder = files("saudagar.shipping").joinpath("data")
    return tuple(
        _card(file.name, tomllib.loads(file.read_text("utf-8")))
        for file in sorted(folder.iterdir(), key=str)
        if file.name.endswith(".toml")
    )


@cache
def card_on(day: date) -> tuple[Card, ...]:
    """The cards in force on a day, one per carrier: of two, the one that began later."""
    found: dict[str, Card] = {}
    for card in sorted(cards(), key=lambda card: card.valid_from):
        if card.valid_from <= day and (card.valid_until is None or day <= card.valid_until):
            found[card.carrier] = card
    return tuple(found.values())


def _card(file: str, facts: Mapping[str, Any]) -> Card:
    try:
        card = Card(
            carrier=facts["carrier"],
            source=facts["source"],
            certainty=facts["certainty"],
            valid_from=facts["valid_from"],
            valid_until=facts.get("valid_until"),
            currency=facts["currency"],
            origin=facts["origin"],
            groups={province: group for group, provinces in facts.get("groups", {}).items() for province in provinces},
            between=facts.get("between", {}),
            postal={start: province for province, starts in facts.get("postal", {}).items() for start in starts},
            services=(),
        )
        services = tuple(_service(card, {"dangerous": facts.get("dangerous"), **entry}) for entry in facts["service"])
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"rate card {file}: {error!r}") from error
    return replace(card, services=services)


def _service(card: Card, facts: Mapping[str, Any]) -> Service:
    known = {name: facts[name] for name in ("code", "service", "names", "max_grams", "rounding")}
    limits = {name: facts[name] for name in ("divisor", "max_side_mm", "max_sides_mm", "max_girth_mm", "item_numbers") if name in facts}
    zones = {name: _zone_of(zone) for name, zone in facts["zones"].items()}
    barred = carriage(facts["dangerous"])
    service = Service(carrier=card.carrier, countries=frozenset(facts["countries"]), zones=zones, dangerous=barred, **known, **limits)
    if not re.fullmatch("([A-Z]{2})?", service.item_numbers):
        raise ValueError(f"{service.name}: item_numbers are two letters")
    for name, zone in zones.items():
        priced = zone.kilogram if service.rounding == "jne" else zone.steps
        open_ended = service.rounding == "jne" or zone.further or (not service.divisor and zone.steps[-1][0] >= service.max_grams)
        if not priced or not open_ended:
            raise ValueError(f"{service.name}, zone {name}: no price up to its limit")
    return service


def _zone_of(facts: Mapping[str, Any]) -> Zone:
    # Cards are written in whole rupiah, as people read them; here they become minor units.
    steps = tuple((upto, price * 100) for upto, price in facts.get("steps", ()))
    further = (facts["further"][0], facts["further"][1] * 100) if "further" in facts else None
    return Zone(days=tuple(facts["days"]), kilogram=facts.get("kilogram", 0) * 100, steps=steps, further=further)
