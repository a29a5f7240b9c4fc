"""Pilots are kept with the releases, and never overlap."""

from datetime import UTC, datetime, timedelta

import pytest

from saudagar.rulebook import actions, files, queries
from saudagar.rulebook.models import Pilot, Release
from saudagar.rulebook.rules.refusals import PilotsOverlap

pytestmark = pytest.mark.django_db
START = datetime.now(UTC) + timedelta(days=1)
END = START + timedelta(days=30)


@pytest.fixture
def release():
    actions.load(files.texts(), at=START, is_shipped=True)
    texts = {**files.texts(), "switches.toml": files.texts()["switches.toml"] + "\n# tried\n"}
    yield actions.keep(texts, at=START)
    queries.forget()


def test_a_release_kept_for_a_pilot_is_not_in_force(release):
    assert not release.is_current
    assert queries.current_rulebook().version != release.version
    pilot = actions.begin_pilot(release, provinces=["11"], markets=["cn"], starts_at=START, ends_at=END)

    (trial,) = queries.trials()

    assert trial.rulebook.version == release.version
    assert (trial.covers("cn", "11.04", START), trial.covers("cn", "12.01", START), trial.covers("id", "11.04", START)) == (
        True,
        False,
        False,
    )
    actions.end_pilot(pilot.pk, at=START + timedelta(days=2))
    pilot.refresh_from_db()
    assert pilot.ends_at == START + timedelta(days=2)


def test_two_pilots_of_one_order_are_refused(release):
    actions.begin_pilot(release, provinces=["11"], markets=[], starts_at=START, ends_at=END)
    actions.begin_pilot(release, provinces=["12"], markets=[], starts_at=START, ends_at=END)

    with pytest.raises(PilotsOverlap):
        actions.begin_pilot(release, provinces=[], markets=["cn"], starts_at=END - timedelta(days=1), ends_at=END + timedelta(days=1))

    assert Pilot.objects.count() == 2
    assert Release.objects.filter(is_current=True).count() == 1
