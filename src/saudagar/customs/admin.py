from django.contrib import admin
from unfold.admin import ModelAdmin

from saudagar.customs.models import PlatformNumber


@admin.register(PlatformNumber)
class PlatformNumberAdmin(ModelAdmin):
    """The platform's registrations: IOSS, PPMSE."""

    list_display = ("registration", "label", "number", "source")
