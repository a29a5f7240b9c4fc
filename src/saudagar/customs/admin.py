from django.contrib import admin
from unfold.admin import ModelAdmin

from saudagar.customs.models import NumberRange


@admin.register(NumberRange)
class NumberRangeAdmin(ModelAdmin):
    """Ranges of item numbers, as the postal operator gave them."""

    list_display = ("service", "country", "first", "last", "next_serial", "source")
