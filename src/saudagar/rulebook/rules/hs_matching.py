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
from heapq import nlargest

from saudagar.rulebook.rules.hs_lexicon import Lexicon, tokens
from saudagar.rulebook.rules.hs_places import Place, facts_in, places, unknown_share
from saudagar.rulebook.rules.hs_reading import NOISE, Piece, pieces, telling
from saudagar.rulebook.rules.refusals import EmptyHsText, HsTextTooLong

TITLE_MOST = 300  # characters; titles are cut by forms long before
EXCLUSION = re.compile(r"\([^)]*(?:excluding|other than|not )[^)]*\)")
OTHERWISE = re.compile(r"\bother than\b|\bexcluding\b|n\.e\.c\.")
LEAST_SHOWN = 0.005  # what is less likely is noise
GLOSS_SHARE = 0.7
TOO_COMMON = 0.12  # words that stand in more of the subheadings than this tell nothing
UNSURE = 0.6  # a first suggestion less likely than this says so
THIN = 2.0  # a score beside which evidence is thin
UNKNOWN = 0.7  # what a title of unknown words loses of its evidence
SET_NOTE, UNISEX_NOTE = "set", "unisex"


@dataclass(frozen=True, slots=True)
class Reason:
    """kind: goods, facts, note, words, correction or unsure. words: of the title. note: key into the notes, or an entry's name."""

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


def asked_text(text: str) -> str:
    """The text to look for. Raises EmptyHsText, HsTextTooLong."""
    if not telling(text):
        raise EmptyHsText("text")
    if len(text) > TITLE_MOST:
        raise HsTextTooLong("text", most=TITLE_MOST)
    return text


def _affirmed(words: str) -> list[str]:
    """The words of a description that say what is meant, without what it excludes."""
    affirmed = EXCLUSION.sub(" ", words.lower())
    said = OTHERWISE.split(affirmed)[0] or affirmed
    return [token for token in tokens(said) if len(token) > 2 and token.isalpha()]


@dataclass(slots=True)
class _Evidence:
    score: float = 0.0
    reasons: list[Reason] = field(default_factory=list)


class Matcher:
    """Built once per process, then asked without a database. A title takes under a millisecond (see docs/reference/hs-help.md)."""

    def __init__(self, lexicon: Lexicon, nomenclature: Mapping[str, str], corrections: Iterable[Correction] = ()) -> None:
        self.lexicon, self.nomenclature = lexicon, nomenclature
        self.lengths = lexicon.han_lengths()
        self.descriptions = {code: words for code, words in nomenclature.items() if len(code) == 6}
        self._index(nomenclature)
        self.correct(corrections)

    def _index(self, nomenclature: Mapping[str, str]) -> None:
        """Inverted index of the subheadings' words; the heading's words count half."""
        self.weights: dict[str, dict[str, float]] = defaultdict(dict)
        frequency: Counter[str] = Counter()
        bags: dict[str, dict[str, float]] = {}
        headings = {code: _affirmed(words) for code, words in nomenclature.items() if len(code) == 4}
        for code, words in self.descriptions.items():
            bags[code] = dict.fromkeys(headings.get(code[:4], ()), 0.5) | dict.fromkeys(_affirmed(words), 1.0)
            frequency.update(bags[code])
        count = len(bags) or 1
        logs = {token: math.log(1 + count / number) for token, number in frequency.items() if number <= TOO_COMMON * count or count < 50}
        for code, bag in bags.items():
            length = 0.6 + 0.4 * len(bag) / 12
            for token, share in bag.items():
                if token in logs:
                    self.weights[token][code] = share * logs[token] / length
        self.english = frozenset(frequency)

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
        read = pieces(text[:TITLE_MOST], self.lexicon, self.lengths)
        named = places(read, self.lexicon, self.english)
        self._by_goods(read, named, found)
        self._by_nomenclature(read, found)
        self._by_corrections(text, found)
        ranked = sorted(((hs, each) for hs, each in found.items() if hs in self.descriptions), key=lambda pair: (-pair[1].score, pair[0]))
        ranked = ranked[: max(limit, 5)]
        if not ranked:
            return []
        sure = self._confidence([each.score for _hs, each in ranked], unknown_share(read, named, self.lexicon))
        if any(reason.kind == "correction" for reason in ranked[0][1].reasons) and ranked[0][1].score >= CORRECTION_SCORE * 0.8:
            sure = max(sure, 0.95)
        rest = sum(each.score for _hs, each in ranked[1:]) or 1.0
        shares = [sure, *((1 - sure) * 0.7 * each.score / rest for _hs, each in ranked[1:])]
        if sure < UNSURE:
            ranked[0][1].reasons.append(Reason("unsure", ()))
        return [
            Suggestion(hs, self.descriptions[hs], round(share, 2), tuple(each.reasons))
            for number, ((hs, each), share) in enumerate(zip(ranked[:limit], shares, strict=False))
            if number == 0 or share >= LEAST_SHOWN
        ]

    def _confidence(self, scores: Sequence[float], unknown: float) -> float:
        """How often the first suggestion was right for labelled titles with such evidence. Unmeasured: the evidence itself."""
        steps = self.lexicon.calibration
        share = evidence_share(scores, unknown)
        if not steps:
            return share
        at = bisect_right([step for step, _ in steps], share) - 1
        return steps[max(at, 0)][1]

    def _by_goods(self, read: list[Piece], named: list[Place], found: dict[str, _Evidence]) -> None:
        if not named:
            return
        told = facts_in(read, self.lexicon, named)
        is_set = any(self.lexicon.words.get(piece.text) == "set" for piece in read)
        best = max(place.weight for place in named)
        for place in named:
            facts = {**place.own_facts, **told}
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

    def _by_nomenclature(self, read: list[Piece], found: dict[str, _Evidence]) -> None:
        """Words of the title, and their English meaning, in the nomenclature: a little beside goods that are known, all when none is."""
        asked: dict[str, tuple[float, str]] = {}
        for piece in read:
            for share, english in ((1.0, piece.text), *((GLOSS_SHARE, each) for each in self.lexicon.gloss.get(piece.text, ()))):
                if english in self.weights and len(english) > 2 and english not in NOISE and self.lexicon.words.get(english) != "noise":
                    asked[english] = max(asked.get(english, (0.0, "")), (share, piece.text))
        if not asked:
            return
        scores: dict[str, float] = defaultdict(float)
        by: dict[str, list[str]] = defaultdict(list)
        for english, (share, word) in asked.items():
            for code, weight in self.weights[english].items():
                scores[code] += share * weight
                by[code].append(word)
        for code, score in nlargest(12, scores.items(), key=lambda pair: pair[1]):
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


def evidence_share(scores: Sequence[float], unknown: float = 0.0) -> float:
    """How strong the evidence for the first suggestion is, from 0 to 1: little when the second is near, when all is thin, or when
    much of the title is in no list.

    unknown  share of the title's telling words that no list knows, 0 to 1

    >>> evidence_share([6.0, 1.0]), evidence_share([1.0, 1.0]), evidence_share([6.0, 1.0], 0.5)
    (0.666..., 0.25, 0.433...)
    """
    first, second = (*scores, 0.0)[:2]
    return first / (first + second + THIN) * (1 - UNKNOWN * unknown)


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
    "unsure": {
        "id": "Belum yakin: sedikit yang pasti dari nama ini. Sebutkan apa barangnya dan dari bahan apa.",
        "en": "Unsure: little in this name is certain. Say what it is and what it is made of.",
        "zh-hans": "不确定：名称中可作依据的信息很少。请写明是什么商品、用什么材料制成。",
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
