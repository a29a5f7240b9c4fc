from django.contrib import admin
from unfold.admin import ModelAdmin

from saudagar.customs.models import NumberRange, PlatformNumber


@admin.register(NumberRange)
class NumberRangeAdmin(ModelAdmin):
    """Ranges of item numbers, as the postal operator gave them."""

    list_display = ("service", "country", "first", "last", "next_serial", "source")


@admin.register(PlatformNumber)
class PlatformNumberAdmin(ModelAdmin):
    """The platform's registrations: IOSS, PPMSE."""

    list_display = ("registration", "label", "number", "source")
