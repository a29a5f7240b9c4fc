"""Writes of one business's products."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet

from saudagar.audit.actions import note
from saudagar.foundation.ids import new_id
from saudagar.foundation.refusals import Refusal
from saudagar.foundation.walls import across_sellers
from saudagar.media import actions as media
from saudagar.media.models import Document
from saudagar.registry import actions as registry
from saudagar.registry.models import Plant
from saudagar.registry.queries import plant_names
from saudagar.registry.rules.plants import UnknownPlant
from saudagar.rulebook import queries as rulebook
from saudagar.rulebook.actions import learn_hs
from saudagar.rulebook.rules.hs_matching import TITLE_MOST

from . import events, queries
from .models import Certificate, HsChoice, OriginStatement, Photo, Product, ProductPlant, ProductText, Variant
from .rules import search
from .rules.certificates import (
    MOST_PLANTS_OF_PRODUCT,
    WARN_DAYS,
    CertificateDecided,
    CertificateReasonNeeded,
    NotAPlantPaper,
    PlantPapersLost,
    ShowItForThePlant,
    TooManyPlantsOfProduct,
    UnknownCertificate,
    UnknownPaperKind,
    check_dates,
    warning_due,
)
from .rules.digestion import ProductRows
from .rules.identifiers import made_sku
from .rules.origin import WARN_DAYS as ORIGIN_WARN_DAYS
from .rules.origin import StatementWithdrawn, UnknownStatement, check_statement
from .rules.product import (
    LANGUAGES,
    MOST_PHOTOS,
    MOST_VARIANTS,
    HsReasonNeeded,
    ProductNotReady,
    SkuTaken,
    TooManyPhotos,
    TooManyVariants,
    UnknownProduct,
    category_for,
    gross_from_net,
)

CHUNK = 200
NO_CORRECTION = {"was": "", "reason": "", "proposed": "", "answer": ""}  # of an HS choice
JAKARTA = ZoneInfo("Asia/Jakarta")


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """What is told of a product.

    Papers: kind -> (number, valid until) as an official register has them; they count at once. None leaves those that are there.
    What a seller says of a paper comes by `submit_certificate` and waits for an officer.
    """

    titles: Mapping[str, str]
    descriptions: Mapping[str, str] = field(default_factory=dict)
    category: str | None = None
    hs_code: str = ""
    origin: str = "ID"
    brand: str = ""
    traits: Sequence[str] = ()
    papers: Mapping[str, tuple[str, date | None]] | None = None
    hs_answer: str = ""  # why another code than the officer's, where an officer put it right


@dataclass(frozen=True, slots=True)
class VariantFacts:
    """What a seller tells of one variant. Price in IDR minor units."""

    price: int
    sku: str = ""
    gtin: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    net_grams: int = 0
    gross_grams: int = 0
    size_mm: tuple[int, int, int] = (0, 0, 0)


@dataclass(slots=True)
class TakenIn:
    """What became of an imported list."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    pieces: dict[UUID, int] = field(default_factory=dict)  # variant id -> counted stock, where the list told one


@transaction.atomic
def save_product(
    business_id: UUID, facts: ProductFacts, *, product_id: UUID | None = None, by: UUID | None = None, at: datetime | None = None
) -> UUID:
    """Make a product, or change one. A product that is ready and loses what it needs becomes a draft again. Returns its id.

    With `at` the HS code counts as chosen by that person, and what the platform suggests for the title is kept beside it.
    """
    product = Product(business_id=business_id) if product_id is None else _product(business_id, product_id)
    product.category_id = facts.category or None
    held = _hs_held(product) if at is not None else None
    # An officer's code stays until an officer looks again.
    product.hs_code = facts.hs_code if held is None else product.hs_code
    product.origin, product.brand, product.traits = facts.origin, facts.brand, list(facts.traits)
    product.save()
    for language in LANGUAGES:
        title = facts.titles.get(language, "").strip()
        rows = ProductText.objects.filter(business_id=business_id, product_id=product.pk, language=language)
        if not title:
            rows.delete()
        elif not rows.update(title=title, description=facts.descriptions.get(language, "").strip()):
            ProductText.objects.create(
                business_id=business_id,
                product=product,
                language=language,
                title=title,
                description=facts.descriptions.get(language, "").strip(),
            )
    if facts.papers is not None:
        Certificate.objects.filter(business_id=business_id, product_id=product.pk).exclude(kind__in=facts.papers).delete()
        for kind, (number, valid_until) in facts.papers.items():
            Certificate.objects.update_or_create(
                business_id=business_id,
                product_id=product.pk,
                kind=kind,
                state=Certificate.State.ACCEPTED,
                defaults={"number": number, "valid_until": valid_until, "warned_days": None},
            )
    if held is not None and at is not None:
        _answer_hs(held, facts, by=by, at=at)
    elif at is not None:
        _choose_hs(product, facts.titles, by=by, at=at)
    _changed(business_id, product.pk)
    return product.pk


def _hs_held(product: Product) -> HsChoice | None:
    """An officer's word that put the product's code right, while it has that code."""
    if product._state.adding:
        return None
    found = HsChoice.objects.filter(business_id=product.business_id, product_id=product.pk, hs=product.hs_code)
    return found.exclude(reason="").first()


def _answer_hs(held: HsChoice, facts: ProductFacts, *, by: UUID | None, at: datetime) -> None:
    """What the seller would rather have than the officer's code waits for an officer. The officer's own code: no answer any more."""
    wanted = "" if facts.hs_code == held.hs else facts.hs_code
    if (wanted, facts.hs_answer) == (held.proposed, held.answer):
        return
    held.proposed, held.answer, held.chosen_by = wanted, facts.hs_answer if wanted else "", by
    held.chosen_at = at
    held.save(update_fields=["proposed", "answer", "chosen_by", "chosen_at"])
    told = {"hs": held.hs, "proposed": wanted}
    note("catalogue.hs_answered", by=by, at=at, business_id=held.business_id, subject=held.product_id, facts=told)


def _choose_hs(product: Product, titles: Mapping[str, str], *, by: UUID | None, at: datetime) -> HsChoice | None:
    """Keep who chose the code, unless it is the one that was chosen before."""
    found = HsChoice.objects.filter(business_id=product.business_id, product_id=product.pk)
    if not product.hs_code:
        found.delete()
        return None
    known = found.first()
    if known is not None and known.hs == product.hs_code:
        return known
    suggested = suggested_hs(titles)
    told = {"hs": product.hs_code, "suggested": suggested, "differs": bool(suggested) and not product.hs_code.startswith(suggested)}
    choice, _ = HsChoice.objects.update_or_create(
        business_id=product.business_id,
        product_id=product.pk,
        defaults={**told, "chosen_by": by, "chosen_at": at, "confirmed_by": None, "confirmed_at": None, **NO_CORRECTION},
    )
    note("catalogue.hs_chosen", by=by, at=at, business_id=product.business_id, subject=product.pk, facts=told)
    return choice


def suggested_hs(titles: Mapping[str, str]) -> str:
    """The likeliest subheading for a product's titles, the Indonesian first; empty when nothing is known."""
    for language in LANGUAGES:
        try:
            found = rulebook.hs_suggestions(titles.get(language, "")[:TITLE_MOST], limit=1)
        except Refusal:
            continue
        if found:
            return found[0].hs
    return ""


@transaction.atomic
def decide_hs(business_id: UUID, product_id: UUID, hs: str, *, reason: str = "", by: UUID, at: datetime) -> None:
    """An officer confirms a product's HS code, or puts it right with a reason; or answers a seller who would rather have another one.

    The seller is told of what is not as they had it or asked for it. The matcher learns the code for titles like these.
    Raises UnknownProduct, HsReasonNeeded.
    """
    product = _product(business_id, product_id)
    was, held = product.hs_code, _hs_held(product)
    asked = held.proposed if held else ""
    titles = dict(ProductText.objects.filter(business_id=business_id, product_id=product_id).values_list("language", "title"))
    decided = was if was[:6] == hs else hs
    is_right, is_theirs = decided == was, decided == (asked or was)
    if not is_theirs and not reason.strip():
        raise HsReasonNeeded("reason")
    product.hs_code = decided
    product.save(update_fields=["hs_code", "updated_at"])
    _choose_hs(product, titles, by=by, at=at)
    correction = dict(NO_CORRECTION)
    if not is_theirs:
        correction |= {"was": asked or was, "reason": reason.strip()[:500]}
    elif held is not None and not asked:  # said once more
        correction |= {"was": held.was, "reason": held.reason}
    HsChoice.objects.filter(business_id=business_id, product_id=product_id).update(confirmed_by=by, confirmed_at=at, **correction)
    action = "catalogue.hs_confirmed" if is_right else "catalogue.hs_corrected"
    facts = {"hs": decided, "was": was, **({} if is_theirs else {"reason": reason.strip()[:500]})}
    note(action, by=by, at=at, business_id=business_id, subject=product_id, facts=facts)
    learn_hs([titles[language] for language in LANGUAGES if language in titles], decided[:6], by=by, at=at)
    if asked or not is_right:
        events.hs_decided(business_id, product_id, hs=decided, was=was, asked=asked, reason=reason.strip()[:500], at=at)
    _changed(business_id, product_id)


@transaction.atomic
def save_variant(business_id: UUID, product_id: UUID, facts: VariantFacts, *, variant_id: UUID | None = None) -> UUID:
    """Make a variant, or change one. Without a SKU it gets one. Raises SkuTaken, UnknownProduct. Returns its id."""
    product = _product(business_id, product_id)
    variants = Variant.objects.filter(business_id=business_id, product_id=product_id)
    if variant_id is None:
        if variants.count() >= MOST_VARIANTS:
            raise TooManyVariants(most=MOST_VARIANTS)
        variant = Variant(business_id=business_id, product=product, position=variants.count())
    else:
        found = variants.filter(id=variant_id).first()
        if found is None:
            raise UnknownProduct()
        variant = found
    variant.sku = facts.sku or variant.sku or _fresh_sku(business_id, product_id, variant.pk)
    if Variant.objects.filter(business_id=business_id, sku=variant.sku).exclude(id=variant.pk).exists():
        raise SkuTaken(sku=variant.sku)
    variant.gtin, variant.names, variant.price = facts.gtin, dict(facts.names), facts.price
    variant.net_grams = facts.net_grams
    variant.gross_grams = facts.gross_grams or gross_from_net(facts.net_grams)
    variant.length_mm, variant.width_mm, variant.height_mm = facts.size_mm
    variant.save()
    _changed(business_id, product_id)
    return variant.pk


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
        _product(business_id, product_id)
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


@dataclass(frozen=True, slots=True)
class OriginSaid:
    """What a seller states of a product's origin under one agreement; names mean what they mean in OriginStatement."""

    criterion: str
    shown_by: str
    valid_until: date
    regional_value: int = 0
    is_confirmed: bool = False


@transaction.atomic
def state_origin(
    business_id: UUID, product_id: UUID, agreement: str, said: OriginSaid, *, by: UUID | None, at: datetime
) -> OriginStatement:
    """A seller states that a product is of its origin under an agreement, in place of what was stated before.

    Raises UnknownProduct, StatementWithdrawn, and what check_statement raises.
    """
    product = _product(business_id, product_id)
    on = at.astimezone(JAKARTA).date()
    row = OriginStatement.objects.filter(business_id=business_id, product_id=product_id, agreement=agreement).first()
    if row is not None and row.state == OriginStatement.State.WITHDRAWN:
        raise StatementWithdrawn(agreement=row.agreement, reason=row.reason)
    check_statement(
        queries.agreement_for(product.hs_code, product.origin, agreement, on),
        agreement,
        criterion=said.criterion,
        regional_value=said.regional_value,
        shown_by=said.shown_by,
        is_confirmed=said.is_confirmed,
        valid_until=said.valid_until,
        on=on,
    )
    row = row or OriginStatement(business_id=business_id, product_id=product_id, agreement=agreement)
    row.criterion, row.regional_value, row.shown_by = said.criterion, said.regional_value, said.shown_by
    row.hs, row.origin, row.valid_until = product.hs_code, product.origin, said.valid_until
    row.state, row.stated_at, row.stated_by, row.warned_days = OriginStatement.State.STATED, at, by, None
    row.save()
    facts = {
        "agreement": agreement,
        "criterion": said.criterion,
        "regional_value": said.regional_value,
        "shown_by": said.shown_by,
        "hs": row.hs,
        "until": row.valid_until.isoformat(),
    }
    note("catalogue.origin_stated", by=by, at=at, business_id=business_id, subject=product_id, facts=facts)
    events.product_changed(business_id, product_id)
    return row


@transaction.atomic
def end_origin(business_id: UUID, product_id: UUID, agreement: str, *, by: UUID | None, at: datetime) -> None:
    """The seller takes a statement of origin back: new quotes do not count it. Raises UnknownProduct, UnknownStatement."""
    row = _statement(business_id, product_id, agreement, OriginStatement.State.STATED)
    row.state = OriginStatement.State.ENDED
    row.save(update_fields=["state"])
    note("catalogue.origin_ended", by=by, at=at, business_id=business_id, subject=product_id, facts={"agreement": agreement})
    events.product_changed(business_id, product_id)


@transaction.atomic
def withdraw_origin(business_id: UUID, product_id: UUID, agreement: str, *, reason: str, by: UUID, at: datetime) -> None:
    """An officer found a statement of origin wrong: no new quote counts it, no declaration says it, and the seller cannot make it again.

    Raises UnknownProduct, UnknownStatement, CertificateReasonNeeded.
    """
    if not reason.strip():
        raise CertificateReasonNeeded("reason")
    row = _statement(business_id, product_id, agreement, OriginStatement.State.STATED, OriginStatement.State.ENDED)
    row.state, row.decided_at, row.reason = OriginStatement.State.WITHDRAWN, at, reason.strip()[:500]
    row.save(update_fields=["state", "decided_at", "reason"])
    facts = {"agreement": agreement, "reason": row.reason}
    note("catalogue.origin_withdrawn", by=by, at=at, business_id=business_id, subject=product_id, facts=facts)
    events.origin_decided(business_id, product_id, agreement=agreement, is_withdrawn=True, reason=row.reason, at=at)
    events.product_changed(business_id, product_id)


@transaction.atomic
def allow_origin(business_id: UUID, product_id: UUID, agreement: str, *, by: UUID, at: datetime) -> None:
    """An officer lets a seller state again what was withdrawn. Raises UnknownProduct, UnknownStatement."""
    row = _statement(business_id, product_id, agreement, OriginStatement.State.WITHDRAWN)
    row.state, row.decided_at, row.reason = OriginStatement.State.ENDED, at, ""
    row.save(update_fields=["state", "decided_at", "reason"])
    note("catalogue.origin_allowed", by=by, at=at, business_id=business_id, subject=product_id, facts={"agreement": agreement})
    events.origin_decided(business_id, product_id, agreement=agreement, is_withdrawn=False, reason="", at=at)
    events.product_changed(business_id, product_id)


def _statement(business_id: UUID, product_id: UUID, agreement: str, *states: str) -> OriginStatement:
    """A statement in one of these states. Its product is locked: of a seller who states and an officer who withdraws one is first."""
    _product(business_id, product_id)
    row = OriginStatement.objects.filter(business_id=business_id, product_id=product_id, agreement=agreement, state__in=states).first()
    if row is None:
        raise UnknownStatement(agreement=agreement[:20])
    return row


@across_sellers
def watch_origin(*, on: date, at: datetime) -> int:
    """Once a day: who stated an origin until a day that is 30 or 7 days away is told, once each. Returns how many were told."""
    told = 0
    ending = OriginStatement.objects.filter(
        state=OriginStatement.State.STATED, valid_until__gte=on, valid_until__lte=on + timedelta(days=max(ORIGIN_WARN_DAYS))
    ).order_by("business_id", "id")
    for each in ending.iterator(chunk_size=500):
        days = warning_due(each.valid_until, on, each.warned_days, ORIGIN_WARN_DAYS)
        if days is None:
            continue
        with transaction.atomic():
            before = OriginStatement.objects.filter(business_id=each.business_id, id=each.pk, warned_days=each.warned_days)
            if before.update(warned_days=days):
                events.origin_ending(each.business_id, each.product_id, agreement=each.agreement, until=each.valid_until, at=at)
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


def plant_changed(business_id: UUID, plant_id: UUID) -> None:
    """What is made in a plant is judged anew."""
    for each in queries.products_of_plant(business_id, plant_id):
        events.product_changed(business_id, each)


@transaction.atomic
def name_plants(
    business_id: UUID, product_id: UUID, plant_ids: Collection[UUID], *, by: UUID | None, at: datetime, is_meant: bool = False
) -> None:
    """The seller says where a product is made, grown and packed; nothing: wherever. Its listings are judged anew.

    Papers of plants that count for it now and would not be there any more are named first, unless it is said to be meant.
    Raises UnknownProduct, UnknownPlant, TooManyPlantsOfProduct, PlantPapersLost.
    """
    _product(business_id, product_id)
    wanted = set(plant_ids)
    if len(wanted) > MOST_PLANTS_OF_PRODUCT:
        raise TooManyPlantsOfProduct("plants", most=MOST_PLANTS_OF_PRODUCT)
    names = dict(Plant.objects.filter(business_id=business_id, id__in=wanted).values_list("id", "name"))
    if len(names) != len(wanted):
        raise UnknownPlant("plants")
    on = at.astimezone(JAKARTA).date()
    before = _plant_papers_in_force(business_id, product_id, on)
    if not _name_plants(business_id, product_id, wanted):
        return
    lost = before - _plant_papers_in_force(business_id, product_id, on)
    if lost and not is_meant:
        known = rulebook.current_rulebook().papers
        raise PlantPapersLost("is_meant", papers=sorted(lost), names=[known[kind].names for kind in sorted(lost)])
    note(
        "catalogue.plants_named",
        by=by,
        at=at,
        business_id=business_id,
        subject=product_id,
        facts={"plants": ", ".join(sorted(names.values()))},
    )
    events.product_changed(business_id, product_id)


def _name_plants(business_id: UUID, product_id: UUID, wanted: set[UUID]) -> bool:
    """Whether anything changed."""
    named = ProductPlant.objects.filter(business_id=business_id, product_id=product_id)
    there = set(named.values_list("plant_id", flat=True))
    named.exclude(plant_id__in=wanted).delete()
    for plant_id in sorted(wanted - there):
        ProductPlant.objects.create(business_id=business_id, product_id=product_id, plant_id=plant_id)
    return wanted != there


def _plant_papers_in_force(business_id: UUID, product_id: UUID, on: date) -> set[str]:
    held = queries.papers_in_force(queries.product(business_id, product_id), on)
    return {kind for kind, until in held.items() if until is None or on <= until} & queries.plant_papers()


@transaction.atomic
def retire_variant(business_id: UUID, product_id: UUID, variant_id: UUID, *, is_retired: bool = True) -> None:
    """No longer offer a variant, or offer it again. It stays, because orders and stock name it."""
    if not Variant.objects.filter(business_id=business_id, product_id=product_id, id=variant_id).update(is_retired=is_retired):
        raise UnknownProduct()
    _changed(business_id, product_id)


@transaction.atomic
def make_ready(business_id: UUID, product_id: UUID) -> None:
    """The product is whole and may be offered. Raises ProductNotReady."""
    _product(business_id, product_id)
    blocking = queries.product(business_id, product_id).blocking
    if blocking:
        raise ProductNotReady(blocking)
    Product.objects.filter(business_id=business_id, id=product_id).update(state=Product.State.READY)
    events.product_changed(business_id, product_id)


@transaction.atomic
def archive(business_id: UUID, product_id: UUID) -> None:
    """Put a product away. Its listings end when `markets` hears of it."""
    _product(business_id, product_id)
    Product.objects.filter(business_id=business_id, id=product_id).update(state=Product.State.ARCHIVED)
    events.product_changed(business_id, product_id)


@transaction.atomic
def restore(business_id: UUID, product_id: UUID) -> None:
    """Fetch an archived product back, as a draft."""
    _product(business_id, product_id)
    Product.objects.filter(business_id=business_id, id=product_id).update(state=Product.State.DRAFT)


@transaction.atomic
def add_photo(business_id: UUID, product_id: UUID, data: bytes, *, at: datetime) -> UUID:
    """Rewrite and add a photo at the end. Raises TooManyPhotos and what media.rules.prepare raises."""
    _product(business_id, product_id)
    photos = Photo.objects.filter(business_id=business_id, product_id=product_id)
    if photos.count() >= MOST_PHOTOS:
        raise TooManyPhotos(most=MOST_PHOTOS)
    picture = media.keep(business_id, data, at=at)
    last = photos.order_by("-position").values_list("position", flat=True).first()
    photo, _ = Photo.objects.get_or_create(
        business_id=business_id, product_id=product_id, picture_id=picture.pk, defaults={"position": 0 if last is None else last + 1}
    )
    events.changed(business_id)
    return photo.pk


@transaction.atomic
def remove_photo(business_id: UUID, product_id: UUID, photo_id: UUID) -> None:
    Photo.objects.filter(business_id=business_id, product_id=product_id, id=photo_id).delete()
    events.changed(business_id)


@transaction.atomic
def put_photo_first(business_id: UUID, product_id: UUID, photo_id: UUID) -> None:
    """The photo that lists show."""
    _product(business_id, product_id)
    photos = sorted(
        Photo.objects.filter(business_id=business_id, product_id=product_id), key=lambda each: (each.pk != photo_id, each.position)
    )
    for position, photo in enumerate(photos):
        Photo.objects.filter(business_id=business_id, id=photo.pk).update(position=position)
    events.changed(business_id)


def take_in(business_id: UUID, products: Sequence[ProductRows], *, progress: Callable[[int, int], None] | None = None) -> TakenIn:
    """Import a digested list. Known SKUs are changed where the list tells something new, others are made as drafts.

    Nothing is deleted and no empty cell empties anything, so a list may be imported again at any time. One transaction per chunk:
    a list that breaks off in the middle is imported again from the start.
    """
    result = TakenIn()
    words, plants = queries.category_words(), plant_names(business_id)
    for start in range(0, len(products), CHUNK):
        _take_in_chunk(business_id, products[start : start + CHUNK], words, plants, result)
        if progress:
            progress(min(start + CHUNK, len(products)), len(products))
    return result


@transaction.atomic
def _take_in_chunk(
    business_id: UUID, products: Sequence[ProductRows], words: Mapping[str, Iterable[str]], plants: Mapping[str, UUID], result: TakenIn
) -> None:
    skus = [variant.sku for product in products for variant in product.variants]
    known = {each.sku: each for each in Variant.objects.select_for_update().filter(business_id=business_id, sku__in=skus)}
    touched: set[UUID] = set()
    for rows in products:
        first = next((known[each.sku] for each in rows.variants if each.sku in known), None)
        product_id, is_new, is_changed = _take_in_product(business_id, rows, words, plants, None if first is None else first.product_id)
        for position, row in enumerate(rows.variants):
            variant = known.get(row.sku)
            if variant is None:
                variant = Variant(business_id=business_id, product_id=product_id, sku=row.sku, position=position)
            told = {
                "gtin": row.gtin,
                "price": row.price,
                "names": {**variant.names, "id": row.name} if row.name else None,
                "net_grams": row.net_weight_grams or (row.weight_grams if not variant.net_grams else None),
                "gross_grams": row.weight_grams or (gross_from_net(row.net_weight_grams or 0) if not variant.gross_grams else None),
                "length_mm": row.length_mm,
                "width_mm": row.width_mm,
                "height_mm": row.height_mm,
            }
            fresh = {name: value for name, value in told.items() if value and getattr(variant, name) != value}
            for name, value in fresh.items():
                setattr(variant, name, value)
            if fresh or variant._state.adding:
                is_changed = True
                variant.save()
            if row.pieces is not None:
                result.pieces[variant.pk] = row.pieces
        if is_new:
            result.created += 1
        elif is_changed:
            result.changed += 1
        else:
            result.unchanged += 1
        if is_new or is_changed:
            touched.add(product_id)
    _reindex(business_id, touched)
    for product_id in touched:
        events.product_changed(business_id, product_id)


def _take_in_product(
    business_id: UUID, rows: ProductRows, words: Mapping[str, Iterable[str]], plants: Mapping[str, UUID], product_id: UUID | None
) -> tuple[UUID, bool, bool]:
    """The product's own facts. Returns its id, whether it was made, whether anything changed."""
    told = {"category_id": category_for(rows.category, words), "hs_code": rows.hs_code}
    if product_id is None:
        product = Product(business_id=business_id, origin=rows.origin)
    else:
        product = Product.objects.get(business_id=business_id, id=product_id)
    if told["hs_code"] and told["hs_code"] != product.hs_code and _hs_held(product) is not None:
        told["hs_code"] = ""  # the old list still has the code that an officer put right
    fresh = {name: value for name, value in told.items() if value and getattr(product, name) != value}
    for name, value in fresh.items():
        setattr(product, name, value)
    is_new = product._state.adding
    if fresh or is_new:
        product.save()
    is_changed = bool(fresh)
    texts = {} if is_new else {each.language: each for each in ProductText.objects.filter(business_id=business_id, product_id=product.pk)}
    for language, title in rows.titles.items():
        description = rows.descriptions.get(language, "")
        text = texts.get(language) or ProductText(business_id=business_id, product=product, language=language)
        if text.title != title or (description and text.description != description):
            text.title, text.description = title, description or text.description
            text.save()
            is_changed = True
    for kind, number in rows.certificates:
        papers = Certificate.objects.filter(business_id=business_id, product_id=product.pk, kind=kind)
        if not papers.exclude(state=Certificate.State.REFUSED).exists() and not papers.filter(number=number).exists():
            papers.delete()  # refused under another number: the list brings a new one
            Certificate.objects.create(business_id=business_id, product_id=product.pk, kind=kind, number=number)
            is_changed = True
    wanted = {plants[name.casefold()] for name in rows.plants if name.casefold() in plants}
    if wanted and _name_plants(business_id, product.pk, wanted):
        is_changed = True
    return product.pk, is_new, is_changed


def _product(business_id: UUID, product_id: UUID) -> Product:
    found = Product.objects.select_for_update().filter(business_id=business_id, id=product_id).first()
    if found is None:
        raise UnknownProduct()
    return found


def _changed(business_id: UUID, product_id: UUID) -> None:
    """After any change: search words anew, and no product stays ready that lacks something."""
    _reindex(business_id, [product_id])
    row = queries.product(business_id, product_id)
    if row.state == Product.State.READY and row.blocking:
        Product.objects.filter(business_id=business_id, id=product_id).update(state=Product.State.DRAFT)
    events.product_changed(business_id, product_id)


def _reindex(business_id: UUID, product_ids: Iterable[UUID]) -> None:
    found = queries.reindex_keywords(business_id, list(product_ids))
    fresh = []
    for text_id, language, title, description, other, category in found:
        chinese = (title, description) if language == "zh-hans" else ()
        fresh.append(ProductText(business_id=business_id, id=text_id, keywords=search.keywords(other, category, *chinese)))
    if fresh:
        ProductText.objects.filter(business_id=business_id).bulk_update(fresh, ["keywords"], batch_size=500)


def _fresh_sku(business_id: UUID, product_id: UUID, variant_id: UUID) -> str:
    titles = dict(ProductText.objects.filter(business_id=business_id, product_id=product_id).values_list("language", "title"))
    return made_sku(titles.get("id") or next(iter(titles.values()), ""), f"{variant_id or new_id()}")
