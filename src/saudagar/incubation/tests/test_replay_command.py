"""./saudagar replay, as people type it."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db


def test_without_proposals_it_says_so():
    out = StringIO()
    call_command("replay", stdout=out)
    assert out.getvalue() == "There are no proposals yet. Officers write them at /officer/proposals/.\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nope"], "'nope' is no proposal: give its id, as ./saudagar replay lists them."),
        (["0b6f3c7e-1f0e-4b7e-9a52-6f2f1f0c9d11"], "There is no such proposal."),
        (["0b6f3c7e-1f0e-4b7e-9a52-6f2f1f0c9d11", "--elasticity", "09=much"], "--elasticity 09=much: write 09=-1.2, or -0.8 for all"),
    ],
)
def test_what_is_wrong_is_said_in_words(arguments, words):
    with pytest.raises(CommandError) as refused:
        call_command("replay", *arguments, stdout=StringIO())
    assert str(refused.value) == words
