"""Where a product is sold: the seller's page, the curator's desk, and exchange rates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import localize
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from saudagar.audit.actions import note
from saudagar.catalogue import queries as catalogue
from saudagar.catalogue.forms import paper_names, refused
from saudagar.catalogue.pages import LABELS, own
from saudagar.catalogue.queries import ProductRow
from saudagar.catalogue.rules.product import best_text
from saudagar.foundation.clock import now
from saudagar.foundation.ids import Kind, parse_handle
from saudagar.foundation.refusals import Refusal, spoken
from saudagar.look.asked import page_number
from saudagar.markets import actions, queries
from saudagar.markets.forms import PriceForm, RateForm, RefusalForm, shown_rate
from saudagar.markets.queries import MarketOffer, Need
from saudagar.markets.rules import NoRateForMarket
from saudagar.registry import queries as registry
from saudagar.registry.access import SellerRequest, officer, seller
from saudagar.rulebook.queries import hs_descriptions
from saudagar.rulebook.rules import Claim

PAGE = 25
STATES = ("proposed", "live", "refused")


def _words(needs: list[Need]) -> list[tuple[str, str, str]]:
    """(what is missing, who gives it, source) in the reader's language."""
    language = spoken(get_language())
    return [(need.words[language], (need.help or {}).get(language, ""), need.source) for need in needs]


def _percent(basis_points: int) -> str:
    """250 as people read it: 2,5%."""
    return f"{localize(Decimal(f'{basis_points / 100:g}'))}%"


@seller
@require_GET
def product(request: SellerRequest, product: str) -> HttpResponse:
    """GET /seller/products/{product}/markets/: where it is sold, at which price, and what is missing elsewhere."""
    return _product(request, product, own(request, product))


def _product(request: SellerRequest, handle: str, product_id: UUID, *, wrong: dict[UUID, PriceForm] | None = None) -> HttpResponse:
    at = now()
    row = catalogue.product(request.business.pk, product_id, get_language())
    claims = catalogue.claims_in_force(request.business.pk, product_id, actions.law_day(at))
    rows = []
    for offer in queries.offers(request.business, product_id, actions.law_day(at), get_language()):
        try:
            rate = queries.rate_in_force(offer.market.currency, at).row
            rate_words = f"1 {rate.base} = Rp{shown_rate(rate.rate, get_language())} · {rate.source}" if rate else ""
        except NoRateForMarket as refusal:
            rate_words = refusal.message(get_language())
        prices = [
            (
                each,
                (wrong or {}).get(each.listing_id) or PriceForm(currency=offer.market.currency, prefix=each.handle)
                if each.listing_id
                else None,
            )
            for each in offer.offers
        ]
        rows.append(
            {
                "offer": offer,
                "market": offer.market,
                "prices": prices,
                "blocking": _words(offer.blocking),
                "advice": _words(offer.advice),
                "rate": rate_words,
                "abroad": _abroad(row, offer, claims, at),
                "margin": _percent(offer.market.margin_bp),
                "fee": _percent(offer.market.fee_bp),
            }
        )
    return render(request, "markets/product.html", {"product": row, "rows": rows}, status=422 if wrong else 200)


def _abroad(row: ProductRow, offer: MarketOffer, claims: Sequence[Claim], at: datetime) -> list[queries.Abroad]:
    """Duty and tax on one piece of the first variant with a price there."""
    for each in offer.offers:
        if each.price:
            weights = ((variant.net_grams, variant.gross_grams) for variant in row.variants if variant.id == each.variant_id)
            net, gross = next(weights, (0, 0))
            return queries.abroad(
                row, offer.market, each.price, net, gross_grams=gross, at=at, on=actions.law_day(at), language=get_language(), claims=claims
            )
    return []


@seller
@require_POST
def offer(request: SellerRequest, product: str, market: str) -> HttpResponse:
    """POST /seller/products/{product}/markets/{market}/offer/"""
    try:
        state = actions.offer(request.business.pk, own(request, product), market, at=now())
    except Refusal as refusal:
        messages.error(request, refusal.message(get_language()))
    else:
        messages.success(request, _("On sale now.") if state == "live" else _("Proposed. An officer looks at it now."))
    return redirect("markets:product", product)


@seller
@require_POST
def pause(request: SellerRequest, product: str, market: str) -> HttpResponse:
    """POST /seller/products/{product}/markets/{market}/pause/"""
    try:
        actions.pause(request.business.pk, own(request, product), market)
    except Refusal as refusal:
        messages.error(request, refusal.message(get_language()))
    return redirect("markets:product", product)


@seller
@require_POST
def price(request: SellerRequest, product: str, listing: str) -> HttpResponse:
    """POST /seller/products/{product}/prices/{listing}/: a price by hand; empty: by the market's rule."""
    product_id, listing_id = own(request, product), own(request, listing, Kind.LISTING)
    found = queries.listing(request.business.pk, listing_id)
    if found is None or found.variant.product_id != product_id:
        raise Http404
    form = PriceForm(request.POST, currency=found.market.currency, prefix=listing)
    if not form.is_valid():
        return _product(request, product, product_id, wrong={listing_id: form})
    try:
        actions.set_price(request.business.pk, listing_id, price=form.cleaned_data["price"], at=now())
    except Refusal as refusal:
        messages.error(request, refusal.message(get_language()))
    else:
        messages.success(request, _("Saved."))
    return redirect("markets:product", product)


@officer
@require_GET
def pavilions(request: HttpRequest) -> HttpResponse:
    """GET /officer/pavilion/: the first curated market; its page leads to the others."""
    first = next(iter(queries.curated_markets()), None)
    if first is None:
        raise Http404
    return redirect("markets:pavilion", first.code)


@officer
@require_GET
def pavilion(request: HttpRequest, market: str) -> HttpResponse:
    """GET /officer/pavilion/{market}/: what waits, what is on sale, what was refused."""
    where = queries.market(market)
    state = request.GET.get("state", "proposed")
    if state not in STATES:
        raise Http404
    page = page_number(request)
    found = queries.queue(where, state, first=(page - 1) * PAGE, most=PAGE + 1)
    rows = []
    for business_id, product_id, proposed_at, featured_at in found[:PAGE]:
        rows.append((catalogue.product(business_id, product_id, get_language()), registry.business(business_id), proposed_at, featured_at))
    return render(
        request,
        "markets/pavilion.html",
        {
            "market": where,
            "name": best_text(where.names, spoken(get_language())),
            "rows": rows,
            "others": [
                (each.code, best_text(each.names, spoken(get_language()))) for each in queries.curated_markets() if each.code != where.code
            ],
            "state": state,
            "tabs": [("proposed", _("To decide")), ("live", _("On sale")), ("refused", _("Refused"))],
            "waiting": queries.waiting(where),
            "next_page": page + 1 if len(found) > PAGE else None,
        },
    )


@officer
@require_GET
def candidate(request: HttpRequest, market: str, product: str) -> HttpResponse:
    """GET /officer/pavilion/{market}/{product}/: one product, as the curator judges it."""
    return _candidate(request, market, product)


def _candidate(request: HttpRequest, market: str, product: str, *, form: RefusalForm | None = None) -> HttpResponse:
    where = queries.market(market)
    business_id, product_id = parse_handle(product, Kind.PRODUCT)
    business = registry.business(business_id)
    if business is None:
        raise Http404
    row = catalogue.product(business_id, product_id, get_language())
    offers = queries.offers(business, product_id, actions.law_day(now()), get_language())
    offer = next((each for each in offers if each.market.code == where.code and each.state), None)
    if offer is None:
        raise Http404
    names = paper_names()
    return render(
        request,
        "markets/candidate.html",
        {
            "market": where,
            "name": best_text(where.names, spoken(get_language())),
            "product": row,
            "business": business,
            "area": registry.area_name(business.area_id),
            "offer": offer,
            "blocking": _words(offer.blocking),
            "advice": _words(offer.advice),
            "texts": [
                (language, label, row.titles.get(language, ""), row.descriptions.get(language, ""))
                for language, label in sorted(LABELS, key=lambda each: each[0] != where.languages[0])
            ],
            "papers": [(names.get(kind, kind), number, until) for kind, (number, until) in row.papers.items()],
            "hs_words": list(hs_descriptions(row.hs_code).values())[-1:] if row.hs_code else [],
            "is_featured": queries.is_featured(business_id, product_id, where.code),
            "form": form or RefusalForm(),
        },
        status=422 if form else 200,
    )


@officer
@require_POST
def decision(request: HttpRequest, market: str, product: str, what: str) -> HttpResponse:
    """POST /officer/pavilion/{market}/{product}/approval/, …/refusal/ and …/feature/"""
    business_id, product_id = parse_handle(product, Kind.PRODUCT)
    at = now()
    form = RefusalForm(request.POST)
    form.is_valid()
    try:
        if what == "approval":
            actions.approve(business_id, product_id, market, at=at)
            messages.success(request, _("Let in. The seller is told."))
        elif what == "refusal":
            actions.refuse(business_id, product_id, market, reason=form.cleaned_data.get("reason", ""), at=at)
            messages.success(request, _("Refused. The seller is told why."))
        else:
            actions.feature(business_id, product_id, market, is_featured="back" not in request.POST, at=at)
    except Refusal as refusal:
        if refusal.field == "reason":
            refused(form, refusal)
            return _candidate(request, market, product, form=form)
        messages.error(request, refusal.message(get_language()))
    else:
        note(f"markets.{what}", by=request.user.pk, at=at, business_id=business_id, subject=product, facts={"market": market})
        if what != "feature":
            return redirect("markets:pavilion", market)
    return redirect("markets:candidate", market, product)


@officer
@require_http_methods(["GET", "POST"])
def rates(request: HttpRequest) -> HttpResponse:
    """GET, POST /officer/rates/: what currencies cost; automatic prices follow."""
    form = RateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            row, changed = actions.enter_rate(
                told["currency"], told["rate"], source=told["source"], valid_from=told["valid_from"], at=now(), is_meant=told["is_meant"]
            )
        except Refusal as refusal:
            refused(form, refusal)
        else:
            note("markets.rate_entered", by=request.user.pk, at=now(), subject=str(row.pk), facts={"rate": str(row)})
            messages.success(
                request, ngettext("Saved. %(number)d price followed.", "Saved. %(number)d prices followed.", changed) % {"number": changed}
            )
            return redirect("markets:rates")
    return render(
        request,
        "markets/rates.html",
        {"form": form, "rows": [(row, shown_rate(row.rate, get_language())) for row in queries.rates()], "now": now()},
    )
