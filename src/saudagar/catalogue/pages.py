"""A seller's products: the list, one product, its texts, variants, papers and photos."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from saudagar.catalogue import actions, queries
from saudagar.catalogue.forms import FactsForm, PaperForm, PhotosForm, QuickForm, VariantForm, refused
from saudagar.catalogue.queries import CertificateRow, ProductRow
from saudagar.foundation.clock import now
from saudagar.foundation.ids import Kind, handle, parse_handle
from saudagar.foundation.refusals import Refusal
from saudagar.look.asked import page_number
from saudagar.media.pages import shown_paper
from saudagar.registry import queries as registry
from saudagar.registry.access import SellerRequest, seller
from saudagar.rulebook import queries as rulebook
from saudagar.rulebook.queries import current_rulebook, hs_descriptions

PAGE = 24
STATES = ("", "draft", "ready", "archived")


def own(request: SellerRequest, text: str, kind: Kind = Kind.PRODUCT) -> UUID:
    """The thing a handle in the address names, if it is this business's; to others it does not exist."""
    business_id, thing_id = parse_handle(text, kind)
    if business_id != request.business.pk:
        raise Http404
    return thing_id


class _Counted(Sequence[Any]):
    """A list whose length is known already, for Paginator."""

    def __init__(self, rows: list[Any], every: int, first: int) -> None:
        self.rows, self.every, self.first = rows, every, first

    def __len__(self) -> int:
        return self.every

    def __getitem__(self, part: Any) -> Any:
        return self.rows


@seller
@require_GET
def products(request: SellerRequest) -> HttpResponse:
    """GET /seller/products/: all products of the business, newest first."""
    state = request.GET.get("state", "")
    q = request.GET.get("q", "").strip()[:100]
    if state not in STATES:
        raise Http404
    page = page_number(request)
    rows, every = queries.products(request.business.pk, get_language(), state=state, q=q, first=(page - 1) * PAGE, most=PAGE)
    counts = queries.counts(request.business.pk)
    return render(
        request,
        "catalogue/products.html",
        {
            "rows": rows,
            "every": every,
            "state": state,
            "q": q,
            "page": Paginator(_Counted(rows, every, 0), PAGE).get_page(page),
            "tabs": [
                ("", _("All"), sum(number for name, number in counts.items() if name != "archived")),
                ("draft", _("Drafts"), counts.get("draft", 0)),
                ("ready", _("Ready"), counts.get("ready", 0)),
                ("archived", _("Put away"), counts.get("archived", 0)),
            ],
        },
    )


@seller
@require_http_methods(["GET", "POST"])
def new_product(request: SellerRequest) -> HttpResponse:
    """GET, POST /seller/products/new/: the least a product needs, on one screen."""
    if "suggest" in request.POST:
        form = QuickForm(initial=as_typed(request))
        return render(request, "catalogue/new.html", {"form": form, "hs_help": hs_help([request.POST.get("title", "")])})
    form = QuickForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        business_id = request.business.pk
        product_id = actions.save_product(business_id, form.facts(), by=request.user.pk, at=now())
        actions.save_variant(business_id, product_id, form.variant())
        if form.cleaned_data["photo"]:
            _add_photos(request, product_id, [form.cleaned_data["photo"]])
        messages.success(request, _("Saved. Add what is still missing whenever you like."))
        return redirect("catalogue:product", queries.product(business_id, product_id).handle)
    return render(request, "catalogue/new.html", {"form": form})


@seller
@require_GET
def product(request: SellerRequest, product: str) -> HttpResponse:
    """GET /seller/products/{product}/: one product, whole."""
    return _product(request, own(request, product))


def _product(request: SellerRequest, product_id: UUID, *, photos: PhotosForm | None = None, paper: PaperForm | None = None) -> HttpResponse:
    row = queries.product(request.business.pk, product_id, get_language())
    return render(
        request,
        "catalogue/product.html",
        {
            "product": row,
            "lacks": [(lack, lack.words[_language()]) for lack in row.lacks],
            "advice": ", ".join(lack.words[_language()] for lack in row.lacks if not lack.blocks),
            "papers": certificate_rows([each for each in row.counted if each.product_id], now().date()),
            "shared": certificate_rows([each for each in row.counted if not each.product_id and not each.plant_id], now().date()),
            # Shown for the product or the business before it named its plants.
            "idle": certificate_rows([each for each in row.certificates if not each.plant_id and each not in row.counted], now().date()),
            "of_plants": [
                (plant, certificate_rows([each for each in row.certificates if each.plant_id == plant.id], now().date()))
                for plant in row.made_in
            ],
            "texts": [(language, label, row.titles.get(language, ""), row.descriptions.get(language, "")) for language, label in LABELS],
            "hs_words": list(hs_descriptions(row.hs_code).values())[-1:] if row.hs_code else [],
            "photos": photos or PhotosForm(),
            "paper": paper or PaperForm(of=_papers_of(row), initial={"kind": request.GET.get("paper", "")[:30]}),
            "today": now().date(),
        },
        status=422 if photos or paper else 200,
    )


def _papers_of(row: ProductRow) -> tuple[str, ...]:
    """Whose papers are shown on a product's page: those of plants too, while it names none."""
    return ("product", "parcel") if row.made_in else ("product", "plant", "parcel")


LABELS = (("id", "Bahasa Indonesia"), ("en", "English"), ("zh-hans", "简体中文"))


@seller
@require_http_methods(["GET", "POST"])
def facts(request: SellerRequest, product: str) -> HttpResponse:
    """GET, POST /seller/products/{product}/facts/: texts in three languages, category, HS code, origin."""
    product_id = own(request, product)
    row = queries.product(request.business.pk, product_id, get_language())
    choice = queries.hs_choice(request.business.pk, product_id)
    help_with = None
    if "suggest" in request.POST:
        form = FactsForm(product=row, choice=choice)
        form.initial.update({**as_typed(request), "traits": request.POST.getlist("traits")})
        help_with = hs_help([request.POST.get(name, "") for name in ("title_id", "title_en", "title_zh")])
    else:
        form = FactsForm(request.POST or None, product=row, choice=choice)
        if request.method == "POST" and form.is_valid():
            actions.save_product(request.business.pk, form.facts(), product_id=product_id, by=request.user.pk, at=now())
            messages.success(request, _("Saved."))
            return redirect("catalogue:product", product)
    context = {
        "product": row,
        "form": form,
        "hs_known": _hs_known(),
        "hs_help": help_with,
        "hs_choice": choice,
    }
    return render(request, "catalogue/facts.html", context)


def as_typed(request: HttpRequest) -> dict[str, Any]:
    """What stands in the form, to show it again unjudged."""
    return {name: value for name, value in request.POST.items() if name not in ("suggest", "csrfmiddlewaretoken", "hs_pick")}


@dataclass(frozen=True, slots=True)
class HsShown:
    """A suggested code in the reader's language."""

    hs: str
    shown: str
    description: str
    percent: int
    reasons: list[str]


@dataclass(frozen=True, slots=True)
class HsHelp:
    """Suggestions for a title, or why there are none."""

    rows: list[HsShown]
    refusal: str = ""
    is_own: bool = False  # no nomenclature is loaded: everyday goods only, from our own lists


def hs_help(titles: Sequence[str], most: int = 3) -> HsHelp:
    """Suggestions for the first title that says something."""
    title = next((each.strip() for each in titles if each.strip()), "")
    try:
        found = rulebook.hs_suggestions(title, limit=most)
    except Refusal as refusal:
        return HsHelp([], refusal.message(get_language()))
    return HsHelp(
        [
            HsShown(
                each.hs,
                f"{each.hs[:4]}.{each.hs[4:]}",
                each.description,
                round(each.confidence * 100),
                rulebook.hs_reasons(each, _language()),
            )
            for each in found
        ],
        is_own=not rulebook.has_nomenclature(),
    )


def _hs_known() -> list[tuple[str, str]]:
    """Codes of goods the rulebook names, to choose from while typing."""
    found: dict[str, str] = {}
    for destination in current_rulebook().destinations.values():
        for row in destination.tariffs:
            if len(row.hs) == 6 and row.goods:
                found.setdefault(f"{row.hs[:4]}.{row.hs[4:]}", row.goods)
    return sorted(found.items())


@seller
@require_http_methods(["GET", "POST"])
def variant(request: SellerRequest, product: str, variant: str | None = None) -> HttpResponse:
    """GET, POST /seller/products/{product}/variants/new/ and …/variants/{variant}/"""
    business_id, product_id = request.business.pk, own(request, product)
    row = queries.product(business_id, product_id, get_language())
    variant_id = own(request, variant, Kind.VARIANT) if variant else None
    known = next((each for each in row.variants if each.id == variant_id), None)
    if variant_id and known is None:
        raise Http404
    form = VariantForm(request.POST or None, variant=known)
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_variant(business_id, product_id, form.facts(), variant_id=variant_id)
        except Refusal as refusal:
            refused(form, refusal, "sku")
        else:
            messages.success(request, _("Saved."))
            return redirect("catalogue:product", product)
    return render(request, "catalogue/variant.html", {"product": row, "variant": known, "form": form})


@seller
@require_POST
def retirement(request: SellerRequest, product: str, variant: str) -> HttpResponse:
    """POST /seller/products/{product}/variants/{variant}/retirement/: no longer offer it; with back=1 offer it again."""
    is_retired = "back" not in request.POST
    actions.retire_variant(request.business.pk, own(request, product), own(request, variant, Kind.VARIANT), is_retired=is_retired)
    return redirect("catalogue:product", product)


@seller
@require_POST
def photos(request: SellerRequest, product: str) -> HttpResponse:
    """POST /seller/products/{product}/photos/: one or more pictures."""
    product_id = own(request, product)
    form = PhotosForm(request.POST, request.FILES)
    if form.is_valid():
        _add_photos(request, product_id, form.cleaned_data["photos"])
        return redirect("catalogue:product", product)
    return _product(request, product_id, photos=form)


def _add_photos(request: SellerRequest, product_id: UUID, files: list[Any]) -> None:
    for file in files:
        try:
            actions.add_photo(request.business.pk, product_id, file.read(), at=now())
        except Refusal as refusal:
            messages.error(request, f"{file.name}: {refusal.message(get_language())}")


@seller
@require_POST
def photo(request: SellerRequest, product: str, photo: str, what: str) -> HttpResponse:
    """POST /seller/products/{product}/photos/{id}/removal/ and …/first/"""
    act = {"removal": actions.remove_photo, "first": actions.put_photo_first}[what]
    act(request.business.pk, own(request, product), UUID(photo))
    return redirect("catalogue:product", product)


@seller
@require_POST
def papers(request: SellerRequest, product: str) -> HttpResponse:
    """POST /seller/products/{product}/papers/: show one, or renew it; an officer looks at it."""
    product_id = own(request, product)
    row = queries.product(request.business.pk, product_id)
    form = PaperForm(request.POST, request.FILES, of=_papers_of(row))
    if submitted(request, product_id, form):
        return redirect("catalogue:product", product)
    return _product(request, product_id, paper=form)


def submitted(request: SellerRequest, product_id: UUID | None, form: PaperForm, *, plant_id: UUID | None = None) -> bool:
    """Whether the form was good and the paper waits for an officer now."""
    if not form.is_valid():
        return False
    try:
        actions.submit_certificate(request.business.pk, product_id, form.facts(), plant_id=plant_id, by=request.user.pk, at=now())
    except Refusal as refusal:
        refused(form, refusal, "file")
        return False
    messages.success(request, _("Sent. An officer looks at it and you are told."))
    return True


@dataclass(frozen=True, slots=True)
class CertificateShown:
    """A paper in the reader's language."""

    row: CertificateRow
    name: str
    is_over: bool
    handle: str  # of the business


def certificate_rows(rows: Sequence[CertificateRow], today: date) -> list[CertificateShown]:
    known, language = current_rulebook().papers, _language()
    return [
        CertificateShown(
            each,
            known[each.kind].names[language] if each.kind in known else each.kind,
            each.valid_until is not None and each.valid_until < today,
            handle(Kind.BUSINESS, each.business_id),
        )
        for each in rows
    ]


@seller
@require_http_methods(["GET", "POST"])
def certificates(request: SellerRequest) -> HttpResponse:
    """GET, POST /seller/certificates/: papers of the whole business, which hold for all its products; plants have their own pages."""
    form = PaperForm(
        request.POST or None, request.FILES or None, of=("seller", "plant", "product"), initial={"kind": request.GET.get("paper", "")[:30]}
    )
    if request.method == "POST" and submitted(request, None, form):
        return redirect("catalogue:certificates")
    context = {
        "rows": certificate_rows(queries.certificates(request.business.pk), now().date()),
        "plants": registry.plants(request.business.pk),
        "form": form,
    }
    return render(request, "catalogue/certificates.html", context, status=422 if form.errors else 200)


@seller
@require_POST
def withdrawal(request: SellerRequest, certificate: UUID) -> HttpResponse:
    """POST /seller/certificates/{id}/withdrawal"""
    row = queries.certificate(request.business.pk, certificate)
    actions.withdraw_certificate(request.business.pk, certificate, by=request.user.pk, at=now())
    if row.plant_id is not None:
        return redirect("catalogue:plant", handle(Kind.PLANT, request.business.pk, row.plant_id))
    if row.product_id is None:
        return redirect("catalogue:certificates")
    return redirect("catalogue:product", handle(Kind.PRODUCT, request.business.pk, row.product_id))


@seller
@require_GET
def certificate_file(request: SellerRequest, certificate: UUID) -> HttpResponse:
    """GET /seller/certificates/{id}/file: the paper itself."""
    row = queries.certificate(request.business.pk, certificate)
    if row.document_id is None:
        raise Http404
    return shown_paper(request.business.pk, row.document_id)


@seller
@require_POST
def state(request: SellerRequest, product: str, what: str) -> HttpResponse:
    """POST /seller/products/{product}/readiness/, …/archive/ and …/restoration/"""
    act = {"readiness": actions.make_ready, "archive": actions.archive, "restoration": actions.restore}[what]
    try:
        act(request.business.pk, own(request, product))
    except Refusal as refusal:
        messages.error(request, refusal.message(get_language()))
    return redirect("catalogue:product", product)


def _language() -> str:
    from_request = get_language() or "id"
    return from_request if from_request in dict(LABELS) else "id"
