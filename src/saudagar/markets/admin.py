"""Markets and rates. A rate is entered at /officer/rates/, where automatic prices follow it; here it is only read."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from saudagar.foundation.clock import now
from saudagar.foundation.refusals import Refusal
from saudagar.look.admin import ReadOnlyAdmin
from saudagar.markets import actions
from saudagar.markets.models import ExchangeRate, Market


@admin.register(Market)
class MarketAdmin(ModelAdmin):
    list_display = ("code", "currency", "mode", "margin_bp", "fee_bp", "is_curated", "is_open")
    ordering = ("position", "code")

    def save_model(self, request: HttpRequest, obj: Market, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if {"margin_bp", "rounding", "currency"} & set(form.changed_data):
            try:
                actions.reprice(obj, at=now())
            except Refusal as refusal:
                self.message_user(request, str(refusal), level="warning")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ExchangeRate)
class ExchangeRateAdmin(ReadOnlyAdmin):
    list_display = ("base", "rate", "quote", "valid_from", "source")
    list_filter = ("base",)
