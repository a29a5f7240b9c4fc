"""Businesses as operators see them. Changes go through the officers' pages, which note them."""

from django.contrib import admin

from saudagar.foundation.ids import Kind, handle
from saudagar.foundation.models import Area
from saudagar.look.admin import ReadOnlyAdmin
from saudagar.registry import queries
from saudagar.registry.models import Business, Membership, Outlet, Plant


@admin.register(Business)
class BusinessAdmin(ReadOnlyAdmin):
    list_display = ("name", "number", "state", "area", "submitted_at", "verified_at")
    list_filter = ("state", "legal_form")
    list_select_related = ("area",)
    search_fields = ("name", "=id")
    fields = (
        "number",
        "name",
        "legal_form",
        "state",
        "state_reason",
        "area",
        "phone",
        "identity",
        "is_vat_registered",
        "created_at",
        "submitted_at",
        "verified_at",
    )
    readonly_fields = ("number", "phone", "identity")
    show_full_result_count = False

    @admin.display
    def number(self, business: Business) -> str:
        return handle(Kind.BUSINESS, business.pk)

    @admin.display
    def phone(self, business: Business) -> str:
        return queries.business_phone_masked(business) or "–"

    @admin.display
    def identity(self, business: Business) -> str:
        found = queries.identities(business.pk)
        return ", ".join(f"{one.kind.upper()} •••• {one.last_characters}" for one in found) or "–"


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    list_display = ("business_id", "user_id", "role")
    search_fields = ("=business_id", "=user_id")


@admin.register(Outlet)
class OutletAdmin(ReadOnlyAdmin):
    list_display = ("name", "kind", "business_id", "area", "country", "is_dispatch")
    list_select_related = ("area",)
    search_fields = ("name", "=business_id")


@admin.register(Plant)
class PlantAdmin(ReadOnlyAdmin):
    list_display = ("name", "kind", "business_id", "area", "maker", "is_active")
    list_select_related = ("area",)
    search_fields = ("name", "=business_id")


@admin.register(Area)
class AreaAdmin(ReadOnlyAdmin):
    list_display = ("code", "name", "level", "iso_code", "bps_code")
    list_filter = ("level",)
    search_fields = ("=code", "name")
    show_full_result_count = False
