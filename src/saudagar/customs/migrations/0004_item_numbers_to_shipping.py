from django.db import migrations


class Migration(migrations.Migration):
    """Numbers of postal items belong to booking a parcel: the tables go to shipping as they are."""

    dependencies = [("customs", "0003_consignment_proofs")]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.DeleteModel("NumberRange"), migrations.DeleteModel("IssuedNumber")],
            database_operations=[
                migrations.RunSQL(
                    [
                        "ALTER TABLE customs_numberrange RENAME TO shipping_numberrange",
                        "ALTER TABLE customs_issuednumber RENAME TO shipping_issuednumber",
                    ],
                    [
                        "ALTER TABLE shipping_numberrange RENAME TO customs_numberrange",
                        "ALTER TABLE shipping_issuednumber RENAME TO customs_issuednumber",
                    ],
                )
            ],
        )
    ]
