"""Reads: licences, certificates and proofs of origin of an order's goods, and those that are not there."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from saudagar.catalogue.models import Certificate, Product, Variant
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


def proofs_of(business_id: UUID, kept: CustomsSnapshot, product_ids: set[UUID | None], rulebook: Rulebook) -> tuple[Proof, ...]:
    """Licences and certificates of these goods that the law of origin or destination asks for, and proofs of origin."""
    places = [place for place in (rulebook.destinations.get(kept.destination), rulebook.origins.get(kept.dispatch)) if place]
    asked = {
        key
        for place in places
        for rule in place.requirements
        if rule.holds(kept.on) and any(line.hs.startswith(prefix) for prefix in rule.hs for line in kept.lines)
        for key in rule.any_of
    } - NO_PROOFS
    asked |= {preference.kind for preference in preferences(kept, rulebook)}
    rows = accepted(business_id, {key for key in product_ids if key}).filter(kind__in=asked)
    return tuple(
        Proof(row.kind, known.names["en"] if known else row.kind, row.number, row.valid_until, not (known and known.of == "parcel"))
        for row in rows.order_by("kind", "number")
        for known in [rulebook.papers.get(row.kind)]
    )


def accepted(business_id: UUID, product_ids: set[UUID]) -> QuerySet[Certificate]:
    """Papers of these products and of the whole business that an officer has accepted, those that have ended too."""
    own = Q(product_id__in=product_ids) | Q(product=None)
    return Certificate.objects.filter(own, business_id=business_id, state=Certificate.State.ACCEPTED)


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
    rows = list(accepted(order.business_id, set(products.values())))
    found: dict[str, tuple[Missing, list[Lack]]] = {}
    for number, (line, kept_line) in enumerate(zip(bought, kept.lines, strict=True), 1):
        product = products.get(line.variant_id)
        held = {row.kind: row.valid_until for row in rows if row.product_id in (None, product) and (row.valid_from or on) <= on}
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
