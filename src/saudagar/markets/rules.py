"""What goods cost in a market, and when they may be offered there. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from saudagar.foundation.refusals import Refusal, spoken

HOME_CURRENCY = "IDR"
MOST_REASON = 500

DRAFT, PROPOSED, LIVE, REFUSED, PAUSED = "draft", "proposed", "live", "refused", "paused"


class NoSuchListing(Refusal):
    """This business offers no such goods there."""

    code = "no_such_listing"
    status = 404
    words = {"id": "Penawaran ini tidak ditemukan.", "en": "This listing was not found.", "zh-hans": "未找到该上架商品。"}


class NoSuchMarket(Refusal):
    """No open market has this code. Facts: market."""

    code = "no_such_market"
    status = 404
    words = {"id": "Tidak ada pasar {market}.", "en": "There is no market {market}.", "zh-hans": "不存在市场 {market}。"}


class NoRateForMarket(Refusal):
    """No exchange rate is known for the market's currency, so no price can be worked out. Facts: currency."""

    code = "no_rate_for_market"
    status = 409
    words = {
        "id": "Kurs {currency} belum diisi petugas.",
        "en": "No exchange rate for {currency} has been entered yet.",
        "zh-hans": "尚未录入 {currency} 汇率。",
    }


class CannotBeOffered(Refusal):
    """Something the market asks for is missing. Facts: needs (in the asker's language)."""

    code = "cannot_be_offered"
    status = 409
    words = {
        "id": "Belum dapat ditawarkan: {needs}",
        "en": "Cannot be offered yet: {needs}",
        "zh-hans": "暂不可上架：{needs}",
    }

    def __init__(self, needs: Sequence[Need]) -> None:
        super().__init__(needs=[need.code for need in needs])
        self.parts = needs

    def message(self, language: str | None = "en") -> str:
        return self.words[spoken(language)].format(needs=" ".join(need.words[spoken(language)] for need in self.parts))


class ListingStateForbids(Refusal):
    """A listing in this state cannot do that. Facts: state."""

    code = "listing_state_forbids"
    status = 409
    words = {
        "id": "Penawaran berstatus {state} tidak dapat diubah begitu.",
        "en": "A listing that is {state} cannot be changed like that.",
        "zh-hans": "状态为 {state} 的商品不能这样更改。",
    }


class ReasonNeeded(Refusal):
    """A refusal by an officer needs words the seller can act on."""

    code = "listing_reason_needed"
    status = 422
    words = {"id": "Tulis alasannya untuk penjual.", "en": "Write the reason for the seller.", "zh-hans": "请填写给卖家的理由。"}


class PriceWrong(Refusal):
    """A price that is not above zero, or beyond all measure."""

    code = "listing_price_wrong"
    status = 422
    words = {"id": "Harga harus lebih dari nol.", "en": "The price must be above zero.", "zh-hans": "价格必须大于零。"}


class RateWrong(Refusal):
    """An exchange rate that is not above zero, or lies far from the one before. Facts: before."""

    code = "exchange_rate_wrong"
    status = 422
    words = {
        "id": "Kurs jauh dari yang terakhir ({before}). Periksa lagi, atau centang bahwa memang demikian.",
        "en": "The rate is far from the last one ({before}). Check it, or tick that it is meant.",
        "zh-hans": "汇率与上次（{before}）相差过大。请核对，或勾选确认无误。",
    }


@dataclass(frozen=True, slots=True)
class Need:
    """Something that is missing before goods may be offered in a market. blocks: False is advice."""

    code: str
    words: Mapping[str, str]
    help: Mapping[str, str] | None = None  # who gives it, how long it takes
    source: str = ""
    blocks: bool = True


NOT_VERIFIED = Need(
    "business_not_verified",
    {
        "id": "Usaha Anda belum diverifikasi petugas.",
        "en": "Your business is not verified by an officer yet.",
        "zh-hans": "您的企业尚未通过官员核验。",
    },
)
PHOTO = Need(
    "photo",
    {
        "id": "Pasar ini meminta sedikitnya satu foto.",
        "en": "This market asks for at least one photo.",
        "zh-hans": "该市场要求至少一张图片。",
    },
)
SENT = {  # who gives a paper that was sent already
    "id": "Sudah dikirim; petugas sedang memeriksanya.",
    "en": "Sent already; an officer is looking at it.",
    "zh-hans": "已提交，官员正在审核。",
}
TITLES = {
    "id": Need(
        "title_id", {"id": "Nama produk dalam bahasa Indonesia.", "en": "The product name in Indonesian.", "zh-hans": "印尼语商品名称。"}
    ),
    "en": Need("title_en", {"id": "Nama produk dalam bahasa Inggris.", "en": "The product name in English.", "zh-hans": "英文商品名称。"}),
    "zh-hans": Need(
        "title_zh", {"id": "Nama produk dalam bahasa Mandarin.", "en": "The product name in Chinese.", "zh-hans": "中文商品名称。"}
    ),
}


def automatic_price(home_price: int, *, margin_bp: int, rounding: int, per_home: Fraction) -> int:
    """A price in the market's currency: home price and margin, exchanged, then rounded up to the market's step.

    home_price  IDR minor units
    per_home    minor units of the market's currency for one minor unit of the home currency; 1 at home
    returns     minor units, exact until the one rounding

    >>> automatic_price(7_500_000, margin_bp=800, rounding=10, per_home=Fraction(1, 2340))
    3470
    """
    exact = home_price * Fraction(10_000 + margin_bp, 10_000) * per_home / rounding
    return -(-exact.numerator // exact.denominator) * rounding


def is_far(rate: Fraction, before: Fraction, *, share: Fraction = Fraction(1, 10)) -> bool:
    """Whether a new rate lies more than a tenth away from the last: more likely a slip of the finger than news."""
    return abs(rate - before) > before * share
