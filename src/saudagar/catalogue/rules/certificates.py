"""What is right about a licence or certificate, and when its seller is told that it ends."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from saudagar.foundation.refusals import Refusal, spoken

WARN_DAYS = (60, 30, 7)  # before the last day; time enough for halal (2-8 weeks) and a second reminder


class UnknownCertificate(Refusal):
    """This business has no such paper, or it was decided on meanwhile."""

    code = "unknown_certificate"
    status = 404
    words = {"id": "Surat ini tidak ditemukan.", "en": "This paper was not found.", "zh-hans": "未找到该证书。"}


class CertificateDatesWrong(Refusal):
    """A paper that ends before it begins, or has ended already."""

    code = "certificate_dates_wrong"
    status = 422
    words = {
        "id": "Periksa tanggalnya: surat ini berakhir sebelum mulai berlaku, atau sudah berakhir.",
        "en": "Check the dates: this paper ends before it begins, or has ended already.",
        "zh-hans": "请检查日期：该证书的截止日早于起始日，或已过期。",
    }


class UnknownPaperKind(Refusal):
    """A kind of paper the rulebook does not know, or one that is given for each parcel. Facts: kind."""

    code = "unknown_paper_kind"
    status = 422
    words = {
        "id": "Jenis surat {kind} tidak dikenal.",
        "en": "The kind of paper {kind} is not known.",
        "zh-hans": "未知的证书类型 {kind}。",
    }


class CertificateReasonNeeded(Refusal):
    """A paper refused without a reason helps nobody."""

    code = "certificate_reason_needed"
    status = 422
    words = {
        "id": "Tulis alasannya, supaya penjual tahu apa yang harus diperbaiki.",
        "en": "Give the reason, so that the seller knows what to mend.",
        "zh-hans": "请写明原因，以便卖家改正。",
    }


class CertificateDecided(Refusal):
    """A paper that another officer has decided on. Facts: state."""

    code = "certificate_decided"
    status = 409
    words = {
        "id": "Surat ini sudah diputuskan: {state}.",
        "en": "This paper has been decided already: {state}.",
        "zh-hans": "该证书已处理：{state}。",
    }


class NotAPlantPaper(Refusal):
    """A paper that is given to goods or sellers, shown for a plant. No facts."""

    code = "not_a_plant_paper"
    status = 422
    words = {
        "id": "Ini bukan surat tempat produksi. Tunjukkan pada produk atau usaha Anda.",
        "en": "This is no paper of a place of production. Show it for the product or the business.",
        "zh-hans": "这不是生产场所的证书，请在商品或商户处提交。",
    }


class ShowItForThePlant(Refusal):
    """A plant's paper shown for a product that names its plants: only theirs count. Facts: plants."""

    code = "show_it_for_the_plant"
    status = 409
    words = {
        "id": "Produk ini menyebut tempat produksinya, jadi surat ini harus ditunjukkan di sana: {plants}.",
        "en": "This product names where it is made, so this paper must be shown there: {plants}.",
        "zh-hans": "该商品已注明生产场所，请在该处提交此证书：{plants}。",
    }


class PlantPapersLost(Refusal):
    """Papers that count for the product now and would not, were it made there only. Facts: papers (their kinds)."""

    code = "plant_papers_lost"
    status = 409
    words = {
        "id": "Surat ini berlaku untuk produk sekarang, tetapi belum ada pada tempat yang dipilih: {papers}. Tunjukkan dulu di sana, "
        "atau simpan saja: yang membutuhkannya berhenti dijual.",
        "en": "These papers count for the product now, but the places you chose do not have them: {papers}. Show them there first, "
        "or save all the same: what needs them goes off sale.",
        "zh-hans": "这些证书目前对该商品有效，但所选场所尚无：{papers}。请先在该处提交，或仍然保存：需要这些证书的销售将停止。",
    }

    def __init__(self, field: str | None = None, *, names: Sequence[Mapping[str, str]], **facts: Any) -> None:
        super().__init__(field, **facts)
        self.names = names

    def message(self, language: str | None = "en") -> str:
        """The papers by their names in the asker's language."""
        asker = spoken(language)
        return self.words[asker].format(papers=", ".join(names[asker] for names in self.names))


class TooManyPlantsOfProduct(Refusal):
    """More plants than a product may name. Facts: most."""

    code = "too_many_plants_of_product"
    status = 422
    words = {
        "id": "Paling banyak {most} tempat produksi untuk satu produk.",
        "en": "At most {most} places of production for one product.",
        "zh-hans": "每个商品最多 {most} 个生产场所。",
    }


MOST_PLANTS_OF_PRODUCT = 20


def is_counted(*, is_of_plant: bool, plant: UUID | None, made_in: Mapping[UUID, bool]) -> bool:
    """Whether a paper counts for a product; whether it is accepted and in force is another question.

    is_of_plant  the rulebook gives this paper to plants ("gacc")
    plant        the plant it was shown for; None: for this product or for the whole business
    made_in      the plants the product names -> whether each is open

    A plant's paper counts for what is made there, and nowhere else. One shown for the product or the business counts only for a
    product that names no plant. Of several plants one with the paper is enough, whatever its kind: a paper of orchard and packhouse
    is one paper, and the officer looks at both.

    >>> here, there = UUID(int=1), UUID(int=2)
    >>> is_counted(is_of_plant=True, plant=here, made_in={here: True, there: True})
    True
    >>> is_counted(is_of_plant=True, plant=here, made_in={there: True}), is_counted(is_of_plant=True, plant=here, made_in={here: False})
    (False, False)
    >>> is_counted(is_of_plant=True, plant=None, made_in={}), is_counted(is_of_plant=True, plant=None, made_in={here: True})
    (True, False)
    >>> is_counted(is_of_plant=False, plant=None, made_in={here: False})
    True
    """
    if plant is not None:
        return made_in.get(plant, False)
    return not (is_of_plant and made_in)


def check_dates(valid_from: date | None, valid_until: date | None, on: date) -> None:
    """Raises CertificateDatesWrong."""
    if valid_until and (valid_until < on or (valid_from and valid_until < valid_from)):
        raise CertificateDatesWrong("valid_until")


def warning_due(valid_until: date, on: date, warned_days: int | None, warn_days: Sequence[int] = WARN_DAYS) -> int | None:
    """Which of `warn_days` the seller should hear about today; None when it is too early or was told already.

    A worker that slept over a day tells the nearest one once, not all that were missed.

    >>> warning_due(date(2026, 12, 31), date(2026, 11, 1), None), warning_due(date(2026, 12, 31), date(2026, 11, 2), 60)
    (60, None)
    >>> warning_due(date(2026, 12, 31), date(2026, 12, 26), 60)
    7
    """
    left = (valid_until - on).days
    reached = [days for days in warn_days if left <= days]
    if left < 0 or not reached:
        return None
    nearest = min(reached)
    return nearest if warned_days is None or nearest < warned_days else None
