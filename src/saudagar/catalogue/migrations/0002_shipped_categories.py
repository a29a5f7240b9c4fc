"""The category tree that ships with the platform. Data, so an installation may change it afterwards in /admin/."""

import json
from importlib.resources import files

from django.db import migrations


def load(apps, schema_editor):
    category = apps.get_model("catalogue", "Category")
    for position, row in enumerate(json.loads(files("saudagar.catalogue").joinpath("data", "categories.json").read_text(encoding="utf-8"))):
        category.objects.update_or_create(
            code=row["code"], defaults={"parent_id": row.get("parent"), "names": row["names"], "words": row["words"], "position": position}
        )


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
