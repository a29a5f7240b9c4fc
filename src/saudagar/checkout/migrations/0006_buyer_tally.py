from django.db import migrations, models

# Before, only the value of China's year was counted: its rows go on counting under the name that value has now.
CARRY_OVER = """
INSERT INTO checkout_buyertally (buyer, tally, period, amount)
SELECT buyer, 'CN ' || scheme || ' value', year::text, greatest(value, 0) FROM checkout_buyeryear
"""
CARRY_BACK = """
INSERT INTO checkout_buyeryear (buyer, scheme, year, value)
SELECT buyer, split_part(tally, ' ', 2), period::int, amount
  FROM checkout_buyertally
 WHERE tally LIKE 'CN % value' AND period ~ '^[0-9]{4}$'
"""


class Migration(migrations.Migration):
    """Every limit that counts across a buyer's orders has a tally: value, grams or times, in a year, a half-year or a day."""

    dependencies = [("checkout", "0005_one_step")]
    operations = [
        migrations.CreateModel(
            name="BuyerTally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("buyer", models.BinaryField(max_length=16)),
                ("tally", models.CharField(max_length=200)),
                ("period", models.CharField(max_length=10)),
                ("amount", models.BigIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(models.F("buyer"), models.F("tally"), models.F("period"), name="buyer_tally_once"),
                    models.CheckConstraint(condition=models.Q(("amount__gte", 0)), name="buyer_tally_not_below_zero"),
                ],
            },
        ),
        migrations.RunSQL(CARRY_OVER, CARRY_BACK),
        migrations.DeleteModel("BuyerYear"),
    ]
