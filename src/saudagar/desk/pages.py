"""The seller's desk: home, orders, what is done with one."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from saudagar.desk import queries
from saudagar.foundation.clock import now
from saudagar.foundation.ids import BadHandle, Kind, parse_handle
from saudagar.foundation.refusals import Refusal
from saudagar.orders import actions as order_actions
from saudagar.orders import queries as orders
from saudagar.orders.models import State
from saudagar.orders.rules import UnknownOrder
from saudagar.registry.access import SellerRequest, seller
from saudagar.shipping import actions as shipping
from saudagar.shipping import printing
from saudagar.shipping import queries as parcels
from saudagar.shipping.rules.life import CarrierSilent

MOST_AT_ONCE = 50


class ParcelForm(forms.Form):
    """The weight of the packed box, where the scale says otherwise than the catalogue."""

    gross_grams = forms.IntegerField(
        label=gettext_lazy("Weight of the packed box, grams"),
        min_value=1,
        max_value=70_000,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )


class CancellationForm(forms.Form):
    reason = forms.ChoiceField(label=gettext_lazy("Reason"), widget=forms.RadioSelect, choices=list(queries.REASONS.items()))


@require_GET
@seller
def home(request: SellerRequest) -> HttpResponse:
    """GET /seller/: what is to be done today."""
    found = queries.seller_home(request.business, at=now(), language=get_language())
    return render(request, "desk/home.html", {"home": found, "business": request.business})


@require_GET
@seller
def order_list(request: SellerRequest) -> HttpResponse:
    """GET /seller/orders/?show=to_pack&from=…&q=…: orders by what is to be done with them."""
    business_id = request.business.pk
    view, q = request.GET.get("show", ""), request.GET.get("q", "").strip()[:60]
    if q:
        try:
            owner, _order_id = parse_handle(q, Kind.ORDER)
            if owner == business_id:
                return redirect("desk:order", q.upper())
        except BadHandle:
            pass
    cursor = _cursor(request.GET.get("from", ""), business_id)
    page = queries.OrderPage(queries.find_orders(business_id, q), "") if q else queries.order_page(business_id, view=view, cursor=cursor)
    counts = orders.counts(business_id)
    context = {
        "page": page,
        "views": queries.views(counts),
        "view": view if view in queries.VIEWS else "",
        "count": sum(counts.values()),
        "q": q,
        "picks": not q and view in queries.IN_TURN,
    }
    return render(request, "desk/orders.html", context)


@require_GET
@seller
def order(request: SellerRequest, order: str) -> HttpResponse:
    """GET /seller/orders/{handle}/"""
    return _order_page(request, order)


@require_POST
@seller
def packing(request: SellerRequest, order: str) -> HttpResponse:
    """POST /seller/orders/{handle}/packing: the pieces are in the box."""
    business_id, order_id = _key(request, order)
    try:
        order_actions.pack(business_id, order_id, at=now())
    except Refusal as refusal:
        messages.error(request, refusal.message(get_language()))
    return redirect("desk:order", order)


@require_POST
@seller
def parcel(request: SellerRequest, order: str) -> HttpResponse:
    """POST /seller/orders/{handle}/parcel: books the courier, or tries again."""
    business_id, order_id = _key(request, order)
    form = ParcelForm(request.POST) if "gross_grams" in request.POST else None
    if form is not None and not form.is_valid():
        return _order_page(request, order, parcel_form=form)
    try:
        found = shipping.prepare(business_id, order_id, gross_grams=form.cleaned_data["gross_grams"] if form else None, at=now())
        found = shipping.book(business_id, found.id, by=request.user.pk, at=now())
        messages.success(request, _("Courier booked, waybill %(waybill)s.") % {"waybill": found.waybill})
    except Refusal as refusal:
        messages.warning(request, refusal.message(get_language()))
    return redirect("desk:order", order)


@require_GET
@seller
def label(request: SellerRequest, order: str) -> HttpResponse:
    """GET /seller/orders/{handle}/label.pdf: the address label, 100 × 150 mm."""
    business_id, order_id = _key(request, order)
    found = parcels.parcel_of(business_id, order_id)
    if found is None:
        raise UnknownOrder(order=order)
    try:
        queries.check_origin(business_id, order_id)
    except Refusal as refusal:
        messages.error(request, refusal.message(get_language()))
        return redirect("desk:order", order)
    return _labels(business_id, [found.id])


@require_POST
@seller
def labels(request: SellerRequest) -> HttpResponse:
    """POST /seller/orders/labels {order: […]}: the labels of many orders in one PDF, a page each."""
    business_id = request.business.pk
    ids = [order_id for text in request.POST.getlist("order")[:MOST_AT_ONCE] if (order_id := _cursor(text, business_id))]
    found = parcels.parcels_of(business_id, ids)
    ready = []
    for order_id in ids:
        if order_id in found and found[order_id].waybill:
            try:
                queries.check_origin(business_id, order_id)
                ready.append(found[order_id].id)
            except Refusal as refusal:
                messages.error(request, refusal.message(get_language()))
    if not ready:
        messages.warning(request, _("Choose orders whose courier is booked."))
        return _back_to(request, "packed")
    return _labels(business_id, ready)


@require_POST
@seller
def bookings(request: SellerRequest) -> HttpResponse:
    """POST /seller/orders/parcels {order: […]}: packs many orders and books their couriers."""
    business_id = request.business.pk
    ids = [order_id for text in request.POST.getlist("order")[:MOST_AT_ONCE] if (order_id := _cursor(text, business_id))]
    booked, is_silent = 0, False
    for order_id in ids:
        try:
            found = orders.order(business_id, order_id)
            if found.state == State.PAID:
                order_actions.pack(business_id, order_id, at=now())
            made = shipping.prepare(business_id, order_id, at=now())
            if not is_silent:
                booked += bool(shipping.book(business_id, made.id, by=request.user.pk, at=now()).waybill)
        except CarrierSilent as silent:
            is_silent = True  # the others are booked by the job; waiting for each of them here would take minutes
            messages.warning(request, silent.message(get_language()))
        except Refusal as refusal:
            messages.warning(request, refusal.message(get_language()))
    if not ids:
        messages.warning(request, _("Choose at least one order."))
    if booked:
        messages.success(request, _("%(count)d couriers booked. Print the labels now.") % {"count": booked})
    return _back_to(request, "packed" if booked else "to_pack")


@require_POST
@seller
def weight(request: SellerRequest, order: str) -> HttpResponse:
    """POST /seller/orders/{handle}/weight {gross_grams}: what the packed box weighs, put right before the courier has it."""
    business_id, order_id = _key(request, order)
    form = ParcelForm(request.POST)
    if not form.is_valid():
        return _order_page(request, order, parcel_form=form)
    try:
        shipping.weigh(business_id, order_id, gross_grams=form.cleaned_data["gross_grams"])
        messages.success(request, _("The weight is corrected. Print the label and the papers again."))
    except Refusal as refusal:
        messages.error(request, refusal.message(get_language()))
    return redirect("desk:order", order)


@require_POST
@seller
def handover(request: SellerRequest, order: str) -> HttpResponse:
    """POST /seller/orders/{handle}/handover: the courier has the box; the order moves on with the courier's own scan."""
    business_id, order_id = _key(request, order)
    found = parcels.parcel_of(business_id, order_id)
    if found is None:
        raise UnknownOrder(order=order)
    try:
        with transaction.atomic():  # the parcel is locked first: nobody takes a proof of origin back while it is looked at
            shipping.hand_over(business_id, found.id, at=now())
            queries.check_papers(business_id, order_id, language=get_language())
        messages.success(request, _("Noted. The buyer is told when the courier has scanned the parcel."))
    except Refusal as refusal:
        messages.error(request, refusal.message(get_language()))
    return redirect("desk:order", order)


@require_POST
@seller
def cancellation(request: SellerRequest, order: str) -> HttpResponse:
    """POST /seller/orders/{handle}/cancellation {reason}: ends the order; what was paid goes back to the buyer."""
    business_id, order_id = _key(request, order)
    form = CancellationForm(request.POST)
    if not form.is_valid():
        return _order_page(request, order, cancellation_form=form)
    try:
        with transaction.atomic():  # parcel first, then order, as a carrier's notice does
            shipping.check_cancellable(business_id, order_id)
            order_actions.cancel(business_id, order_id, reason=form.cleaned_data["reason"], at=now())
        messages.success(request, _("The order is cancelled. What was paid goes back to the buyer."))
    except Refusal as refusal:
        messages.error(request, refusal.message(get_language()))
    return redirect("desk:order", order)


def _order_page(
    request: SellerRequest, order: str, *, parcel_form: ParcelForm | None = None, cancellation_form: CancellationForm | None = None
) -> HttpResponse:
    detail = queries.order_detail(request.business.pk, order, language=get_language())
    context = {
        "detail": detail,
        "order": detail.order,
        "parcel": detail.parcel,
        "parcel_form": parcel_form or ParcelForm(initial={"gross_grams": detail.weight or None}),
        "cancellation_form": cancellation_form or CancellationForm(),
        "is_cancelling": cancellation_form is not None,
        "is_weighing": parcel_form is not None,
    }
    is_wrong = parcel_form is not None or cancellation_form is not None
    return render(request, "desk/order.html", context, status=422 if is_wrong else 200)


def _labels(business_id: UUID, parcel_ids: list[UUID]) -> HttpResponse:
    moment = now()
    printed = shipping.print_label(business_id, parcel_ids, at=moment)
    name = printed[0].waybill if len(printed) == 1 else f"label-{len(printed)}"
    return HttpResponse(
        printing.labels(printed, at=moment),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}.pdf"', "Cache-Control": "private, no-store"},
    )


def _key(request: SellerRequest, text: str) -> tuple[UUID, UUID]:
    """Business and order of a handle in an address; another seller's order is unknown here."""
    owner, order_id = parse_handle(text, Kind.ORDER)
    if owner != request.business.pk:
        raise UnknownOrder(order=text[:40])
    return owner, order_id


def _cursor(text: str, business_id: UUID) -> UUID | None:
    try:
        owner, order_id = parse_handle(text, Kind.ORDER)
    except BadHandle:
        return None
    return order_id if owner == business_id else None


def _back_to(request: SellerRequest, view: str) -> HttpResponse:
    response = redirect("desk:orders")
    response["Location"] += f"?show={view}"
    return response
