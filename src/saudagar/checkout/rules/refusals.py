"""Every no that a quote or an order can hear."""

from collections.abc import Mapping, Sequence
from typing import Any

from saudagar.foundation.refusals import Refusal, spoken
from saudagar.rulebook.rules.identities import KINDS


class TooLarge(Refusal):
    """The body is larger than any honest request. Facts: most (bytes)."""

    code = "too_large"
    status = 413
    words = {
        "id": "Permintaan terlalu besar; paling banyak {most} byte.",
        "en": "The request is too large; at most {most} bytes.",
        "zh-hans": "请求过大，最多 {most} 字节。",
    }


class TooSlow(Refusal):
    """The request did not arrive in good time. No facts."""

    code = "too_slow"
    status = 408
    words = {
        "id": "Permintaan tidak sampai pada waktunya. Periksa sinyal Anda, lalu coba lagi.",
        "en": "The request did not arrive in time. Check your connection and try again.",
        "zh-hans": "请求未能及时送达，请检查网络后重试。",
    }


class BadQuote(Refusal):
    """The token was not made here, was changed, or its key is gone: it says nothing that could be trusted."""

    code = "bad_quote"
    words = {
        "id": "Penawaran ini tidak sah. Hitung ulang keranjang Anda.",
        "en": "This quote is not valid. Please price your basket again.",
        "zh-hans": "报价无效，请重新计算购物车。",
    }


class QuoteExpired(Refusal):
    """Its 15 minutes are over and it was never placed."""

    code = "quote_expired"
    status = 410
    words = {
        "id": "Penawaran sudah lewat waktu. Hitung ulang keranjang Anda; harga mungkin berubah.",
        "en": "This quote has expired. Please price your basket again; prices may have changed.",
        "zh-hans": "报价已过期，请重新计算购物车，价格可能有变。",
    }


class NotYet(Refusal):
    """The sale this quote was made for has not begun. Facts: not_before (ISO 8601)."""

    code = "not_yet"
    status = 425
    words = {
        "id": "Penawaran ini baru berlaku mulai {not_before}.",
        "en": "This quote can be placed from {not_before} on.",
        "zh-hans": "此报价从 {not_before} 起方可下单。",
    }


class UnknownListing(Refusal):
    """Not for sale here: never was, paused, withdrawn, or in another market. Facts: listing."""

    code = "unknown_listing"
    status = 404
    words = {
        "id": "Barang {listing} tidak dijual di pasar ini.",
        "en": "The item {listing} is not for sale in this market.",
        "zh-hans": "商品 {listing} 不在此市场销售。",
    }


class OverBuyerLimit(Refusal):
    """More pieces than one buyer may have of this listing in its campaign. Facts: listing, sku, limit (pieces), at placing also left."""

    code = "over_buyer_limit"
    words = {
        "id": "{sku}: paling banyak {limit} buah untuk satu pembeli selama promo ini.",
        "en": "{sku}: at most {limit} pieces for one buyer in this campaign.",
        "zh-hans": "{sku}：活动期间每位买家限购 {limit} 件。",
    }


class QuotesNotYet(Refusal):
    """Quotes for this campaign cannot be had yet. Facts: campaign, quotes_from (ISO 8601)."""

    code = "quotes_not_yet"
    status = 425
    words = {
        "id": "Penawaran untuk promo {campaign} baru bisa diminta mulai {quotes_from}.",
        "en": "Quotes for the campaign {campaign} can be had from {quotes_from} on.",
        "zh-hans": "活动 {campaign} 的报价自 {quotes_from} 起可获取。",
    }


class CampaignOver(Refusal):
    """The campaign this quote was asked for has ended. Facts: campaign, ended_at (ISO 8601)."""

    code = "campaign_over"
    status = 410
    words = {
        "id": "Promo {campaign} sudah berakhir.",
        "en": "The campaign {campaign} is over.",
        "zh-hans": "活动 {campaign} 已结束。",
    }


class NotInCampaign(Refusal):
    """A quote ahead of a campaign, for a basket of which nothing is in it, or not so many pieces. Facts: campaign."""

    code = "not_in_campaign"
    words = {
        "id": "Tidak ada barang di keranjang ini yang ikut promo {campaign} dengan jumlah sebanyak itu.",
        "en": "Nothing in this basket is in the campaign {campaign} with so many pieces.",
        "zh-hans": "购物车中没有商品参加活动 {campaign}，或数量超出活动库存。",
    }


class TermsNotOffered(Refusal):
    """The market does not sell on these terms. Facts: terms, offered."""

    code = "terms_not_offered"
    words = {
        "id": "Pasar ini tidak menjual dengan syarat {terms}; pilih {offered}.",
        "en": "This market does not sell on the terms {terms}; choose {offered}.",
        "zh-hans": "此市场不提供 {terms} 条款，请选择 {offered}。",
    }


class NotServed(Refusal):
    """The market does not deliver to that country. Facts: market, country."""

    code = "country_not_served"
    words = {
        "id": "Pasar {market} tidak mengirim ke {country}.",
        "en": "The market {market} does not deliver to {country}.",
        "zh-hans": "市场 {market} 不配送到 {country}。",
    }


class AddressMismatch(Refusal):
    """The address lies elsewhere than the quote was made for, so its shipping and taxes do not hold. Facts: quoted, given."""

    code = "address_mismatch"
    words = {
        "id": "Alamat ({given}) tidak sama dengan tujuan penawaran ({quoted}). Hitung ulang keranjang Anda.",
        "en": "The address ({given}) is not where the quote was made for ({quoted}). Please price your basket again.",
        "zh-hans": "收货地址（{given}）与报价目的地（{quoted}）不符，请重新计算。",
    }


class IdentityNeeded(Refusal):
    """Customs of the destination match the parcel with a person: a number is required that is right by its structure.

    Facts: identity (kind of number).
    """

    code = "identity_needed"
    words = {
        "id": "Bea cukai tujuan meminta nomor yang benar: {name}. {help}",
        "en": "Customs at the destination asks for a valid number: {name}. {help}",
        "zh-hans": "目的地海关要求有效号码：{name}。{help}",
    }

    def message(self, language: str | None = "en") -> str:
        """What to give and where it is had, in the words of its kind."""
        spoken_language = spoken(language)
        kind = KINDS[self.facts["identity"]]
        return self.words[spoken_language].format(name=kind.names[spoken_language], help=kind.help[spoken_language])


class MobileNeeded(Refusal):
    """Customs of the destination writes to the buyer's mobile number. Facts: country, identity (kind of number)."""

    code = "mobile_number_needed"
    words = {
        "id": "Bea cukai di sana menghubungi HP penerima: beri nomor HP negara itu yang terdaftar atas nama penerima.",
        "en": "Customs there writes to the recipient's mobile phone: give a mobile number of that country, registered for the recipient.",
        "zh-hans": "当地海关通过手机联系收件人：请填写以收件人名义登记的当地手机号。",
    }


class LimitReached(Refusal):
    """Since this quote was made, or because it did not name the buyer, the buyer's allowance is used up: duty and tax are others now.

    Facts: rule, used, most (minor units of the customs currency, grams, or times).
    """

    code = "buyer_limit_reached"
    status = 409
    words = {
        "id": "Jatah pembeli ini sudah terpakai ({rule}), jadi bea dan pajaknya berubah. Hitung ulang keranjang dengan nomor pembeli.",
        "en": "This buyer's allowance is used up ({rule}), so duty and tax change. Price the basket again with the buyer's number.",
        "zh-hans": "该订购人的额度已用完（{rule}），税费因此变化。请填写订购人号码后重新计算购物车。",
    }


class UnknownMethod(Refusal):
    """The market cannot be paid that way. Facts: method."""

    code = "unknown_payment_method"
    words = {
        "id": "Cara bayar {method} tidak tersedia di pasar ini.",
        "en": "The payment method {method} is not offered in this market.",
        "zh-hans": "此市场不支持支付方式 {method}。",
    }


class Busy(Refusal):
    """More orders wait than can be placed in good time: nothing was taken, the same quote may be sent again. Facts: retry_after (s)."""

    code = "busy"
    status = 429
    words = {
        "id": "Sedang sangat ramai. Coba lagi dalam {retry_after} detik; penawaran Anda tetap berlaku.",
        "en": "Very busy right now. Try again in {retry_after} seconds; your quote stays valid.",
        "zh-hans": "当前下单人数过多，请 {retry_after} 秒后重试，报价仍然有效。",
    }


class Unavailable(Refusal):
    """The database cannot be reached. What was sent may or may not have been placed: sending it again finds out, and is safe."""

    code = "unavailable"
    status = 503
    words = {
        "id": "Layanan sedang terganggu. Kirim ulang pesanan yang sama; tidak akan tercatat dua kali.",
        "en": "The service is interrupted. Send the same order again; it will not be placed twice.",
        "zh-hans": "服务暂时中断，请重新提交同一订单，不会重复下单。",
    }


class NotSoldThere(Refusal):
    """These goods may not be sold in that country, or a paper for it is missing. Facts: listing, country, rules, papers (ids)."""

    code = "not_sold_there"
    status = 422
    words = {
        "id": "Barang ini belum dapat dijual ke {country}.",
        "en": "These goods cannot be sold to {country} yet.",
        "zh-hans": "该商品暂不能销往 {country}。",
    }

    def __init__(self, field: str | None = None, *, words: Sequence[Mapping[str, str]] = (), **facts: Any) -> None:
        super().__init__(field, **facts)
        self.why = words

    def message(self, language: str | None = "en") -> str:
        """What is missing follows, in the rulebook's words."""
        spoken_language = spoken(language)
        return " ".join([super().message(language), *(words[spoken_language] for words in self.why)])
