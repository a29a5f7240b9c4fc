import django.db.models.deletion
import saudagar.foundation.ids
import saudagar.foundation.keys
from django.db import migrations, models


class Migration(migrations.Migration):
    """Papers that are there stay what they were: of a product, or of the whole business."""

    dependencies = [
        ('catalogue', '0004_hs_choices'),
        ('registry', '0002_plants'),
    ]

    operations = [
        migrations.CreateModel(
            name='ProductPlant',
            fields=[
                ('id', models.UUIDField(default=saudagar.foundation.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('business_id', models.UUIDField(editable=False)),
                ('plant', saudagar.foundation.keys.SellerKey(on_delete=django.db.models.deletion.PROTECT, related_name='products', to='registry.plant')),
                ('product', saudagar.foundation.keys.SellerKey(on_delete=django.db.models.deletion.CASCADE, related_name='made_in', to='catalogue.product')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('business_id'), models.F('product'), models.F('plant'), name='product_plant_once')],
            },
        ),
        migrations.RemoveConstraint(
            model_name='certificate',
            name='certificate_once_per_state',
        ),
        migrations.AddField(
            model_name='certificate',
            name='plant',
            field=saudagar.foundation.keys.SellerKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='registry.plant'),
        ),
        migrations.AddConstraint(
            model_name='certificate',
            constraint=models.UniqueConstraint(models.F('business_id'), models.F('product'), models.F('plant'), models.F('kind'), models.F('state'), name='certificate_once_per_state', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='certificate',
            constraint=models.CheckConstraint(condition=models.Q(('product', None), ('plant', None), _connector='OR'), name='certificate_of_one_thing'),
        ),
    ]
