from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from saudagar.rulebook.models import HsCode, Release


class ReadOnly(ModelAdmin):
    """Shown, never edited here."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Release)
class ReleaseAdmin(ReadOnly):
    """Releases are loaded with `./saudagar rules load`; orders name them, so they stay."""

    list_display = ("version", "title", "is_current", "is_shipped", "loaded_at")
    fields = ("version", "sha256", "title", "is_current", "is_shipped", "loaded_at", "loaded_by")
    ordering = ("-loaded_at",)


@admin.register(HsCode)
class HsCodeAdmin(ReadOnly):
    list_display = ("code", "description", "section")
    search_fields = ("=code", "description")
    ordering = ("code",)
