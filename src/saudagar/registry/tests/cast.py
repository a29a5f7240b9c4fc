"""The cast of the registry's tests, and journeys they repeat."""

from datetime import UTC, datetime

from saudagar.people import actions as people
from saudagar.people.models import User
from saudagar.registry import actions, areas
from saudagar.registry.models import Business
from saudagar.registry.rules import identifiers

AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


def person(name: str, *, phone: str = "", email: str = "", officer: bool = False, language: str = "id") -> User:
    return people.prepare(name=name, phone=phone, email=email, officer=officer, language=language, at=AT)


def sari() -> User:
    return person("Bu Sari", phone="+6281234567801")


def dewi() -> User:
    return person("Dewi", phone="+6281234567802")


def budi() -> User:
    return person("Budi", phone="+6281234567803")


def arif() -> User:
    return person("Pak Arif", email="arif@contoh.example", officer=True)


def a_business(
    owner: User, name: str = "Kopi Gayo Sari", *, nib: str = "0220202012345", state: str = "submitted", area: str = "11.04"
) -> Business:
    """A business with identity and place; submitted, or verified."""
    areas.load_shipped()
    business = actions.register(owner.pk, name=name, legal_form="person", phone="+6281234567899", at=AT)
    actions.identify(business.pk, identifiers.check("nib", nib, on=AT.date()), by=owner.pk, at=AT)
    actions.put_outlet(
        business.pk, name="Rumah", kind="workshop", area_code=area, address="Jl. Contoh 1", postal_code="24500", by=owner.pk, at=AT
    )
    if state != "draft":
        actions.submit(business.pk, by=owner.pk, at=AT)
    if state == "verified":
        actions.decide(business.pk, "verified", by=owner.pk, at=AT)
    business.refresh_from_db()
    return business
