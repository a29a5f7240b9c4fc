from django.db import migrations, models


class Migration(migrations.Migration):
    """The tables come from customs, which had them before. A service may have several ranges from now on."""

    dependencies = [("shipping", "0002_hazard_statements"), ("customs", "0004_item_numbers_to_shipping")]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="IssuedNumber",
                    fields=[
                        ("identifier", models.CharField(max_length=13, primary_key=True, serialize=False)),
                        ("issued_at", models.DateTimeField()),
                        ("issued_for", models.CharField(max_length=25)),
                    ],
                ),
                migrations.CreateModel(
                    name="NumberRange",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("service", models.CharField(max_length=2)),
                        ("country", models.CharField(default="ID", max_length=2)),
                        ("first", models.PositiveIntegerField()),
                        ("last", models.PositiveIntegerField()),
                        (
                            "next_serial",
                            models.PositiveIntegerField(help_text="The first one that was not given out yet; of a new range the first."),
                        ),
                        ("source", models.CharField(help_text="The operator's letter or contract.", max_length=200)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(models.F("service"), models.F("country"), name="one_number_range"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("first__lte", models.F("next_serial")),
                                    ("last__lte", 99999999),
                                    ("next_serial__lte", models.F("last")),
                                ),
                                name="number_range_holds",
                            ),
                        ]
                    },
                ),
            ]
        ),
        migrations.RemoveConstraint(model_name="numberrange", name="one_number_range"),
        migrations.AddConstraint(
            model_name="numberrange",
            constraint=models.CheckConstraint(
                condition=models.Q(("country__regex", "^[A-Z]{2}$"), ("service__regex", "^[A-Z]{2}$")), name="number_range_letters"
            ),
        ),
    ]
