"""Proofs of origin that an order was priced with: what must be there before its parcel leaves. Pure.

A certificate (Form E) is given for one consignment, within days of its departure: when the buyer pays, it cannot be there yet. So the
seller has promised it, the buyer paid the lower duty, and the parcel waits for it. Where a declaration does, the platform writes it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from saudagar.foundation.refusals import Refusal, spoken
from saudagar.rulebook.rules import Proven
from saudagar.rulebook.rules.choosing import BY_DECLARATION, BY_PAPER, DECLARATION


class ProofNotThere(Refusal):
    """A parcel whose buyer paid an agreement's duty, without its certificate. Facts: papers (names, in the reader's language)."""

    code = "origin_proof_not_there"
    status = 409
    words = {
        "id": "Pembeli membayar bea masuk yang lebih rendah, tetapi surat asalnya belum dicatat: {papers}. Urus di e-SKA, catat nomornya "
        "di halaman surat pesanan, lalu serahkan paketnya.",
        "en": "The buyer paid the lower duty, and the proof of origin is not recorded yet: {papers}. Get it from e-SKA, record its number "
        "on the order's page of papers, then hand the parcel over.",
        "zh-hans": "买方按较低关税付款，但原产地证明尚未登记：{papers}。请在 e-SKA 办理，在订单单证页登记号码后再交给快递。",
    }


class OriginTakenBack(Refusal):
    """A parcel whose buyer paid an agreement's duty on a statement that an officer has withdrawn. Facts: agreement, reason."""

    code = "origin_taken_back"
    status = 409
    words = {
        "id": "Petugas mencabut pernyataan asal Anda ({agreement}): {reason}. Paket ini tidak boleh berangkat dengan bea yang lebih "
        "rendah. Batalkan pesanannya, atau selesaikan dengan petugas.",
        "en": "An officer withdrew your statement of origin ({agreement}): {reason}. This parcel may not leave at the lower duty. Cancel "
        "the order, or settle it with the officers.",
        "zh-hans": "官员已撤销您的原产地声明（{agreement}）：{reason}。该包裹不得按较低关税寄出。请取消订单，或与官员处理。",
    }


class ProofOfOtherOrder(Refusal):
    """A certificate of origin is for one parcel or consignment: this number is recorded elsewhere. Facts: number."""

    code = "proof_of_other_order"
    status = 409
    words = {
        "id": "Surat {number} sudah tercatat untuk kiriman lain. Satu surat berlaku untuk satu kiriman; beberapa pesanan yang berangkat "
        "bersama: kumpulkan dalam satu konsinyasi.",
        "en": "The certificate {number} is recorded for another parcel. One certificate is for one consignment; collect several orders "
        "that leave together in a consignment.",
        "zh-hans": "证书 {number} 已登记于其他包裹。一份证书只用于一批货物；一起发运的多个订单请合并为一批集运。",
    }


class ProofTravels(Refusal):
    """A certificate of origin cannot be taken back: a parcel has left with it. No facts."""

    code = "origin_proof_travels"
    status = 409
    words = {
        "id": "Paket yang memakai surat ini sudah diserahkan ke kurir, jadi suratnya tidak bisa dicabut lagi.",
        "en": "A parcel has left with this certificate, so it can no longer be taken back.",
        "zh-hans": "使用该证书的包裹已交给快递，无法再撤回证书。",
    }


@dataclass(frozen=True, slots=True)
class Promised:
    """One proof that an order was priced with."""

    kind: str  # what must be there: form_e, or origin_declaration
    by: str  # paper, declaration
    agreement: str
    names: Mapping[str, str]
    lines: tuple[int, ...]  # from 1
    criteria: tuple[str, ...]  # of those lines: "WO", "RVC 40 %"
    number: str = ""  # of the certificate, once it was given
    issued_on: date | None = None
    is_of_consignment: bool = False  # recorded for the consignment that the order is in
    withdrawn: str = ""  # why an officer took the statement back

    @property
    def is_certificate(self) -> bool:
        return self.by == BY_PAPER

    @property
    def is_there(self) -> bool:
        """A declaration is there when it can be printed: its paper says so."""
        return not self.withdrawn and (not self.is_certificate or bool(self.number))


def promised(
    proofs: Sequence[Proven],
    names: Mapping[str, Mapping[str, str]],
    issued: Mapping[str, tuple[str, date, bool]],
    withdrawn: Mapping[str, str],
) -> tuple[Promised, ...]:
    """The proofs of one order, certificates first.

    names      kind → what it is called, by language
    issued     kind → number, day, whether it is the consignment's
    withdrawn  agreement → why, where an officer took the statement of one of these lines back
    """
    found = []
    for agreement, by in dict.fromkeys((proof.agreement, proof.by) for proof in proofs):
        own = [proof for proof in proofs if (proof.agreement, proof.by) == (agreement, by)]
        kind = own[0].proof if by == BY_PAPER else DECLARATION
        number, issued_on, is_of_consignment = issued.get(kind, ("", None, False)) if by == BY_PAPER else ("", None, False)
        found.append(
            Promised(
                kind,
                by,
                agreement,
                names.get(kind, dict.fromkeys(("id", "en", "zh-hans"), kind)),
                tuple(proof.line + 1 for proof in own),
                tuple(criterion_said(proof.criterion, proof.regional_value) for proof in own),
                number,
                issued_on,
                is_of_consignment,
                withdrawn.get(agreement, ""),
            )
        )
    return tuple(sorted(found, key=lambda each: (each.by == BY_DECLARATION, each.agreement)))


def refuse_unproven(found: Sequence[Promised], language: str | None) -> None:
    """Whether a parcel may leave. Raises OriginTakenBack, ProofNotThere."""
    refuse_taken_back(found)
    lacking = [each.names[spoken(language)] for each in found if not each.is_there]
    if lacking:
        raise ProofNotThere(papers=", ".join(lacking))


def refuse_taken_back(found: Sequence[Promised]) -> None:
    """Raises OriginTakenBack."""
    for each in found:
        if each.withdrawn:
            raise OriginTakenBack(agreement=each.agreement, reason=each.withdrawn)


def criterion_said(criterion: str, regional_value: int) -> str:
    return f"{criterion} {regional_value} %" if criterion == "RVC" else criterion


def declared(found: Sequence[Promised]) -> list[str]:
    """What the exporter declares on the invoice, a sentence for each agreement and criterion; nothing of what was taken back."""
    said = []
    for each in found:
        if each.by == BY_DECLARATION and not each.withdrawn:
            for criterion in dict.fromkeys(each.criteria):
                lines = [line for line, own in zip(each.lines, each.criteria, strict=True) if own == criterion]
                said.append(
                    f"{'Line' if len(lines) == 1 else 'Lines'} {', '.join(map(str, lines))}: Indonesian preferential origin under "
                    f"{each.agreement}, origin criterion {criterion}."
                )
    return said
