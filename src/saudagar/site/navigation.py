"""What stands in the navigation of a desk: the seller's for whoever works for a business now, the officer's for officers."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from saudagar.campaigns import queries as campaigns
from saudagar.catalogue import queries as catalogue
from saudagar.look.parts import Nav, NavItem
from saudagar.registry import queries
from saudagar.registry.access import chosen_membership


def nav(request: HttpRequest) -> dict[str, Any]:
    """`nav` for look/desk.html. Worked out only where a page shows it."""
    return {"nav": SimpleLazyObject(lambda: _nav(request))}


def _nav(request: HttpRequest) -> Nav:
    user: Any = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return Nav("Saudagar", "", "/")
    if user.is_officer and not request.path.startswith("/seller/"):
        return _officer(request)
    if user.is_operator and request.path.startswith("/officer/"):
        return _operator(request)
    membership = getattr(request, "membership", None) or chosen_membership(request)
    return _seller(request, membership) if membership else Nav("Saudagar", str(user), "/")


# Pages that are reached from another place and stand under it in the menu.
UNDER = {"/seller/plants/": "/seller/outlets/"}


def _seller(request: HttpRequest, membership: queries.MembershipRow) -> Nav:
    places = [
        (_("Home"), "/seller/", "home"),
        (_("Orders"), "/seller/orders/", "box"),
        (_("Products"), "/seller/products/", "tag"),
        (_("Stock"), "/seller/stock/", "shop"),
        (_("Campaigns"), "/seller/campaigns/", "star"),
        (_("Export"), "/seller/readiness/", "chart"),
        (_("Money"), "/seller/money/", "wallet"),
        (_("Places"), "/seller/outlets/", "location"),
    ]
    if membership.is_owner:
        places.append((_("People"), "/seller/team/", "users"))
    places += [(_("Business"), "/seller/business/", "document"), (_("Account"), "/accounts/", "user")]
    return Nav(membership.business.name, _("Owner") if membership.is_owner else _("Staff"), "/seller/", _items(request, places))


def _officer(request: HttpRequest) -> Nav:
    waiting = {
        "/officer/businesses/": queries.waiting(),
        "/officer/certificates/": catalogue.certificates_waiting(),
        "/officer/hs/": catalogue.hs_differing(),
        "/officer/campaigns/": campaigns.waiting(),
    }
    places = [
        (_("Home"), "/officer/", "home"),
        (_("Businesses"), "/officer/businesses/", "shop"),
        (_("Certificates"), "/officer/certificates/", "shield"),
        (_("HS codes"), "/officer/hs/", "tag"),
        (_("Statements of origin"), "/officer/origin/", "customs"),
        (_("Pavilion"), "/officer/pavilion/", "globe"),
        (_("Campaigns"), "/officer/campaigns/", "calendar"),
        (_("Consignments"), "/officer/consignments/", "truck"),
        (_("Export readiness"), "/officer/readiness/", "chart"),
        (_("Exchange rates"), "/officer/rates/", "bank"),
        (_("Trade rules"), "/officer/rules/", "customs"),
        (_("Proposals of rules"), "/officer/proposals/", "edit"),
        (_("Ledger"), "/officer/ledger/", "scale"),
        (_("Audit trail"), "/officer/audit/", "document"),
        (_("Account"), "/accounts/", "user"),
    ]
    return Nav(
        "Saudagar",
        _("Officer"),
        "/officer/",
        _items(request, places, waiting),
    )


def _operator(request: HttpRequest) -> Nav:
    places = [
        (_("Ledger"), "/officer/ledger/", "scale"),
        (_("Audit trail"), "/officer/audit/", "document"),
        (_("My account"), "/accounts/", "user"),
    ]
    return Nav("Saudagar", _("Operator"), "/officer/ledger/", _items(request, places))


def _items(request: HttpRequest, places: list[tuple[str, str, str]], counts: dict[str, int] | None = None) -> list[NavItem]:
    home = places[0][1]  # lies above all others, so it is current only itself
    path = next((path for under, path in UNDER.items() if request.path.startswith(under)), request.path)
    current = max(
        (url for _label, url, _icon in places if path.startswith(url) and (url != home or path == home)),
        key=len,
        default="",
    )
    return [NavItem(label, url, icon, current=url == current, count=(counts or {}).get(url, 0)) for label, url, icon in places]
