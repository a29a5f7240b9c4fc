"""The HS codes that our own lists decide, with words from the lists: what suggestions are made from until the nomenclature is loaded."""

from saudagar.rulebook.rules.hs_matching import Lexicon

MOST_GOODS = 4  # named for one code


def own_codes(lexicon: Lexicon) -> dict[str, str]:
    """Subheading → the goods it is chosen for: "coffee; coffee (green)". Everyday goods only, in English as the nomenclature is."""
    named: dict[str, dict[str, None]] = {}
    for goods, decisions in lexicon.decisions.items():
        for decision in decisions:
            facts = f" ({', '.join(sorted(decision.facts))})" if decision.facts else ""
            named.setdefault(decision.hs, {})[goods + facts] = None
    return {hs: "; ".join(list(goods)[:MOST_GOODS]).replace("_", " ") for hs, goods in named.items()}
