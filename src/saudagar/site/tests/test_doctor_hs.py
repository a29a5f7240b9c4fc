"""The doctor tells what does not come with the project, and the command that mends it."""

import pytest

from saudagar.rulebook import actions
from saudagar.site import doctor

pytestmark = pytest.mark.django_db


def test_the_nomenclature_is_missed_until_it_is_loaded():
    (found,) = doctor.nomenclature()
    assert found.level is doctor.Level.ODD
    assert found.mend.startswith("./saudagar rules load --hs-only FILE")
    actions.load_nomenclature([{"section": "II", "hscode": "090121", "description": "Coffee; roasted, not decaffeinated"}])
    (found,) = doctor.nomenclature()
    assert (found.level, found.text) == (doctor.Level.GOOD, "1 HS codes are loaded")
