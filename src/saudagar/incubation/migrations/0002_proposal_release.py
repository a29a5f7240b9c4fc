"""The release a proposal becomes law as. Until now it was the one named by the proposal's version."""

import django.db.models.deletion
from django.db import migrations, models

NAME_IT = """
UPDATE incubation_proposal AS p
   SET release_id = r.version
  FROM rulebook_release AS r
 WHERE r.version = p.version AND p.state IN ('scheduled', 'law')
"""


class Migration(migrations.Migration):
    dependencies = [("incubation", "0001_initial"), ("rulebook", "0003_hs_corrections")]

    operations = [
        migrations.AddField(
            model_name="proposal",
            name="release",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="rulebook.release"),
        ),
        migrations.RunSQL(NAME_IT, migrations.RunSQL.noop),
    ]
