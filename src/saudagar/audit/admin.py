from django.contrib import admin

from saudagar.audit.models import Entry
from saudagar.look.admin import ReadOnlyAdmin


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    """The trail. The database refuses changes too."""

    list_display = ("at", "action", "by", "business_id", "subject")
    search_fields = ("action", "subject", "=business_id", "=by")
    date_hierarchy = "at"
    show_full_result_count = False
