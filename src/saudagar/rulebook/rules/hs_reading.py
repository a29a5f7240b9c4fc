"""A title read into pieces: words, Chinese words cut out of their run, numbers and marks. Pure."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from saudagar.rulebook.rules.hs_lexicon import HAN, Lexicon, stem, tokens

RUN = re.compile(r"[^\W_]*[\u3400-\u9fff][^\W_]*|[^\W\d_]+|\d+|[^\w\s]")
INSIDE = re.compile(r"[a-z]+|\d+|[^\W_]")
JOINED = re.compile(r"(?<=\w)['’\-](?=\w)|(?<=\d)[.,](?=\d)")  # T-shirt, men's, 1.8: not the end of a phrase
MARKS = frozenset("+,;:|()[]/-–—&.!·、。•【】《》")

NOISE = frozenset(
    [
        "promo",
        "murah",
        "grosir",
        "ready",
        "stock",
        "original",
        "ori",
        "asli",
        "premium",
        "terbaru",
        "best",
        "seller",
        "new",
        "murni",
        "pcs",
        "pc",
        "pack",
        "isi",
        "gram",
        "gr",
        "g",
        "kg",
        "ml",
        "liter",
        "cm",
        "mm",
        "box",
        "dus",
        "lusin",
    ]
)


@dataclass(slots=True)
class Piece:
    """text: stemmed word, Chinese word, number or mark. run: pieces written without a space between them share it."""

    text: str
    run: int
    han: bool = False
    known: bool = True  # a single Chinese character that is in no list is unknown


def pieces(text: str, lexicon: Lexicon, lengths: Mapping[str, tuple[int, ...]]) -> list[Piece]:
    """Chinese by the longest word of any list, from the left; a list that knows 包邮 thus keeps 包 from being a bag.

    lengths  lexicon.han_lengths()
    """
    found: list[Piece] = []
    for number, run in enumerate(RUN.findall(JOINED.sub(" ", unicodedata.normalize("NFKC", text).lower()))):
        if HAN.search(run):
            found += _cut(run, number, lexicon, lengths)
        elif run[0].isalnum() or run in MARKS:
            found.append(Piece(stem(run), number))
    return found


def _cut(run: str, number: int, lexicon: Lexicon, lengths: Mapping[str, tuple[int, ...]]) -> list[Piece]:
    found, start = [], 0
    while start < len(run):
        for length in lengths.get(run[start], ()):
            part = run[start : start + length]
            if part in lexicon.han_goods or part in lexicon.han_facts or part in lexicon.gloss or part in lexicon.words:
                found.append(Piece(part, number, han=True))
                start += length
                break
        else:
            match = INSIDE.match(run, start)
            part = match.group() if match else run[start]
            han = bool(HAN.match(part))
            found.append(Piece(part if han else stem(part), number, han=han, known=not han))
            start += len(part)
    return found


def telling(text: str) -> list[str]:
    """The words that tell what goods are: no sizes, no sales talk. Chinese by single characters.

    >>> telling("PROMO Kopi Gayo 250gr")
    ['kopi', 'gayo']
    """
    found: list[str] = []
    for token in tokens(text):
        if HAN.match(token):
            found += token
        elif token.isalpha() and len(token) > 1 and token not in NOISE:
            found.append(token)
    return found
