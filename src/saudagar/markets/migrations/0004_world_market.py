"""The third market that ships with the platform: every other country whose rules are known. Its mode is the usual one of each."""

import json
from importlib.resources import files

from django.db import migrations, models


def load(apps, schema_editor):
    market = apps.get_model("markets", "Market")
    for row in json.loads(files("saudagar.markets").joinpath("data", "markets.json").read_text(encoding="utf-8")):
        if row["code"] == "world":
            market.objects.get_or_create(code=row["code"], defaults={name: value for name, value in row.items() if name != "code"})


class Migration(migrations.Migration):
    dependencies = [("markets", "0003_listing_of_seller_index")]
    operations = [
        migrations.AlterField("market", "mode", models.CharField(max_length=20, blank=True)),
        migrations.RunPython(load, migrations.RunPython.noop),
    ]
