"""What a campaign asks of those who join it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import available_timezones

from saudagar.campaigns.rules.refusals import CampaignHoursWrong, CampaignNamesNeeded, Lack, UnknownTimeZone
from saudagar.foundation.money import shown, step
from saudagar.foundation.refusals import LANGUAGES, Invalid

CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
TAKEN_CODES = frozenset({"new"})  # by addresses of the desk
MOST_DAYS = 60  # of a campaign
MOST_PIECES = 1_000_000  # of an allotment
MOST_BP = 9_900  # of a discount: a price stays above zero
MOST_NAME = 80
HISTORY = timedelta(days=90)  # over which late parcels count

WORDS = {
    "listing_not_on_sale": {
        "id": "Produk harus sedang dijual di pasar ini.",
        "en": "The product must be on sale in this market.",
        "zh-hans": "商品须在该市场在售。",
    },
    "seller_not_verified": {
        "id": "Usaha harus terverifikasi.",
        "en": "The business must be verified.",
        "zh-hans": "企业须已通过核验。",
    },
    "price_not_lower": {
        "id": "Harga kampanye paling tinggi {most} (potongan {discount}%).",
        "en": "The campaign price is at most {most} ({discount}% off).",
        "zh-hans": "活动价不得高于 {most}（降价 {discount}%）。",
    },
    "allotment_too_small": {
        "id": "Jatah paling sedikit {least} buah.",
        "en": "An allotment has at least {least} pieces.",
        "zh-hans": "活动库存至少 {least} 件。",
    },
    "shelf_too_small": {
        "id": "Di rak hanya ada {left} buah yang bisa disisihkan.",
        "en": "Only {left} pieces lie on the shelf to be set aside.",
        "zh-hans": "货架上仅有 {left} 件可预留。",
    },
    "too_few_pictures": {
        "id": "Produk perlu paling sedikit {least} foto.",
        "en": "The product needs at least {least} pictures.",
        "zh-hans": "商品至少需要 {least} 张图片。",
    },
    "ships_late": {
        "id": "{late}% pesanan 90 hari terakhir terlambat dikirim; paling banyak {most}%.",
        "en": "{late}% of the orders of the last 90 days were sent late; at most {most}%.",
        "zh-hans": "近 90 天有 {late}% 的订单发货延迟，上限为 {most}%。",
    },
    "limit_too_high": {
        "id": "Batas per pembeli antara 1 dan {most} buah.",
        "en": "The limit per buyer is from 1 to {most} pieces.",
        "zh-hans": "每位买家限购 1 至 {most} 件。",
    },
    "in_another_campaign": {
        "id": "Pada waktu itu produk sudah ikut kampanye {other}.",
        "en": "At that time the product is in the campaign {other}.",
        "zh-hans": "该时段商品已参加活动 {other}。",
    },
}


@dataclass(frozen=True, slots=True)
class Rules:
    """What a campaign asks. Basis points; pieces; pictures. most_per_buyer 0: each seller decides."""

    least_discount_bp: int = 0
    least_pieces: int = 1
    least_pictures: int = 1
    most_late_bp: int = 10_000
    most_per_buyer: int = 0

    def __post_init__(self) -> None:
        limits = {
            "least_discount_bp": (0, MOST_BP),
            "least_pieces": (1, MOST_PIECES),
            "least_pictures": (0, 20),
            "most_late_bp": (0, 10_000),
            "most_per_buyer": (0, MOST_PIECES),
        }
        for name, (least, most) in limits.items():
            if not least <= getattr(self, name) <= most:
                raise Invalid(name, reason=f"{name} must be from {least} to {most}")


@dataclass(frozen=True, slots=True)
class CampaignFacts:
    """What an officer says of a campaign."""

    code: str
    market: str
    names: Mapping[str, str]
    time_zone: str
    starts_at: datetime
    ends_at: datetime
    quotes_from: datetime
    rules: Rules = field(default_factory=Rules)


@dataclass(frozen=True, slots=True)
class Application:
    """What a seller offers. Minor units; pieces; most_per_buyer 0: no limit."""

    price: int
    allotment: int
    most_per_buyer: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a listing and its seller at the moment they are judged."""

    ordinary_price: int
    currency: str
    is_on_sale: bool
    is_verified: bool
    on_shelf: int  # pieces on the fullest ordinary shelf that sends parcels, with what is set aside for this campaign already
    pictures: int
    late_bp: int  # share of orders sent late
    other_campaign: str = ""  # name of one that overlaps and already has the listing


def highest_price(ordinary: int, *, least_discount_bp: int, currency: str) -> int:
    """The highest price that joins a campaign: the ordinary price less the discount, rounded down to what can be charged.

    ordinary  minor units
    returns   minor units, at least one step of the currency

    >>> highest_price(8_500_000, least_discount_bp=1_500, currency="IDR"), highest_price(4_055, least_discount_bp=1_500, currency="CNY")
    (7225000, 3446)
    """
    unit = step(currency)
    return max(ordinary * (10_000 - least_discount_bp) // 10_000 // unit * unit, unit)


def discount_bp(ordinary: int, price: int) -> int:
    """How far a price lies below the ordinary one, basis points rounded down; 0 when it does not.

    >>> discount_bp(10_000, 8_499), discount_bp(10_000, 12_000)
    (1501, 0)
    """
    return max(ordinary - price, 0) * 10_000 // ordinary if ordinary > 0 else 0


def lacks(rules: Rules, application: Application, standing: Standing) -> list[Lack]:
    """Every joining rule that an application does not meet, in a fixed order; none: it may join."""
    found = []
    if not standing.is_on_sale:
        found.append(_lack("listing_not_on_sale"))
    if not standing.is_verified:
        found.append(_lack("seller_not_verified"))
    most = highest_price(standing.ordinary_price, least_discount_bp=rules.least_discount_bp, currency=standing.currency)
    if not 0 < application.price <= most:
        said = {language: shown(most, standing.currency, language) for language in LANGUAGES}
        found.append(_lack("price_not_lower", "price", most=said, discount=percent(rules.least_discount_bp)))
    if application.allotment < rules.least_pieces:
        found.append(_lack("allotment_too_small", "allotment", least=rules.least_pieces))
    if application.allotment > standing.on_shelf:
        found.append(_lack("shelf_too_small", "allotment", left=standing.on_shelf))
    if standing.pictures < rules.least_pictures:
        found.append(_lack("too_few_pictures", least=rules.least_pictures))
    if standing.late_bp > rules.most_late_bp:
        found.append(_lack("ships_late", late=percent(standing.late_bp), most=percent(rules.most_late_bp)))
    if rules.most_per_buyer and not 1 <= application.most_per_buyer <= rules.most_per_buyer:
        found.append(_lack("limit_too_high", "most_per_buyer", most=rules.most_per_buyer))
    if standing.other_campaign:
        found.append(_lack("in_another_campaign", other=standing.other_campaign))
    return found


def percent(basis_points: int) -> str:
    """Basis points as a number people read.

    >>> percent(1_500), percent(1_250)
    ('15', '12.5')
    """
    return f"{basis_points / 100:g}"


def checked_facts(facts: CampaignFacts, *, at: datetime) -> CampaignFacts:
    """What an officer wrote, if it can be. Raises Invalid, CampaignNamesNeeded, UnknownTimeZone, CampaignHoursWrong."""
    if not CODE.fullmatch(facts.code) or len(facts.code) > 40 or facts.code in TAKEN_CODES:
        raise Invalid("code", reason="a code has small letters, digits and single dashes")
    names = {language: facts.names.get(language, "").strip()[:MOST_NAME] for language in LANGUAGES}
    if not all(names.values()):
        raise CampaignNamesNeeded("names")
    if facts.time_zone not in available_timezones():
        raise UnknownTimeZone("time_zone", zone=facts.time_zone[:40])
    check_hours(facts.quotes_from, facts.starts_at, facts.ends_at, at=at)
    return CampaignFacts(facts.code, facts.market, names, facts.time_zone, facts.starts_at, facts.ends_at, facts.quotes_from, facts.rules)


def check_hours(quotes_from: datetime, starts_at: datetime, ends_at: datetime, *, at: datetime) -> None:
    """Raises CampaignHoursWrong."""
    if not quotes_from <= starts_at < ends_at or ends_at <= at or ends_at - starts_at > timedelta(days=MOST_DAYS):
        raise CampaignHoursWrong("starts_at" if starts_at >= ends_at or quotes_from > starts_at else "ends_at", days=MOST_DAYS)


def _lack(code: str, field: str = "", **facts: object) -> Lack:
    return Lack.of(code, WORDS[code], field, **facts)
