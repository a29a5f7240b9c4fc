"""The operator's view of parcels: nothing is edited; a carrier can be asked at once."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import get_language
from unfold.admin import ModelAdmin

from saudagar.foundation.clock import now
from saudagar.foundation.refusals import Refusal
from saudagar.look.admin import ReadOnlyAdmin
from saudagar.shipping import actions, queries
from saudagar.shipping.models import NumberRange, Parcel, TrackingEvent


@admin.register(Parcel)
class ParcelAdmin(ReadOnlyAdmin):
    list_display = ("handle", "waybill", "carrier", "service", "state", "created_at", "moved_at", "check_at", "failure")
    list_filter = ("state", "carrier")
    search_fields = ("=waybill", "=reference")
    ordering = ("-id",)
    actions = ("ask_carrier",)

    def has_operate_permission(self, request: HttpRequest) -> bool:
        return bool(getattr(request.user, "is_operator", False))

    @admin.display(description="Parcel")
    def handle(self, parcel: Parcel) -> str:
        return queries.parcel_handle(parcel)

    @admin.action(description="Ask the carrier now", permissions=["operate"])
    def ask_carrier(self, request: HttpRequest, parcels: QuerySet[Parcel]) -> None:
        for parcel in parcels[:20]:
            try:
                actions.ask(parcel.business_id, parcel.id, at=now())
            except Refusal as refusal:
                self.message_user(request, refusal.message(get_language()), messages.WARNING)


@admin.register(TrackingEvent)
class TrackingEventAdmin(ReadOnlyAdmin):
    list_display = ("happened_at", "heard_at", "status", "carrier_status", "note", "parcel_id")
    list_filter = ("status",)
    ordering = ("-id",)


@admin.register(NumberRange)
class NumberRangeAdmin(ModelAdmin):
    """Ranges of item numbers, as the postal operator gave them, and how many of a service are left."""

    list_display = ("service", "country", "first", "last", "next_serial", "left", "source")

    @admin.display(description="left of the service")
    def left(self, row: NumberRange) -> str:
        found = next((each for each in queries.numbers_left(at=now()) if (each.service, each.country) == (row.service, row.country)), None)
        return f"{found.left:,} of {found.of:,}{' — ask for more' if found.is_low else ''}" if found else ""
