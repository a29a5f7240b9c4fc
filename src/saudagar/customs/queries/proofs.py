"""Reads: licences, certificates and proofs of origin of an order's goods, and those that are not there."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from saudagar.catalogue.models import Product, Variant
from saudagar.catalogue.queries import CertificateRow, accepted_for
from saudagar.customs.rules.kinds import Paper, Preference
from saudagar.customs.rules.lacks import Lack
from saudagar.customs.rules.papers import Proof
from saudagar.foundation.money import major
from saudagar.foundation.refusals import LANGUAGES, Refusal
from saudagar.orders.models import Order
from saudagar.rulebook.rules import CustomsSnapshot, ProductFacts, may_sell
from saudagar.rulebook.rules.model import Preference as Waiver
from saudagar.rulebook.rules.model import Rulebook, TariffRow
from saudagar.rulebook.rules.selling import Missing

# Papers of the rulebook that are no licences of the goods: labels, and what the buyer gives.
NO_PROOFS = frozenset({"zh_label", "gb7718_label", "not_halal_label", "buyer_identity", "cbec_list_line", "cn_importer", "nib", "sds"})


def proofs_of(
    business_id: UUID, kept: CustomsSnapshot, product_ids: set[UUID | None], rulebook: Rulebook, *, on: date
) -> tuple[Proof, ...]:
    """Licences and certificates of these goods and their plants that the law of origin or destination asks for, and proofs of origin."""
    places = [place for place in (rulebook.destinations.get(kept.destination), rulebook.origins.get(kept.dispatch)) if place]
    asked = {
        key
        for place in places
        for rule in place.requirements
        if rule.holds(kept.on) and any(line.hs.startswith(prefix) for prefix in rule.hs for line in kept.lines)
        for key in rule.any_of
    } - NO_PROOFS
    asked |= {preference.kind for preference in preferences(kept, rulebook)}
    rows = {
        row.id: row
        for papers in accepted_for(business_id, [key for key in product_ids if key]).values()
        for row in not_ended(papers, on)
        if row.kind in asked
    }
    return tuple(
        Proof(row.kind, known.names["en"] if known else row.kind, row.number, row.valid_until, not (known and known.of == "parcel"))
        for row in sorted(rows.values(), key=lambda row: (row.kind, row.number))
        for known in [rulebook.papers.get(row.kind)]
    )


def not_ended(papers: Sequence[CertificateRow], on: date) -> list[CertificateRow]:
    """Of each kind those that have not ended; where all have, those: the paper that names them is refused then."""
    lasting = {row.kind for row in papers if row.valid_until is None or row.valid_until >= on}
    return [row for row in papers if row.kind not in lasting or row.valid_until is None or row.valid_until >= on]


def preferences(kept: CustomsSnapshot, rulebook: Rulebook) -> tuple[Preference, ...]:
    """Agreements under which the goods of an order would pay less duty with a proof of origin, by the rows of the tariff."""
    place = rulebook.destinations.get(kept.destination)
    if place is None:
        return ()
    scheme = next((each for each in place.schemes if each.id == kept.scheme), None)
    waivers = [rule for rule in place.preferences if rule.holds(kept.on)]
    found: dict[str, Preference] = {}
    for line in kept.lines:
        rows = [row for row in place.tariffs if row.kind == "duty" and line.hs.startswith(row.hs) and row.holds(kept.on)]
        usual = _longest([row for row in rows if not row.agreement and row.origin in ("", line.origin)])
        for row in rows:
            # The longest row of each agreement holds.
            others = [each for each in rows if each.agreement == row.agreement and each.origin == row.origin]
            if not row.proof or row.origin not in ("", line.origin) or row is not _longest(others):
                continue
            if row.proof in found:
                found[row.proof] = replace(found[row.proof], hs=found[row.proof].hs | {line.hs})
            else:
                known = rulebook.papers.get(row.proof)
                # A waiver that names no paper holds for every proof of its agreement.
                waiver = next(
                    (each for each in waivers if row.proof == each.paper or (not each.paper and row.agreement == each.agreement)), None
                )
                found[row.proof] = Preference(
                    kind=row.proof,
                    name=known.names if known else dict.fromkeys(("id", "en", "zh-hans"), row.proof),
                    agreement=row.agreement,
                    rate=row.rate.text if row.rate else "0%",
                    usual=usual.rate.text if usual and usual.rate else "?",
                    source=row.source,
                    waived_up_to=_limit(waiver),
                    is_moot=scheme is not None and scheme.duty_share == 0,
                    hs=frozenset({line.hs}),
                )
    return tuple(found.values())


def papers_of_others(order: Order, kept: CustomsSnapshot, rulebook: Rulebook, *, on: date) -> tuple[Paper, ...]:
    """Certificates that the law asks for with each parcel of these goods (quarantine, health, CITES) that are not there or have ended."""
    bought = sorted(order.lines.all(), key=lambda line: line.position)
    products = dict(
        Variant.objects.filter(business_id=order.business_id, id__in=[line.variant_id for line in bought]).values_list("id", "product_id")
    )
    traits = dict(Product.objects.filter(business_id=order.business_id, id__in=products.values()).values_list("id", "traits"))
    held_by = accepted_for(order.business_id, products.values())
    found: dict[str, tuple[Missing, list[Lack]]] = {}
    for number, (line, kept_line) in enumerate(zip(bought, kept.lines, strict=True), 1):
        product = products.get(line.variant_id)
        begun = [row for row in (held_by.get(product, ()) if product else ()) if (row.valid_from or on) <= on]
        held = {row.kind: row.valid_until for row in sorted(begun, key=lambda row: row.valid_until or date.max)}
        facts = ProductFacts(kept_line.hs, kept_line.origin, frozenset(traits.get(product, ()) if product else ()), held)
        try:
            verdict = may_sell(rulebook, facts, kept.destination, on, mode=kept.mode, dispatch=kept.dispatch)
        except Refusal:  # the rules know nothing of these goods: then no paper either
            continue
        for missing in (*verdict.missing, *verdict.advice):
            if missing.of == "parcel":
                found.setdefault(missing.rule, (missing, []))[1].append(Lack("certificate", number))
    return tuple(
        Paper(
            kind=missing.papers[0].key,
            names={language: " / ".join(paper.names[language] for paper in missing.papers) for language in LANGUAGES},
            why={
                language: f"{missing.words[language]} {missing.papers[0].given_by[language]} ({missing.papers[0].takes[language]})."
                for language in LANGUAGES
            },
            source=missing.source,
            forms=(),
            is_needed=missing.blocks,
            lacks=tuple(lacks),
        )
        for missing, lacks in found.values()
    )


def _longest(rows: Sequence[TariffRow]) -> TariffRow | None:
    return max(rows, key=lambda row: len(row.hs), default=None)


def _limit(waiver: Waiver | None) -> str:
    """ "USD 200.00" of a preference that a declaration is enough for."""
    return f"{waiver.currency} {major(waiver.waived_up_to, waiver.currency):,.2f}" if waiver and waiver.currency else ""
