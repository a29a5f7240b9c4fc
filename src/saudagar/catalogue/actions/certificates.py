"""Papers of products and plants: submitted, decided, watched until they end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from saudagar.audit.actions import note
from saudagar.catalogue import events, queries
from saudagar.catalogue.actions.common import JAKARTA, the_product
from saudagar.catalogue.actions.plants import plant_changed
from saudagar.catalogue.models import Certificate, ProductPlant
from saudagar.catalogue.rules.certificates import (
    WARN_DAYS,
    CertificateDecided,
    CertificateReasonNeeded,
    NotAPlantPaper,
    ShowItForThePlant,
    UnknownCertificate,
    UnknownPaperKind,
    check_dates,
    warning_due,
)
from saudagar.foundation.walls import across_sellers
from saudagar.media import actions as media
from saudagar.media.models import Document
from saudagar.registry import actions as registry
from saudagar.registry.models import Plant
from saudagar.registry.rules.plants import UnknownPlant


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """What a seller says of a paper. File: its name and bytes."""

    kind: str
    number: str
    issuer: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    file: tuple[str, bytes] | None = None


@transaction.atomic
def submit_certificate(
    business_id: UUID,
    product_id: UUID | None,
    facts: CertificateFacts,
    *,
    plant_id: UUID | None = None,
    by: UUID | None,
    at: datetime,
) -> UUID:
    """A seller shows a paper of a product, of a plant, or (neither) of the whole business. It waits for an officer.

    What was sent before and still waits, or was refused, gives way; what is in force stays so until this one is accepted.
    Raises UnknownPaperKind, NotAPlantPaper, ShowItForThePlant, CertificateDatesWrong, UnknownProduct, UnknownPlant, and what
    media.rules.prepare_paper raises.
    """
    _check_kind(business_id, product_id, plant_id, facts.kind)
    check_dates(facts.valid_from, facts.valid_until, at.astimezone(JAKARTA).date())
    document = media.keep_paper(business_id, facts.file[1], name=facts.file[0], at=at) if facts.file else None
    same = _same(business_id, product_id, plant_id, facts.kind)
    kept = same.filter(state=Certificate.State.SUBMITTED).first()
    if document is None and kept is not None and kept.number == facts.number:
        document = kept.document
    return _submit(business_id, product_id, plant_id, facts, document, by=by, at=at)


@transaction.atomic
def show_for_plant(business_id: UUID, certificate_id: UUID, plant_id: UUID, *, by: UUID | None, at: datetime) -> UUID:
    """The same paper, shown for the business or a product before, now for the plant it is of. It waits for an officer, for another
    question is asked; the one that is there goes on counting where it did. Raises UnknownCertificate, UnknownPlant, NotAPlantPaper,
    CertificateDatesWrong.
    """
    found = _certificate(business_id, certificate_id)
    _check_kind(business_id, None, plant_id, found.kind)
    check_dates(found.valid_from, found.valid_until, at.astimezone(JAKARTA).date())
    facts = CertificateFacts(found.kind, found.number, found.issuer, found.valid_from, found.valid_until)
    return _submit(business_id, None, plant_id, facts, found.document, by=by, at=at)


def _check_kind(business_id: UUID, product_id: UUID | None, plant_id: UUID | None, kind: str) -> None:
    """Whether such a paper may be shown for this."""
    if kind not in queries.papers_asked():
        raise UnknownPaperKind("kind", kind=kind[:30])
    if product_id is not None:
        the_product(business_id, product_id)
        names = list(ProductPlant.objects.filter(business_id=business_id, product_id=product_id).values_list("plant__name", flat=True))
        if names and kind in queries.plant_papers():
            raise ShowItForThePlant("kind", plants=", ".join(sorted(names)))
    if plant_id is not None:
        if not Plant.objects.filter(business_id=business_id, id=plant_id).exists():
            raise UnknownPlant()
        if kind not in queries.plant_papers():
            raise NotAPlantPaper("kind")


def _submit(
    business_id: UUID,
    product_id: UUID | None,
    plant_id: UUID | None,
    facts: CertificateFacts,
    document: Document | None,
    *,
    by: UUID | None,
    at: datetime,
) -> UUID:
    _same(business_id, product_id, plant_id, facts.kind).exclude(state=Certificate.State.ACCEPTED).delete()
    made = Certificate.objects.create(
        business_id=business_id,
        product_id=product_id,
        plant_id=plant_id,
        kind=facts.kind,
        number=facts.number,
        issuer=facts.issuer,
        valid_from=facts.valid_from,
        valid_until=facts.valid_until,
        document=document,
        submitted_at=at,
    )
    note("catalogue.certificate_submitted", by=by, at=at, business_id=business_id, subject=made.pk, facts={"kind": facts.kind})
    _papers_changed(business_id, product_id, plant_id)
    return made.pk


def _same(business_id: UUID, product_id: UUID | None, plant_id: UUID | None, kind: str) -> QuerySet[Certificate]:
    """Papers of one kind for one thing, whatever their state. None: IS NULL."""
    return Certificate.objects.filter(business_id=business_id, product_id=product_id, plant_id=plant_id, kind=kind)  # type: ignore[misc]


@transaction.atomic
def withdraw_certificate(business_id: UUID, certificate_id: UUID, *, by: UUID | None, at: datetime) -> None:
    """The seller takes a paper away, whatever its state; listings that needed it stop. Raises UnknownCertificate."""
    found = _certificate(business_id, certificate_id)
    found.delete()
    note("catalogue.certificate_withdrawn", by=by, at=at, business_id=business_id, subject=certificate_id, facts={"kind": found.kind})
    _papers_changed(business_id, found.product_id, found.plant_id)


@transaction.atomic
def decide_certificate(business_id: UUID, certificate_id: UUID, *, is_accepted: bool, reason: str = "", by: UUID, at: datetime) -> None:
    """An officer accepts a paper, or refuses it with a reason; a paper in force may be refused later too.

    An accepted one replaces the one before it. Raises UnknownCertificate, CertificateDecided, CertificateReasonNeeded.
    """
    found = _certificate(business_id, certificate_id)
    if found.state == Certificate.State.REFUSED or (is_accepted and found.state == Certificate.State.ACCEPTED):
        raise CertificateDecided(state=found.state)
    if not is_accepted and not reason.strip():
        raise CertificateReasonNeeded("reason")
    wanted = Certificate.State.ACCEPTED if is_accepted else Certificate.State.REFUSED
    same = _same(business_id, found.product_id, found.plant_id, found.kind).filter(state=wanted)
    same.exclude(id=found.pk).delete()
    found.state, found.state_reason, found.decided_at, found.warned_days = wanted, reason.strip()[:500], at, None
    found.save(update_fields=["state", "state_reason", "decided_at", "warned_days"])
    facts = {"kind": found.kind} if is_accepted else {"kind": found.kind, "reason": found.state_reason}
    name = "catalogue.certificate_accepted" if is_accepted else "catalogue.certificate_refused"
    note(name, by=by, at=at, business_id=business_id, subject=found.pk, facts=facts)
    if is_accepted and found.plant_id is not None:
        registry.fix_plant(business_id, found.plant_id)
    events.certificate_decided(
        business_id,
        found.pk,
        found.product_id,
        found.plant_id,
        kind=found.kind,
        is_accepted=is_accepted,
        reason=found.state_reason,
        at=at,
    )
    _papers_changed(business_id, found.product_id, found.plant_id)


@across_sellers
def watch_certificates(*, on: date, at: datetime) -> int:
    """Once a day: who holds a paper that ends in 60, 30 or 7 days is told, once each. Returns how many were told."""
    told = 0
    ending = Certificate.objects.filter(
        state=Certificate.State.ACCEPTED, valid_until__gte=on, valid_until__lte=on + timedelta(days=max(WARN_DAYS))
    ).order_by("business_id", "id")
    for each in ending.iterator(chunk_size=500):
        days = warning_due(each.valid_until, on, each.warned_days)  # type: ignore[arg-type]  # it has an end: asked above
        if days is None:
            continue
        with transaction.atomic():
            before = Certificate.objects.filter(business_id=each.business_id, id=each.pk, warned_days=each.warned_days)
            if before.update(warned_days=days):
                until: date = each.valid_until  # type: ignore[assignment]
                events.certificate_ending(each.business_id, each.pk, each.product_id, each.plant_id, kind=each.kind, until=until, at=at)
                told += 1
    return told


def _certificate(business_id: UUID, certificate_id: UUID) -> Certificate:
    found = Certificate.objects.select_for_update().filter(business_id=business_id, id=certificate_id).first()
    if found is None:
        raise UnknownCertificate()
    return found


def _papers_changed(business_id: UUID, product_id: UUID | None, plant_id: UUID | None) -> None:
    """Listings are judged anew: of the product, of what is made in the plant, or of everything the business has ready."""
    if plant_id:
        plant_changed(business_id, plant_id)
        return
    for each in [product_id] if product_id else queries.on_sale_candidates(business_id):
        events.product_changed(business_id, each)
