"""One page for address, shipping and payment; one to look it over; then the order is placed and payment begins."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import date as date_words
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from saudagar.checkout import tokens
from saudagar.checkout.rules.refusals import Busy, NotYet, Unavailable
from saudagar.foundation.clock import now
from saudagar.foundation.refusals import Refusal
from saudagar.foundation.sealing import masked
from saudagar.look.asked import whole_number
from saudagar.look.templatetags.look import country, moment
from saudagar.orders.rules import Buyer
from saudagar.stock.rules import OutOfStock
from saudagar.storefront import actions, cookies, queries
from saudagar.storefront.access import MarketRequest, of_market
from saudagar.storefront.forms import METHODS, BuyerForm, buyer_form
from saudagar.storefront.pages.browsing import chosen_region, landed_price
from saudagar.storefront.queries import PricedBasket, shown_price
from saudagar.storefront.rules import Basket

RETRY_SECONDS = 3  # where a refusal does not say
MOST_TRIES = 10  # that make a page that waits in line wait longer


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@of_market
def checkout(request: MarketRequest) -> HttpResponse:
    """GET and POST /{market}/checkout/?campaign=

    campaign is the code of one that has not begun: prices are those of its first second, and the order is placed from then on.
    step=review prices the basket for the address, step=place orders it, step=change goes back to the form; step=price, sent by
    htmx when region or shipping change, prices what is there so far.
    """
    basket = cookies.basket(request, request.market.code)
    step = request.POST.get("step", "") if request.method == "POST" else ""
    if step == "place":
        return _place(request, basket)
    if not basket.lines:
        return redirect("storefront:basket", request.market.code)
    language = get_language()
    region = request.POST.get("region") or chosen_region(request)
    landed = landed_price(
        request.market,
        basket.lines,
        region,
        language,
        shipping=request.POST.get("shipping", ""),
        campaign=_campaign(request),
        terms=request.POST.get("terms", ""),
    )
    form_class = buyer_form(request.market)
    if step != "review":
        initial = request.POST.dict() if step in ("change", "price") else {"region": region}
        form = form_class(market=request.market, language=language, priced=landed, initial=initial)
        return _form_page(request, form, landed, refusal=landed.refusal)
    form = form_class(request.POST, market=request.market, language=language, priced=landed)
    if not form.is_valid():
        return _form_page(request, form, landed)
    try:
        return _review(request, form, basket)
    except Refusal as refusal:
        return _form_page(request, form, landed, refusal=_words(request, refusal, basket))


def _campaign(request: MarketRequest) -> str:
    return (request.POST.get("campaign") or request.GET.get("campaign", ""))[:40]


def _form_page(request: MarketRequest, form: BuyerForm, landed: PricedBasket, *, refusal: str = "", status: int = 200) -> HttpResponse:
    return render(
        request,
        "storefront/checkout.html",
        {
            "form": form,
            "priced": None if landed.refusal else landed,
            "notices": landed.notices,
            "refusal": refusal,
            "campaign": _campaign(request),
            "checkout_url": request.path,
            "basket_url": reverse("storefront:basket", args=[request.market.code]),
        },
        status=status,
    )


def _review(
    request: MarketRequest, form: BuyerForm, basket: Basket, *, refusal: str = "", place_at: datetime | None = None, status: int = 200
) -> HttpResponse:
    language, data = get_language(), form.cleaned_data
    address = form.postal_address()
    priced = actions.price(
        request.market.code,
        dict(basket.lines),
        country=address.country,
        region=form.region_code(),
        postal_code=address.postal_code,
        shipping=data["shipping"],
        # Limits per buyer count by the number that customs knows the buyer by, else by telephone.
        buyer_reference=data.get("identity", "") or data["phone"],
        language=language or "",
        campaign=_campaign(request),
        terms=data["terms"] or request.market.terms[0],
        at=now(),
    )
    shown = shown_price(priced, queries.region_name(request.market, form.place_code(), language), language)
    buyer = _buyer(form)
    return render(
        request,
        "storefront/review.html",
        {
            "token": tokens.token(priced.quote),
            "carried": [(name, request.POST.get(name, "")) for name in form.fields],
            "buyer": buyer,
            "address_lines": [*buyer.address.lines(), *([country(address.country)] if address.country != "ID" else [])],
            "identity_masked": masked(buyer.identity) if buyer.identity else "",
            "priced": shown,
            "notices": shown.notices,
            "refusal": refusal,
            "campaign": _campaign(request),
            "method_name": METHODS.get(data["payment"], data["payment"]),
            "valid_until": f"{date_words(localtime(priced.quote.expires_at), 'H:i')} WIB",  # buyers are in many time zones
            "inspection_days": request.market.inspection_days,
            "checkout_url": request.path,
            "place_at": place_at or priced.quote.not_before,
            "now": round(now().timestamp() * 1000),
        },
        status=status,
    )


def _place(request: MarketRequest, basket: Basket) -> HttpResponse:
    """Places the quote that was looked over. A quote is placed once: sending it again leads to the same payment page."""
    language = get_language()
    form = buyer_form(request.market)(request.POST, market=request.market, language=language, priced=None)
    # What was chosen is in the sealed quote by now; the field only came along.
    form.fields["shipping"].choices = [(request.POST.get("shipping", ""), "")]  # type: ignore[attr-defined]
    if not form.is_valid():
        landed = landed_price(request.market, basket.lines, chosen_region(request), language) if basket.lines else PricedBasket("", "")
        return _form_page(request, form, landed)
    try:
        purchase = actions.place(
            request.POST.get("quote", ""),
            _buyer(form),
            method=form.cleaned_data["payment"],
            buyer_id=request.user.pk if request.user.is_authenticated else None,
            at=now(),
        )
    except NotYet as refusal:
        # A moment too early: everything stays as it is, and the button is there again.
        not_before = datetime.fromisoformat(refusal.facts["not_before"])
        words = _("The sale begins at %(moment)s. Press the button again from then on.") % {"moment": moment(not_before)}
        return _review(request, form, basket, refusal=words, place_at=not_before, status=refusal.status)
    except (Busy, Unavailable) as refusal:
        return _busy(request, form, refusal)
    except Refusal as refusal:
        landed = landed_price(
            request.market,
            basket.lines,
            chosen_region(request),
            language,
            campaign=_campaign(request),
            terms=request.POST.get("terms", ""),
        )
        words = _words(request, refusal, basket)
        return _form_page(request, _again(request, form, landed, language), landed, refusal=words, status=refusal.status)
    response = redirect(f"/pay/{purchase}/")
    cookies.keep_basket(response, request.market.code, Basket())
    cookies.keep_purchase(request, response, purchase)
    return response


def _busy(request: MarketRequest, form: BuyerForm, refusal: Refusal) -> HttpResponse:
    """Too many at once: a page that sends the same quote again by itself, later each time. It asks the database nothing."""
    tries = whole_number(request.POST.get("tries", ""), most=MOST_TRIES, otherwise=0)
    seconds = int(refusal.facts.get("retry_after", RETRY_SECONDS)) + tries
    response = render(
        request,
        "storefront/busy.html",
        {
            "carried": [(name, request.POST.get(name, "")) for name in (*form.fields, "quote", "campaign")],
            "checkout_url": request.path,
            "seconds": seconds,
            "tries": min(tries + 1, MOST_TRIES),
        },
        status=refusal.status,
    )
    response["Retry-After"] = str(seconds)
    return response


def _words(request: MarketRequest, refusal: Refusal, basket: Basket) -> str:
    """The refusal in the buyer's language; what is out of stock is called as the shop calls it."""
    language = get_language()
    if isinstance(refusal, OutOfStock):
        for line in queries.basket_lines(request.market, basket.lines, language):
            if line.handle == refusal.facts.get("listing"):
                left = int(refusal.facts["left"])
                if left:
                    return ngettext("Only %(n)s piece left of %(title)s.", "Only %(n)s pieces left of %(title)s.", left) % {
                        "n": left,
                        "title": line.title,
                    }
                return _("%(title)s has just been sold out.") % {"title": line.title}
    return refusal.message(language)


def _again(request: MarketRequest, form: BuyerForm, landed: PricedBasket, language: str | None) -> BuyerForm:
    data: dict[str, Any] = request.POST.dict()
    return type(form)(market=request.market, language=language, priced=landed, initial=data)


def _buyer(form: BuyerForm) -> Buyer:
    data = form.cleaned_data
    return Buyer(
        name=data["name"], phone=data["phone"], email=data["email"], identity=data.get("identity", ""), address=form.postal_address()
    )
