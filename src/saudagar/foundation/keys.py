"""Keys between seller tables, and the base of every seller table.

Sellers' rows are kept apart by `business_id`: it is the wall between sellers and, on a cluster, what rows are distributed by.
The real primary key is (business_id, id) and every foreign key between seller tables is composite (`database/schema.py`); Django
goes on believing in `id`. What stands here makes every join, look-up and save name both.
"""

from typing import Any

from django.db import models
from django.db.models.sql.where import AND, WhereNode

from saudagar.foundation.ids import new_id


class SellerKey(models.ForeignKey):
    """A foreign key from one seller table to another: joins and look-ups compare business_id as well as id.

    is_enforced=False: the database does not check it row by row. Only where both rows are written by one statement, at a rate at
    which checking what cannot be otherwise would cost as much as the writing (docs/why/intake.md).
    """

    def __init__(self, to: Any, on_delete: Any = models.PROTECT, *, is_enforced: bool = True, **options: Any) -> None:
        self.is_enforced = is_enforced
        options["db_constraint"] = False  # the composite one, and its index, come from database/schema.py
        options["db_index"] = False
        super().__init__(to, on_delete, **options)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("db_constraint", None)
        kwargs.pop("db_index", None)
        if not self.is_enforced:
            kwargs["is_enforced"] = False
        return name, path, args, kwargs

    def get_extra_restriction(self, alias: str, related_alias: str) -> WhereNode:
        """ON … AND alias.business_id = related_alias.business_id."""
        there: Any = self.remote_field.model._meta.get_field("business_id")
        here: Any = self.model._meta.get_field("business_id")
        same: Any = models.lookups.Exact(here.get_col(alias), there.get_col(related_alias))
        return WhereNode([same], connector=AND)

    def get_extra_descriptor_filter(self, instance: models.Model) -> dict[str, Any]:
        return {"business_id": instance.business_id}  # type: ignore[attr-defined]


class SellerModel(models.Model):
    """A row that belongs to one business, which never changes."""

    is_kept_by_seller = True

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    business_id = models.UUIDField(editable=False)

    class Meta:
        abstract = True

    def _do_update(self, base_qs: Any, using: Any, pk_val: Any, values: Any, update_fields: Any, forced_update: bool, *rest: Any) -> Any:
        # The owner is part of the key: named in WHERE, never in SET.
        values = [value for value in values if value[0].attname != "business_id"]
        base_qs = base_qs.filter(business_id=self.business_id)
        return super()._do_update(base_qs, using, pk_val, values, update_fields, forced_update, *rest)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Deletes this row; rows that hang on it go or hold it as the composite foreign keys say (IntegrityError).

        Not by Django's collector, which deletes by id alone: two businesses may have rows with one id.
        """
        found = type(self)._base_manager.filter(business_id=self.business_id, id=self.id)
        deleted = found._raw_delete(found.db)
        return deleted, {self._meta.label: deleted}

    def refresh_from_db(self, using: Any = None, fields: Any = None, from_queryset: Any = None) -> None:
        rows = from_queryset if from_queryset is not None else type(self)._base_manager.all()
        super().refresh_from_db(using=using, fields=fields, from_queryset=rows.filter(business_id=self.business_id))
