"""Seller tables get the keys they really have: PRIMARY KEY (business_id, id) and composite foreign keys, checked at once.

Whatever table a migration makes with a `business_id` column is a seller table; nothing need be said in the migration.
"""

from typing import Any

from django.db.backends.postgresql.schema import DatabaseSchemaEditor as PostgresSchemaEditor
from django.db.models import CASCADE

from saudagar.foundation.keys import SellerKey
from saudagar.foundation.sql import statement

BUSINESS_TABLE = "registry_business"

# Rooms on floors below the registry know no business table; they keep its id only.
BELOW_REGISTRY = ("foundation_", "people_", "ledger_", "audit_", "notices_", "media_", "webhooks_")

# Tables outside the sellers' group although they name a business: what must be unique across all sellers.
OUTSIDE = ("registry_identityclaim",)

# Tables that only the intake writes, in one statement with the pools it holds under lock, whose key to the business says the same.
WRITTEN_BY_THE_INTAKE = ("orders_purchase", "orders_order", "orders_line")


class DatabaseSchemaEditor(PostgresSchemaEditor):
    def create_model(self, model: Any) -> None:
        super().create_model(model)
        table = model._meta.db_table
        if table == BUSINESS_TABLE:
            for earlier in self._tables():
                self._add_business_key(earlier)
        if not is_kept_by_seller(model):
            return
        self.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{table}_pkey"')
        self.execute(f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_pkey" PRIMARY KEY (business_id, id)')
        if BUSINESS_TABLE in self._tables():
            self._add_business_key(table)
        for field in model._meta.local_fields:
            self._seal_key(model, field)

    def add_field(self, model: Any, field: Any) -> None:
        super().add_field(model, field)
        if is_kept_by_seller(model):
            self._seal_key(model, field)

    def _tables(self) -> list[str]:
        with self.connection.cursor() as cursor:
            cursor.execute(statement("saudagar.foundation", "seller_tables"))
            return [row[0] for row in cursor.fetchall()]

    def _add_business_key(self, table: str) -> None:
        # Migrations of rooms that name no other table of the registry may run before it: whichever comes later adds the key.
        if not table.startswith(BELOW_REGISTRY) and table not in (BUSINESS_TABLE, *OUTSIDE, *WRITTEN_BY_THE_INTAKE):
            self.deferred_sql.append(
                f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_business_fk" FOREIGN KEY (business_id) REFERENCES "{BUSINESS_TABLE}" (id)'
            )

    def _seal_key(self, model: Any, field: Any) -> None:
        """The composite foreign key of a SellerKey, and the index that finds the rows pointing at one row."""
        if not isinstance(field, SellerKey):
            return
        table, target = model._meta.db_table, field.remote_field.model._meta.db_table
        if field.is_enforced:
            self.deferred_sql.append(
                f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_{field.name}_fk" '
                f'FOREIGN KEY (business_id, "{field.column}") REFERENCES "{target}" (business_id, id)'
                + (" ON DELETE CASCADE" if field.remote_field.on_delete is CASCADE else "")
            )
        self.deferred_sql.append(f'CREATE INDEX "{table}_{field.name}_ix" ON "{table}" (business_id, "{field.column}")')


def is_kept_by_seller(model: Any) -> bool:
    """Also for the models of migrations, which have lost their base class: by the column that makes it one.

    A table that may name a business or none (the audit trail, notices to people) is not kept by seller.
    """
    if model._meta.db_table in OUTSIDE:
        return False
    return any(field.column == "business_id" and not field.null for field in model._meta.local_fields)
