"""A source can be cited: it begins with a law, a tariff or a publisher, and names no page of a search and no file of a collection."""

import re

from saudagar.rulebook.tests.cast import shipped

NOT_CITABLE = re.compile(r"index \d|\.csv\b|^[a-z0-9.-]+\.(com|org|net|agency)\b")


def test_no_source_is_an_index_number_a_host_or_a_file():
    rulebook = shipped()
    rules = [rule for there in rulebook.destinations.values() for rule in there.rules()]
    rules += [rule for origin in rulebook.origins.values() for rule in (*origin.requirements, *origin.prohibitions)]
    assert not {rule.source for rule in (*rules, *rulebook.idle) if NOT_CITABLE.search(rule.source)}
