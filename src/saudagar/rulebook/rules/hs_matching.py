"""Which HS subheadings a seller's title may mean, with reasons. Pure: the lexicon and the nomenclature come from outside.

1. Names of goods are found in the title, the longest first: "kopi", "mie instan", "藤椅".
2. Facts are found beside them: material, state, user, packing.
3. Decisions say which subheading goods with such facts belong to, and which note or General Rule says so.
4. The nomenclature's own words are searched too, which carries goods the lexicon does not know.
5. Corrections by officers weigh more than all of it.
"""

import math
import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from saudagar.rulebook.rules.refusals import EmptyHsText, HsTextTooLong

TITLE_MOST = 300  # characters; titles are cut by forms long before
HAN = re.compile(r"[\u3400-\u9fff]")
TOKEN = re.compile(r"[\u3400-\u9fff]+|[^\W\d_]+|\d+|[+,;:|()\[\]/]")
STEP_ASIDE = frozenset(
    [
        "rasa",
        "aroma",
        "untuk",
        "utk",
        "buat",
        "bahan",
        "motif",
        "model",
        "khas",
        "bentuk",
        "gambar",
        "for",
        "with",
        "dengan",
        "dgn",
        "of",
        "from",
        "in",
        "dari",
    ]
)
EXTRAS = frozenset(["+", "plus", "free", "gratis", "bonus"])
LEAST_SHOWN = 0.005  # what is less likely is noise
WITHOUT = frozenset(["tanpa", "no", "bukan", "non", "without"])
SETS = frozenset(["set", "paket", "hampers", "bundle", "bundling", "parsel", "giftset", "套装", "礼盒"])
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
GLOSS_SHARE = 0.7
BASE = 2.0  # what any name of goods weighs; its strength and its length add to it
SET_NOTE, UNISEX_NOTE = "set", "unisex"


@dataclass(frozen=True, slots=True)
class Decision:
    facts: frozenset[str]
    hs: str
    note: str


@dataclass(frozen=True, slots=True)
class Reason:
    """kind: goods, facts, note, words or correction. words: of the title. note: key into the notes, or an entry's name."""

    kind: str
    words: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    hs: str
    description: str
    confidence: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Correction:
    """An officer gave this code to this title."""

    text: str
    hs: str


@dataclass(slots=True)
class Lexicon:
    """The reviewable lists of `hs_help/`, read for searching."""

    goods: dict[tuple[str, ...], tuple[str, float]] = field(default_factory=dict)
    facts: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)
    han_goods: dict[str, tuple[str, float]] = field(default_factory=dict)
    han_facts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    decisions: dict[str, list[Decision]] = field(default_factory=dict)
    notes: dict[str, dict[str, str]] = field(default_factory=dict)
    gloss: dict[str, tuple[str, ...]] = field(default_factory=dict)
    calibration: list[tuple[float, float]] = field(default_factory=list)


def stem(token: str) -> str:
    """English plurals and their singular look alike; Indonesian words lose an s on both sides, which does no harm.

    >>> stem("candles"), stem("glass"), stem("tas")
    ('candle', 'glass', 'tas')
    """
    return token[:-1] if len(token) > 4 and token.endswith("s") and not token.endswith("ss") else token


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
    calibration: Iterable[Mapping[str, str]],
) -> Lexicon:
    """The lists as rows of their CSV files. Raises ValueError when a decision names what no list has."""
    made = Lexicon()
    names, known_facts = set(), set()
    for row in goods:
        names.add(row["goods"])
        for words in _split(row["words"], "|"):
            if HAN.search(words):
                made.han_goods[words.lower()] = (row["goods"], float(row["strength"]))
            else:
                made.goods[tuple(tokens(words))] = (row["goods"], float(row["strength"]))
    for row in facts:
        known_facts.add(row["fact"])
        for words in _split(row["words"], "|"):
            if HAN.search(words):
                made.han_facts[words] = (*made.han_facts.get(words, ()), row["fact"])
            else:
                key = tuple(tokens(words))
                made.facts[key] = (*made.facts.get(key, ()), row["fact"])
    made.notes = {row["note"]: {language: row[language] for language in ("id", "en", "zh-hans")} for row in notes}
    for row in decisions:
        when = frozenset(_split(row["when"], "+"))
        if row["goods"] not in names or when - known_facts or row["note"] not in made.notes:
            raise ValueError(f"decisions.csv: {row['goods']}, {row['when']}, {row['note']}: not in goods, facts or notes")
        made.decisions.setdefault(row["goods"], []).append(Decision(when, row["hs"], row["note"]))
    made.gloss = {stem(row["word"]): tuple(tokens(row["english"])) for row in gloss}
    made.calibration = sorted((float(row["share"]), float(row["right"])) for row in calibration)
    return made


def _split(text: str, mark: str) -> list[str]:
    return [part.strip() for part in text.split(mark) if part.strip()]


def asked_text(text: str) -> str:
    """The text to look for. Raises EmptyHsText, HsTextTooLong."""
    if not telling(text):
        raise EmptyHsText("text")
    if len(text) > TITLE_MOST:
        raise HsTextTooLong("text", most=TITLE_MOST)
    return text


@dataclass(slots=True)
class _Evidence:
    score: float = 0.0
    reasons: list[Reason] = field(default_factory=list)


class Matcher:
    """Built once per process, then asked without a database. A title takes under a millisecond (see docs/reference/hs-help.md)."""

    def __init__(self, lexicon: Lexicon, nomenclature: Mapping[str, str], corrections: Iterable[Correction] = ()) -> None:
        self.lexicon = lexicon
        self.descriptions = {code: words for code, words in nomenclature.items() if len(code) == 6}
        self._index(nomenclature)
        self.correct(corrections)

    def _index(self, nomenclature: Mapping[str, str]) -> None:
        """Inverted index of the subheadings' words; the heading's words count half."""
        self.weights: dict[str, dict[str, float]] = defaultdict(dict)
        frequency: Counter[str] = Counter()
        bags: dict[str, dict[str, float]] = {}
        for code, words in self.descriptions.items():
            bag: dict[str, float] = {}
            for share, text in ((0.5, nomenclature.get(code[:4], "")), (1.0, words)):
                affirmed = re.sub(r"\([^)]*(?:excluding|other than|not )[^)]*\)", " ", text.lower())
                for token in tokens(re.split(r"\bother than\b|\bexcluding\b|n\.e\.c\.", affirmed)[0] or affirmed):
                    if len(token) > 2:
                        bag[token] = max(bag.get(token, 0.0), share)
            bags[code] = bag
            frequency.update(bag.keys())
        count = len(bags) or 1
        for code, bag in bags.items():
            length = 0.6 + 0.4 * len(bag) / 12
            for token, share in bag.items():
                self.weights[token][code] = share * math.log(1 + count / frequency[token]) / length
        self.english = frozenset(self.weights)

    def correct(self, corrections: Iterable[Correction]) -> None:
        """Read the officers' corrections anew."""
        self.corrections = [(frozenset(telling(each.text)), each.hs) for each in corrections]
        self.corrected_by_token: dict[str, list[int]] = defaultdict(list)
        for number, (words, _hs) in enumerate(self.corrections):
            for word in words:
                self.corrected_by_token[word].append(number)

    def suggest(self, text: str, limit: int = 5) -> list[Suggestion]:
        """The best subheadings first, with confidences that add up to at most one. An empty list when no word says anything."""
        found: dict[str, _Evidence] = defaultdict(_Evidence)
        words = tokens(text[:TITLE_MOST])
        self._by_goods(words, found)
        self._by_nomenclature(words, found)
        self._by_corrections(text, found)
        ranked = sorted(((hs, each) for hs, each in found.items() if hs in self.descriptions), key=lambda pair: (-pair[1].score, pair[0]))
        ranked = ranked[: max(limit, 5)]
        if not ranked:
            return []
        sure = self._confidence([each.score for _hs, each in ranked])
        if any(reason.kind == "correction" for reason in ranked[0][1].reasons) and ranked[0][1].score >= CORRECTION_SCORE * 0.8:
            sure = max(sure, 0.95)
        rest = sum(each.score for _hs, each in ranked[1:]) or 1.0
        shares = [sure, *((1 - sure) * 0.7 * each.score / rest for _hs, each in ranked[1:])]
        return [
            Suggestion(hs, self.descriptions[hs], round(share, 2), tuple(each.reasons))
            for number, ((hs, each), share) in enumerate(zip(ranked[:limit], shares, strict=False))
            if number == 0 or share >= LEAST_SHOWN
        ]

    def _confidence(self, scores: Sequence[float]) -> float:
        """How often the first suggestion was right on the seen titles at such a distance from the others."""
        steps = self.lexicon.calibration
        share = evidence_share(scores)
        if not steps:
            return share
        at = bisect_right([step for step, _ in steps], share) - 1
        return steps[max(at, 0)][1]

    def _by_goods(self, words: list[str], found: dict[str, _Evidence]) -> None:
        places, facts = self._goods_in(words), self._facts_in(words)
        if not places:
            return
        is_set = bool(SETS & set(words))
        best = max(place.weight for place in places)
        for place in places:
            ranked = sorted(
                self.lexicon.decisions.get(place.goods, []), key=lambda each: (each.facts <= facts.keys(), len(each.facts)), reverse=True
            )
            for rank, decision in enumerate(ranked):
                holds = decision.facts <= facts.keys()
                share = 1.0 if rank == 0 else 0.55 if holds else 0.25 + 0.2 * len(decision.facts & facts.keys()) / len(decision.facts)
                score = place.weight * share
                evidence = found[decision.hs]
                if score <= evidence.score:
                    evidence.score += 0.1 * score
                    continue
                reasons = [Reason("goods", place.words, place.goods)]
                if holds and decision.facts:
                    reasons.append(Reason("facts", tuple(dict.fromkeys(word for fact in sorted(decision.facts) for word in facts[fact]))))
                if holds:
                    reasons.append(Reason("note", (), decision.note))
                if is_set and place.weight == best and rank == 0:
                    reasons.append(Reason("note", (), SET_NOTE))
                if decision.hs[:2] in ("61", "62") and {"men", "women"} <= facts.keys():
                    reasons.append(Reason("note", (), UNISEX_NOTE))
                evidence.score = score + 0.1 * evidence.score
                evidence.reasons[:] = reasons

    def _goods_in(self, words: list[str]) -> list["_Place"]:
        places: list[_Place] = []
        number, aside, extras = 0, -9, False
        while number < len(words):
            word = words[number]
            if HAN.match(word):
                places += self._han_goods(word, number)
                number += 1
                continue
            if word in EXTRAS:
                extras = extras or number > 0
            if word in STEP_ASIDE:
                aside = number
            for length in (4, 3, 2, 1):
                key = tuple(words[number : number + length])
                known = self.lexicon.goods.get(key) if len(key) == length else None
                if known:
                    weight = BASE + 0.4 * known[1] + 0.8 * (length - 1) - (2.0 if extras else 0.0)
                    if number - aside <= 2 and aside >= 0:
                        weight *= 0.4
                    places.append(_Place(number, known[0], weight, (" ".join(key),)))
                    number += length
                    break
            else:
                number += 1
        if places:
            reads_backwards = self._is_english(words) or bool(HAN.match(words[int(places[0].at)]))
            head = max(places, key=lambda place: place.at) if reads_backwards else min(places, key=lambda place: place.at)
            head.weight += 1.4
        return [place for place in places if place.weight > 0]

    def _han_goods(self, run: str, at: int) -> list["_Place"]:
        places, start = [], 0
        while start < len(run):
            for length in range(min(6, len(run) - start), 0, -1):
                known = self.lexicon.han_goods.get(run[start : start + length])
                if known:
                    places.append(
                        _Place(at + start / 100, known[0], BASE + 0.4 * known[1] + 0.5 * (length - 1), (run[start : start + length],))
                    )
                    start += length
                    break
            else:
                start += 1
        return places

    def _is_english(self, words: list[str]) -> bool:
        spelt = [word for word in words if word.isalpha() and len(word) > 2 and not HAN.match(word)]
        foreign = sum(1 for word in spelt if word in self.lexicon.gloss)
        return bool(spelt) and not foreign and sum(1 for word in spelt if word in self.english) >= 0.5 * len(spelt)

    def _facts_in(self, words: list[str]) -> dict[str, list[str]]:
        """Facts with their words. The longest words are taken first: "kulit sintetis" is no leather, "tanpa gula" no sugar."""
        facts: dict[str, list[str]] = defaultdict(list)
        taken = 0
        for number, word in enumerate(words):
            if HAN.match(word):
                for start in range(len(word)):
                    for length in (1, 2, 3, 4):
                        part = word[start : start + length]
                        for fact in self.lexicon.han_facts.get(part, ()) if len(part) == length else ():
                            facts[fact].append(part)
                continue
            if number < taken:
                continue
            for length in (3, 2, 1):
                key = tuple(words[number : number + length])
                known = self.lexicon.facts.get(key, ()) if len(key) == length else ()
                if known:
                    taken = number + length
                    if number and words[number - 1] in WITHOUT:
                        break
                    for fact in known:
                        facts[fact].append(" ".join(key))
                    break
        return facts

    def _by_nomenclature(self, words: list[str], found: dict[str, _Evidence]) -> None:
        """Words of the title, and their English meaning, in the nomenclature: a little beside goods that are known, all when none is."""
        asked: dict[str, tuple[float, str]] = {}
        for word in words:
            for share, english in ((1.0, word), *((GLOSS_SHARE, each) for each in self.lexicon.gloss.get(word, ()))):
                if english in self.weights and len(english) > 2 and english not in NOISE:
                    asked[english] = max(asked.get(english, (0.0, word)), (share, word))
        if not asked:
            return
        scores: dict[str, float] = defaultdict(float)
        by: dict[str, list[str]] = defaultdict(list)
        for english, (share, word) in asked.items():
            for code, weight in self.weights[english].items():
                scores[code] += share * weight
                by[code].append(word)
        for code, score in sorted(scores.items(), key=lambda pair: -pair[1])[:12]:
            evidence = found[code]
            if not evidence.reasons:
                evidence.reasons.append(Reason("words", tuple(dict.fromkeys(by[code]))))
            evidence.score += 0.09 * score

    def _by_corrections(self, text: str, found: dict[str, _Evidence]) -> None:
        if not self.corrections:
            return
        words = frozenset(telling(text))
        near = Counter(number for word in words for number in self.corrected_by_token.get(word, ()))
        best: dict[str, tuple[float, frozenset[str]]] = {}
        for number, shared in near.items():
            known, hs = self.corrections[number]
            likeness = shared / len(words | known)
            if likeness >= 0.5 and likeness > best.get(hs, (0.0, known))[0]:
                best[hs] = (likeness, known & words)
        for hs, (likeness, shared_words) in best.items():
            evidence = found[hs]
            evidence.score += CORRECTION_SCORE * likeness
            evidence.reasons.insert(0, Reason("correction", tuple(sorted(shared_words)), "correction"))


CORRECTION_SCORE = 20.0


@dataclass(slots=True)
class _Place:
    at: float
    goods: str
    weight: float
    words: tuple[str, ...]


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


def evidence_share(scores: Sequence[float]) -> float:
    """The first suggestion's share of the evidence, from 0 to 1: little when the second is near, or when all is thin.

    >>> evidence_share([6.0, 1.0]), evidence_share([1.0, 1.0])
    (0.75, 0.333...)
    """
    first, second = (*scores, 0.0)[:2]
    return first / (first + second + 1.0)


WORDS = {
    "goods": {
        "id": "“{words}” adalah nama barang dalam daftar sinonim ({note}).",
        "en": "“{words}” is a name of goods in the synonym list ({note}).",
        "zh-hans": "“{words}”是同义词表中的商品名（{note}）。",
    },
    "facts": {
        "id": "“{words}” menentukan subpos.",
        "en": "“{words}” decides the subheading.",
        "zh-hans": "“{words}”决定子目。",
    },
    "words": {
        "id": "“{words}” ada dalam uraian nomenklatur.",
        "en": "“{words}” stands in the nomenclature's description.",
        "zh-hans": "“{words}”出现在税则描述中。",
    },
    "correction": {
        "id": "Petugas memberi kode ini kepada nama serupa: “{words}”.",
        "en": "An officer gave this code to a similar title: “{words}”.",
        "zh-hans": "专员曾为类似名称确定此编码：“{words}”。",
    },
}


def said(reason: Reason, notes: Mapping[str, Mapping[str, str]], language: str) -> str:
    """A reason as a sentence in id, en or zh-hans."""
    if reason.kind == "note":
        return notes[reason.note][language]
    return WORDS[reason.kind][language].format(words=", ".join(reason.words), note=reason.note)
