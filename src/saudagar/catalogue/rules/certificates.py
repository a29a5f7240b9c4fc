"""What is right about a licence or certificate, and when its seller is told that it ends."""

from datetime import date

from saudagar.foundation.refusals import Refusal

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


def check_dates(valid_from: date | None, valid_until: date | None, on: date) -> None:
    """Raises CertificateDatesWrong."""
    if valid_until and (valid_until < on or (valid_from and valid_until < valid_from)):
        raise CertificateDatesWrong("valid_until")


def warning_due(valid_until: date, on: date, warned_days: int | None) -> int | None:
    """Which of WARN_DAYS the seller should hear about today; None when it is too early or was told already.

    A worker that slept over a day tells the nearest one once, not all that were missed.

    >>> warning_due(date(2026, 12, 31), date(2026, 11, 1), None), warning_due(date(2026, 12, 31), date(2026, 11, 2), 60)
    (60, None)
    >>> warning_due(date(2026, 12, 31), date(2026, 12, 26), 60)
    7
    """
    left = (valid_until - on).days
    reached = [days for days in WARN_DAYS if left <= days]
    if left < 0 or not reached:
        return None
    nearest = min(reached)
    return nearest if warned_days is None or nearest < warned_days else None
