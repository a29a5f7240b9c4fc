"""How words are looked for: Indonesian and English by their stems, Chinese by pairs of characters."""

from __future__ import annotations

import re

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
MOST_WORDS = 12


def pairs(text: str) -> list[str]:
    """Every run of Chinese characters as its overlapping pairs; a single character stays single. No dictionary is needed.

    >>> pairs("加约咖啡 250g 茶")
    ['加约', '约咖', '咖啡', '茶']
    """
    found = []
    for run in _HAN.findall(text):
        found += [run[place : place + 2] for place in range(len(run) - 1)] or [run]
    return found


def keywords(*parts: str) -> str:
    """What a text is found by besides its title and description: SKUs, barcodes, variants, brand, category, Chinese pairs and characters.

    Single characters go in too, so that one character finds what holds it.
    """
    words: dict[str, None] = {}
    for part in parts:
        words.update(dict.fromkeys(pairs(part)))
        words.update(dict.fromkeys(character for run in _HAN.findall(part) for character in run))
        words.update(dict.fromkeys(re.findall(r"[^\W_\u3400-\u9fff]+(?:[-.][^\W_\u3400-\u9fff]+)*", part.lower())))
    return " ".join(words)[:8000]


def asked(text: str) -> tuple[str, str]:
    """A buyer's words as (words for stemming, exact words as a tsquery text). Each may be "".

    The last exact word is searched as a beginning, for people stop typing early.

    >>> asked("kopi gayo"), asked("咖啡豆")
    (('kopi gayo', "'kopi' & 'gayo':*"), ('', "'咖啡' & '啡豆'"))
    """
    latin = re.findall(r"[^\W_\u3400-\u9fff]+(?:[-.][^\W_\u3400-\u9fff]+)*", text.lower())[:MOST_WORDS]
    han = pairs(text)[:MOST_WORDS]
    exact = [f"'{word}'" for word in latin]
    if exact and not han and len(latin[-1]) > 2:
        exact[-1] += ":*"
    return " ".join(latin), " & ".join([*exact, *(f"'{pair}'" for pair in han)])
