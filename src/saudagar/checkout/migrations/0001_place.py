from django.db import migrations

from saudagar.foundation.sql import statement


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial"), ("stock", "0001_initial"), ("foundation", "0001_initial")]
    operations = [
        migrations.RunSQL(
            statement("saudagar.checkout", "place"),
            "DROP FUNCTION checkout_place",
        )
    ]
