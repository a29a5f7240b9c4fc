"""May a product be sold there today, and what is missing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from saudagar.rulebook.rules.ceilings import Ceiling, is_thought_of, known_up_to
from saudagar.rulebook.rules.model import Implied, Paper, Prohibition, Requirement, Rule, Rulebook, TariffRow
from saudagar.rulebook.rules.resolving import checked, mode_of, place, remember, resolve

ALLOWED, ALLOWED_WHEN, NOT_ALLOWED = "allowed", "allowed_when", "not_allowed"
ASKED_OF_SELLERS = ("seller", "product", "plant", "parcel")


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """What the rules ask of a product. papers: key → last day it is valid, None = no end; of product, plant and seller together."""

    hs: str
    origin: str = "ID"
    traits: frozenset[str] = frozenset()
    papers: Mapping[str, date | None] = field(default_factory=lambda: MappingProxyType({}))
    agreements: frozenset[str] = frozenset()  # under which its seller shows its origin with every parcel, whatever that is worth


@dataclass(frozen=True, slots=True)
class Missing:
    """One requirement that is not met: any one of `papers` would do. blocks: the listing waits for it."""

    rule: str
    papers: tuple[Paper, ...]
    words: Mapping[str, str]
    of: str
    blocks: bool
    source: str
    certainty: str
    expired_on: date | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why it may not be sold there this way."""

    rule: str
    words: Mapping[str, str]
    source: str
    certainty: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """status: allowed | allowed_when (something that blocks is missing) | not_allowed. advice: missing, but not blocking.

    up_to: only parcels up to there, for a rate that dearer ones need is not known; the landed cost refuses those `no_tariff_data`
    """

    status: str
    destination: str
    mode: str
    on: date
    release: str
    missing: tuple[Missing, ...] = ()
    advice: tuple[Missing, ...] = ()
    reasons: tuple[Reason, ...] = ()
    up_to: Ceiling | None = None

    @property
    def is_allowed(self) -> bool:
        return self.status == ALLOWED


NOT_ON_LIST: Mapping[str, str] = {
    "id": "Barang ini tidak ada di daftar positif; coba perdagangan umum.",
    "en": "These goods are not on the positive list; try general trade.",
    "zh-hans": "该商品不在正面清单内，请考虑一般贸易。",
}
LIST_UNSURE: Mapping[str, str] = {
    "id": "Baris daftar positif untuk HS ini belum dipastikan.",
    "en": "The positive-list line for this HS code is not confirmed yet.",
    "zh-hans": "该 HS 编码的正面清单税号尚未确认。",
}
NO_TARIFF: Mapping[str, str] = {
    "id": "Belum ada data tarif untuk HS ini, jadi biaya sampai tujuan tidak dapat dihitung.",
    "en": "There is no tariff data for this HS code yet, so the landed cost cannot be worked out.",
    "zh-hans": "该 HS 编码暂无税则数据，无法计算到岸费用。",
}
NO_RATE_WITHOUT_PROOF: Mapping[str, str] = {
    "id": "Tarif bea masuk hanya diketahui dengan bukti asal barang ini.",
    "en": "A rate of duty is known here only with this proof of origin.",
    "zh-hans": "仅在具备该原产地证明时才有已知关税税率。",
}
NO_RULES: Mapping[str, str] = {
    "id": "Rulebook tidak punya aturan tujuan ini untuk hari yang ditanyakan; pilih hari lain.",
    "en": "The rulebook has no rules of this destination for the day asked; choose another day.",
    "zh-hans": "规则库没有该目的地在所询日期的规则；请选择其他日期。",
}


def may_sell(
    rulebook: Rulebook,
    product: ProductFacts,
    destination: str,
    on: date,
    *,
    mode: str = "",
    dispatch: str = "ID",
    registrations: frozenset[str] = frozenset(),
) -> Verdict:
    """Whether it may be listed there that day, this way; otherwise the exact papers that are missing and who gives them.

    registrations  of platform and seller: they decide the scheme, and with it up to which value a parcel can be worked out
    """
    hs = checked(product.hs)
    known = place(rulebook, destination)
    way = mode_of(rulebook, destination, mode, dispatch)
    traits = with_implied(rulebook.implied, hs, product.traits)
    at_home = destination == product.origin
    origin = None if at_home else rulebook.origins.get(product.origin)

    reasons: list[Reason] = []
    missing: list[Missing] = []
    advice: list[Missing] = []
    for prohibition in (*known.prohibitions, *(origin.prohibitions if origin else ())):
        if prohibition.holds(on) and _concerns(prohibition, hs, traits, way.name):
            reasons.append(Reason(prohibition.id, prohibition.words, prohibition.source, prohibition.certainty))
    for requirement in (*known.requirements, *(origin.requirements if origin else ())):
        if (
            requirement.of in ASKED_OF_SELLERS
            and requirement.holds(on)
            and _concerns(requirement, hs, traits, way.name)
            and not any(_in_force(product.papers, paper.key, on) for paper in _that_do(rulebook, requirement, traits))
        ):
            (missing if requirement.blocks else advice).append(_missing(rulebook, requirement, product, traits))

    schemes = [scheme for scheme in known.schemes if scheme.mode == way.name and scheme.holds(on)]
    own = (*(scheme.called for scheme in schemes), way.name)
    resolved = resolve(rulebook, destination, hs, product.origin, on, modes=own)
    listing = next((scheme for scheme in schemes if scheme.listed_only), None)
    if listing:
        row = resolved.lists.get(way.name)
        if row is not None and not row.listed:
            if not reasons:
                reasons.append(Reason(row.id, NOT_ON_LIST, row.source, row.certainty))
        elif row is None and not _in_force(product.papers, "cbec_list_line", on):
            missing.append(_unlisted(rulebook, listing))
    up_to = None
    if not schemes:
        reasons.append(Reason("no_rules_on_date", NO_RULES, "", "V"))
    elif not way.home:
        held = registrations | {key for key in product.papers if _in_force(product.papers, key, on)}
        found = known_up_to(rulebook, destination, way.name, dispatch, hs, product.origin, on, held, product.agreements)
        up_to = found.up_to
        if found.proofs:
            missing.append(_unproven(rulebook, found.proofs))
        elif not found.is_known or (up_to and not is_thought_of(rulebook, hs)):
            up_to = None
            reasons.append(Reason("no_tariff_data", NO_TARIFF, "", "V"))
    status = NOT_ALLOWED if reasons else ALLOWED_WHEN if missing else ALLOWED
    return Verdict(
        status, destination, way.name, on, rulebook.version, tuple(missing), tuple(advice), tuple(reasons), None if reasons else up_to
    )


def asked_of_buyer(rulebook: Rulebook, destination: str, on: date, *, mode: str = "", dispatch: str = "ID") -> tuple[Requirement, ...]:
    """What a buyer there must give (of = "buyer") or be told (of = "notice") with an order."""
    key = ("asked_of_buyer", destination, on, mode, dispatch)
    found: tuple[Requirement, ...] | None = rulebook.resolved.get(key)
    if found is None:
        way = mode_of(rulebook, destination, mode, dispatch)
        found = tuple(
            requirement
            for requirement in rulebook.destinations[destination].requirements
            if requirement.of in ("buyer", "notice") and requirement.holds(on) and (not requirement.modes or way.name in requirement.modes)
        )
        remember(rulebook, key, found)
    return found


def identity_asked(asks: Iterable[Requirement]) -> str:
    """The kind of identity number that must come with an order, or ""."""
    return next((ask.identity for ask in asks if ask.of == "buyer" and ask.identity), "")


def with_implied(implied: Iterable[Implied], hs: str, traits: frozenset[str]) -> frozenset[str]:
    """Traits that were ticked, and those that follow from the HS code."""
    found = {
        rule.trait for rule in implied if not (rule.unless and rule.unless in traits) and any(hs.startswith(prefix) for prefix in rule.hs)
    }
    return traits | found


def _concerns(rule: Requirement | Prohibition, hs: str, traits: frozenset[str], mode: str) -> bool:
    return (
        (not rule.modes or mode in rule.modes)
        and any(hs.startswith(prefix) for prefix in rule.hs)
        and (rule.if_trait is None or rule.if_trait in traits)
        and (rule.unless_trait is None or rule.unless_trait not in traits)
        and not any(hs.startswith(prefix) for prefix in getattr(rule, "but_hs", ()))
    )


def _in_force(papers: Mapping[str, date | None], key: str, on: date) -> bool:
    if key not in papers:
        return False
    last = papers[key]
    return last is None or on <= last


def _that_do(rulebook: Rulebook, requirement: Requirement, traits: frozenset[str]) -> tuple[Paper, ...]:
    """The papers of a requirement that do for goods with these traits; all of them where none does."""
    papers = [rulebook.papers[key] for key in requirement.any_of]
    return tuple(paper for paper in papers if not paper.if_trait or paper.if_trait in traits) or tuple(papers)


def _missing(rulebook: Rulebook, requirement: Requirement, product: ProductFacts, traits: frozenset[str]) -> Missing:
    papers = _that_do(rulebook, requirement, traits)
    lapsed = [product.papers[paper.key] for paper in papers if paper.key in product.papers]
    return Missing(
        requirement.id,
        papers,
        requirement.words,
        requirement.of,
        requirement.blocks,
        requirement.source,
        requirement.certainty,
        expired_on=max((day for day in lapsed if day), default=None),
    )


def _unlisted(rulebook: Rulebook, scheme: Rule) -> Missing:
    papers = tuple(paper for key, paper in rulebook.papers.items() if key == "cbec_list_line")
    return Missing(scheme.id, papers, LIST_UNSURE, "product", True, scheme.source, scheme.certainty)


def _unproven(rulebook: Rulebook, rows: tuple[TariffRow, ...]) -> Missing:
    """Only agreements give a rate: any one of their proofs would do."""
    papers = tuple(rulebook.papers[key] for key in dict.fromkeys(row.proof for row in rows))
    return Missing(rows[0].id, papers, NO_RATE_WITHOUT_PROOF, "product", True, rows[0].source, rows[0].certainty)
