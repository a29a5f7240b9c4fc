"""The category tree. Products belong to sellers and are not edited here."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from saudagar.catalogue.models import Category


@admin.register(Category)
class CategoryAdmin(ModelAdmin):
    list_display = ("code", "name", "parent", "position")
    list_editable = ("position",)
    search_fields = ("code", "names")
    ordering = ("position", "code")

    @admin.display(description="name")
    def name(self, category: Category) -> str:
        return str(category)
