"""The papers of one order as files: one, or all that are ready. Joins what the order says with how papers are set; writes nothing."""

import io
import json
import zipfile
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.timezone import localdate

from saudagar.customs import printing, queries
from saudagar.customs.models import Consignment
from saudagar.customs.queries import consignments as consignment_queries
from saudagar.customs.queries import proofs as proof_queries
from saudagar.customs.rules import consignment_proofs, origin, ubl
from saudagar.customs.rules import consignments as consignment_rules
from saudagar.customs.rules.kinds import JSON, PDF, XML, Paper, Preference, content, forms_of, papers_of
from saudagar.customs.rules.papers import PapersDisagree, ParcelFacts, UnknownPaper
from saudagar.foundation.ids import Kind, handle
from saudagar.foundation.refusals import Refusal, spoken
from saudagar.orders.models import Order
from saudagar.registry.models import Business
from saudagar.rulebook.queries import current_rulebook
from saudagar.shipping import queries as shipping_queries

TYPES = {PDF: "application/pdf", JSON: "application/json", XML: "application/xml"}


@dataclass(frozen=True, slots=True)
class File:
    name: str
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Source:
    """What an order's papers are made of."""

    facts: ParcelFacts
    preferences: tuple[Preference, ...]
    of_others: tuple[Paper, ...] = ()  # certificates the law asks for with the parcel and that are not there

    @property
    def products(self) -> tuple[str, ...]:
        """Handles of the products, line by line."""
        return tuple(line.product for line in self.facts.contents)


def source_of(order: Order, *, copy: str = "", at: datetime) -> Source:
    """Refuses PaperIncomplete: an order without a customs snapshot; PapersDisagree: one that stays at home."""
    rulebook = current_rulebook()
    facts = queries.parcel_facts(order, shipping_queries.parcel_of(order.business_id, order.id), rulebook)
    kept = queries.kept_by(order)
    if kept is None or kept.dispatch == kept.destination:
        raise PapersDisagree(fault=f"sender and addressee both in {facts.sender.country}")
    of_others = proof_queries.papers_of_others(order, kept, rulebook, on=localdate(at))
    return Source(replace(facts, copy=copy), proof_queries.preferences(kept, rulebook), of_others)


def papers(source: Source, *, at: datetime) -> list[Paper]:
    """All of them, those that are needed first; also those that others issue and that are not there."""
    made = papers_of(source.facts, source.preferences, sdr_rate=queries.sdr_rate(source.facts.currency, on=localdate(at)), on=localdate(at))
    return sorted([*made, *source.of_others], key=lambda each: not each.is_needed)


def paper(source: Source, kind: str, form: str, *, at: datetime) -> File:
    """One paper in one form. Refuses what the paper refuses; UnknownPaper also for a form it does not come in."""
    facts, name = source.facts, f"{kind}-{source.facts.order_number}.{form}"
    if form not in forms_of(kind):
        raise UnknownPaper("kind", kind=f"{kind}.{form}"[:40])
    if form == XML:
        return File(name, TYPES[XML], ubl.invoice(facts))
    said = content(kind, facts, source.preferences, sdr_rate=queries.sdr_rate(facts.currency, on=localdate(at)), on=localdate(at))
    name = f"{said['kind']}-{facts.order_number}.{form}"
    data = printing.printed(said, on=facts.posted_on, country=facts.addressee.country) if form == PDF else printing.written(said)
    return File(name, TYPES[form], data)


def bundle(source: Source, *, at: datetime, language: str | None) -> File:
    """Every paper that is ready, in each of its forms, and papers.json: the list with what the others wait for."""
    found = papers(source, at=at)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for each in found:
            if each.is_ready:
                for form in each.forms:
                    made = paper(source, each.kind, form, at=at)
                    archive.writestr(made.name, made.data)
        archive.writestr("papers.json", json.dumps(listed(found, language), ensure_ascii=False, indent=2))
    return File(f"papers-{source.facts.order_number}.zip", "application/zip", held.getvalue())


def listed(found: list[Paper], language: str | None) -> list[dict[str, Any]]:
    """The list of papers as the API tells it."""
    reads = spoken(language)
    return [
        {
            "kind": each.kind,
            "name": each.names.get(reads) or each.names["en"],
            "why": each.why[reads],
            "source": each.source,
            "needed": each.is_needed,
            "state": "ready" if each.is_ready else "missing" if each.lacks else "refused",
            "missing": [lack.data(language) for lack in each.lacks],
            "refusal": each.refusal.body(language)["error"] if each.refusal else None,
            "forms": list(each.forms),
            **({"seller": each.seller} if each.seller else {}),
        }
        for each in found
    ]


@dataclass(frozen=True, slots=True)
class Whole:
    """A consignment as its papers see it: as it stands, and what it said when it was closed. refusal: why nothing can be said."""

    consignment: Consignment
    facts: consignment_rules.ConsignmentFacts | None
    refusal: Refusal | None = None


def whole(consignment: Consignment, *, business_id: UUID | None = None, at: datetime) -> Whole:
    """business_id: only this seller's parcels in it."""
    try:
        return Whole(consignment, consignment_queries.consignment_facts(consignment, at=at, business_id=business_id))
    except Refusal as refusal:
        return Whole(consignment, None, refusal)


def own_papers_of(source: Whole) -> list[Paper]:
    """Packing list, invoice, data: ready, or what the consignment lacks."""
    refusal = source.refusal
    if source.consignment.facts is None and source.facts is not None:
        try:
            consignment_rules.check(source.facts)
        except Refusal as refused:
            refusal = refused
    return consignment_rules.own_papers(refusal if source.consignment.facts is None else None)


def proofs_of(source: Whole, *, at: datetime) -> list[Paper]:
    """Proofs of origin, exporter by exporter; what was ready when it was closed stays ready. Refuses what the papers refuse."""
    if source.facts is None:
        raise source.refusal or UnknownPaper("kind", kind="")
    kept = source.consignment.facts or {}
    return [
        replace(paper, lacks=(), refusal=None) if consignment_queries.kept_as(paper.kind, paper.seller) in kept else paper
        for paper in consignment_proofs.papers(source.facts, on=localdate(at))
    ]


def consignment_paper(consignment: Consignment, kind: str, form: str, *, at: datetime) -> File:
    """One paper of a whole consignment, as PDF or JSON: as it was closed, or as it stands. Refuses what the papers refuse."""
    if consignment.facts is None:
        said = consignment_rules.content(kind, consignment_queries.consignment_facts(consignment, at=at))
    elif kind in consignment_rules.KINDS:
        said = consignment.facts[kind]
    else:
        raise UnknownPaper("kind", kind=kind[:40])
    if kind == consignment_rules.INVOICE:
        issued = consignment_queries.issued(consignment)
        said = consignment_rules.with_issued(said, issued, consignment_queries.seller_names(consignment))
    return _consignment_file(said, f"{kind}-{said['order_number']}", form, consignment.country)


def consignment_proof(consignment: Consignment, seller: Business, kind: str, form: str, *, at: datetime) -> File:
    """One exporter's application for a proof of origin, as PDF or JSON."""
    text = handle(Kind.BUSINESS, seller.pk)
    said = (consignment.facts or {}).get(consignment_queries.kept_as(kind, text))
    if said is None:
        facts = consignment_queries.consignment_facts(consignment, at=at, business_id=seller.pk)
        said = consignment_proofs.application(facts, kind, text, on=localdate(at))
    else:
        said = origin.dated(said, on=localdate(at))
    return _consignment_file(said, f"{kind}-{said['order_number']}-{text}", form, consignment.country)


def _consignment_file(said: dict[str, Any], name: str, form: str, country: str) -> File:
    if form not in (PDF, JSON):
        raise UnknownPaper("kind", kind=f"{name}.{form}"[:40])
    data = printing.printed(said, on=date.fromisoformat(said["date"]), country=country) if form == PDF else printing.written(said)
    return File(f"{name}.{form}", TYPES[form], data)
