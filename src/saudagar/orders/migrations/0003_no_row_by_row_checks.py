import django.db.models.deletion
from django.db import migrations

import saudagar.foundation.keys

DROPPED = [
    ("orders_purchase", "orders_purchase_business_fk"),
    ("orders_order", "orders_order_business_fk"),
    ("orders_line", "orders_line_business_fk"),
    ("orders_line", "orders_line_order_fk"),
]


class Migration(migrations.Migration):
    """Purchase, order and lines are written by one statement that holds their pools: checking each row again doubled its cost."""

    dependencies = [("orders", "0002_line_claim_id"), ("stock", "0001_initial")]
    operations = [
        migrations.RunSQL([f'ALTER TABLE "{table}" DROP CONSTRAINT IF EXISTS "{name}"' for table, name in DROPPED], migrations.RunSQL.noop),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    "line", "order", saudagar.foundation.keys.SellerKey(on_delete=django.db.models.deletion.PROTECT, to="orders.order", related_name="lines", is_enforced=False)
                )
            ]
        ),
    ]
