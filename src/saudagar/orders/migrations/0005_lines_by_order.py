from django.db import migrations


class Migration(migrations.Migration):
    """A line is its order's n-th: one index finds it, where two were kept."""

    dependencies = [("orders", "0004_customs_as_messagepack")]
    operations = [
        migrations.RunSQL(
            [
                "ALTER TABLE orders_line DROP CONSTRAINT orders_line_pkey",
                "DROP INDEX orders_line_order_ix",
                "ALTER TABLE orders_line ADD CONSTRAINT orders_line_pkey PRIMARY KEY (business_id, order_id, position)",
            ],
            [
                "ALTER TABLE orders_line DROP CONSTRAINT orders_line_pkey",
                "ALTER TABLE orders_line ADD CONSTRAINT orders_line_pkey PRIMARY KEY (business_id, id)",
                'CREATE INDEX orders_line_order_ix ON orders_line (business_id, "order_id")',
            ],
        )
    ]
