"""Proofs of origin of a whole consignment: one application per exporter and form, over all its parcels. Pure.

A certificate is given to the exporter whose goods they are, for goods whose origin that exporter answers for, on their way to one
consignee. A platform's orders are sold by their sellers, and an aggregator that collects them buys nothing: so in an aggregator's
consignment each seller is the exporter of its own goods and applies for itself, while consignee, transport and the number of the
invoice are the consignment's.

source  ACFTA operational certification procedures, rules on the application and on issue per exporter and consignment (G); each
        item must qualify in its own right, so two products of one code stay two items
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from saudagar.customs.rules import origin
from saudagar.customs.rules.consignments import ConsignmentFacts, check
from saudagar.customs.rules.kinds import Paper, Preference, forms_of, why_of
from saudagar.customs.rules.lacks import Lack
from saudagar.customs.rules.papers import Content, ParcelFacts, UnknownPaper, refuse_lacking
from saudagar.foundation.refusals import Refusal

# What one line of an application has in common.
Item = tuple[str, str, str, str, int]  # product, HS, origin, criterion, per cent


@dataclass(frozen=True, slots=True)
class Wanted:
    """One proof of one exporter: which of its goods it is for."""

    preference: Preference
    seller: str  # handle of the business
    goods: ParcelFacts  # of this exporter: lines put together over all parcels
    marks: tuple[str, ...]
    left_out: tuple[str, ...]  # goods in the same parcels that it is not for

    @property
    def kind(self) -> str:
        return self.preference.kind


def wanted(facts: ConsignmentFacts) -> list[Wanted]:
    """Every proof that would lower the duty of goods in the consignment, exporter by exporter, in the order of the parcels."""
    found = []
    for seller in dict.fromkeys(parcel.seller for parcel in facts.parcels):
        mine = [parcel for parcel in facts.parcels if parcel.seller == seller]
        for preference in _joined([each for parcel in mine for each in facts.preferences.get(parcel.order_number, ())]):
            if preference.kind in origin.DECLARATIONS:
                continue
            made = _goods(facts, mine, preference)
            if made is not None:
                found.append(made)
    return found


def papers(facts: ConsignmentFacts, *, on: date) -> list[Paper]:
    """The proofs as lines of the list of papers: ready, or what is missing of which product. Refuses what the consignment refuses."""
    check(facts)
    return [_paper(each, facts, on=on) for each in wanted(facts)]


def application(facts: ConsignmentFacts, kind: str, seller: str, *, on: date) -> dict[str, Any]:
    """Boxes 1 to 13 for one exporter's goods. Refuses UnknownPaper, PaperIncomplete, PapersDisagree."""
    check(facts)
    chosen = next((each for each in wanted(facts) if (each.kind, each.seller) == (kind, seller)), None)
    if chosen is None:
        raise UnknownPaper("kind", kind=kind)
    return _application(chosen, facts, on=on)


def proof_lacks(each: Wanted) -> list[Lack]:
    """What the seller has not said yet, by product."""
    found = [
        Lack(lack.code, product=line.product, name=line.description)
        for lack in origin.criterion_lacks(each.goods.contents)
        for line in [each.goods.contents[lack.line - 1]]
    ]
    if not each.goods.sender.lines:
        found.append(Lack("sender_address"))
    return found


def _goods(facts: ConsignmentFacts, mine: Sequence[ParcelFacts], preference: Preference) -> Wanted | None:
    """One exporter's goods that a proof is for; None where there are none."""
    first = mine[0]
    inside = [parcel for parcel in mine if any(_is_meant(line, preference, parcel) for line in parcel.contents)]
    lines = [line for parcel in inside for line in parcel.contents if _is_meant(line, preference, parcel)]
    if not lines:
        return None
    contents = _put_together(lines)
    return Wanted(
        preference=preference,
        seller=first.seller,
        goods=replace(
            first,
            item_number="",
            order_number=facts.number,
            invoice_number=facts.invoice_number,
            posted_on=facts.on,
            addressee=facts.consignee,
            contents=contents,
            goods_total=sum(line.value for line in contents),
            gross_grams=sum(parcel.gross_grams for parcel in inside),
            country_names=facts.country_names,
        ),
        marks=tuple(parcel.item_number or parcel.order_number for parcel in inside),
        left_out=tuple(
            dict.fromkeys(line.description for parcel in inside for line in parcel.contents if not _is_meant(line, preference, parcel))
        ),
    )


def _is_meant(line: Content, preference: Preference, parcel: ParcelFacts) -> bool:
    return line.hs in preference.hs and line.origin == parcel.sender.country


def _put_together(lines: Sequence[Content]) -> tuple[Content, ...]:
    """Lines of one product, code and criterion become one item."""
    found: dict[Item, Content] = {}
    for line in lines:
        said = line.details
        key = (line.product or line.description, line.hs, line.origin, said.criterion if said else "", said.regional_value if said else 0)
        before = found.get(key)
        found[key] = (
            line
            if before is None
            else replace(
                before,
                quantity=before.quantity + line.quantity,
                net_grams=before.net_grams + line.net_grams,
                gross_grams=before.gross_grams + line.gross_grams if before.gross_grams and line.gross_grams else 0,
                value=before.value + line.value,
            )
        )
    return tuple(found.values())


def _joined(preferences: Sequence[Preference]) -> list[Preference]:
    """One for each kind, over the goods of all parcels. It is moot only where no parcel would pay duty."""
    found: dict[str, Preference] = {}
    for each in preferences:
        before = found.get(each.kind)
        found[each.kind] = (
            each
            if before is None
            else replace(
                before,
                hs=before.hs | each.hs,
                is_moot=before.is_moot and each.is_moot,
                rate=_either(before.rate, each.rate),
                usual=_either(before.usual, each.usual),
            )
        )
    return list(found.values())


def _either(one: str, other: str) -> str:
    return one if other in one.split(" / ") else f"{one} / {other}"


def _paper(each: Wanted, facts: ConsignmentFacts, *, on: date) -> Paper:
    why, source = why_of(each.preference)
    lacks = tuple(proof_lacks(each))
    refusal = None
    if not lacks:
        try:
            _application(each, facts, on=on)
        except Refusal as refused:
            refusal = refused
    return Paper(
        each.kind,
        each.preference.name,
        why,
        source,
        forms_of(each.kind),
        False,
        lacks,
        refusal,
        seller=each.seller,
        seller_name=each.goods.sender.name,
    )


def _application(each: Wanted, facts: ConsignmentFacts, *, on: date) -> dict[str, Any]:
    refuse_lacking(proof_lacks(each))
    preference, exporter = each.preference, each.goods.sender
    form = origin.form_of(each.kind, name=preference.name.get("en", each.kind), agreement=preference.agreement)
    there = facts.country_names.get(facts.country, facts.country)
    by_other = facts.exporter.name if facts.exporter.name != exporter.name else ""
    journey = origin.Journey(
        transport=(
            f"Departure date {facts.on.isoformat()}",
            facts.transport or "vessel or flight not known yet",
            f"From {facts.loading}" if facts.loading else "",
            f"To {facts.discharge}, {there}" if facts.discharge else f"To {there}",
        ),
        marks=each.marks,
        packages=len(each.marks),
        invoiced_by=by_other,
    )
    said = origin.filled(each.kind, form, each.goods, journey, on=on)
    notes = [*said["notes"]]
    notes.append(
        f"{len(each.marks)} packages, net {said['net_weight_kg']} kg, gross {said['gross_weight_kg']} kg, FOB {said['fob_value']} in all;"
        f" packing list and invoice {facts.invoice_number}."
    )
    if each.left_out:
        notes.append(f"The same packages also hold goods that this proof is not for: {'; '.join(each.left_out)}.")
    if by_other:
        notes.append(
            f"The exporter of these goods is {exporter.name}, who sells them; the invoice of the consignment is made out by {by_other},"
            " who collects the parcels. Tell the issuing office so when you apply."
        )
    return said | {"seller": each.seller, "notes": notes}
