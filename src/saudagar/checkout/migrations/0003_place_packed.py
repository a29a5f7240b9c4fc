from django.db import migrations


class Migration(migrations.Migration):
    """The intake's statement stood here; the newest migration that names `place.sql` is where it is made now."""

    dependencies = [("checkout", "0002_buyer_year"), ("orders", "0002_line_claim_id"), ("campaigns", "0001_initial")]
    operations: list[migrations.RunSQL] = []
