"""The aggregate that take.sql judges with."""

from django.db import migrations

from saudagar.foundation.sql import statement


class Migration(migrations.Migration):
    dependencies = [("stock", "0001_initial")]
    operations = [
        migrations.RunSQL(
            statement("saudagar.stock", "stock_left"),
            "DROP AGGREGATE stock_left(integer, integer); DROP FUNCTION stock_left_next(integer, integer, integer);",
        )
    ]
