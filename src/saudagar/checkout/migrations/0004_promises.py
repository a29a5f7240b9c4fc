from django.db import migrations

from saudagar.foundation.sql import statement


class Migration(migrations.Migration):
    """The intake takes rows that were packed when the quote was made, and counts limits per buyer."""

    dependencies = [("checkout", "0003_place_packed"), ("orders", "0004_customs_as_messagepack"), ("campaigns", "0001_initial")]
    operations = [
        migrations.RunSQL("DROP FUNCTION IF EXISTS checkout_place", migrations.RunSQL.noop),
        migrations.RunSQL("DROP TYPE IF EXISTS checkout_purchase, checkout_order, checkout_line, checkout_refusal", migrations.RunSQL.noop),
        migrations.RunSQL(
            statement("saudagar.checkout", "place_types"),
            "DROP TYPE checkout_purchase, checkout_order, checkout_line, checkout_refusal",
        ),
    ]
