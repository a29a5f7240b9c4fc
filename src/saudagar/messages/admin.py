from django.contrib import admin

from saudagar.look.admin import ReadOnlyAdmin
from saudagar.messages.models import Letter, Notice


@admin.register(Letter)
class LetterAdmin(ReadOnlyAdmin):
    """What went out, and what a gateway refused. Addresses are masked, words are sealed."""

    list_display = ("written_at", "channel", "kind", "to_masked", "state", "tries", "failure")
    list_filter = ("state", "channel", "kind")
    fields = ("id", "user_id", "channel", "kind", "to_masked", "state", "tries", "failure", "written_at", "useful_until", "sent_at")
    show_full_result_count = False


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    list_display = ("told_at", "kind", "user_id", "business_id", "read_at")
    list_filter = ("kind",)
    fields = ("id", "user_id", "business_id", "kind", "link", "told_at", "read_at")
    show_full_result_count = False
