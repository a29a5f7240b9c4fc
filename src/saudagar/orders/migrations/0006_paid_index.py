from django.contrib.postgres.indexes import BrinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    """What was paid in the last minutes is found without reading all orders."""

    atomic = False

    dependencies = [("orders", "0005_lines_by_order")]
    operations = [
        AddIndexConcurrently("order", BrinIndex("paid_at", name="order_paid", pages_per_range=32, autosummarize=True)),
    ]
