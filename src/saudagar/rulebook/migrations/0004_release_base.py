from django.db import migrations, models


def fill(apps, schema_editor):
    """What was loaded until now was made from the rules that came with the version of its day."""
    Release = apps.get_model("rulebook", "Release")
    base = ""
    for release in Release.objects.order_by("loaded_at", "-is_shipped").only("version", "is_shipped", "loaded_at"):
        if release.is_shipped:
            base = release.version
        Release.objects.filter(pk=release.pk).update(base=base)


class Migration(migrations.Migration):
    dependencies = [
        ("rulebook", "0003_hs_corrections"),
    ]

    operations = [
        migrations.AddField(
            model_name="release",
            name="base",
            field=models.CharField(blank=True, default="", max_length=24),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
