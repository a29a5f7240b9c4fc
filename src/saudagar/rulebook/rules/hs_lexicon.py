"""The lists of `hs_help/` that HS suggestions rest on, read for searching. Pure: rows in, a lexicon out."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

HAN = re.compile(r"[\u3400-\u9fff]")
TOKEN = re.compile(r"[\u3400-\u9fff]+|[^\W\d_]+|\d+|[+,;:|()\[\]/]")
WORD_KINDS = frozenset(["aside", "extra", "without", "set", "noise", "container", "idle", "use", "id", "en", "adjective"])
FACT_KINDS = frozenset(["material", "user", "state", "more"])
ODD_PLURALS = {
    "polos": "polos",
    "knives": "knife",
    "shelves": "shelf",
    "scarves": "scarf",
    "leaves": "leaf",
    "loaves": "loaf",
    "calves": "calf",
    "teeth": "tooth",
}


@dataclass(frozen=True, slots=True)
class Decision:
    facts: frozenset[str]
    hs: str
    note: str


@dataclass(slots=True)
class Lexicon:
    """The reviewable lists, by what is looked for: tuples of words where words are spelt, strings where they are Chinese."""

    goods: dict[tuple[str, ...], tuple[str, float]] = field(default_factory=dict)
    longest: dict[str, int] = field(default_factory=dict)  # first word -> words of the longest name that begins with it
    facts: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)
    han_goods: dict[str, tuple[str, float]] = field(default_factory=dict)
    han_facts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    fact_kinds: dict[str, str] = field(default_factory=dict)
    decisions: dict[str, list[Decision]] = field(default_factory=dict)
    notes: dict[str, dict[str, str]] = field(default_factory=dict)
    gloss: dict[str, tuple[str, ...]] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)  # little words, and what they do: WORD_KINDS
    indonesian: frozenset[str] = frozenset()
    calibration: list[tuple[float, float]] = field(default_factory=list)

    def han_lengths(self) -> dict[str, tuple[int, ...]]:
        """First character -> lengths of the Chinese words that begin with it, the longest first."""
        found: dict[str, set[int]] = {}
        for known in (self.han_goods, self.han_facts, self.gloss, self.words):
            for word in known:
                if HAN.search(word):
                    found.setdefault(word[0], set()).add(len(word))
        return {character: tuple(sorted(lengths, reverse=True)) for character, lengths in found.items()}


def stem(token: str) -> str:
    """English plurals and their singular look alike; Indonesian words lose an s on both sides, which does no harm.

    >>> stem("candles"), stem("glass"), stem("tas"), stem("boxes"), stem("batteries"), stem("gratis")
    ('candle', 'glass', 'tas', 'box', 'battery', 'gratis')
    """
    if not token.endswith("s") or len(token) < 4 or token.endswith(("ss", "us", "is")):
        return ODD_PLURALS.get(token, token)
    if token in ODD_PLURALS:
        return ODD_PLURALS[token]
    if token.endswith("ies") and len(token) > 5:
        return token[:-3] + "y"
    if token.endswith(("xes", "ches", "shes", "sses", "zzes")):
        return token[:-2]
    return token[:-1]


def tokens(text: str) -> list[str]:
    """
    >>> tokens("Kopi Gayo 250gr + FREE 马克杯")
    ['kopi', 'gayo', '250', 'gr', '+', 'free', '马克杯']
    """
    return [each if HAN.match(each) else stem(each) for each in TOKEN.findall(text.lower())]


def lexicon(
    goods: Iterable[Mapping[str, str]],
    facts: Iterable[Mapping[str, str]],
    decisions: Iterable[Mapping[str, str]],
    notes: Iterable[Mapping[str, str]],
    gloss: Iterable[Mapping[str, str]],
    words: Iterable[Mapping[str, str]],
    calibration: Iterable[Mapping[str, str]],
) -> Lexicon:
    """The lists as rows of their CSV files.

    Raises ValueError when a decision names what no list has, when one name stands for two goods, and for an unknown kind.
    """
    made = Lexicon()
    names = set()
    for row in goods:
        names.add(row["goods"])
        for name in split(row["words"], "|"):
            _name(made, name, (row["goods"], float(row["strength"])))
    for row in facts:
        if row["kind"] not in FACT_KINDS:
            raise ValueError(f"facts.csv: {row['fact']}: kind {row['kind']} is none of {', '.join(sorted(FACT_KINDS))}")
        made.fact_kinds[row["fact"]] = row["kind"]
        for name in split(row["words"], "|"):
            if HAN.search(name):
                made.han_facts[name.lower()] = (*made.han_facts.get(name.lower(), ()), row["fact"])
            else:
                key = tuple(tokens(name))
                made.facts[key] = (*made.facts.get(key, ()), row["fact"])
    made.notes = {row["note"]: {language: row[language] for language in ("id", "en", "zh-hans")} for row in notes}
    for row in decisions:
        when = frozenset(split(row["when"], "+"))
        if row["goods"] not in names or when - made.fact_kinds.keys() or row["note"] not in made.notes:
            raise ValueError(f"decisions.csv: {row['goods']}, {row['when']}, {row['note']}: not in goods, facts or notes")
        made.decisions.setdefault(row["goods"], []).append(Decision(when, row["hs"], row["note"]))
    for row in gloss:
        made.gloss[stem(row["word"])] = tuple(tokens(row["english"]))
    made.indonesian = frozenset(stem(row["word"]) for row in gloss if row["language"] == "id")
    for row in words:
        if row["kind"] not in WORD_KINDS:
            raise ValueError(f"words.csv: {row['kind']} is none of {', '.join(sorted(WORD_KINDS))}")
        for word in split(row["words"], "|"):
            if made.words.setdefault(word if HAN.search(word) else stem(word), row["kind"]) != row["kind"]:
                raise ValueError(f"words.csv: {word} is of two kinds")
    made.calibration = sorted((float(row["share"]), float(row["right"])) for row in calibration)
    return made


def _name(made: Lexicon, name: str, known: tuple[str, float]) -> None:
    if HAN.search(name):
        other = made.han_goods.setdefault(name.lower(), known)
    else:
        key = tuple(tokens(name))
        other = made.goods.setdefault(key, known)
        made.longest[key[0]] = max(made.longest.get(key[0], 0), len(key))
    if other[0] != known[0]:
        raise ValueError(f"goods.csv: {name} stands for {other[0]} and for {known[0]}")


def split(text: str, mark: str) -> list[str]:
    """The parts of a list in a cell, without blanks."""
    return [part.strip() for part in text.split(mark) if part.strip()]
