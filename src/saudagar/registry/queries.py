"""Reads of businesses, their people and places, and of areas."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from saudagar.foundation.ids import Kind, handle
from saudagar.foundation.models import Area
from saudagar.foundation.sealing import blind_index, unseal
from saudagar.foundation.walls import across_sellers
from saudagar.people import queries as people
from saudagar.people.models import User
from saudagar.people.rules import Contact, phone_masked
from saudagar.registry.models import Business, Identity, Invitation, Membership, Outlet, Plant
from saudagar.registry.rules.plants import UnknownPlant

CONTACT = "contact"  # blind index of invitations
QUEUE_PAGE = 30


# Areas


def area_exists(code: str) -> bool:
    return Area.objects.filter(code=code).exists()


def provinces() -> list[Area]:
    return list(Area.objects.filter(level=Area.Level.PROVINCE))


def parts(code: str) -> list[Area]:
    """The regencies of a province, the districts of a regency …, by code. Empty where none are loaded."""
    return list(Area.objects.filter(parent_id=code))


def area_names(codes: Collection[str]) -> dict[str, str]:
    """Each area with what lies around it: "11.04" -> "Kabupaten Aceh Tengah, Aceh". One statement."""
    around = {code[:length] for code in codes for length in (2, 5, 8, 13) if len(code) >= length}
    names = dict(Area.objects.filter(code__in=around).values_list("code", "name"))
    return {
        code: ", ".join(names[code[:length]] for length in (13, 8, 5, 2) if len(code) >= length and code[:length] in names)
        for code in codes
    }


def area_name(code: str | None) -> str:
    return area_names([code])[code] if code else ""


def search_areas(text: str, *, level: int = Area.Level.REGENCY, most: int = 20) -> list[tuple[str, str]]:
    """Areas whose name holds the text, with what lies around them."""
    codes = list(Area.objects.filter(level=level, name__icontains=text.strip()).values_list("code", flat=True)[:most])
    return list(area_names(codes).items())


# Who acts for whom


@dataclass(frozen=True, slots=True)
class MembershipRow:
    business: Business
    role: str

    @property
    def handle(self) -> str:
        return handle(Kind.BUSINESS, self.business.pk)

    @property
    def is_owner(self) -> bool:
        return self.role == Membership.Role.OWNER


@across_sellers
def memberships(user_id: UUID) -> list[MembershipRow]:
    """The businesses a person acts for, in the order they joined."""
    found = list(Membership.objects.filter(user_id=user_id).order_by("id"))
    businesses = Business.objects.in_bulk([membership.business_id for membership in found])
    return [
        MembershipRow(businesses[membership.business_id], membership.role) for membership in found if membership.business_id in businesses
    ]


def membership(business_id: UUID, user_id: UUID) -> MembershipRow | None:
    """What a person may do for one business; None: nothing."""
    found = Membership.objects.filter(business_id=business_id, user_id=user_id).first()
    business = Business.objects.filter(pk=business_id).first() if found else None
    return MembershipRow(business, found.role) if found and business else None


@dataclass(frozen=True, slots=True)
class Member:
    user_id: UUID
    name: str
    role: str
    contact: str  # masked


def members(business_id: UUID) -> list[Member]:
    """Who acts for a business, owners first."""
    found = list(Membership.objects.filter(business_id=business_id).order_by("role", "id"))
    users = User.objects.in_bulk([membership.user_id for membership in found])
    return [
        Member(user.pk, str(user), membership.role, user.phone_masked or user.email_masked)
        for membership in found
        if (user := users.get(membership.user_id))
    ]


def owner_ids(business_id: UUID) -> list[UUID]:
    """Whom to tell what concerns the whole business."""
    return list(Membership.objects.filter(business_id=business_id, role=Membership.Role.OWNER).values_list("user_id", flat=True))


def member_ids(business_id: UUID) -> list[UUID]:
    return list(Membership.objects.filter(business_id=business_id).values_list("user_id", flat=True))


@across_sellers
def members_of(business_ids: Collection[UUID]) -> list[tuple[UUID, UUID, bool]]:
    """(business, user, is an owner) of whoever acts for these businesses. One statement."""
    rows = Membership.objects.filter(business_id__in=business_ids).values_list("business_id", "user_id", "role")
    return [(business_id, user_id, role == Membership.Role.OWNER) for business_id, user_id, role in rows]


def pending_invitations(business_id: UUID) -> list[Invitation]:
    return list(Invitation.objects.filter(business_id=business_id).order_by("id"))


@dataclass(frozen=True, slots=True)
class InvitationRow:
    id: UUID
    business_id: UUID
    business: str
    handle: str
    role: str
    invited_at: datetime


def contact_index(contact: Contact) -> bytes:
    return blind_index(CONTACT, contact.phone or contact.email)


@across_sellers
def invitations(user: User) -> list[InvitationRow]:
    """Who asks this person to act for them: found by the addresses the person has proven."""
    indexes = [contact_index(contact) for contact in people.contacts(user)]
    found = list(Invitation.objects.filter(contact_index__in=indexes).order_by("id")) if indexes else []
    names = dict(Business.objects.filter(pk__in={row.business_id for row in found}).values_list("id", "name"))
    return [
        InvitationRow(
            row.pk, row.business_id, names.get(row.business_id, ""), handle(Kind.BUSINESS, row.business_id), row.role, row.invited_at
        )
        for row in found
    ]


# One business


def business(business_id: UUID) -> Business | None:
    return Business.objects.filter(pk=business_id).first()


def is_suspended(business_id: UUID) -> bool:
    """Whether officers have stopped this business."""
    return Business.objects.filter(pk=business_id, state=Business.State.SUSPENDED).exists()


def business_phone(business: Business) -> str:
    """E.164; for parcels and papers, not for pages."""
    return unseal(business.phone_sealed, "phone") if business.phone_sealed else ""


def business_phone_masked(business: Business) -> str:
    number = business_phone(business)
    return phone_masked(number) if number else ""


def identities(business_id: UUID) -> list[Identity]:
    return list(Identity.objects.filter(business_id=business_id).order_by("kind"))


def identity_value(business_id: UUID, kind: str) -> str:
    """The number itself, for papers and for an officer who asked to see it; empty when there is none. Note it in the audit trail."""
    found = Identity.objects.filter(business_id=business_id, kind=kind).first()
    return unseal(found.sealed, f"identity {kind}") if found else ""


@dataclass(frozen=True, slots=True)
class OutletRow:
    outlet: Outlet
    handle: str
    area: str


def outlets(business_id: UUID) -> list[OutletRow]:
    """Places of one business with the names of their areas. Two statements."""
    found = list(Outlet.objects.filter(business_id=business_id).order_by("id"))
    names = area_names({outlet.area_id for outlet in found if outlet.area_id})
    return [OutletRow(outlet, handle(Kind.OUTLET, business_id, outlet.pk), names.get(outlet.area_id or "", "")) for outlet in found]


def outlet(business_id: UUID, outlet_id: UUID) -> Outlet | None:
    return Outlet.objects.filter(business_id=business_id, id=outlet_id).first()


@dataclass(frozen=True, slots=True)
class PlantRow:
    plant: Plant
    handle: str
    area: str


def plants(business_id: UUID) -> list[PlantRow]:
    """Where one business has its goods made, open ones first, with the names of their areas. Two statements."""
    return _plant_rows(business_id, list(Plant.objects.filter(business_id=business_id).order_by("-is_active", "name")))


def plant(business_id: UUID, plant_id: UUID) -> PlantRow:
    """One of them. Raises UnknownPlant."""
    found = Plant.objects.filter(business_id=business_id, id=plant_id).first()
    if found is None:
        raise UnknownPlant()
    return _plant_rows(business_id, [found])[0]


def plant_names(business_id: UUID) -> dict[str, UUID]:
    """The open ones by name in small letters, for lists that name them."""
    found = Plant.objects.filter(business_id=business_id, is_active=True).values_list("name", "id")
    return {name.casefold(): plant_id for name, plant_id in found}


def _plant_rows(business_id: UUID, found: list[Plant]) -> list[PlantRow]:
    names = area_names({plant.area_id for plant in found if plant.area_id})
    return [PlantRow(plant, handle(Kind.PLANT, business_id, plant.pk), names.get(plant.area_id or "", "")) for plant in found]


# Officers


@dataclass(frozen=True, slots=True)
class QueueRow:
    business: Business
    handle: str
    area: str


@across_sellers
def queue(*, state: str = "submitted", province: str = "", text: str = "", page: int = 1) -> tuple[list[QueueRow], bool]:
    """Businesses of one state, those that wait longest first, and whether there are more."""
    found = Business.objects.all()
    if state:
        found = found.filter(state=state)
    if province:
        found = found.filter(Q(area_id=province) | Q(area__code__startswith=f"{province}."))
    if text.strip():
        found = found.filter(name__icontains=text.strip())
    found = found.order_by("submitted_at" if state == "submitted" else "-created_at", "id")
    start = (max(page, 1) - 1) * QUEUE_PAGE
    rows = list(found[start : start + QUEUE_PAGE + 1])
    names = area_names({business.area_id for business in rows if business.area_id})
    return (
        [QueueRow(business, handle(Kind.BUSINESS, business.pk), names.get(business.area_id or "", "")) for business in rows[:QUEUE_PAGE]],
        len(rows) > QUEUE_PAGE,
    )


@across_sellers
def waiting() -> int:
    """How many businesses wait for an officer; counts to 1000."""
    return Business.objects.filter(state=Business.State.SUBMITTED).order_by()[:1000].count()


@across_sellers
def namesakes(business: Business) -> list[Business]:
    """Other businesses with the same name in the same regency: perhaps registered twice."""
    return list(Business.objects.filter(name__iexact=business.name, area_id=business.area_id).exclude(pk=business.pk)[:5])
