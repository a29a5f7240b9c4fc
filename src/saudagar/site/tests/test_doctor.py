"""What the doctor says of numbers and rates that run out."""

from datetime import timedelta
from unittest.mock import patch

from django.test import TestCase
from django.utils.timezone import localdate

from saudagar.customs.queries import Sdr
from saudagar.shipping.models import NumberRange
from saudagar.site import doctor
from saudagar.site.doctor import Level


class Doctor(TestCase):
    def test_item_numbers_that_run_out(self):
        assert list(doctor.item_numbers()) == []
        NumberRange.objects.create(service="RR", first=1, last=5000, next_serial=1, source="test")
        NumberRange.objects.create(service="EE", first=1, last=50, next_serial=1, source="test")
        found = {finding.text[13:15]: finding for finding in doctor.item_numbers()}
        assert (found["RR"].level, found["EE"].level) == (Level.GOOD, Level.ODD)
        assert "50 of 50" in found["EE"].text and "Number ranges" in found["EE"].mend

    def test_rates_of_the_sdr_that_grow_old(self):
        for days, level, words in ((90, Level.GOOD, ""), (10, Level.ODD, ""), (-1, Level.ODD, "CN23")):
            until = localdate() + timedelta(days=days)
            with patch("saudagar.customs.queries.sdr", lambda until=until: Sdr(until, until, "test", "S", {})):
                (found,) = doctor.sdr()
            assert found.level is level and words in found.text, days
            assert bool(found.mend) == (level is Level.ODD)
