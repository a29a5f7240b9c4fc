"""Whether the names in a question are names of the rulebook. Asked where questions come in from outside: the engine itself would pass over
what it does not know, and the answer would be that of another question."""

from collections.abc import Iterable
from datetime import date, timedelta

from saudagar.rulebook.rules.model import Prohibition, Requirement, Rulebook
from saudagar.rulebook.rules.refusals import UnknownPaper, UnknownRegistration, UnknownTrait

# Traits that sellers may tick although no rule asks for them on every day.
USUAL_TRAITS = ("fresh", "dried", "birds_nest", "kratom", "protected_species", "high_risk")
HELD_FOR = timedelta(days=60)  # a release is taken to be the law for so long without a word of caution
Words = dict[str, str]
BEYOND: Words = {
    "id": "Aturan sejauh diketahui pada {as_of}; perubahan sesudahnya belum termasuk.",
    "en": "Rules known as of {as_of}; later changes are not in it.",
    "zh-hans": "规则截至 {as_of}；此后的变更未计入。",
}


def check_registrations(rulebook: Rulebook, keys: Iterable[str]) -> None:
    """Registrations of platform and seller, papers, and declarations that stand for a paper. Raises UnknownRegistration."""
    known = {**rulebook.registrations, **rulebook.papers} | dict.fromkeys(_named_by_rules(rulebook))
    for position, key in enumerate(keys):
        if key not in known:
            raise UnknownRegistration(f"registrations.{position}", unknown=key, known=known)


def check_papers(rulebook: Rulebook, keys: Iterable[str]) -> None:
    """Raises UnknownPaper."""
    for key in keys:
        if key not in rulebook.papers:
            raise UnknownPaper("papers", unknown=key, known=rulebook.papers)


def check_traits(rulebook: Rulebook, traits: Iterable[str]) -> None:
    """Raises UnknownTrait."""
    known = traits_of(rulebook)
    for position, trait in enumerate(traits):
        if trait not in known:
            raise UnknownTrait(f"traits.{position}", unknown=trait, known=known)


def traits_of(rulebook: Rulebook) -> list[str]:
    """Traits that some rule asks for or that follow from an HS code, and the usual ones."""
    implied = [trait for rule in rulebook.implied for trait in (rule.trait, rule.unless)]
    asked = [trait for rule in _of_goods(rulebook) for trait in (rule.if_trait, rule.unless_trait)]
    return list(dict.fromkeys((*USUAL_TRAITS, *filter(None, (*implied, *asked)))))


def _of_goods(rulebook: Rulebook) -> Iterable[Requirement | Prohibition]:
    for there in rulebook.destinations.values():
        yield from there.requirements
        yield from there.prohibitions
    for origin in rulebook.origins.values():
        yield from origin.requirements
        yield from origin.prohibitions


def _named_by_rules(rulebook: Rulebook) -> Iterable[str]:
    """Proofs and declarations that rules name, where the rulebook of another time had no paper for them."""
    for there in rulebook.destinations.values():
        yield from (rule.declaration for rule in there.preferences)
        yield from (rule.proof for rule in there.tariffs if rule.proof)
        for scheme in there.schemes:
            yield from (*scheme.if_registration, *scheme.unless_registration, *filter(None, [scheme.needs_registration]))


def known_as_of(rulebook: Rulebook) -> date:
    """The day of the release, with which its version begins."""
    return date.fromisoformat(rulebook.version[:10])


def caution_beyond(rulebook: Rulebook, on: date, *, today: date) -> Words | None:
    """A word of caution when a day lies so far ahead that the law may well have changed by then; None when it does not."""
    as_of = known_as_of(rulebook)
    if on <= max(as_of, today) + HELD_FOR:
        return None
    return {language: words.format(as_of=as_of) for language, words in BEYOND.items()}
