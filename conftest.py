"""Tests run against embedded PostgreSQL (or DATABASE_URL), as the platform itself does."""

import gettext
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils.translation import trans_real

from saudagar.foundation import remembered, translations

ROOT = Path(__file__).parent

# Generated examples take the time they take: how long says something about the machine, not about the code.
hypothesis.settings.register_profile("saudagar", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("saudagar")


def pytest_configure() -> None:
    # `up` fills it; without it every test that asks for a page would be warned.
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    if translations.compile_all():
        # Django was set up before this file was read, and may have loaded what was there then.
        trans_real._translations.clear()
        gettext._translations.clear()  # and Python keeps each file it has read
        trans_real._default = None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Side by side (`-n`), a file stays together, for its tests may share what they started; browser stories all do."""
    for item in items:
        file = item.path.relative_to(ROOT)
        item.add_marker(pytest.mark.xdist_group("browser" if file.is_relative_to("tests/browser") else str(file)))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The books refuse TRUNCATE, which is how Django empties tables after a test with real transactions: in tests it may."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table in ("ledger_posting", "ledger_entry"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_never_truncated")


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    """What one test left in the cache is not the next one's business."""
    cache.clear()
    remembered.forget_all()
    yield


@pytest.fixture
def shared_data() -> Path:
    """The real input files, which do not belong to the project: `SAUDAGAR_SHARED` or `../shared` beside the repository."""
    folder = Path(os.environ.get("SAUDAGAR_SHARED") or Path(__file__).resolve().parents[1] / "shared") / "data"
    if not folder.is_dir():
        pytest.skip(f"the real input files are not here ({folder})")
    return folder
