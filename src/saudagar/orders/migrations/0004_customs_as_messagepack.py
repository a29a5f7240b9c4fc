import json

import msgspec
from django.db import migrations

import saudagar.foundation.fields

AT_ONCE = 2000


def pack(apps, schema_editor):
    """Snapshots kept as jsonb become MessagePack, some thousand at a time."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("ALTER TABLE orders_order ADD COLUMN customs_packed bytea")
        while True:
            cursor.execute("SELECT business_id, id, customs::text FROM orders_order WHERE customs_packed IS NULL LIMIT %s", [AT_ONCE])
            rows = cursor.fetchall()
            if not rows:
                break
            cursor.execute(
                "UPDATE orders_order SET customs_packed = packed.customs"
                " FROM unnest(%s::uuid[], %s::uuid[], %s::bytea[]) AS packed (business_id, id, customs)"
                " WHERE orders_order.business_id = packed.business_id AND orders_order.id = packed.id",
                [
                    [row[0] for row in rows],
                    [row[1] for row in rows],
                    [msgspec.msgpack.encode(json.loads(row[2])) for row in rows],
                ],
            )
        cursor.execute("ALTER TABLE orders_order DROP COLUMN customs")
        cursor.execute("ALTER TABLE orders_order RENAME COLUMN customs_packed TO customs")
        cursor.execute("ALTER TABLE orders_order ALTER COLUMN customs SET NOT NULL")


class Migration(migrations.Migration):
    dependencies = [("orders", "0003_no_row_by_row_checks")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(pack)],
            state_operations=[migrations.AlterField("order", "customs", saudagar.foundation.fields.MessagePackField())],
        )
    ]
