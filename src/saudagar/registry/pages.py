"""Becoming a seller: registration, its state, places and people."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from saudagar.foundation.clock import now
from saudagar.foundation.ids import Kind, handle, parse_business, parse_handle
from saudagar.foundation.refusals import Refusal
from saudagar.look.parts import Step
from saudagar.people import actions as people
from saudagar.people import limits
from saudagar.people.rules import phone_shown as shown
from saudagar.registry import actions, queries
from saudagar.registry.access import SellerRequest, choose, owner, seller
from saudagar.registry.forms import (
    IDENTITY_KINDS,
    BusinessForm,
    DescriptionForm,
    IdentityForm,
    InvitationForm,
    OutletForm,
    PlantForm,
    SubmitForm,
    outlet_initial,
    plant_initial,
    refused,
)
from saudagar.registry.models import Business, Membership
from saudagar.registry.rules import registration

State = Business.State

# Registration


@login_required
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """GET, POST /seller/register/: a new business. Whoever began one already is led to where they stopped."""
    user: Any = request.user
    if request.method == "GET" and "new" not in request.GET:
        for row in queries.memberships(user.pk):
            if row.is_owner and row.business.state in (State.DRAFT, State.REFUSED):
                choose(request, row.business.pk)
                return redirect("registry:register_identity" if row.business.state == State.DRAFT else "registry:register_review")
    form = BusinessForm(request.POST or None, initial={"phone": shown(user.phone)})
    if not user.name:
        form.ask_for_owner()
    if request.method == "POST" and form.is_valid():
        limits.spend(request, "register")
        data = form.cleaned_data
        if not user.name:
            people.rename(user.pk, name=data["owner"], language=user.language)
        business = actions.register(user.pk, name=data["name"], legal_form=data["legal_form"], phone=data["phone"], at=now())
        choose(request, business.pk)
        return redirect("registry:register_identity")
    return render(request, "registry/register.html", {"form": form})


@owner
@require_http_methods(["GET", "POST"])
def register_identity(request: SellerRequest) -> HttpResponse:
    """GET, POST /seller/register/identity/: NIB, NIK or NPWP."""
    if request.business.state not in (State.DRAFT, State.REFUSED):
        return redirect("registry:business")
    form = IdentityForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        limits.spend(request, "identify")  # else numbers of others could be tried out
        try:
            actions.identify(request.business.pk, form.identifier, by=request.user.pk, at=now())
        except Refusal as refusal:
            refused(form, refusal)
        else:
            for warning in form.identifier.warnings:
                messages.warning(request, warning.message(get_language()))
            return redirect("registry:register_outlet")
    return render(request, "registry/register_identity.html", {"form": form, "identities": identity_rows(request.business.pk)})


@owner
@require_http_methods(["GET", "POST"])
def add_identity(request: SellerRequest) -> HttpResponse:
    """GET, POST /seller/business/identity/: a verified business adds a number it has not given: NIB, NIK or NPWP."""
    rows = identity_rows(request.business.pk)
    lacking = [kind for kind, _label in IDENTITY_KINDS if kind not in {row["kind"] for row in rows}]
    if request.business.state != State.VERIFIED or not lacking:
        return redirect("registry:business")
    form = IdentityForm(request.POST or None)
    form.ask_for(lacking)
    if request.method == "POST" and form.is_valid():
        limits.spend(request, "identify")  # else numbers of others could be tried out
        try:
            actions.identify(request.business.pk, form.identifier, by=request.user.pk, at=now())
        except Refusal as refusal:
            refused(form, refusal)
        else:
            for warning in form.identifier.warnings:
                messages.warning(request, warning.message(get_language()))
            messages.success(request, _("Saved."))
            return redirect("registry:business")
    return render(request, "registry/add_identity.html", {"form": form, "identities": rows})


def identity_rows(business_id: UUID) -> list[dict[str, str]]:
    """The numbers a business gave, masked."""
    return [
        {"kind": identity.kind, "name": identity.kind.upper(), "shown": f"•••• {identity.last_characters}"}
        for identity in queries.identities(business_id)
    ]


@owner
@require_http_methods(["GET", "POST"])
def register_outlet(request: SellerRequest) -> HttpResponse:
    """GET, POST /seller/register/outlet/: the first place."""
    if request.business.state not in (State.DRAFT, State.REFUSED):
        return redirect("registry:outlets")
    first = next(iter(queries.outlets(request.business.pk)), None)
    initial = outlet_initial(first.outlet) if first else {"name": request.business.name}
    form, is_done = _outlet_form(request, first.outlet.pk if first else None, initial)
    return redirect("registry:register_review") if is_done else render(request, "registry/register_outlet.html", {"form": form})


def _outlet_form(request: SellerRequest, outlet_id: UUID | None, initial: dict[str, Any]) -> tuple[OutletForm, bool]:
    """The form, and whether it was good and is stored."""
    if request.method != "POST":
        return OutletForm(initial=initial), False
    if "refresh" in request.POST:  # another province was chosen: only the lists change
        return OutletForm(initial={**initial, **request.POST.dict(), "is_dispatch": "is_dispatch" in request.POST}), False
    form = OutletForm(request.POST)
    if not form.is_valid():
        return form, False
    data = form.cleaned_data
    actions.put_outlet(
        request.business.pk,
        outlet_id=outlet_id,
        name=data["name"],
        kind=data["kind"],
        area_code=form.area_code,
        address=data["address"],
        postal_code=data["postal_code"],
        is_dispatch=data["is_dispatch"],
        by=request.user.pk,
        at=now(),
    )
    return form, True


@owner
@require_http_methods(["GET", "POST"])
def register_review(request: SellerRequest) -> HttpResponse:
    """GET, POST /seller/register/review/: all at a glance, then to the officers."""
    business = request.business
    if business.state not in (State.DRAFT, State.REFUSED):
        return redirect("registry:business")
    form = SubmitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.submit(business.pk, by=request.user.pk, at=now())
        except Refusal as refusal:
            refused(form, refusal)
        else:
            return redirect("registry:business")
    outlets = queries.outlets(business.pk)
    identities = identity_rows(business.pk)
    lacking = registration.missing(name=business.name, identities=[row["kind"] for row in identities], outlets=len(outlets))
    context = {
        "form": form,
        "identities": identities,
        "outlets": outlets,
        "lacking": lacking,
        "phone": queries.business_phone_masked(business),
    }
    return render(request, "registry/register_review.html", context)


@seller
@require_GET
def business(request: SellerRequest) -> HttpResponse:
    """GET /seller/business/: where the registration stands, and what we know of the business."""
    found = request.business
    return render(
        request,
        "registry/business.html",
        {
            "steps": registration_steps(found),
            "identities": (identities := identity_rows(found.pk)),
            "can_add_identity": found.state == State.VERIFIED and len(identities) < len(IDENTITY_KINDS),
            "outlets": queries.outlets(found.pk),
            "area": queries.area_name(found.area_id),
            "phone": queries.business_phone_masked(found),
        },
    )


def registration_steps(business: Business) -> list[Step]:
    """The way of a registration as a timeline."""
    is_sent = business.state != State.DRAFT
    decided = {
        State.VERIFIED: Step(str(_("Verified by an officer")), "done", business.verified_at),
        State.REFUSED: Step(str(_("Refused")), "bad", note=business.state_reason),
        State.SUSPENDED: Step(str(_("Suspended")), "bad", note=business.state_reason),
    }
    return [
        Step(str(_("Registered")), "done", business.created_at),
        Step(str(_("Sent to the officers")), "done" if is_sent else "now", business.submitted_at if is_sent else None),
        decided.get(State(business.state))
        or Step(
            str(_("An officer looks at it")),
            "now" if is_sent else "next",
            note=str(_("Usually within one working day.")) if is_sent else "",
        ),
        Step(str(_("Selling")), "done" if business.state == State.VERIFIED else "next"),
    ]


@owner
@require_http_methods(["GET", "POST"])
def describe(request: SellerRequest) -> HttpResponse:
    """GET, POST /seller/business/description/: name, phone, words about the business."""
    found = request.business
    initial = {
        "name": found.name,
        "legal_form": found.legal_form,
        "phone": shown(queries.business_phone(found)),
        "about_id": found.about.get("id", ""),
        "about_en": found.about.get("en", ""),
        "about_zh": found.about.get("zh-hans", ""),
    }
    form = DescriptionForm(request.POST or None, request.FILES or None, initial=initial, business=found)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        actions.describe(
            found.pk, name=data["name"], legal_form=data["legal_form"], phone=data["phone"], about=form.about, by=request.user.pk, at=now()
        )
        try:
            if data["emblem"]:
                actions.show_emblem(found.pk, data["emblem"].read(), by=request.user.pk, at=now())
        except Refusal as refusal:
            form.add_error("emblem", refusal.message(get_language()))
            return render(request, "registry/description.html", {"form": form, "business": found})
        messages.success(request, _("Saved."))
        return redirect("registry:business")
    return render(request, "registry/description.html", {"form": form})


# Places


@seller
@require_GET
def outlets(request: SellerRequest) -> HttpResponse:
    """GET /seller/outlets/: the places of the business."""
    return render(request, "registry/outlets.html", {"outlets": queries.outlets(request.business.pk)})


@owner
@require_http_methods(["GET", "POST"])
def outlet(request: SellerRequest, outlet: str = "") -> HttpResponse:
    """GET, POST /seller/outlets/new/ and /seller/outlets/{handle}/: one place."""
    found = None
    if outlet:
        business_id, outlet_id = parse_handle(outlet, Kind.OUTLET)
        found = queries.outlet(request.business.pk, outlet_id) if business_id == request.business.pk else None
        if found is None:
            raise Http404
    form, is_done = _outlet_form(request, found.pk if found else None, outlet_initial(found) if found else {})
    if is_done:
        messages.success(request, _("Saved."))
        return redirect("registry:outlets")
    return render(request, "registry/outlet.html", {"form": form, "outlet": found, "handle": outlet})


@owner
@require_POST
def remove_outlet(request: SellerRequest, outlet: str) -> HttpResponse:
    """POST /seller/outlets/{handle}/removal."""
    business_id, outlet_id = parse_handle(outlet, Kind.OUTLET)
    if business_id != request.business.pk or queries.outlet(business_id, outlet_id) is None:
        raise Http404
    try:
        actions.remove_outlet(request.business.pk, outlet_id, by=request.user.pk, at=now())
    except Refusal as refusal:
        messages.error(request, refusal.message(get_language()))
    return redirect("registry:outlets")


# Where goods are made


@seller
@require_GET
def plants(request: SellerRequest) -> HttpResponse:
    """GET /seller/plants/: where the goods of the business are made, grown and packed."""
    return render(request, "registry/plants.html", {"plants": queries.plants(request.business.pk)})


def own_plant(request: SellerRequest, text: str) -> queries.PlantRow:
    """The plant a handle in the address names, if it is this business's; to others it does not exist."""
    business_id, plant_id = parse_handle(text, Kind.PLANT)
    if business_id != request.business.pk:
        raise Http404
    return queries.plant(business_id, plant_id)


@seller
@require_http_methods(["GET", "POST"])
def plant_facts(request: SellerRequest, plant: str = "") -> HttpResponse:
    """GET, POST /seller/plants/new/ and /seller/plants/{handle}/facts/: one plant; with ?product= back to the product it was added for."""
    found = own_plant(request, plant) if plant else None
    initial = plant_initial(found.plant) if found else {}
    if request.method == "POST" and "refresh" in request.POST:
        form = PlantForm(initial={**initial, **request.POST.dict()})
    else:
        form = PlantForm(request.POST or None, initial=initial)
    if found and found.plant.is_fixed:
        form.fix()
    if form.is_bound and form.is_valid():
        told = form.cleaned_data
        try:
            made = actions.put_plant(
                request.business.pk,
                plant_id=found.plant.pk if found else None,
                name=told["name"],
                kind=told["kind"],
                area_code=form.area_code,
                address=told["address"],
                maker=told["maker"],
                by=request.user.pk,
                at=now(),
            )
        except Refusal as refusal:
            refused(form, refusal)
        else:
            messages.success(request, _("Saved."))
            product = request.GET.get("product", "")
            if product.isalnum():
                return redirect("catalogue:product_plants", product)
            return redirect("catalogue:plant", handle(Kind.PLANT, request.business.pk, made.pk))
    return render(request, "registry/plant.html", {"form": form, "found": found}, status=422 if form.errors else 200)


@seller
@require_POST
def plant_state(request: SellerRequest, plant: str, what: str) -> HttpResponse:
    """POST /seller/plants/{handle}/closing and …/opening."""
    found = own_plant(request, plant)
    actions.open_plant(request.business.pk, found.plant.pk, is_active=what == "opening", by=request.user.pk, at=now())
    return redirect("catalogue:plant", plant)


# People


@owner
@require_http_methods(["GET", "POST"])
def team(request: SellerRequest) -> HttpResponse:
    """GET, POST /seller/team/: who acts for the business; inviting somebody."""
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        limits.spend(request, "invite")
        try:
            actions.invite(request.business.pk, form.cleaned_data["contact"], role=form.cleaned_data["role"], by=request.user.pk, at=now())
        except Refusal as refusal:
            refused(form, refusal)
        else:
            messages.success(request, _("Invited. They are told by message and accept after signing in."))
            return redirect("registry:team")
    context = {
        "form": form,
        "members": queries.members(request.business.pk),
        "invitations": queries.pending_invitations(request.business.pk),
    }
    return render(request, "registry/team.html", context)


@owner
@require_POST
def change_role(request: SellerRequest, user_id: UUID) -> HttpResponse:
    """POST /seller/team/{user}/role: owner or staff."""
    role = request.POST.get("role")
    if role not in Membership.Role.values or queries.membership(request.business.pk, user_id) is None:
        raise Http404
    try:
        actions.change_role(request.business.pk, user_id, role=role, by=request.user.pk, at=now())
    except Refusal as refusal:
        messages.error(request, refusal.message(get_language()))
    return redirect("registry:team")


@owner
@require_POST
def remove_member(request: SellerRequest, user_id: UUID) -> HttpResponse:
    """POST /seller/team/{user}/removal."""
    if queries.membership(request.business.pk, user_id) is None:
        raise Http404
    try:
        actions.remove_member(request.business.pk, user_id, by=request.user.pk, at=now())
    except Refusal as refusal:
        messages.error(request, refusal.message(get_language()))
    return redirect("registry:businesses" if user_id == request.user.pk else "registry:team")


@owner
@require_POST
def withdraw_invitation(request: SellerRequest, invitation_id: UUID) -> HttpResponse:
    """POST /seller/team/invitations/{id}/withdrawal."""
    if invitation_id not in {row.pk for row in queries.pending_invitations(request.business.pk)}:
        raise Http404
    actions.withdraw_invitation(request.business.pk, invitation_id, by=request.user.pk, at=now())
    return redirect("registry:team")


@login_required
@require_GET
def businesses(request: HttpRequest) -> HttpResponse:
    """GET /seller/businesses/: the businesses one acts for, and who asks one to."""
    user: Any = request.user
    context = {"rows": queries.memberships(user.pk), "invitations": queries.invitations(user), "chosen": request.session.get("business_id")}
    return render(request, "registry/businesses.html", context)


@login_required
@require_POST
def select(request: HttpRequest, business: str) -> HttpResponse:
    """POST /seller/businesses/{handle}/selection: work for this one now."""
    user: Any = request.user
    business_id = parse_business(business)
    if queries.membership(business_id, user.pk) is None:
        raise Http404
    choose(request, business_id)
    return redirect("/seller/")


@login_required
@require_POST
def answer_invitation(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    """POST /seller/invitations/{id}/answer: accept or decline what is addressed to oneself."""
    user: Any = request.user
    found = next((row for row in queries.invitations(user) if row.id == invitation_id), None)
    if found is None:
        raise Http404
    is_accepted = request.POST.get("answer") == "accept"
    actions.answer_invitation(found.business_id, invitation_id, user_id=user.pk, is_accepted=is_accepted, at=now())
    if is_accepted:
        choose(request, found.business_id)
        return redirect("/seller/")
    return redirect("registry:businesses")
