"""Names of goods in a title, and which of them is what is sold. Pure.

Indonesian puts the head first ("tas laptop"), English last in its phrase ("laptop bag with pen"), Chinese last in the first run that names
goods ("电脑包 送 鼠标"). What stands behind "for", 适用, "free" or 送 is not what is sold.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from saudagar.rulebook.rules.hs_lexicon import Lexicon
from saudagar.rulebook.rules.hs_reading import MARKS, NOISE, Piece

BASE = 2.0  # what any name of goods weighs; its strength and its length add to it
HEAD = 1.4  # what the head of a title weighs more
ASIDE, MODIFIER, ELSEWHERE, DOUBTED, HALF_DOUBTED = 0.4, 0.45, 0.6, 0.65, 0.85  # shares of names that are not, or may not be, what is sold
BEHIND = 0.8  # share of the names behind the first in Indonesian
PRODUCE = "15"  # the last chapter of what grows, lives or is pressed from it
STUFFS = ("41", "50", "51", "52", "53", "54", "55", "58", "59", "60", "7018", "7101", "7103", "8308", "9606", "9607")
SPICE_MIX = "091091"  # made of others, never what another thing is made of
SEASONING = ("1701", "1702", "2501", "2508", "3301")  # sugar, salt, earths and essences
FOODS = "22"  # the last chapter of what bags and jars are filled with
EXTRA = 2.0  # what a name loses that comes for free
STOPS = frozenset(["material", "user"])  # kinds of facts that begin a new phrase in English: "mirror | rattan frame"
FREE_OF = frozenset(
    ["gluten", "sugar", "nickel", "lead", "fat", "alcohol", "dairy", "bpa", "cruelty", "paraben", "acid", "oil", "duty", "hand"]
)
GOING_ON = ("ing", "age")  # "shoe storage box", "rice washing bowl": the head is still to come
PARTS = "parts"  # the fact


@dataclass(slots=True)
class Place:
    at: int  # of the first piece
    end: int  # of the piece behind the last one
    goods: str
    weight: float
    words: tuple[str, ...]
    phrase: int = 0
    strength: float = 1.0  # 0: packing, sold only when nothing else is
    aside: bool = False
    extra: bool = False
    own_facts: dict[str, list[str]] = field(default_factory=dict)  # told by the name itself: 木 in 木碗


def places(read: Sequence[Piece], lexicon: Lexicon, english: Collection[str]) -> list[Place]:
    """The names of goods with their weights, as they stand in the title."""
    is_english = _is_english(read, lexicon, english)
    found = _named(read, lexicon, is_english)
    if not found:
        return []
    offered = [place for place in found if not place.aside and not place.extra] or found
    offered = [place for place in offered if place.strength] or offered
    first = offered[0]
    if not read[first.at].han and not is_english:
        first.weight += HEAD
        for place in found:
            place.weight *= 1.0 if place is first else BEHIND
        return [place for place in found if place.weight > 0]
    phrase = [place for place in offered if place.phrase == first.phrase]
    if is_english and len(phrase) > 1 and _is_filled(phrase[-2], phrase[-1], lexicon):  # "coffee bags"
        phrase.pop()
    if is_english:  # "soap bar lemongrass": what grows or is eaten tells what the other is made of
        phrase = [place for place in phrase if not _is_produce(place, lexicon)] or phrase
        phrase = [place for place in phrase if place is first or not _trims(place, read, lexicon)] or phrase
    head = phrase[-1]
    for place in found:
        if place is not head and not place.aside:
            place.weight *= MODIFIER if place.phrase == head.phrase else ELSEWHERE
    head.weight += HEAD
    if _tail_unknown(read, head, lexicon, english):
        head.weight *= DOUBTED if read[head.at].han else HALF_DOUBTED
    return [place for place in found if place.weight > 0]


def _usual(place: Place, lexicon: Lexicon) -> str:
    """The code of the goods when nothing more is known, or nothing."""
    decisions = lexicon.decisions.get(place.goods)
    return decisions[0].hs if decisions else ""


def _is_filled(food: Place, place: Place, lexicon: Lexicon) -> bool:
    holds = place.end - place.at == 1 and lexicon.words.get(place.words[0]) == "container" and place.at == food.end
    return holds and "" < _usual(food, lexicon)[:2] <= FOODS


def _trims(place: Place, read: Sequence[Piece], lexicon: Lexicon) -> bool:
    """A stuff or trimming with a word behind it tells about what stands before: "pants elastic waist", but "jacket zipper"."""
    if not _usual(place, lexicon).startswith(STUFFS):
        return False
    return place.end < len(read) and read[place.end].text.isalpha() and read[place.end].text not in lexicon.words


def _is_produce(place: Place, lexicon: Lexicon) -> bool:
    code = _usual(place, lexicon)
    return code.startswith(SEASONING) or ("" < code[:2] <= PRODUCE and code != SPICE_MIX)


def _named(read: Sequence[Piece], lexicon: Lexicon, is_english: bool) -> list[Place]:
    """Every name of goods, the longest first, with what stands aside or comes for free marked and weighing less."""
    found: list[Place] = []
    number, phrase, aside, extra, free_run, aside_run = 0, 0, -9, False, -1, -1
    while number < len(read):
        piece = read[number]
        kind = lexicon.words.get(piece.text, "")
        if piece.han:
            if kind == "extra":
                free_run = piece.run
            elif kind == "aside":
                aside_run = piece.run
            elif found and found[-1].end == number and (kind == "use" or _is_parts(piece, found[-1], lexicon)):
                found[-1].aside = True
            known = lexicon.han_goods.get(piece.text)
            if known:
                weight = BASE + 0.4 * known[1] + 0.5 * (len(piece.text) - 1)
                place = Place(number, number + 1, known[0], weight, (piece.text,), piece.run, known[1])
                place.own_facts = _inside(piece.text, lexicon)
                place.extra, place.aside = extra or free_run == piece.run, aside_run == piece.run
                found.append(place)
            number += 1
            continue
        before = read[number - 1].text if number else ""
        if kind == "extra" and number and before not in FREE_OF:
            extra = True
        elif kind == "aside" and not (piece.text == "of" and lexicon.words.get(before) in ("container", "set")):
            aside = number
        elif piece.text in MARKS and is_english:
            aside = -9
        if is_english and _ends_phrase(piece, kind, lexicon) and any(not _is_produce(place, lexicon) for place in found):
            phrase += 1
        known, length = _longest(read, number, lexicon)
        if known:
            key = tuple(each.text for each in read[number : number + length])
            weight = BASE + 0.4 * known[1] + 0.8 * (length - 1)
            at = -1 - phrase if is_english else piece.run
            place = Place(number, number + length, known[0], weight, (" ".join(key),), at, known[1], extra=extra)
            place.aside = aside >= 0 and (is_english or number - aside <= 2)
            found.append(place)
            phrase += lexicon.words.get(key[-1]) == "set"
        elif found and is_english and not kind and not piece.text.endswith(GOING_ON) and (piece.text,) not in lexicon.facts:
            phrase += 1
        number += length
    for place in found:
        place.weight -= EXTRA if place.extra else 0.0
        place.weight *= ASIDE if place.aside else 1.0
    return found


def _longest(read: Sequence[Piece], number: int, lexicon: Lexicon) -> tuple[tuple[str, float] | None, int]:
    """The longest name that begins here, and its length. "gluten free" names no gluten, "box of 12 spoons" no box."""
    for length in range(lexicon.longest.get(read[number].text, 0), 0, -1):
        key = tuple(each.text for each in read[number : number + length])
        known = lexicon.goods.get(key) if len(key) == length else None
        if not known:
            continue
        behind = read[number + length].text if number + length < len(read) else ""
        is_free_of = key[-1] in FREE_OF and behind == "free"
        if not is_free_of and not (length == 1 and behind == "of" and lexicon.words.get(key[0]) == "container"):
            return known, length
    return None, 1


def _is_parts(piece: Piece, place: Place, lexicon: Lexicon) -> bool:
    """配件 behind goods: not the goods are sold, unless a decision says where their parts go."""
    return PARTS in lexicon.han_facts.get(piece.text, ()) and not any(
        PARTS in each.facts for each in lexicon.decisions.get(place.goods, ())
    )


def _ends_phrase(piece: Piece, kind: str, lexicon: Lexicon) -> bool:
    if piece.text in MARKS or piece.text.isdigit() or kind in ("aside", "extra", "set", "adjective"):
        return True
    if kind == "container" and (piece.text,) not in lexicon.goods:
        return True
    return any(lexicon.fact_kinds[fact] in STOPS for fact in lexicon.facts.get((piece.text,), ()))


def _tail_unknown(read: Sequence[Piece], head: Place, lexicon: Lexicon, english: Collection[str]) -> bool:
    """Something that no list knows stands where the head of the phrase should be: 手机 is not what 手机支架 sells."""
    if head.end >= len(read):
        return False
    behind = read[head.end]
    if read[head.at].han:
        return behind.run == read[head.at].run and behind.han and (not behind.known or _is_only_glossed(behind.text, lexicon))
    if not behind.text.isalpha() or len(behind.text) < 3 or behind.text in lexicon.words or (behind.text,) in lexicon.facts:
        return False
    return behind.text in english or behind.text not in lexicon.indonesian


def _is_only_glossed(word: str, lexicon: Lexicon) -> bool:
    return word in lexicon.gloss and word not in lexicon.words and word not in lexicon.han_facts and word not in lexicon.han_goods


def _inside(name: str, lexicon: Lexicon) -> dict[str, list[str]]:
    """Facts told by parts of a Chinese name, the longest part first: 不锈钢 in 不锈钢盆 is no 钢."""
    facts: dict[str, list[str]] = {}
    start = 0
    while start < len(name):
        for length in (4, 3, 2, 1):
            part = name[start : start + length]
            known = lexicon.han_facts.get(part, ()) if len(part) == length else ()
            if known:
                for fact in known:
                    facts.setdefault(fact, []).append(part)
                start += length
                break
        else:
            start += 1
    return facts


def _is_english(read: Sequence[Piece], lexicon: Lexicon, english: Collection[str]) -> bool:
    spelt = [piece.text for piece in read if not piece.han and piece.text.isalpha() and len(piece.text) > 1]
    votes = 0
    for word in spelt:
        kind = lexicon.words.get(word, "")
        if word in lexicon.indonesian or kind == "id":
            votes -= 2
        elif kind in ("en", "adjective") or word in english:
            votes += 1
    return bool(spelt) and votes > 0 and votes >= 0.3 * len(spelt)


def facts_in(read: Sequence[Piece], lexicon: Lexicon, found: Sequence[Place]) -> dict[str, list[str]]:
    """Facts with their words. The longest words are taken first: "kulit sintetis" is no leather, "tanpa gula" no sugar.

    What a name of goods tells by itself is its own (`Place.own_facts`) or, in spelt names, material and user at most: "kayu manis" is
    neither sweet nor wooden.
    """
    facts: dict[str, list[str]] = defaultdict(list)
    named = {place.at for place in found if read[place.at].han and read[place.at].text not in lexicon.han_facts}
    for place in found:  # 棉布 before 裙子 tells what the skirt is of
        if place.at in named and place.end < len(read) and read[place.end].run == read[place.at].run:
            for fact, words in place.own_facts.items():
                if lexicon.fact_kinds[fact] == "material":
                    facts[fact] += words
    spelt = {number: place for place in found if not read[place.at].han for number in range(place.at, place.end)}
    free = min((place.at for place in found if place.extra), default=len(read))
    taken = free_run = -1
    for number, piece in enumerate(read):
        kind = lexicon.words.get(piece.text, "")
        before = read[number - 1].text if number else ""
        behind = read[number + 1].text if number + 1 < len(read) else ""
        denied = lexicon.words.get(before) == "without" or (behind == "free" and piece.text in FREE_OF)
        if piece.han:
            if kind == "extra":
                free_run = piece.run
            if number in named or free_run == piece.run or (denied and read[number - 1].run == piece.run):
                continue
            for fact in lexicon.han_facts.get(piece.text, ()):
                facts[fact].append(piece.text)
            continue
        if number < taken or number >= free:
            continue
        for length in (3, 2, 1):
            key = tuple(each.text for each in read[number : number + length])
            known = lexicon.facts.get(key, ()) if len(key) == length else ()
            if known:
                taken = number + length
                name = spelt.get(number)
                whole = name is None or taken > name.end or length == name.end - name.at
                for fact in known if not denied else ():
                    if whole or (name and lexicon.fact_kinds[fact] in STOPS and not _is_produce(name, lexicon)):
                        facts[fact].append(" ".join(key))
                break
    return facts


def unknown_share(read: Sequence[Piece], found: Sequence[Place], lexicon: Lexicon) -> float:
    """Share of the title's telling words that no list knows; Chinese counts by characters. 0 when nothing tells."""
    named = {number for place in found for number in range(place.at, place.end)}
    known = unknown = 0
    for number, piece in enumerate(read):
        if piece.han:
            told = number in named or (piece.known and not _is_only_glossed(piece.text, lexicon))
            weight = len(piece.text)
        elif piece.text.isalpha() and len(piece.text) > 2:
            told = number in named or piece.text in lexicon.words or (piece.text,) in lexicon.facts or piece.text in NOISE
            weight = 1
        else:
            continue
        known, unknown = known + weight * told, unknown + weight * (not told)
    return unknown / (known + unknown) if unknown else 0.0
