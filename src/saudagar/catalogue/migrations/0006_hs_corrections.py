from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0005_plants'),
    ]

    operations = [
        migrations.AddField(
            model_name='hschoice',
            name='was',
            field=models.CharField(blank=True, max_length=12, default=''),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='hschoice',
            name='reason',
            field=models.CharField(blank=True, max_length=500, default=''),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='hschoice',
            name='proposed',
            field=models.CharField(blank=True, max_length=12, default=''),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='hschoice',
            name='answer',
            field=models.CharField(blank=True, max_length=300, default=''),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name='hschoice',
            index=models.Index(models.F('chosen_at'), condition=models.Q(('proposed', ''), _negated=True), name='hs_choice_proposed'),
        ),
    ]
