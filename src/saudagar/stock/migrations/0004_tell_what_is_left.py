"""Pages say how many pieces are left when they are few, and that there are none: whoever keeps copies of pages is told when that changes.

Not from the code that takes pieces: the intake takes thousands a second, mostly from pools that are full, and till, returns and
counting take and give as well. The condition is judged without calling the function, for one to two microseconds a row.
"""

from django.db import migrations

# The smallest number that pages do not tell (storefront/templates/storefront/product.html).
MANY = 10

# Trigger functions name no table, so that the same text works on every shard of a cluster.
TELL = """
CREATE FUNCTION stock_tell_what_is_left() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('saudagar_told', json_build_array('stock.left', NEW.business_id, json_build_object(
        'variant', NEW.variant_id,
        'campaign', coalesce(NEW.campaign_id::text, ''),
        'turned', CASE WHEN TG_OP = 'INSERT' THEN NEW.available > 0 ELSE (OLD.available > 0) <> (NEW.available > 0) END
    ))::text);
    RETURN NULL;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("stock", "0003_campaign_movements")]

    operations = [
        migrations.RunSQL(TELL, "DROP FUNCTION stock_tell_what_is_left()"),
        migrations.RunSQL(
            f"CREATE TRIGGER stock_pool_taken AFTER UPDATE ON stock_pool FOR EACH ROW"
            f" WHEN (least(OLD.available, {MANY}) <> least(NEW.available, {MANY})) EXECUTE FUNCTION stock_tell_what_is_left()",
            "DROP TRIGGER stock_pool_taken ON stock_pool",
        ),
        migrations.RunSQL(
            "CREATE TRIGGER stock_pool_opened AFTER INSERT ON stock_pool FOR EACH ROW"
            " WHEN (NEW.available > 0) EXECUTE FUNCTION stock_tell_what_is_left()",
            "DROP TRIGGER stock_pool_opened ON stock_pool",
        ),
    ]
