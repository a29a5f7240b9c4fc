"""What somebody may have meant by a name that nobody knows."""

from collections.abc import Iterable
from difflib import get_close_matches

SHOWN = 12  # names a sentence can hold
DID_YOU_MEAN = {"id": "Maksudnya {hint}?", "en": "Did you mean {hint}?", "zh-hans": "您是否指 {hint}？"}
AND_MORE = {"id": "{names}, … ({count} semuanya)", "en": "{names}, … ({count} in all)", "zh-hans": "{names}……（共 {count} 个）"}


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that is closest to it; "" when none is close.

    >>> nearest("eu:ios", ["eu:ioss", "sg:ovr"]), nearest("form-E", ["form_e", "form_d"]), nearest("foo", ["hs"])
    ('eu:ioss', 'form_e', '')
    """
    plain = {each.casefold().replace("-", "_"): each for each in known}
    close = get_close_matches(name.casefold().replace("-", "_")[:80], list(plain), 1, 0.6)
    return plain[close[0]] if close else ""


def listed(names: Iterable[str], language: str) -> str:
    """As many as a sentence can hold.

    >>> listed(["hs", "origin"], "en")
    'hs, origin'
    """
    every = list(names)
    if len(every) <= SHOWN:
        return ", ".join(every) or "–"
    return AND_MORE[language].format(names=", ".join(every[:SHOWN]), count=len(every))
