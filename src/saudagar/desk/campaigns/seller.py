"""The seller's campaigns: which may be joined, with what one joined, how it sells."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from saudagar.campaigns import actions, queries
from saudagar.campaigns.rules import phases
from saudagar.campaigns.rules.refusals import MayNotJoin
from saudagar.catalogue.forms import refused
from saudagar.catalogue.pages import own
from saudagar.desk.campaigns.forms import ApplicationForm
from saudagar.desk.campaigns.rows import campaign_row, entry_views, late_of, percent
from saudagar.foundation import money
from saudagar.foundation.clock import now
from saudagar.foundation.ids import Kind
from saudagar.foundation.money import major
from saudagar.foundation.refusals import Refusal, spoken
from saudagar.registry.access import SellerRequest, seller


@seller
@require_GET
def campaigns(request: SellerRequest) -> HttpResponse:
    """GET /seller/campaigns/: those that come or run, and what this business has in them."""
    at = now()
    found = queries.open_campaigns(at=at)
    counts = queries.counts_of(request.business.pk, found)
    return render(request, "desk/campaigns/seller_list.html", {"rows": [campaign_row(each, at, counts) for each in found]})


@seller
@require_GET
def campaign(request: SellerRequest, campaign: str) -> HttpResponse:
    """GET /seller/campaigns/{code}/: what it asks, what this business has in it, what else could join."""
    at, business_id, language = now(), request.business.pk, get_language()
    found = queries.campaign_shown(campaign, at=at)
    late = late_of([business_id], at)[business_id]
    row = campaign_row(found, at)
    may_join = row.phase in phases.JOINABLE
    rules = queries.rules_of(found)
    candidates = [
        (goods, money.shown(goods.ordinary_price, goods.currency, language), money.shown(goods.suggested(rules), goods.currency, language))
        for goods in (queries.candidates(found, business_id, language) if may_join else [])
    ]
    return render(
        request,
        "desk/campaigns/seller_campaign.html",
        {
            "row": row,
            "entries": entry_views(queries.entries_of(business_id, found, language, late_bp=late)),
            "candidates": candidates,
            "may_join": may_join,
            "may_withdraw": row.phase in phases.DECIDABLE,
            "is_late": late > found.most_late_bp,
            "late": percent(late),
        },
    )


@seller
@require_http_methods(["GET", "POST"])
def application(request: SellerRequest, campaign: str, listing: str) -> HttpResponse:
    """GET, POST /seller/campaigns/{code}/{listing}/: apply with a product, or change what waits."""
    at, business_id, language = now(), request.business.pk, get_language()
    listing_id = own(request, listing, Kind.LISTING)
    found = queries.campaign_shown(campaign, at=at)
    goods = queries.goods(found, [(business_id, listing_id)], language).get((business_id, listing_id))
    if goods is None:
        raise Http404
    rules, entry = queries.rules_of(found), queries.entry_of_listing(business_id, found, listing_id)
    most_price = goods.suggested(rules)
    shown = entry.price if entry else most_price
    initial = {
        "price": f"{major(shown, goods.currency).normalize():f}",
        "allotment": entry.allotment if entry else min(max(rules.least_pieces, goods.on_shelf // 2), goods.on_shelf) or rules.least_pieces,
        "most_per_buyer": entry.most_per_buyer if entry else rules.most_per_buyer,
    }
    form = ApplicationForm(request.POST or None, goods=goods, campaign=found, most_price=most_price, initial=initial)
    broken: list[str] = []
    if request.method == "POST" and form.is_valid():
        late = late_of([business_id], at)[business_id]
        try:
            actions.apply(business_id, found.pk, listing_id, form.application(), late_bp=late, by=request.user.pk, at=at)
        except MayNotJoin as refusal:
            for lack in refusal.parts:
                if lack.field:
                    form.add_error(lack.field, lack.words[spoken(language)])
                else:
                    broken.append(lack.words[spoken(language)])
        except Refusal as refusal:
            refused(form, refusal)
        else:
            messages.success(request, _("Sent. An officer looks at it now."))
            return redirect("desk:seller_campaign", found.code)
    row = campaign_row(found, at)
    return render(
        request,
        "desk/campaigns/seller_application.html",
        {
            "row": row,
            "goods": goods,
            "entry": entry,
            "ordinary": money.shown(goods.ordinary_price, goods.currency, language),
            "most_price": money.shown(most_price, goods.currency, language),
            "form": form,
            "broken": broken,
            "may_apply": row.phase in phases.JOINABLE and (entry is None or entry.state != "approved"),
        },
        status=422 if form.errors or broken else 200,
    )


@seller
@require_POST
def withdrawal(request: SellerRequest, campaign: str, listing: str) -> HttpResponse:
    """POST /seller/campaigns/{code}/{listing}/withdrawal: no new prices for it; promises hold, then its pieces go back."""
    listing_id = own(request, listing, Kind.LISTING)
    found = queries.campaign_shown(campaign, at=now())
    entry = queries.entry_of_listing(request.business.pk, found, listing_id)
    if entry is None:
        raise Http404
    try:
        actions.withdraw(request.business.pk, entry.pk, by=request.user.pk, at=now())
    except Refusal as refusal:
        messages.error(request, refusal.message(get_language()))
    else:
        messages.success(request, _("Withdrawn."))
    return redirect("desk:seller_campaign", found.code)
