"""The demo's businesses and products, registered, verified and listed by the same actions that people use."""

import tomllib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from saudagar.catalogue import actions as catalogue
from saudagar.catalogue.actions import CertificateFacts, OriginSaid, ProductFacts, VariantFacts
from saudagar.markets import actions as markets
from saudagar.markets.rules import CannotBeOffered
from saudagar.people import actions as people
from saudagar.people.models import User
from saudagar.people.rules import Contact
from saudagar.registry import actions as registry
from saudagar.registry.models import Business
from saudagar.registry.rules import identifiers
from saudagar.settlement import actions as settlement
from saudagar.stock import actions as stock

HERE = Path(__file__).parent
LANGUAGES = {"id": "id", "en": "en", "zh": "zh-hans"}
VALID_UNTIL = date(2029, 12, 31)
RATE = Decimal("2310")  # rupiah for one yuan
# Rupiah for one, of the currencies that customs of the other countries count in.
RATES = {
    "USD": "16400", "EUR": "18900", "GBP": "21800", "SGD": "12700", "MYR": "3900", "THB": "505", "VND": "0.625", "PHP": "282",
    "HKD": "2105", "TWD": "535", "JPY": "109", "KRW": "11.8", "AUD": "10700", "NZD": "9600", "CAD": "11800", "NOK": "1630",
    "CHF": "20400", "AED": "4465", "SAR": "4370", "INR": "186", "TRY": "395",
}  # fmt: skip
RATE_SOURCE = "Demo: illustrative rate, not a quotation"

# Numbers of the right structure that belong to nobody.
PAPER_NUMBERS = {
    "pirt": "2062104{place:06d}-29",
    "halal": "ID11110000{place:09d}1126",
    "bpom": "MD 8670{place:08d}",
    "bpom_cosmetic": "NA182600{place:05d}",
    "gacc": "CIDN1506{place:010d}",
    "gacc_nest": "ID-NEST-{place:04d}",
    "zh_label": "demo-zh-{place:04d}",
    "phytosanitary": "KT-{place:06d}",
    "animal_health": "KH-{place:06d}",
    "svlk": "VLK-{place:06d}",
}


def businesses() -> list[dict[str, Any]]:
    return list(tomllib.loads((HERE / "businesses.toml").read_text("utf-8"))["business"])


def products() -> list[dict[str, Any]]:
    return list(tomllib.loads((HERE / "products.toml").read_text("utf-8"))["product"])


def open_shops(cast: dict[str, User], *, at: datetime) -> Iterator[str]:
    """Registers, verifies and stocks every business; yields what was done. `at` is the day the story begins."""
    markets.enter_rate("CNY", RATE, source=RATE_SOURCE, valid_from=at, at=at)
    for currency, rate in RATES.items():
        markets.enter_rate(currency, Decimal(rate), source=RATE_SOURCE, valid_from=at, at=at)
    officer = cast["arif"].pk
    yours: dict[str, tuple[UUID, UUID, UUID]] = {}
    plants: dict[str, UUID] = {}
    for facts in businesses():
        yours[facts["key"]] = _open(facts, cast, officer, at=at)
        business_id, _outlet, owner = yours[facts["key"]]
        for plant in facts.get("plant", ()):
            plants[plant["key"]] = _plant(plant, len(plants) + 1, business_id, owner, officer, at=at)
        yield facts["name"]
    for place, facts in enumerate(products(), 1):
        _offer(facts, place, [plants[key] for key in facts.get("plants", ())], *yours[facts["of"]], at=at)
        yield facts["id"][0]


def _open(facts: dict[str, Any], cast: dict[str, User], officer: UUID, *, at: datetime) -> tuple[UUID, UUID, UUID]:
    """Business, outlet and owner of one entry."""
    owner = facts["owner"]
    user = cast[owner["cast"]] if "cast" in owner else people.prepare(name=owner["name"], phone=owner["phone"], at=at)
    business = registry.register(user.pk, name=facts["name"], legal_form=facts["legal_form"], phone=owner.get("phone", ""), at=at)
    registry.describe(
        business.pk,
        name=facts["name"],
        legal_form=facts["legal_form"],
        phone=owner.get("phone", ""),
        about=facts["about"],
        by=user.pk,
        at=at,
    )
    emblem = HERE / "pictures" / "emblems" / f"{facts['key']}.webp"
    if emblem.exists():
        registry.show_emblem(business.pk, emblem.read_bytes(), by=user.pk, at=at)
    registry.identify(business.pk, identifiers.check("nib", facts["nib"], on=at.date()), by=user.pk, at=at)
    outlet = registry.put_outlet(
        business.pk,
        name=facts["outlet"],
        kind=facts["outlet_kind"],
        area_code=facts["area"],
        address=facts["address"],
        postal_code=facts["postal_code"],
        by=user.pk,
        at=at,
    )
    registry.submit(business.pk, by=user.pk, at=at + timedelta(hours=1))
    if facts.get("is_applicant"):
        return business.pk, outlet.pk, user.pk
    registry.decide(business.pk, Business.State.VERIFIED, by=officer, at=at + timedelta(hours=5))
    if facts.get("is_vat_registered"):
        Business.objects.filter(pk=business.pk).update(is_vat_registered=True)
    if "staff" in facts:
        member = cast[facts["staff"]]
        invitation = registry.invite(business.pk, Contact(phone=member.phone), role="staff", by=user.pk, at=at)
        registry.answer_invitation(business.pk, invitation.pk, user_id=member.pk, is_accepted=True, at=at)
    settlement.set_account(business.pk, bank_code="002", number="0021010" + facts["nib"][-8:], holder=facts["name"], by=user.pk, at=at)
    return business.pk, outlet.pk, user.pk


def _plant(facts: dict[str, Any], place: int, business_id: UUID, owner: UUID, officer: UUID, *, at: datetime) -> UUID:
    """A place of production with its papers, shown by the owner and accepted by the officer."""
    plant = registry.put_plant(
        business_id,
        name=facts["name"],
        kind=facts["kind"],
        area_code=facts["area"],
        address=facts["address"],
        maker=facts.get("maker", ""),
        by=owner,
        at=at,
    )
    for kind in facts.get("papers", ()):
        told = CertificateFacts(kind, PAPER_NUMBERS[kind].format(place=place), valid_until=VALID_UNTIL)
        shown = catalogue.submit_certificate(business_id, None, told, plant_id=plant.pk, by=owner, at=at)
        catalogue.decide_certificate(business_id, shown, is_accepted=True, by=officer, at=at)
    return plant.pk


def _offer(facts: dict[str, Any], place: int, plants: list[UUID], business_id: UUID, outlet_id: UUID, owner: UUID, *, at: datetime) -> None:
    """One product with pictures and stock, offered at home and in China; where papers are missing it stays unoffered."""
    product_id = catalogue.save_product(
        business_id,
        ProductFacts(
            titles={code: facts[key][0] for key, code in LANGUAGES.items()},
            descriptions={code: facts[key][1] for key, code in LANGUAGES.items()},
            category=facts["category"],
            hs_code=facts["hs"],
            traits=facts.get("traits", ()),
            papers={kind: (PAPER_NUMBERS[kind].format(place=place), VALID_UNTIL) for kind in facts["papers"]},
        ),
    )
    catalogue.name_plants(business_id, product_id, plants, by=owner, at=at)
    for agreement in facts.get("agreements", ()):
        said = OriginSaid("WO", "paper", at.date() + timedelta(days=300), is_confirmed=True)
        catalogue.state_origin(business_id, product_id, agreement, said, by=owner, at=at)
    pieces = {}
    for variant in facts["variants"]:
        names = variant["name"] if isinstance(variant["name"], dict) else dict.fromkeys(LANGUAGES.values(), variant["name"])
        variant_id = catalogue.save_variant(
            business_id,
            product_id,
            VariantFacts(
                price=variant["price"] * 100, sku=variant["sku"], names=names, net_grams=variant["net"], gross_grams=variant["gross"]
            ),
        )
        pieces[variant_id] = variant["stock"]
    catalogue.add_photo(business_id, product_id, (HERE / "pictures" / f"{facts['slug']}.webp").read_bytes(), at=at)
    stock.receive_many(business_id, outlet_id, pieces, by=owner, at=at)
    for market in ("id", "cn", "world"):
        try:
            markets.offer(business_id, product_id, market, at=at)
        except CannotBeOffered:
            continue  # as it should be: the seller reads what is missing
        if market == "cn" and not facts.get("waits_for_curator"):
            markets.approve(business_id, product_id, market, at=at)
            if place % 4 == 1:
                markets.feature(business_id, product_id, market, is_featured=True, at=at)
    if place % 5 == 1:
        markets.feature(business_id, product_id, "id", is_featured=True, at=at)
