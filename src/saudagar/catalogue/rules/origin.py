"""What a seller may state of the origin of a product under a trade agreement, and what a quote believes of it. Pure."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache

import msgspec

from saudagar.foundation.refusals import Refusal
from saudagar.rulebook.rules import Claim
from saudagar.rulebook.rules.agreements import Agreement
from saudagar.rulebook.rules.choosing import BY_DECLARATION, BY_PAPER

# Wholly obtained; of materials with origin; change of heading, of subheading; value content; a rule for this product.
CRITERIA = ("WO", "PE", "CTH", "CTSH", "RVC", "PSR")
LONGEST = timedelta(days=366)  # materials and suppliers change: then it is looked at again
USUAL = timedelta(days=365)
WARN_DAYS = (30, 7)  # before the last day: a statement is made again in a minute


class NoSuchAgreement(Refusal):
    """An agreement that lowers no duty on these goods anywhere, or that nobody knows. Facts: agreement."""

    code = "no_such_agreement"
    status = 422
    words = {
        "id": "Perjanjian {agreement} tidak menurunkan bea masuk barang ini di mana pun. Periksa kode HS dan negara asalnya.",
        "en": "The agreement {agreement} lowers the duty on these goods nowhere. Check their HS code and country of origin.",
        "zh-hans": "协定 {agreement} 不会降低该商品在任何地方的关税。请检查其 HS 编码和原产国。",
    }


class CriterionNeeded(Refusal):
    """No criterion of origin, or value content without its per cent. Facts: criterion."""

    code = "origin_criterion_needed"
    status = 422
    words = {
        "id": "Pilih alasan barang ini berasal dari Indonesia; dengan RVC, tulis juga persennya (1–100).",
        "en": "Choose why the goods are of Indonesian origin; with RVC, give the per cent too (1–100).",
        "zh-hans": "请选择商品原产于印度尼西亚的依据；选择 RVC 时还须填写百分比（1–100）。",
    }


class DeclarationNotEnough(Refusal):
    """A statement by declaration alone under an agreement that takes none. Facts: agreement."""

    code = "origin_declaration_not_enough"
    status = 422
    words = {
        "id": "{agreement} tidak menerima pernyataan saja. Pilih mengurus suratnya untuk tiap paket, atau jangan menyatakan.",
        "en": "{agreement} takes no declaration alone. Choose to get the certificate for each parcel, or do not state it.",
        "zh-hans": "{agreement} 不接受仅凭声明。请选择为每个包裹办理证书，否则请勿申明。",
    }


class OriginNotConfirmed(Refusal):
    """A statement without the seller's word that it is true and can be shown. No facts."""

    code = "origin_not_confirmed"
    status = 422
    words = {
        "id": "Centang bahwa ini benar dan buktinya ada pada Anda: bea cukai di tujuan boleh memintanya bertahun-tahun kemudian.",
        "en": "Tick that this is true and that you hold the evidence: customs abroad may ask for it years later.",
        "zh-hans": "请勾选确认属实且您持有证据：目的地海关可能在数年后要求出示。",
    }


class StatementDateWrong(Refusal):
    """A statement that has ended already, or holds longer than a year. Facts: latest."""

    code = "origin_statement_date_wrong"
    status = 422
    words = {
        "id": "Pernyataan berlaku mulai hari ini, paling lama sampai {latest}.",
        "en": "A statement holds from today until {latest} at most.",
        "zh-hans": "声明自今日起有效，最长至 {latest}。",
    }


class StatementWithdrawn(Refusal):
    """An officer withdrew this statement; the seller cannot make it again. Facts: agreement, reason."""

    code = "origin_statement_withdrawn"
    status = 409
    words = {
        "id": "Petugas mencabut pernyataan {agreement} ini: {reason}. Hubungi petugas dengan buktinya; hanya petugas yang membukanya lagi.",
        "en": "An officer withdrew this {agreement} statement: {reason}. Take your evidence to an officer: only they allow it again.",
        "zh-hans": "官员已撤销该 {agreement} 声明：{reason}。请携证据联系官员，仅官员可重新允许。",
    }


class UnknownStatement(Refusal):
    """There is no such statement, or it is not in the state that was expected. Facts: agreement."""

    code = "unknown_origin_statement"
    status = 404
    words = {
        "id": "Pernyataan asal {agreement} tidak ditemukan; mungkin sudah berubah. Buka lagi halamannya.",
        "en": "There is no such {agreement} statement of origin; it may have changed. Open the page again.",
        "zh-hans": "未找到 {agreement} 原产地声明，可能已更改。请重新打开页面。",
    }


def check_statement(
    found: Agreement | None,
    name: str,
    *,
    criterion: str,
    regional_value: int,
    shown_by: str,
    is_confirmed: bool,
    valid_until: date,
    on: date,
) -> None:
    """Whether it may be stated. Raises NoSuchAgreement, CriterionNeeded, DeclarationNotEnough, StatementDateWrong, OriginNotConfirmed."""
    if found is None:
        raise NoSuchAgreement("agreement", agreement=name[:20])
    if criterion not in CRITERIA or (criterion == "RVC") != (1 <= regional_value <= 100):
        raise CriterionNeeded("criterion", criterion=criterion[:4])
    if shown_by not in (BY_DECLARATION, BY_PAPER) or (shown_by == BY_DECLARATION and not found.takes_declaration):
        raise DeclarationNotEnough("shown_by", agreement=found.name)
    if not on <= valid_until <= on + LONGEST:
        raise StatementDateWrong("valid_until", latest=(on + LONGEST).isoformat())
    if not is_confirmed:
        raise OriginNotConfirmed("is_confirmed")


class _Stated(msgspec.Struct, frozen=True, array_like=True):
    agreement: str
    shown_by: str
    criterion: str
    regional_value: int
    valid_until: date


_read = msgspec.json.Decoder(list[_Stated]).decode


@lru_cache(maxsize=4096)
def claims_of(stated: str, on: date) -> tuple[Claim, ...]:
    """What may be claimed on a day. stated: of each statement its agreement, shown_by, criterion, per cent, last day, as JSON.

    >>> claims_of('[["ACFTA","paper","WO",0,"2026-12-31"],["RCEP","declaration","PE",0,"2026-11-20"]]', date(2026, 11, 21))
    (Claim(agreement='ACFTA', by='paper', criterion='WO', regional_value=0),)
    """
    return tuple(
        Claim(each.agreement, each.shown_by, each.criterion, each.regional_value) for each in _read(stated) if on <= each.valid_until
    )


def claimed_there(claims: Sequence[Claim], agreements: frozenset[str]) -> tuple[Claim, ...]:
    """Of what may be claimed, that which some rule of the destination speaks of."""
    return tuple(claim for claim in claims if claim.agreement in agreements)
