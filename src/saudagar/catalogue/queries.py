"""Reads of one business's products. What buyers see across sellers is read in `markets`, through listings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet

from saudagar.foundation.ids import Kind, handle
from saudagar.foundation.refusals import spoken
from saudagar.foundation.sql import statement
from saudagar.foundation.walls import across_sellers
from saudagar.media.rules import address
from saudagar.registry.models import Business, Plant
from saudagar.rulebook.queries import current_rulebook
from saudagar.rulebook.rules import Claim
from saudagar.rulebook.rules.agreements import Agreement, agreement, agreements
from saudagar.rulebook.rules.choosing import BY_PAPER
from saudagar.rulebook.rules.model import Destination, Origin

from .models import Category, Certificate, HsChoice, OriginStatement, Photo, Product, ProductPlant, ProductText, Variant
from .rules.certificates import UnknownCertificate, is_counted
from .rules.identifiers import dotted
from .rules.product import Lack, UnknownProduct, best_text, lacks


@dataclass(frozen=True, slots=True)
class VariantRow:
    id: UUID
    handle: str
    sku: str
    gtin: str
    name: str
    names: Mapping[str, str]
    price: int
    net_grams: int
    gross_grams: int
    size_mm: tuple[int, int, int]
    is_retired: bool


@dataclass(frozen=True, slots=True)
class PhotoRow:
    id: UUID
    small: str
    medium: str
    large: str


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """A paper as the seller and the officer see it."""

    id: UUID
    business_id: UUID
    product_id: UUID | None  # neither this nor a plant: of the whole business
    plant_id: UUID | None
    is_of_plant: bool  # the rulebook gives papers of this kind to plants
    kind: str
    number: str
    issuer: str
    valid_from: date | None
    valid_until: date | None
    state: str
    reason: str
    document_id: UUID | None
    submitted_at: datetime

    def covers(self, on: date) -> bool:
        """Accepted, begun and not yet ended on that day."""
        return (
            self.state == Certificate.State.ACCEPTED
            and (self.valid_from is None or self.valid_from <= on)
            and (self.valid_until is None or on <= self.valid_until)
        )


@dataclass(frozen=True, slots=True)
class MadeIn:
    """A plant that a product names."""

    id: UUID
    handle: str
    name: str
    kind: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class ProductRow:
    """One product, ready to show in one language."""

    id: UUID
    handle: str
    state: str
    title: str
    titles: Mapping[str, str]
    descriptions: Mapping[str, str]
    category: str | None
    category_name: str
    hs_code: str
    origin: str
    brand: str
    traits: Sequence[str]
    variants: Sequence[VariantRow]
    photos: Sequence[PhotoRow]
    certificates: Sequence[CertificateRow]  # its own, those of its plants and of the whole business, whatever their state
    made_in: Sequence[MadeIn] = ()
    lacks: Sequence[Lack] = field(default_factory=list)

    @property
    def counted(self) -> list[CertificateRow]:
        """Those that count for it, whatever their state: what the rules may be told of."""
        plants = {each.id: each.is_active for each in self.made_in}
        return [each for each in self.certificates if is_counted(is_of_plant=each.is_of_plant, plant=each.plant_id, made_in=plants)]

    @property
    def papers(self) -> dict[str, tuple[str, date | None]]:
        """Accepted ones: kind -> number, valid until. Of its own, its plants' and the business's, the one that lasts longest."""
        accepted = [each for each in self.counted if each.state == Certificate.State.ACCEPTED]
        accepted.sort(key=lambda each: each.valid_until or date.max)
        return {each.kind: (each.number, each.valid_until) for each in accepted}

    @property
    def offered(self) -> list[VariantRow]:
        return [variant for variant in self.variants if not variant.is_retired]

    @property
    def first_photo(self) -> str:
        return self.photos[0].small if self.photos else ""

    @property
    def blocking(self) -> list[Lack]:
        return [lack for lack in self.lacks if lack.blocks]

    @property
    def hs_shown(self) -> str:
        return dotted(self.hs_code)


def product(business_id: UUID, product_id: UUID, language: str | None = "id") -> ProductRow:
    """One product with all that belongs to it. Six statements. Raises UnknownProduct."""
    found = _with_parts(Product.objects.filter(business_id=business_id, id=product_id)).first()
    if found is None:
        raise UnknownProduct()
    return _row(found, language, _certificates(business_id, [found]))


def products(
    business_id: UUID, language: str | None = "id", *, state: str = "", q: str = "", first: int = 0, most: int = 24
) -> tuple[list[ProductRow], int]:
    """Products of one business, newest first, and how many there are in all. Archived ones only when asked for. Seven statements."""
    found = Product.objects.filter(business_id=business_id)
    found = found.filter(state=state) if state else found.exclude(state=Product.State.ARCHIVED)
    if q:
        texts = ProductText.objects.filter(business_id=business_id).filter(Q(title__icontains=q) | Q(keywords__icontains=q.lower()))
        found = found.filter(id__in=texts.values("product_id"))
    page = list(_with_parts(found.order_by("-id"))[first : first + most])
    papers = _certificates(business_id, page)
    return [_row(each, language, papers) for each in page], found.count()


def counts(business_id: UUID) -> dict[str, int]:
    """How many products stand in which state."""
    return dict(Product.objects.filter(business_id=business_id).values_list("state").annotate(Count("id")).order_by())


def variants(business_id: UUID, variant_ids: Sequence[UUID]) -> dict[UUID, Variant]:
    return {each.pk: each for each in Variant.objects.filter(business_id=business_id, id__in=variant_ids)}


def variant_titles(business_id: UUID, variant_ids: Iterable[UUID], language: str | None) -> dict[UUID, str]:
    """What each variant is called in a reader's language: "Kopi Gayo Honey, 250 g". One statement."""
    names: dict[UUID, Mapping[str, str]] = {}
    titles: dict[UUID, dict[str, str]] = {}
    for variant_id, name, text_language, title in Variant.objects.filter(business_id=business_id, id__in=set(variant_ids)).values_list(
        "id", "names", "product__texts__language", "product__texts__title"
    ):
        names[variant_id] = name
        titles.setdefault(variant_id, {})[text_language] = title
    reads = spoken(language)
    return {pk: ", ".join(part for part in (best_text(titles[pk], reads), best_text(names[pk], reads)) if part) for pk in names}


def product_of(business_id: UUID, variant_id: UUID) -> UUID:
    """The product of a variant. Raises UnknownProduct."""
    found = Variant.objects.filter(business_id=business_id, id=variant_id).values_list("product_id", flat=True).first()
    if found is None:
        raise UnknownProduct()
    return UUID(str(found))


def categories(language: str | None = "id") -> list[tuple[str, str, int]]:
    """The tree as (code, name, depth), parents before their parts."""
    every = list(Category.objects.all())
    parts: dict[str | None, list[Category]] = {}
    for each in every:
        parts.setdefault(each.parent_id, []).append(each)
    rows: list[tuple[str, str, int]] = []

    def walk(parent: str | None, depth: int) -> None:
        for each in parts.get(parent, ()):
            rows.append((each.code, best_text(each.names, spoken(language)), depth))
            walk(each.code, depth + 1)

    walk(None, 0)
    return rows


def with_parts(category: str | None) -> list[str] | None:
    """A category and the parts of it; None stays None."""
    return None if category is None else [category, *Category.objects.filter(parent=category).values_list("code", flat=True)]


def category_words() -> dict[str, list[str]]:
    """Every word that means a category, for imports."""
    return {each.code: [*each.words, *each.names.values(), each.code] for each in Category.objects.all()}


def papers_in_force(row: ProductRow, on: date, *, without: UUID | None = None) -> dict[str, date | None]:
    """What the rulebook asks for: kind -> last day it is valid. Papers that count, accepted, whose first day has come.

    without: a paper to leave out, to see what stops when it ends
    """
    begun = [
        each for each in row.counted if each.state == Certificate.State.ACCEPTED and (each.valid_from or on) <= on and each.id != without
    ]
    begun.sort(key=lambda each: each.valid_until or date.max)
    return {each.kind: each.valid_until for each in begun}


def papers_waiting(row: ProductRow) -> set[str]:
    """Kinds of papers that an officer has not looked at yet."""
    return {each.kind for each in row.counted if each.state == Certificate.State.SUBMITTED}


def plant_papers() -> frozenset[str]:
    """Kinds of papers that the rulebook gives to plants."""
    return frozenset(key for key, paper in current_rulebook().papers.items() if paper.of == "plant")


def products_of_plant(business_id: UUID, plant_id: UUID) -> list[UUID]:
    """Ids of the products that name it, those put away too."""
    return list(ProductPlant.objects.filter(business_id=business_id, plant_id=plant_id).values_list("product_id", flat=True))


def made_somewhere(business_id: UUID) -> set[str]:
    """Handles of the products that name where they are made."""
    named = ProductPlant.objects.filter(business_id=business_id).values_list("product_id", flat=True).distinct()
    return {handle(Kind.PRODUCT, business_id, each) for each in named}


def titles_of_plant(business_id: UUID, plant_id: UUID, language: str | None) -> list[tuple[str, str, str]]:
    """(handle, title, state) of the products that name it. Two statements."""
    states = dict(Product.objects.filter(business_id=business_id, made_in__plant_id=plant_id).values_list("id", "state"))
    titles: dict[UUID, dict[str, str]] = {}
    texts = ProductText.objects.filter(business_id=business_id, product_id__in=states)
    for product_id, spoken_language, title in texts.values_list("product_id", "language", "title"):
        titles.setdefault(product_id, {})[spoken_language] = title
    reads = spoken(language)
    rows = [(handle(Kind.PRODUCT, business_id, each), best_text(titles.get(each, {}), reads), state) for each, state in states.items()]
    return sorted(rows, key=lambda row: row[1])


def certificates_of_plant(business_id: UUID, plant_id: UUID) -> list[CertificateRow]:
    """Papers that were shown for one plant."""
    found = Certificate.objects.filter(business_id=business_id, plant_id=plant_id).order_by("kind", "state")
    return [_certificate(each, plant_papers()) for each in found]


def plant_papers_elsewhere(business_id: UUID, plant_id: UUID) -> list[CertificateRow]:
    """Papers of plants in force or waiting that were shown for the business or a product, and not for this plant: perhaps they are its."""
    has = Certificate.objects.filter(business_id=business_id, plant_id=plant_id).exclude(state=Certificate.State.REFUSED)
    found = Certificate.objects.filter(business_id=business_id, plant=None, kind__in=plant_papers()).exclude(
        Q(state=Certificate.State.REFUSED) | Q(kind__in=has.values("kind"))
    )
    once = {(each.kind, each.number): each for each in found.order_by("kind", "number", "valid_until", "id")}
    return [_certificate(each, plant_papers()) for each in once.values()]


def accepted_for(business_id: UUID, product_ids: Iterable[UUID]) -> dict[UUID, list[CertificateRow]]:
    """Papers that count for each of these products and that an officer has accepted, those that have ended too. Three statements."""
    found = list(Product.objects.filter(business_id=business_id, id__in=set(product_ids)).prefetch_related(_made_in()))
    rows = _certificates(business_id, found)
    return {each.pk: _of_product(each, rows, accepted=True) for each in found}


def papers_asked() -> frozenset[str]:
    """Kinds of papers that sellers show here: of seller, product and plant, and of parcels where a listing waits for it.

    A proof of origin is made for each parcel and asked by no requirement. NIB and NPWP are told at registration.
    """
    book = current_rulebook()
    places: list[Destination | Origin] = [*book.destinations.values(), *book.origins.values()]
    needed = {key for place in places for requirement in place.requirements for key in requirement.any_of}
    return frozenset(
        key for key, paper in book.papers.items() if paper.of != "buyer" and key != "nib" and (paper.of != "parcel" or key in needed)
    )


def certificates(business_id: UUID, product_id: UUID | None = None) -> list[CertificateRow]:
    """Papers of the whole business; with a product also its own and those of its plants."""
    found = list(Product.objects.filter(business_id=business_id, id=product_id).prefetch_related(_made_in())) if product_id else []
    return _certificates(business_id, found)


def certificate(business_id: UUID, certificate_id: UUID) -> CertificateRow:
    """One paper. Raises UnknownCertificate."""
    found = Certificate.objects.filter(business_id=business_id, id=certificate_id).first()
    if found is None:
        raise UnknownCertificate()
    return _certificate(found, plant_papers())


@across_sellers
def certificates_waiting() -> int:
    """How many papers wait for an officer."""
    return Certificate.objects.filter(state=Certificate.State.SUBMITTED).count()


@across_sellers
def certificate_queue(*, state: str = "submitted", kind: str = "", first: int = 0, most: int = 25) -> list[tuple[CertificateRow, str, str]]:
    """(paper, name of the business, title of the product or name of the plant) for officers: what waits longest first, what was decided
    last first."""
    found = Certificate.objects.filter(state=state)
    if kind:
        found = found.filter(kind=kind)
    page = list(found.order_by("submitted_at" if state == "submitted" else "-decided_at", "id")[first : first + most])
    names = dict(Business.objects.filter(id__in={each.business_id for each in page}).values_list("id", "name"))
    titles: dict[UUID | None, str] = {}
    for business_id in {each.business_id for each in page}:
        wanted = [each.product_id for each in page if each.business_id == business_id and each.product_id]
        titles |= dict(
            ProductText.objects.filter(business_id=business_id, product_id__in=wanted, language="id").values_list("product_id", "title")
        )
        plants = [each.plant_id for each in page if each.business_id == business_id and each.plant_id]
        titles |= dict(Plant.objects.filter(business_id=business_id, id__in=plants).values_list("id", "name"))
    kinds = plant_papers()
    return [(_certificate(each, kinds), names.get(each.business_id, ""), titles.get(each.product_id or each.plant_id, "")) for each in page]


def on_sale_candidates(business_id: UUID) -> list[UUID]:
    """Ids of the products that are ready: those whose listings a paper of the whole business may touch."""
    return list(Product.objects.filter(business_id=business_id, state=Product.State.READY).values_list("id", flat=True))


def _made_in() -> Prefetch[str]:
    return Prefetch("made_in", ProductPlant.objects.select_related("plant").order_by("plant__name"), to_attr="plants")


def _plants_of(product: Product) -> list[ProductPlant]:
    """As `_made_in` fetched them."""
    found: list[ProductPlant] = product.plants  # type: ignore[attr-defined]
    return found


def _certificates(business_id: UUID, products: Sequence[Product]) -> list[CertificateRow]:
    """Papers of the whole business, and of these products and the plants they name (fetched with `_made_in`)."""
    plants = {each.plant_id for product in products for each in _plants_of(product)}
    mine = Q(product_id__in=[each.pk for each in products]) | Q(product_id=None, plant_id=None) | Q(plant_id__in=plants)
    kinds = plant_papers()
    return [_certificate(each, kinds) for each in Certificate.objects.filter(mine, business_id=business_id).order_by("kind", "state")]


def _of_product(product: Product, rows: Iterable[CertificateRow], *, accepted: bool = False) -> list[CertificateRow]:
    """Of these papers those that concern one product; only what counts and is accepted, where that is asked."""
    plants = {each.plant_id: each.plant.is_active for each in _plants_of(product)}
    mine = [each for each in rows if each.product_id in (None, product.pk) and (each.plant_id is None or each.plant_id in plants)]
    if not accepted:
        return mine
    return [
        each
        for each in mine
        if each.state == Certificate.State.ACCEPTED and is_counted(is_of_plant=each.is_of_plant, plant=each.plant_id, made_in=plants)
    ]


def _certificate(found: Certificate, plant_kinds: frozenset[str]) -> CertificateRow:
    return CertificateRow(
        found.pk,
        found.business_id,
        found.product_id,
        found.plant_id,
        found.kind in plant_kinds,
        found.kind,
        found.number,
        found.issuer,
        found.valid_from,
        found.valid_until,
        found.state,
        found.state_reason,
        found.document_id,
        found.submitted_at,
    )


def reindex_keywords(business_id: UUID, product_ids: Sequence[UUID]) -> list[tuple[UUID, str, str, str, str, str]]:
    """Texts with what they should be found by: (text id, language, title, description, other words, category name)."""
    with connection.cursor() as cursor:
        cursor.execute(statement("saudagar.catalogue", "words"), {"business_id": business_id, "product_ids": list(product_ids)})
        return cursor.fetchall()


def _with_parts(found: QuerySet[Product]) -> QuerySet[Product]:
    return found.select_related("category").prefetch_related(
        "texts",
        Prefetch("variants", Variant.objects.order_by("position", "id")),
        Prefetch("photos", Photo.objects.select_related("picture").order_by("position", "id")),
        _made_in(),
    )


def _row(found: Product, language: str | None, certificates: Sequence[CertificateRow]) -> ProductRow:
    spoken_language = spoken(language)
    titles = {text.language: text.title for text in found.texts.all()}
    variant_rows = [
        VariantRow(
            each.pk,
            handle(Kind.VARIANT, found.business_id, each.pk),
            each.sku,
            each.gtin,
            best_text(each.names, spoken_language),
            each.names,
            each.price,
            each.net_grams,
            each.gross_grams,
            (each.length_mm, each.width_mm, each.height_mm),
            each.is_retired,
        )
        for each in found.variants.all()
    ]
    photos = [
        PhotoRow(each.pk, address(each.picture.digest, 240), address(each.picture.digest, 600), address(each.picture.digest, 1200))
        for each in found.photos.all()
    ]
    return ProductRow(
        id=found.pk,
        handle=handle(Kind.PRODUCT, found.business_id, found.pk),
        state=found.state,
        title=best_text(titles, spoken_language),
        titles=titles,
        descriptions={text.language: text.description for text in found.texts.all()},
        category=found.category_id,
        category_name=best_text(found.category.names, spoken_language) if found.category else "",
        hs_code=found.hs_code,
        origin=found.origin,
        brand=found.brand,
        traits=found.traits,
        variants=variant_rows,
        photos=photos,
        certificates=_of_product(found, certificates),
        made_in=[
            MadeIn(
                each.plant_id,
                handle(Kind.PLANT, found.business_id, each.plant_id),
                each.plant.name,
                each.plant.kind,
                each.plant.is_active,
            )
            for each in _plants_of(found)
        ],
        lacks=lacks(
            titles=titles,
            category=found.category_id,
            hs_code=found.hs_code,
            weights=[(each.net_grams, each.gross_grams) for each in variant_rows if not each.is_retired],
            photos=len(photos),
        ),
    )


@dataclass(frozen=True, slots=True)
class HsChoiceRow:
    """A product's HS code as officers look at it. Without a choice the code came by another way, and nobody is named."""

    business_id: UUID
    product_id: UUID
    handle: str  # of the product
    business: str
    title: str
    hs: str
    suggested: str
    differs: bool
    chosen_at: datetime | None
    confirmed_at: datetime | None
    proposed: str = ""  # what the seller would rather have than an officer's code


def hs_choice(business_id: UUID, product_id: UUID) -> HsChoice | None:
    """Who chose the product's code, if it is still that one."""
    return HsChoice.objects.filter(business_id=business_id, product_id=product_id, hs=F("product__hs_code")).first()


_HS_ASKED = Q(differs=True, confirmed_at=None) | ~Q(proposed="")


@across_sellers
def hs_differing() -> int:
    """How many products have another HS code than was suggested and no officer's word, or an answer to it. Counts to a thousand."""
    return HsChoice.objects.filter(_HS_ASKED)[:1000].count()


@across_sellers
def hs_queue(*, only_differing: bool, first: int = 0, most: int = 25) -> list[HsChoiceRow]:
    """Products for officers whose code differs from the suggested one or from what the seller would rather have, longest waiting first;
    or all whose code nobody confirmed."""
    if only_differing:
        choices = list(HsChoice.objects.filter(_HS_ASKED).order_by("chosen_at", "id")[first : first + most])
        wanted = Product.objects.filter(
            business_id__in={each.business_id for each in choices}, id__in=[each.product_id for each in choices]
        )
        products = {(each.business_id, each.pk): each for each in wanted}
        keys = [(choice.business_id, choice.product_id) for choice in choices]
        found = [products[key] for key in keys if key in products and products[key].state != Product.State.ARCHIVED]
    else:
        confirmed = HsChoice.objects.filter(
            business_id=OuterRef("business_id"), product_id=OuterRef("id"), hs=OuterRef("hs_code"), confirmed_at__isnull=False, proposed=""
        )
        waiting = Product.objects.exclude(hs_code="").exclude(state=Product.State.ARCHIVED).filter(~Exists(confirmed))
        found = list(waiting.order_by("-updated_at", "id")[first : first + most])
        choices = list(HsChoice.objects.filter(product_id__in=[each.pk for each in found]))
    chosen = {(each.business_id, each.product_id): each for each in choices}
    names = dict(Business.objects.filter(id__in={each.business_id for each in found}).values_list("id", "name"))
    texts = ProductText.objects.filter(product_id__in=[each.pk for each in found]).order_by("language")
    titles: dict[tuple[UUID, UUID], str] = {}
    for text in texts:  # en, id, zh-hans: Indonesian where there is one
        if text.language == "id" or (text.business_id, text.product_id) not in titles:
            titles[text.business_id, text.product_id] = text.title
    return [
        HsChoiceRow(
            each.business_id,
            each.pk,
            handle(Kind.PRODUCT, each.business_id, each.pk),
            names.get(each.business_id, ""),
            titles.get((each.business_id, each.pk), ""),
            each.hs_code,
            choice.suggested if choice else "",
            choice.differs if choice else False,
            choice.chosen_at if choice else None,
            choice.confirmed_at if choice else None,
            choice.proposed if choice else "",
        )
        for each in found
        for choice in [chosen.get((each.business_id, each.pk))]
    ]


def agreements_for(hs: str, origin: str, on: date) -> tuple[Agreement, ...]:
    """Agreements under which goods pay less duty somewhere; none without an HS code."""
    return agreements(current_rulebook(), hs, origin, on) if hs else ()


def agreement_for(hs: str, origin: str, name: str, on: date) -> Agreement | None:
    """One of them by its name."""
    return agreement(current_rulebook(), name, hs, origin, on) if hs else None


def origin_statements(business_id: UUID, product_id: UUID) -> list[OriginStatement]:
    """What was stated of a product's origin, whatever became of it."""
    return list(OriginStatement.objects.filter(business_id=business_id, product_id=product_id).order_by("agreement"))


def claims_in_force(business_id: UUID, product_id: UUID, on: date) -> tuple[Claim, ...]:
    """What parcels of a product may claim on a day: the same that quotes read (`checkout/sql/quote_lines.sql`)."""
    rows = OriginStatement.objects.filter(
        business_id=business_id,
        product_id=product_id,
        state=OriginStatement.State.STATED,
        hs=F("product__hs_code"),
        origin=F("product__origin"),
        valid_until__gte=on,
    )
    return tuple(Claim(each.agreement, each.shown_by, each.criterion, each.regional_value) for each in rows.order_by("agreement"))


def agreements_shown(business_id: UUID, product_id: UUID, hs: str, origin: str, on: date) -> frozenset[str]:
    """Agreements under which its seller has said that origin is shown with every parcel of a product, whatever that is worth: by a
    certificate, or by declaration where the agreement asks for nothing else."""
    claims = {claim.agreement: claim for claim in claims_in_force(business_id, product_id, on)}
    if not claims:
        return frozenset()
    declared = {each.name for each in agreements_for(hs, origin, on) if each.is_declared}
    return frozenset(name for name, claim in claims.items() if claim.by == BY_PAPER or name in declared)


def origin_withdrawn(business_id: UUID, product_ids: Iterable[UUID]) -> dict[tuple[UUID, str], str]:
    """(product, agreement) -> why an officer withdrew what was stated."""
    rows = OriginStatement.objects.filter(business_id=business_id, product_id__in=list(product_ids), state=OriginStatement.State.WITHDRAWN)
    return {(each.product_id, each.agreement): each.reason for each in rows}


@dataclass(frozen=True, slots=True)
class OriginRow:
    """A statement of origin as officers read it."""

    row: OriginStatement
    product: str  # handle
    title: str
    business: str
    is_current: bool  # the product still has the code and origin it speaks of


@across_sellers
def origin_queue(state: str, *, first: int = 0, most: int = 25) -> list[OriginRow]:
    """Statements of origin for officers, the newest first. Four statements, whatever the number."""
    by = "-decided_at" if state == OriginStatement.State.WITHDRAWN else "-stated_at"
    return _origin_rows(list(OriginStatement.objects.filter(state=state).order_by(by, "id")[first : first + most]))


def origin_statement(business_id: UUID, product_id: UUID, name: str) -> OriginRow | None:
    """One of them."""
    return next(
        iter(_origin_rows(list(OriginStatement.objects.filter(business_id=business_id, product_id=product_id, agreement=name)))), None
    )


@across_sellers
def _origin_rows(found: Sequence[OriginStatement]) -> list[OriginRow]:
    owners, ids = {each.business_id for each in found}, [each.product_id for each in found]
    products = {(each.business_id, each.pk): each for each in Product.objects.filter(business_id__in=owners, id__in=ids)}
    names = dict(Business.objects.filter(id__in=owners).values_list("id", "name"))
    titles: dict[tuple[UUID, UUID], str] = {}
    for text in ProductText.objects.filter(business_id__in=owners, product_id__in=ids).order_by("language"):
        if text.language == "id" or (text.business_id, text.product_id) not in titles:
            titles[text.business_id, text.product_id] = text.title
    return [
        OriginRow(
            each,
            handle(Kind.PRODUCT, *key),
            titles.get(key, ""),
            names.get(each.business_id, ""),
            (each.hs, each.origin) == (products[key].hs_code, products[key].origin),
        )
        for each in found
        for key in [(each.business_id, each.product_id)]
        if key in products
    ]
