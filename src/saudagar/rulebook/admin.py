from django.contrib import admin

from saudagar.look.admin import ReadOnlyAdmin
from saudagar.rulebook.models import HsCode, Release


@admin.register(Release)
class ReleaseAdmin(ReadOnlyAdmin):
    """Releases are loaded with `./saudagar rules load`; orders name them, so they stay."""

    list_display = ("version", "title", "is_current", "is_shipped", "loaded_at")
    fields = ("version", "sha256", "title", "is_current", "is_shipped", "loaded_at", "loaded_by")
    ordering = ("-loaded_at",)


@admin.register(HsCode)
class HsCodeAdmin(ReadOnlyAdmin):
    list_display = ("code", "description", "section")
    search_fields = ("=code", "description")
    ordering = ("code",)
