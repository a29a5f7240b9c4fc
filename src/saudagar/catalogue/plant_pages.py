"""One plant with its papers and what is made there; and where one product is made."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from saudagar.catalogue import actions, queries
from saudagar.catalogue.forms import PaperForm, PlantsForm, refused
from saudagar.catalogue.pages import certificate_rows, own, submitted
from saudagar.catalogue.rules.certificates import PlantPapersLost
from saudagar.foundation.clock import now
from saudagar.foundation.ids import Kind
from saudagar.foundation.refusals import Refusal
from saudagar.registry import queries as registry
from saudagar.registry.access import SellerRequest, seller


@seller
@require_http_methods(["GET", "POST"])
def plant(request: SellerRequest, plant: str) -> HttpResponse:
    """GET, POST /seller/plants/{plant}/: one plant, its papers, what is made there; POST shows a paper of it to the officer."""
    business_id, plant_id = request.business.pk, own(request, plant, Kind.PLANT)
    row = registry.plant(business_id, plant_id)
    form = PaperForm(request.POST or None, request.FILES or None, of=("plant",), initial={"kind": request.GET.get("paper", "")[:30]})
    if request.method == "POST" and submitted(request, None, form, plant_id=plant_id):
        return redirect("catalogue:plant", plant)
    today = now().date()
    context = {
        "row": row,
        "papers": certificate_rows(queries.certificates_of_plant(business_id, plant_id), today),
        "elsewhere": certificate_rows(queries.plant_papers_elsewhere(business_id, plant_id), today),
        "products": queries.titles_of_plant(business_id, plant_id, get_language()),
        "form": form,
    }
    return render(request, "catalogue/plant.html", context, status=422 if form.errors else 200)


@seller
@require_POST
def plant_paper(request: SellerRequest, plant: str, certificate: UUID) -> HttpResponse:
    """POST /seller/plants/{plant}/papers/{certificate}: a paper that was shown elsewhere, shown for this plant."""
    plant_id = own(request, plant, Kind.PLANT)
    try:
        actions.show_for_plant(request.business.pk, certificate, plant_id, by=request.user.pk, at=now())
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        messages.error(request, refusal.message(get_language()))
    else:
        messages.success(request, _("Sent. An officer looks at it and you are told."))
    return redirect("catalogue:plant", plant)


@seller
@require_http_methods(["GET", "POST"])
def product_plants(request: SellerRequest, product: str) -> HttpResponse:
    """GET, POST /seller/products/{product}/plants/: where it is made, grown and packed."""
    business_id, product_id = request.business.pk, own(request, product)
    row = queries.product(business_id, product_id, get_language())
    named = {each.id for each in row.made_in}
    plants = [each for each in registry.plants(business_id) if each.plant.is_active or each.plant.pk in named]
    choices = [(str(each.plant.pk), _named(each)) for each in plants]
    form = PlantsForm(request.POST or None, choices=choices, initial={"plants": [str(each) for each in named]})
    must_mean = False
    if request.method == "POST" and form.is_valid():
        is_meant = form.cleaned_data["is_meant"]
        try:
            actions.name_plants(business_id, product_id, form.plant_ids(), by=request.user.pk, at=now(), is_meant=is_meant)
        except Refusal as refusal:
            must_mean = isinstance(refusal, PlantPapersLost)
            refused(form, refusal, "plants")
        else:
            messages.success(request, _("Saved."))
            return redirect("catalogue:product", product)
    context = {"product": row, "plants": plants, "form": form, "must_mean": must_mean}
    return render(request, "catalogue/product_plants.html", context, status=422 if form.errors else 200)


def _named(row: registry.PlantRow) -> str:
    parts = [row.plant.name, row.plant.maker, row.area.split(",")[0], "" if row.plant.is_active else _("Closed")]
    return " · ".join(part for part in parts if part)
