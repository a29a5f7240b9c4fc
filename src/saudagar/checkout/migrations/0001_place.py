from django.db import migrations


class Migration(migrations.Migration):
    """The intake's statement stood here; the newest migration that names `place.sql` is where it is made now."""

    dependencies = [("orders", "0001_initial"), ("stock", "0001_initial"), ("foundation", "0001_initial")]
    operations: list[migrations.RunSQL] = []
