import django.db.models.deletion
from django.db import migrations

import saudagar.foundation.keys


class Migration(migrations.Migration):
    """A notice is written while its payment is held, so its key need not be looked up again; notices of a payment are found by
    the unique key."""

    dependencies = [("payments", "0001_initial")]
    operations = [
        migrations.RunSQL('ALTER TABLE "payments_notice" DROP CONSTRAINT IF EXISTS "payments_notice_payment_fk"', migrations.RunSQL.noop),
        migrations.RunSQL('DROP INDEX IF EXISTS "payments_notice_payment_ix"', migrations.RunSQL.noop),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    "notice",
                    "payment",
                    saudagar.foundation.keys.SellerKey(
                        on_delete=django.db.models.deletion.PROTECT, to="payments.payment", related_name="notices", is_enforced=False
                    ),
                )
            ]
        ),
    ]
