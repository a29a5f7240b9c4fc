"""A seller's shelves, and taking in a product list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from saudagar.catalogue import queries as catalogue
from saudagar.catalogue.forms import refused
from saudagar.catalogue.models import ProductList
from saudagar.catalogue.pages import own
from saudagar.catalogue.rules import digestion, headers, sheets
from saudagar.foundation.clock import now
from saudagar.foundation.ids import Kind
from saudagar.foundation.refusals import Refusal
from saudagar.look.asked import page_number
from saudagar.registry.access import SellerRequest, seller
from saudagar.registry.queries import plant_names
from saudagar.rulebook.queries import known_hs_codes
from saudagar.stock import actions, queries
from saudagar.stock.forms import FIELD_NAMES, CountForm, ListForm, LossForm, MappingForm, ReceiptForm, TransferForm

PAGE = 50
SHOWN_ROWS = 5
LISTS_KEPT = timedelta(days=1)


@seller
@require_GET
def shelves(request: SellerRequest) -> HttpResponse:
    """GET /seller/stock/: every shelf, emptiest first."""
    only = "low" if request.GET.get("only") == "low" else ""
    q = request.GET.get("q", "").strip()[:100]
    number = page_number(request)
    rows, every = queries.pools(request.business.pk, get_language(), only=only, q=q, first=(number - 1) * PAGE, most=PAGE)
    page = Paginator(range(every), PAGE).get_page(number)
    return render(request, "stock/shelves.html", {"rows": rows, "only": only, "q": q, "page": page})


@seller
@require_GET
def history(request: SellerRequest) -> HttpResponse:
    """GET /seller/stock/history/: what changed, newest first."""
    return render(request, "stock/history.html", {"rows": queries.history(request.business.pk, get_language(), most=200)})


@seller
@require_http_methods(["GET", "POST"])
def product(request: SellerRequest, product: str) -> HttpResponse:
    """GET, POST /seller/products/{product}/stock/: its shelves; POST receives goods."""
    business_id, product_id = request.business.pk, own(request, product)
    row = catalogue.product(business_id, product_id, get_language())
    form = ReceiptForm(request.POST or None, product=row, business_id=business_id)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            actions.receive(
                business_id,
                UUID(told["variant"]),
                UUID(told["outlet"]),
                pieces=told["pieces"],
                by=request.user.pk,
                at=now(),
                note=told["note"],
            )
        except Refusal as refusal:
            refused(form, refusal)
        else:
            messages.success(request, _("Received."))
            return redirect("stock:product", product)
    rows, _every = queries.pools(business_id, get_language(), product_id=product_id)
    return render(
        request,
        "stock/product.html",
        {
            "product": row,
            "rows": rows,
            "form": form,
            "outlets": queries.outlets(business_id),
            "history": queries.history(business_id, get_language(), product_id=product_id, most=15),
        },
    )


@seller
@require_GET
def shelf(request: SellerRequest, pool: str) -> HttpResponse:
    """GET /seller/stock/{pool}/: one shelf: count, move, write off."""
    return _shelf(request, own(request, pool, Kind.POOL))


def _shelf(request: SellerRequest, pool_id: UUID, **forms: Form) -> HttpResponse:
    business_id = request.business.pk
    row = queries.pool(business_id, pool_id, get_language())
    others = len(queries.outlets(business_id)) > 1
    context = {
        "pool": row,
        "count": CountForm(initial={"pieces": row.available}, prefix="count"),
        "loss": LossForm(prefix="loss"),
        "transfer": TransferForm(business_id=business_id, source=row.outlet_id, prefix="transfer") if others else None,
        **forms,
    }
    return render(request, "stock/shelf.html", context, status=422 if forms else 200)


@seller
@require_POST
def count(request: SellerRequest, pool: str) -> HttpResponse:
    """POST /seller/stock/{pool}/count/: put right what was counted on the shelf."""
    pool_id = own(request, pool, Kind.POOL)
    form = CountForm(request.POST, prefix="count")
    return _act(
        request,
        pool_id,
        "count",
        form,
        lambda told: actions.correct_count(
            request.business.pk, pool_id, pieces=told["pieces"], by=request.user.pk, at=now(), note=told["note"]
        ),
    )


@seller
@require_POST
def loss(request: SellerRequest, pool: str) -> HttpResponse:
    """POST /seller/stock/{pool}/loss/"""
    pool_id = own(request, pool, Kind.POOL)
    form = LossForm(request.POST, prefix="loss")
    return _act(
        request,
        pool_id,
        "loss",
        form,
        lambda told: actions.write_off(
            request.business.pk, pool_id, pieces=told["pieces"], by=request.user.pk, at=now(), note=told["note"]
        ),
    )


@seller
@require_POST
def transfer(request: SellerRequest, pool: str) -> HttpResponse:
    """POST /seller/stock/{pool}/transfer/"""
    pool_id = own(request, pool, Kind.POOL)
    row = queries.pool(request.business.pk, pool_id)
    form = TransferForm(request.POST, business_id=request.business.pk, source=row.outlet_id, prefix="transfer")
    return _act(
        request,
        pool_id,
        "transfer",
        form,
        lambda told: actions.transfer(
            request.business.pk, pool_id, to_outlet_id=UUID(told["outlet"]), pieces=told["pieces"], by=request.user.pk, at=now()
        ),
    )


def _act(request: SellerRequest, pool_id: UUID, name: str, form: Form, act: Callable[[dict], object]) -> HttpResponse:
    if form.is_valid():
        try:
            act(form.cleaned_data)
        except Refusal as refusal:
            refused(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("stock:product", queries.pool(request.business.pk, pool_id).product)
    return _shelf(request, pool_id, **{name: form})


# A list is taken in, in three steps: the file, the columns, the result. The file waits in the database between them, so
# that any web process can go on, and no step needs JavaScript.


@seller
@require_http_methods(["GET", "POST"])
def import_list(request: SellerRequest) -> HttpResponse:
    """GET, POST /seller/products/import/: step 1, the file."""
    form = ListForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            if file.size > sheets.LARGEST_BYTES:
                raise sheets.SheetTooLarge(megabytes=sheets.LARGEST_BYTES // 1024 // 1024, rows=sheets.MOST_ROWS)
            data = file.read()
            sheets.read(data)
        except Refusal as refusal:
            refused(form, refusal, "file")
        else:
            at = now()
            ProductList.objects.filter(business_id=request.business.pk, uploaded_at__lt=at - LISTS_KEPT).delete()
            kept = ProductList.objects.create(business_id=request.business.pk, name=file.name[:120], data=data, uploaded_at=at)
            return redirect("stock:import_columns", kept.pk)
    return render(request, "stock/import.html", {"form": form})


@seller
@require_http_methods(["GET", "POST"])
def import_columns(request: SellerRequest, kept: UUID) -> HttpResponse:
    """GET, POST /seller/products/import/{list}/: step 2, what the columns mean; POST with go=1 takes the list in."""
    found = ProductList.objects.filter(business_id=request.business.pk, id=kept).first()
    if found is None:
        raise Http404
    sheet = sheets.read(bytes(found.data))
    guesses = headers.suggest(sheet.columns, sheet.rows)
    form = MappingForm(request.POST or None, columns=[(guess.column, guess.field or "") for guess in guesses])
    if request.method == "POST" and form.is_valid():
        guesses = headers.suggest(sheet.columns, sheet.rows, form.chosen(sheet.columns))
    digest = digestion.digest(
        sheet.rows,
        guesses,
        first_row=sheet.first_row,
        hs_known=known_hs_codes() or None,
        plants_known=plant_names(request.business.pk),
    )
    if request.method == "POST" and form.is_valid() and "rejected" in request.POST:
        return _rejected(sheet, digest, found.name)
    if request.method == "POST" and form.is_valid() and "go" in request.POST:
        taken = actions.take_in_products(request.business.pk, digest.products, by=request.user.pk, at=now(), note=found.name)
        if not digest.rejected:
            found.delete()
        return render(
            request,
            "stock/imported.html",
            {"taken": taken, "digest": digest, "kept": found, "form": form, "rejected": _reasons(digest)[:20]},
        )
    return render(
        request,
        "stock/import_columns.html",
        {
            "name": found.name,
            "form": form,
            "rows": [(form[f"c{place}"], guess) for place, guess in enumerate(guesses)],
            "left_out": any(guess.left_out for guess in guesses),
            "digest": digest,
            "shown": digest.products[:SHOWN_ROWS],
            "rejected": _reasons(digest)[:SHOWN_ROWS],
            "doubtful": headers.contradictions(sheet.columns, sheet.rows),
            "field_names": FIELD_NAMES,
        },
    )


def _reasons(digest: digestion.Digest) -> list[tuple[int, str]]:
    language = get_language()
    return [(each.row, " ".join(reason.message(language) for reason in each.reasons)) for each in digest.rejected]


def _rejected(sheet: sheets.Sheet, digest: digestion.Digest, name: str) -> HttpResponse:
    """The rejected rows as a file like the one that came, with reasons."""
    language = get_language()
    lines = [(each.row, each.cells, " ".join(reason.message(language) for reason in each.reasons)) for each in digest.rejected]
    kinds = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8"}
    answer = HttpResponse(sheets.rejected_rows(sheet, lines, _("Reason")), content_type=kinds[sheet.kind])
    stem = "".join(letter for letter in name.rsplit(".", 1)[0] if letter.isalnum() or letter in "-_")[:60] or "list"
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(stem)}.rejected.{sheet.kind}"
    return answer
