"""Every account has a name in each language, so that whoever reads the books can."""

from saudagar.foundation.refusals import LANGUAGES
from saudagar.ledger.rules import NAMES, Account, account_name


def test_every_account_is_called_something():
    assert set(Account) <= set(NAMES)
    for code, names in NAMES.items():
        assert set(names) == set(LANGUAGES), code
    assert account_name("escrow", "zh-hans") == "担保账户"
