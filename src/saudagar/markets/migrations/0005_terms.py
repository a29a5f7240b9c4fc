from django.db import migrations, models

import saudagar.markets.models


def offer_both(apps, schema_editor):
    apps.get_model("markets", "Market").objects.filter(code="world").update(terms=["DDP", "DAP"])


class Migration(migrations.Migration):
    """Every market sells duty paid; the one of many countries lets the buyer pay at the door instead."""

    dependencies = [("markets", "0004_world_market")]
    operations = [
        migrations.AddField("market", "terms", models.JSONField(default=saudagar.markets.models.only_ddp)),
        migrations.RunPython(offer_both, migrations.RunPython.noop),
    ]
