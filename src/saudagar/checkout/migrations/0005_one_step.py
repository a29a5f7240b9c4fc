from django.db import migrations

from saudagar.foundation.sql import statement


class Migration(migrations.Migration):
    """Where there is enough for everybody, pools are locked, looked at and written in one step."""

    dependencies = [("checkout", "0004_promises"), ("orders", "0005_lines_by_order")]
    operations = [
        migrations.RunSQL("DROP FUNCTION IF EXISTS checkout_place", migrations.RunSQL.noop),
        migrations.RunSQL(statement("saudagar.checkout", "place"), "DROP FUNCTION checkout_place"),
    ]
