"""A whole small rehearsal on a copy of a database that is in use; the database itself stays as it is."""

from pathlib import Path

import pytest
from django.db import connection

from saudagar.site.environment import database_url
from saudagar.site.rehearsal import copying
from saudagar.site.rehearsal.certificate import certificate
from saudagar.site.rehearsal.play import Progress, play
from saudagar.site.rehearsal.script import Options
from saudagar.site.rehearsal.tests.test_checks import a_sale


def test_nothing_that_names_the_outside_reaches_the_copy() -> None:
    given = {
        "PATH": "/bin",
        "DATABASE_URL": "postgresql://real",
        "SAUDAGAR_KEYS": "1:abc",
        "SAUDAGAR_URL": "https://shop.example.id",
        "SAUDAGAR_SMS_GATEWAY": "real.Gateway",
        "SNAP_URL": "https://bank.example",
        "SNAP_CLIENT_SECRET": "secret",
        "PGHOST": "real",
        "https_proxy": "http://proxy",
    }
    assert copying.environment(given) == {"PATH": "/bin"}


def test_a_database_without_tables_needs_no_copy(tmp_path: Path) -> None:
    maintenance = database_url().replace("/saudagar?", "/postgres?")
    assert copying.copy(maintenance, tmp_path) is None
    assert not (tmp_path / "postgres").exists()


def test_a_database_that_does_not_answer_is_said(tmp_path: Path) -> None:
    with pytest.raises(copying.CannotCopy, match="does not answer"):
        copying.copy("postgresql://nobody@127.0.0.1:1/nothing", tmp_path)


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_a_small_rehearsal_with_kills_passes_and_leaves_the_real_data_alone(tmp_path: Path) -> None:
    a_sale()
    tmp_path.chmod(0o755)
    source = database_url().replace("/saudagar?", f"/{connection.settings_dict['NAME']}?")
    before, steps = _everything(), []

    def tell(progress: Progress) -> None:
        steps.append(progress.step)

    played = play(Options(orders=120, skus=8, hot=2, kill=True), source, tell, folder=tmp_path)

    made = certificate(played)
    assert made["failed"] == [], made["checks"]
    assert set(made["idle"]) == set()
    assert {kill["what"] for kill in made["kills"]} == {"web", "worker", "backend", "server"}
    assert made["data"] | {"copied": True, "businesses": 2, "orders": 6} == made["data"]
    assert made["numbers"]["refused"] > 10
    assert list(dict.fromkeys(steps)) == ["copying", "starting", "staging", "quoting", "open", "expiring", "second", "settling", "checking"]
    assert _everything() == before
    assert list(tmp_path.iterdir()) == [], "the copy is gone"


def _everything() -> dict[str, int]:
    """Rows of every table."""
    with connection.cursor() as cursor:
        counts = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT count(*), coalesce(sum(hashtext(t::text)), 0) FROM "{table}" AS t')
            counts[table] = cursor.fetchone()
    return counts
