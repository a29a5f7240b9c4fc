"""The database itself keeps the books: a posting balances, is written whole by one statement, and is never changed."""

from django.db import migrations

# Trigger functions name no table (transition tables and TG_TABLE_NAME do), so that the same text works on every shard of a cluster.
BALANCES = """
CREATE FUNCTION ledger_balances() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    off record;
    edited uuid;
BEGIN
    SELECT business_id, posting_id, currency, sum(amount) AS sum INTO off
      FROM fresh
     GROUP BY business_id, posting_id, currency
    HAVING sum(amount) <> 0
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'posting % of business % does not balance: % %', off.posting_id, off.business_id, off.sum, off.currency
            USING ERRCODE = 'check_violation', CONSTRAINT = 'posting_balances';
    END IF;

    EXECUTE format(
        'SELECT kept.posting_id
           FROM %I.%I AS kept
           JOIN (SELECT business_id, posting_id, count(*) AS entries FROM fresh GROUP BY business_id, posting_id) AS now
             ON now.business_id = kept.business_id AND now.posting_id = kept.posting_id
          GROUP BY kept.business_id, kept.posting_id, now.entries
         HAVING count(*) <> now.entries
          LIMIT 1', TG_TABLE_SCHEMA, TG_TABLE_NAME) INTO edited;
    IF edited IS NOT NULL THEN
        RAISE EXCEPTION 'posting % was written before: nothing is added to it', edited
            USING ERRCODE = 'check_violation', CONSTRAINT = 'posting_written_once';
    END IF;
    RETURN NULL;
END $$
"""

NEVER = """
CREATE FUNCTION ledger_never() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of %: the books are append-only, post a correction', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'check_violation', CONSTRAINT = 'books_append_only';
END $$
"""


def guards(table: str) -> list[migrations.RunSQL]:
    return [
        migrations.RunSQL(
            f"CREATE TRIGGER {table}_never BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION ledger_never()",
            f"DROP TRIGGER {table}_never ON {table}",
        ),
        migrations.RunSQL(
            f"CREATE TRIGGER {table}_never_truncated BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION ledger_never()",
            f"DROP TRIGGER {table}_never_truncated ON {table}",
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [
        migrations.RunSQL(BALANCES, "DROP FUNCTION ledger_balances()"),
        migrations.RunSQL(
            "CREATE TRIGGER ledger_entry_balances AFTER INSERT ON ledger_entry REFERENCING NEW TABLE AS fresh "
            "FOR EACH STATEMENT EXECUTE FUNCTION ledger_balances()",
            "DROP TRIGGER ledger_entry_balances ON ledger_entry",
        ),
        migrations.RunSQL(NEVER, "DROP FUNCTION ledger_never()"),
        *guards("ledger_posting"),
        *guards("ledger_entry"),
    ]
