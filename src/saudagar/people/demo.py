"""The cast of the demo. Plainly invented; made and shown only where the setting DEMO is on."""

from dataclasses import dataclass
from datetime import datetime

from saudagar.people import actions, queries
from saudagar.people.models import User
from saudagar.people.rules import Contact

PASSWORD = "saudagar"  # noqa: S105 - shown on the sign-in page, of accounts that exist in the demo only


@dataclass(frozen=True, slots=True)
class DemoPerson:
    key: str
    name: str
    role: str  # seller, staff, buyer, officer, operator
    phone: str = ""
    email: str = ""
    language: str = "id"


CAST = (
    DemoPerson("sari", "Bu Sari", "seller", phone="+6281200000001", email="sari@demo.example"),
    DemoPerson("budi", "Budi", "staff", phone="+6281200000002"),
    DemoPerson("dewi", "Dewi", "seller", phone="+6281200000003"),
    DemoPerson("rina", "Rina", "buyer", phone="+6281200000004", email="rina@demo.example"),
    DemoPerson("chen", "陈小明 (Chen)", "buyer", phone="+8613800138000", email="chen@demo.example", language="zh-hans"),
    DemoPerson("arif", "Pak Arif", "officer", email="arif@demo.example"),
    DemoPerson("ops", "Ops", "operator", email="ops@demo.example", language="en"),
)


def person(key: str) -> DemoPerson | None:
    return next((somebody for somebody in CAST if somebody.key == key), None)


def prepare(somebody: DemoPerson, *, at: datetime) -> User:
    """The account of one of the cast, made when it is missing."""
    return actions.prepare(
        name=somebody.name,
        phone=somebody.phone,
        email=somebody.email,
        password=PASSWORD,
        language=somebody.language,
        at=at,
        officer=somebody.role == "officer",
        operator=somebody.role == "operator",
    )


def prepare_all(*, at: datetime) -> dict[str, User]:
    """Everybody, by key: what the demo data of other rooms hangs on."""
    return {somebody.key: prepare(somebody, at=at) for somebody in CAST}


def anybody() -> bool:
    """Whether one of the cast lives in this database. Their password is known to everybody who reads the source."""
    return any(queries.by_contact(Contact(phone=one.phone) if one.phone else Contact(email=one.email)) for one in CAST)
