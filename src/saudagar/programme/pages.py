"""Where can I sell this, how ready am I for it, and what helps most: the seller's pages and the officer's list."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from saudagar.catalogue import queries as catalogue
from saudagar.catalogue.pages import own
from saudagar.foundation.clock import now
from saudagar.foundation.refusals import spoken
from saudagar.look.asked import page_number
from saudagar.people.requests import SignedIn
from saudagar.programme import actions, queries
from saudagar.programme import destinations as places
from saudagar.programme.forms import SampleForm, SupplyForm
from saudagar.programme.queries import ReadinessRow
from saudagar.programme.rules.readiness import PARTS
from saudagar.registry import queries as registry
from saudagar.registry.access import SellerRequest, officer, seller
from saudagar.rulebook.queries import current_rulebook

PAGE = 50
LEAST_SURE = 10  # percent: below, too little is known to show a score
MOST_ROWS = 100_000  # of a list as CSV
NAMES = {
    "volume": gettext_lazy("Volume"),
    "quality": gettext_lazy("Quality"),
    "consistency": gettext_lazy("Consistency"),
    "known": gettext_lazy("Being known"),
    "competitive": gettext_lazy("Price"),
}


@seller
@require_GET
def destinations(request: SellerRequest, product: str) -> HttpResponse:
    """GET /seller/products/{product}/destinations/?weight=…&freight=…: every destination, what is missing, what a sample costs there."""
    row = catalogue.product(request.business.pk, own(request, product), get_language())
    form = SampleForm(request.GET if {"weight", "freight"} & set(request.GET) else None, product=row)
    sample = form.sample()
    found = places.places(row, request.business, sample, at=now(), language=get_language()) if row.hs_code and sample else []
    open_to = [each for each in found if each.status == "allowed"]
    context = {"product": row, "form": form, "sample": sample, "places": found, "open": len(open_to)}
    return render(request, "programme/destinations.html", context)


@seller
@require_http_methods(["GET", "POST"])
def readiness(request: SellerRequest) -> HttpResponse:
    """GET /seller/readiness/: how ready the business and its products are, and what raises it most. POST: worked out again now."""
    business_id = request.business.pk
    if request.method == "POST":
        actions.work_out(business_id, at=now())
        messages.success(request, _("Worked out again."))
        return redirect("programme:readiness")
    found = queries.business_readiness(business_id)
    rows = queries.product_readiness(business_id, get_language())
    titles, plants = {row.handle: row.title for row in rows}, catalogue.made_somewhere(business_id)
    context = {"whole": _shown(found, titles, plants) if found else None, "products": [_shown(row, {}, plants) for row in rows]}
    return render(request, "programme/readiness.html", context)


@seller
@require_http_methods(["GET", "POST"])
def product_readiness(request: SellerRequest, product: str) -> HttpResponse:
    """GET, POST /seller/products/{product}/readiness-for-export/: one product's bars and steps; how much of it can be made a month."""
    business_id, product_id = request.business.pk, own(request, product)
    row = catalogue.product(business_id, product_id, get_language())
    known = queries.supply(business_id, product_id)
    initial = {"pieces_per_month": known.pieces_per_month, "grade": known.grade} if known else {}
    form = SupplyForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        actions.tell_supply(business_id, product_id, pieces_per_month=told["pieces_per_month"], grade=told["grade"], at=now())
        messages.success(request, _("Saved."))
        return redirect("programme:product_readiness", product)
    found = next((each for each in queries.product_readiness(business_id, get_language()) if each.product_id == product_id), None)
    plants = {row.handle} if row.made_in else set()
    context = {"product": row, "found": _shown(found, {}, plants) if found else None, "form": form}
    return render(request, "programme/product.html", context, status=422 if form.errors else 200)


@officer
@require_GET
def officer_list(request: SignedIn) -> HttpResponse:
    """GET /officer/readiness/?province=&category=&sort=: businesses by readiness; format=csv gives all of them as a file."""
    province, category = request.GET.get("province", "")[:2], request.GET.get("category", "")[:40]
    sort, page = request.GET.get("sort", "-score"), page_number(request)
    sort = sort if sort in queries.SORTS else "-score"
    chosen = catalogue.with_parts(category or None)
    if request.GET.get("format") == "csv":
        return _csv(queries.officer_list(province=province, category=chosen, sort=sort, most=MOST_ROWS))
    rows = queries.officer_list(province=province, category=chosen, sort=sort, first=(page - 1) * PAGE, most=PAGE + 1)
    sorts = [("-score", _("Most ready")), ("score", _("Least ready")), ("confidence", _("Best known"))]
    context = {
        "rows": [
            (
                row,
                [(NAMES[name], value) for name, value in zip(PARTS, row.parts, strict=True)],
                _step(row.first_step, {}) if row.first_step else None,
            )
            for row in rows[:PAGE]
        ],
        "names": list(NAMES.values()),
        "province": province,
        "provinces": registry.provinces(),
        "category": category,
        "categories": catalogue.categories(get_language()),
        "sort": sort,
        "sorts": [*sorts, *((name, _("Weakest: %(part)s") % {"part": NAMES[name]}) for name in PARTS)],
        "next_page": page + 1 if len(rows) > PAGE else None,
    }
    return render(request, "programme/officer_list.html", context)


def _csv(rows: Sequence[queries.OfficerRow]) -> HttpResponse:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["business", "name", "province", "day", "score", "confidence", *PARTS, "first_step", "first_step_gain"])
    for row in rows:
        step = row.first_step or {}
        parts = ["" if each is None else each for each in row.parts]
        # A name that begins like a formula would be one in a spreadsheet.
        name = f"'{row.name}" if row.name[:1] in "=+-@" else row.name
        code = step.get("paper") or step.get("code", "")
        writer.writerow([row.handle, name, row.province, row.day, row.score, row.confidence, *parts, code, step.get("gain", "")])
    answer = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="readiness.csv"'
    return answer


def _shown(row: ReadinessRow, titles: Mapping[str, str], plants: Collection[str] = ()) -> dict[str, Any]:
    """A row with its bars and steps in the reader's language."""
    return {
        "row": row,
        "score": round(row.score) if row.confidence >= LEAST_SURE else None,
        "confidence": round(row.confidence),
        "bars": [(NAMES[name], None if value is None else round(value)) for name, value in row.parts],
        "steps": [_step(step, titles, plants) for step in row.steps],
    }


def _step(step: Mapping[str, Any], titles: Mapping[str, str], plants: Collection[str] = ()) -> dict[str, Any]:
    """A step with the name of its paper, who gives it, and where it is done. plants: handles of products that name where they are made."""
    paper = current_rulebook().papers.get(step.get("paper", ""))
    language = spoken(get_language())
    product = step["product"]
    if step["code"] == "paper" and paper is not None:
        # A product that names its plants shows on its own page which of them lacks it.
        of_product = paper.of in ("product", "parcel") or product in plants
        url = f"/seller/products/{product}/?paper={paper.key}#papers" if of_product else f"/seller/certificates/?paper={paper.key}"
    elif step["code"] == "price":
        url = f"/seller/products/{product}/markets/"
    elif step["code"] == "campaign":
        url = "/seller/campaigns/"
    elif step["code"] in ("in_time", "defects"):
        url = "/seller/orders/"
    else:
        url = f"/seller/products/{product}/readiness-for-export/"
    return {
        **step,
        "paper": paper.names[language] if paper else step.get("paper", ""),
        "given_by": f"{paper.given_by[language]} · {paper.takes[language]}" if paper else "",
        "title": titles.get(product, ""),
        "url": url,
    }
