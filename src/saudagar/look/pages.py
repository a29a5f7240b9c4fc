"""The language switch, and the gallery of components for those who build pages."""

from datetime import UTC, datetime
from types import SimpleNamespace

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from saudagar.look.asked import place_here
from saudagar.look.icons import ICONS
from saudagar.look.parts import Bar, Nav, NavItem, Step
from saudagar.look.states import STATES

YEAR = 365 * 24 * 3600


@csrf_exempt  # a preference of this browser and nothing more; without a token, pages stay the same for everybody and can be cached
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """POST /language/ {language, next}: remember the language in a cookie and go back."""
    response = HttpResponseRedirect(place_here(request, request.POST.get("next", ""), otherwise="/"))
    asked = request.POST.get("language", "")
    if asked in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, asked, max_age=YEAR, samesite="Lax", httponly=True, secure=settings.SESSION_COOKIE_SECURE
        )
    return response


class ExampleForm(forms.Form):
    name = forms.CharField(label=_("Name"), help_text=_("As on the identity card."))
    phone = forms.CharField(label=_("Phone"), required=False, widget=forms.TextInput(attrs={"inputmode": "tel", "placeholder": "0812…"}))
    province = forms.ChoiceField(label=_("Province"), choices=[("", "…"), ("11", "Aceh"), ("32", "Jawa Barat")])
    price = forms.CharField(label=_("Price"), widget=forms.TextInput(attrs={"inputmode": "numeric"}))
    shipping = forms.ChoiceField(
        label=_("Shipping"), widget=forms.RadioSelect, choices=[("economy", "JNE OKE · 3–5 hari"), ("regular", "JNE REG · 2–3 hari")]
    )
    picture = forms.FileField(label=_("Picture"), required=False)
    agreed = forms.BooleanField(label=_("I have read the terms"))
    note = forms.CharField(label=_("Note"), widget=forms.Textarea(attrs={"rows": 3}), required=False)


@require_GET
def gallery(request: HttpRequest) -> HttpResponse:
    """GET /look/: every component with an example. Only where DEBUG or the demo is on."""
    if not (settings.DEBUG or getattr(settings, "DEMO", False)):
        raise Http404
    wrong = ExampleForm({"name": "", "phone": "0812", "province": "", "price": "x"})
    wrong.is_valid()
    noon = datetime(2026, 11, 11, 12, tzinfo=UTC)
    return render(
        request,
        "look/gallery.html",
        {
            "icons": sorted(ICONS),
            "states": list(STATES),
            "form": ExampleForm(auto_id="ok_%s"),
            "wrong": wrong,
            "page": Paginator(range(100), 10).get_page(request.GET.get("page", 2)),
            "timeline": [
                Step(str(_("Paid")), "done", noon),
                Step(str(_("Packed")), "done", noon, icon="box"),
                Step(str(_("On its way")), "now", noon, note="JNE · CGK", icon="truck"),
                Step(str(_("Delivered")), "next", icon="home"),
            ],
            "bars": [Bar(f"{n} Nov", value, current=n == 11) for n, value in zip(range(5, 13), (3, 5, 4, 8, 9, 14, 31, 12), strict=True)],
            "orders": [
                SimpleNamespace(number="7F3KQ-02MXA", buyer="Rina", state="paid", total="Rp107.000"),
                SimpleNamespace(number="7F3KQ-11BTC", buyer="Chen", state="shipped", total="¥128.50"),
                SimpleNamespace(number="7F3KR-40PPE", buyer="Dewi", state="awaiting_payment", total="Rp1.250.000"),
            ],
        },
    )


@require_GET
def desk_example(request: HttpRequest) -> HttpResponse:
    """GET /look/desk/: the desk's shell with its navigation, phone and wide."""
    if not (settings.DEBUG or getattr(settings, "DEMO", False)):
        raise Http404
    entries = [
        NavItem(str(_("Home")), "/look/desk/", "home", current=True),
        NavItem(str(_("Orders")), "#", "box", count=3),
        NavItem(str(_("Products")), "#", "tag"),
        NavItem(str(_("Stock")), "#", "shop"),
        NavItem(str(_("Money")), "#", "wallet", count=1),
        NavItem(str(_("Settings")), "#", "settings"),
    ]
    return render(request, "look/desk_example.html", {"nav": Nav("Kopi Gayo Sari", str(_("Seller desk")), "/look/desk/", entries)})
