"""Writes: registering, verifying, people and places of a business. Loading areas is in areas.py."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from saudagar.audit.actions import note
from saudagar.foundation.ids import new_id
from saudagar.foundation.models import Area
from saudagar.foundation.sealing import blind_index, seal, unseal
from saudagar.media import actions as media
from saudagar.messages import actions as messages
from saudagar.people import queries as people
from saudagar.people.rules import Contact
from saudagar.registry import events, queries
from saudagar.registry.models import Business, Identity, IdentityClaim, Invitation, Membership, Outlet, Plant
from saudagar.registry.rules import registration
from saudagar.registry.rules.identifiers import Identifier
from saudagar.registry.rules.plants import MOST_PLANTS, PlantFixed, PlantNameTaken, TooManyPlants, UnknownPlant

State = Business.State


@transaction.atomic
def register(user_id: UUID, *, name: str, legal_form: str, phone: str, at: datetime) -> Business:
    """A new business, a draft yet, whose owner is the person. phone: E.164, may be empty."""
    business = Business.objects.create(
        name=name.strip(), legal_form=legal_form, phone_sealed=seal(phone, "phone") if phone else None, created_at=at
    )
    Membership.objects.create(business_id=business.pk, user_id=user_id, role=Membership.Role.OWNER)
    note("registry.business_registered", by=user_id, at=at, business_id=business.pk)
    return business


@transaction.atomic
def describe(
    business_id: UUID, *, name: str, legal_form: str, phone: str, about: dict[str, str] | None = None, by: UUID, at: datetime
) -> Business:
    """Changes what a business says of itself. The name of one that was verified stays; officers know it by that."""
    business = Business.objects.select_for_update().get(pk=business_id)
    before = (business.name, business.legal_form)
    if business.state in (State.DRAFT, State.REFUSED):
        business.name, business.legal_form = name.strip(), legal_form
    business.phone_sealed = seal(phone, "phone") if phone else None
    if about is not None:
        business.about = {language: text.strip() for language, text in about.items() if text.strip()}
    business.save()
    note(
        "registry.business_described",
        by=by,
        at=at,
        business_id=business_id,
        facts={"renamed": before != (business.name, business.legal_form)},
    )
    events.changed(business_id)
    return business


@transaction.atomic
def show_emblem(business_id: UUID, data: bytes, *, by: UUID, at: datetime) -> str:
    """Keeps the sign of a business, shown where it sells; returns its digest. Raises what `media.rules.prepare` refuses."""
    picture = media.keep(business_id, data, at=at)
    Business.objects.filter(pk=business_id).update(emblem=picture.digest)
    note("registry.emblem_shown", by=by, at=at, business_id=business_id)
    events.changed(business_id)
    return picture.digest


@transaction.atomic
def identify(business_id: UUID, identifier: Identifier, *, by: UUID, at: datetime) -> Identity:
    """Keeps a NIB, NIK or NPWP, sealed, and claims it for this business alone. Raises IdentityTaken, IdentityFixed.

    A verified business may add a kind of number it had not given: the law gives new sellers six months for their NIB, and customs asks
    for an NPWP. What it was verified by stays.
    """
    business = Business.objects.select_for_update().get(pk=business_id)
    old = Identity.objects.filter(business_id=business_id, kind=identifier.kind).first()
    registration.check_identity_open(business.state, is_given=old is not None)
    if old:
        _release_claim(business_id, old, at=at)
    _claim(business_id, identifier)
    identity, _created = Identity.objects.update_or_create(
        business_id=business_id,
        kind=identifier.kind,
        defaults={"sealed": seal(identifier.value, f"identity {identifier.kind}"), "last_characters": identifier.value[-4:]},
    )
    note(
        "registry.identity_given",
        by=by,
        at=at,
        business_id=business_id,
        facts={"kind": identifier.kind, "ends_in": identifier.value[-4:], "warnings": [warning.code for warning in identifier.warnings]},
    )
    return identity


def _claim(business_id: UUID, identifier: Identifier) -> None:
    kind, value = identifier.claim
    claim = IdentityClaim(blind_index=blind_index(f"identity {kind}", value), kind=kind, business_id=business_id)
    try:
        with transaction.atomic():
            claim.save(force_insert=True)
    except IntegrityError:
        # An NPWP that is the NIK given before is one claim of the same business.
        if not IdentityClaim.objects.filter(blind_index=claim.blind_index, business_id=business_id).exists():
            raise registration.IdentityTaken(field="value", name=identifier.kind.upper()) from None


def _release_claim(business_id: UUID, identity: Identity, *, at: datetime) -> None:
    value = unseal(identity.sealed, f"identity {identity.kind}")
    claim_kind, claim_value = Identifier(identity.kind, value, value).claim
    others = Identity.objects.filter(business_id=business_id).exclude(pk=identity.pk)
    if any(
        Identifier(other.kind, kept, kept).claim == (claim_kind, claim_value)
        for other in others
        for kept in [unseal(other.sealed, f"identity {other.kind}")]
    ):
        return
    IdentityClaim.objects.filter(blind_index=blind_index(f"identity {claim_kind}", claim_value), business_id=business_id).delete()


@transaction.atomic
def put_outlet(
    business_id: UUID,
    *,
    outlet_id: UUID | None = None,
    name: str,
    kind: str,
    area_code: str | None,
    address: str,
    postal_code: str = "",
    is_dispatch: bool = True,
    country: str = "ID",
    by: UUID,
    at: datetime,
) -> Outlet:
    """Adds a place of a business, or changes it. The first one tells where the business has its seat."""
    outlet = (
        Outlet.objects.select_for_update().get(business_id=business_id, id=outlet_id)
        if outlet_id
        else Outlet(id=new_id(), business_id=business_id)
    )
    outlet.name, outlet.kind, outlet.country = name.strip(), kind, country
    outlet.area_id = area_code if country == "ID" else None
    outlet.address, outlet.postal_code, outlet.is_dispatch = address.strip(), postal_code.strip(), is_dispatch
    outlet.save(force_insert=outlet_id is None)
    regency = (area_code or "")[:5]
    if len(regency) == 5 and country == "ID":
        Business.objects.filter(pk=business_id, state__in=[State.DRAFT, State.REFUSED]).update(
            area=Area.objects.filter(code=regency).first()
        )
    note(
        "registry.outlet_put",
        by=by,
        at=at,
        business_id=business_id,
        subject=outlet.pk,
        facts={"is_new": outlet_id is None, "area": area_code or ""},
    )
    events.changed(business_id)
    return outlet


@transaction.atomic
def remove_outlet(business_id: UUID, outlet_id: UUID, *, by: UUID, at: datetime) -> None:
    """Takes away a place that holds nothing. Raises LastOutlet, OutletInUse."""
    Business.objects.select_for_update().get(pk=business_id)
    outlet = Outlet.objects.get(business_id=business_id, id=outlet_id)
    if not Outlet.objects.filter(business_id=business_id, is_dispatch=True).exclude(id=outlet_id).exists():
        raise registration.LastOutlet
    try:
        with transaction.atomic():
            outlet.delete()
    except (ProtectedError, IntegrityError):
        raise registration.OutletInUse from None
    note("registry.outlet_removed", by=by, at=at, business_id=business_id, subject=outlet_id)


# Where goods are made


@transaction.atomic
def put_plant(
    business_id: UUID,
    *,
    plant_id: UUID | None = None,
    name: str,
    kind: str,
    area_code: str | None,
    address: str,
    maker: str = "",
    by: UUID | None,
    at: datetime,
) -> Plant:
    """Adds a plant, or changes it. Raises UnknownPlant, PlantNameTaken, TooManyPlants, PlantFixed."""
    Business.objects.select_for_update().get(pk=business_id)  # names and numbers are compared: one at a time
    others = Plant.objects.filter(business_id=business_id)
    plant = _plant(business_id, plant_id) if plant_id else Plant(id=new_id(), business_id=business_id)
    name = " ".join(name.split())
    if others.filter(name__iexact=name).exclude(id=plant.pk).exists():
        raise PlantNameTaken("name", name=name)
    if plant_id is None and others.count() >= MOST_PLANTS:
        raise TooManyPlants(most=MOST_PLANTS)
    told = {"kind": kind, "area_id": area_code, "address": address.strip(), "maker": maker.strip()}
    if plant.is_fixed and any(getattr(plant, field) != value for field, value in told.items()):
        raise PlantFixed()
    plant.name = name
    for field, value in told.items():
        setattr(plant, field, value)
    plant.save(force_insert=plant_id is None)
    facts = {"is_new": plant_id is None, "name": name, "kind": kind, "area": area_code or ""}
    note("registry.plant_put", by=by, at=at, business_id=business_id, subject=plant.pk, facts=facts)
    return plant


@transaction.atomic
def open_plant(business_id: UUID, plant_id: UUID, *, is_active: bool, by: UUID, at: datetime) -> None:
    """Closes a plant, or opens it again: its papers stop counting, or count again. Raises UnknownPlant."""
    plant = _plant(business_id, plant_id)
    if plant.is_active == is_active:
        return
    plant.is_active = is_active
    plant.save(update_fields=["is_active"])
    action = "registry.plant_opened" if is_active else "registry.plant_closed"
    note(action, by=by, at=at, business_id=business_id, subject=plant_id, facts={"name": plant.name})
    events.plant_changed(business_id, plant_id)


def fix_plant(business_id: UUID, plant_id: UUID) -> None:
    """An officer accepted a paper of it: from now on it is this plant and no other."""
    Plant.objects.filter(business_id=business_id, id=plant_id, is_fixed=False).update(is_fixed=True)


def _plant(business_id: UUID, plant_id: UUID) -> Plant:
    found = Plant.objects.select_for_update().filter(business_id=business_id, id=plant_id).first()
    if found is None:
        raise UnknownPlant()
    return found


# Verification


@transaction.atomic
def submit(business_id: UUID, *, by: UUID, at: datetime) -> Business:
    """Hands the registration to the officers. Raises RegistrationIncomplete, StateForbids."""
    business = Business.objects.select_for_update().get(pk=business_id)
    lacking = registration.missing(
        name=business.name,
        identities=[identity.kind for identity in queries.identities(business_id)],
        outlets=Outlet.objects.filter(business_id=business_id).count(),
    )
    if lacking:
        raise registration.RegistrationIncomplete(missing=", ".join(lacking))
    _become(business, State.SUBMITTED)
    business.submitted_at, business.state_reason = at, ""
    business.save()
    note("registry.business_submitted", by=by, at=at, business_id=business_id)
    events.submitted(business, at=at)
    return business


def _become(business: Business, wanted: str) -> None:
    registration.may_become(business.state, wanted)
    business.state = wanted


@transaction.atomic
def decide(business_id: UUID, wanted: str, *, reason: str = "", by: UUID, at: datetime) -> Business:
    """An officer verifies, refuses, suspends or restores a business; its owners are told, with the reason.

    wanted  "verified", "refused" or "suspended"
    raises  StateForbids; ReasonMissing when a refusal or a suspension has none
    """
    business = Business.objects.select_for_update().get(pk=business_id)
    reason = reason.strip()
    if wanted != State.VERIFIED and not reason:
        raise registration.ReasonMissing(field="reason")
    _become(business, wanted)
    business.state_reason = "" if wanted == State.VERIFIED else reason
    if wanted == State.VERIFIED:
        business.verified_at = business.verified_at or at
    business.save()
    events.changed(business_id)
    note(f"registry.business_{wanted}", by=by, at=at, business_id=business_id, facts={"reason": reason} if reason else {})
    messages.notify_all(
        queries.owner_ids(business_id),
        f"registry.{wanted}",
        {"business": business.name, "reason": reason},
        at=at,
        business_id=business_id,
        link="/seller/business/" if wanted != State.VERIFIED else "/seller/",
        by_letter=True,
    )
    events.decided(business, at=at)
    return business


@transaction.atomic
def reveal_identity(business_id: UUID, kind: str, *, by: UUID, at: datetime) -> str:
    """The number in full, for an officer who compares it with the paper. Each look is noted."""
    note("registry.identity_seen", by=by, at=at, business_id=business_id, facts={"kind": kind})
    return queries.identity_value(business_id, kind)


# People


@transaction.atomic
def invite(business_id: UUID, contact: Contact, *, role: str, by: UUID, at: datetime) -> Invitation:
    """Asks somebody, by phone number or e-mail, to act for the business. Asked again, the newer role counts. Raises AlreadyMember."""
    user = people.by_contact(contact)
    if user and Membership.objects.filter(business_id=business_id, user_id=user.pk).exists():
        raise registration.AlreadyMember(field="contact")
    business = Business.objects.get(pk=business_id)
    invitation, _created = Invitation.objects.update_or_create(
        business_id=business_id,
        contact_index=queries.contact_index(contact),
        defaults={
            "contact_sealed": seal(contact.phone or contact.email, "contact"),
            "contact_masked": contact.masked,
            "role": role,
            "invited_by": by,
            "invited_at": at,
        },
    )
    facts = {"business": business.name, "is_owner": role == Membership.Role.OWNER}
    language = user.language if user else "id"
    messages.write(
        contact, "registry.invited", facts, language=language, at=at, user_id=user.pk if user else None, link="/seller/businesses/"
    )
    if user:
        messages.notify(user.pk, "registry.invited", facts, at=at, link="/seller/businesses/")
    note("registry.member_invited", by=by, at=at, business_id=business_id, facts={"role": role, "to": contact.masked})
    return invitation


def withdraw_invitation(business_id: UUID, invitation_id: UUID, *, by: UUID, at: datetime) -> None:
    with transaction.atomic():
        if Invitation.objects.filter(business_id=business_id, id=invitation_id).delete()[0]:
            note("registry.invitation_withdrawn", by=by, at=at, business_id=business_id, subject=invitation_id)


@transaction.atomic
def answer_invitation(business_id: UUID, invitation_id: UUID, *, user_id: UUID, is_accepted: bool, at: datetime) -> Membership | None:
    """Accepts or declines. The caller has made sure that the invitation is addressed to this person."""
    invitation = Invitation.objects.select_for_update().get(business_id=business_id, id=invitation_id)
    membership = None
    if is_accepted:
        membership, _created = Membership.objects.get_or_create(
            business_id=business_id, user_id=user_id, defaults={"role": invitation.role}
        )
    invitation.delete()
    note(
        "registry.invitation_accepted" if is_accepted else "registry.invitation_declined",
        by=user_id,
        at=at,
        business_id=business_id,
        facts={"role": invitation.role},
    )
    return membership


@transaction.atomic
def change_role(business_id: UUID, user_id: UUID, *, role: str, by: UUID, at: datetime) -> None:
    """Makes somebody owner or staff. Raises LastOwner."""
    _keep_an_owner(business_id, user_id, stays_owner=role == Membership.Role.OWNER)
    Membership.objects.filter(business_id=business_id, user_id=user_id).update(role=role)
    note("registry.role_changed", by=by, at=at, business_id=business_id, subject=user_id, facts={"role": role})


@transaction.atomic
def remove_member(business_id: UUID, user_id: UUID, *, by: UUID, at: datetime) -> None:
    """Somebody acts for the business no more. Raises LastOwner."""
    _keep_an_owner(business_id, user_id, stays_owner=False)
    Membership.objects.filter(business_id=business_id, user_id=user_id).delete()
    note("registry.member_removed", by=by, at=at, business_id=business_id, subject=user_id)


def _keep_an_owner(business_id: UUID, user_id: UUID, *, stays_owner: bool) -> None:
    # The business row is the lock: two owners who remove each other at once must not leave it without any.
    Business.objects.select_for_update().get(pk=business_id)
    if not stays_owner and not any(owner != user_id for owner in queries.owner_ids(business_id)):
        raise registration.LastOwner
