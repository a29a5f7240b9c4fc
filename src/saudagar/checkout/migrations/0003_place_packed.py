from django.db import migrations

from saudagar.foundation.sql import statement


class Migration(migrations.Migration):
    """The intake takes rows packed as composites, and counts limits per buyer."""

    dependencies = [("checkout", "0002_buyer_year"), ("orders", "0002_line_claim_id"), ("campaigns", "0001_initial")]
    operations = [
        migrations.RunSQL("DROP FUNCTION IF EXISTS checkout_place", migrations.RunSQL.noop),
        migrations.RunSQL(
            statement("saudagar.checkout", "place_types"),
            "DROP TYPE checkout_purchase, checkout_order, checkout_line, checkout_refusal",
        ),
        migrations.RunSQL(statement("saudagar.checkout", "place"), "DROP FUNCTION checkout_place"),
    ]
