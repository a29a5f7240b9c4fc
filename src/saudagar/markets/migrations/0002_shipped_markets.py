"""The two markets that ship with the platform: Indonesia at home, and the pavilion in China."""

import json
from importlib.resources import files

from django.db import migrations


def load(apps, schema_editor):
    market = apps.get_model("markets", "Market")
    for row in json.loads(files("saudagar.markets").joinpath("data", "markets.json").read_text(encoding="utf-8")):
        market.objects.update_or_create(code=row["code"], defaults={name: value for name, value in row.items() if name != "code"})


class Migration(migrations.Migration):
    dependencies = [("markets", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
