import django.db.models.deletion
from django.db import migrations

import saudagar.foundation.keys


class Migration(migrations.Migration):
    """A posting and its entries are written by one statement and never changed: looking for the posting of each entry again cost more
    than writing it. That postings balance is checked as before, by one look at all that a statement wrote."""

    dependencies = [("ledger", "0002_guards")]
    operations = [
        migrations.RunSQL('ALTER TABLE "ledger_entry" DROP CONSTRAINT IF EXISTS "ledger_entry_posting_fk"', migrations.RunSQL.noop),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    "entry",
                    "posting",
                    saudagar.foundation.keys.SellerKey(
                        on_delete=django.db.models.deletion.PROTECT, to="ledger.posting", related_name="entries", is_enforced=False
                    ),
                )
            ]
        ),
    ]
