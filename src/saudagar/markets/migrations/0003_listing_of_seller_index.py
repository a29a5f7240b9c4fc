"""The newest goods of one seller, without reading past those of all others."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("markets", "0002_shipped_markets")]
    operations = [
        AddIndexConcurrently(
            "listing",
            models.Index(
                "business_id", models.F("market"), models.F("live_at"), condition=models.Q(state="live"), name="listing_of_seller"
            ),
        )
    ]
