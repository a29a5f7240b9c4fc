"""Where can I sell this, how ready am I for it, and what helps most: the seller's pages and the officer's list."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from saudagar.catalogue import queries as catalogue
from saudagar.catalogue.pages import own
from saudagar.foundation.clock import now
from saudagar.programme import destinations as places
from saudagar.programme.forms import SampleForm
from saudagar.registry.access import SellerRequest, seller


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
