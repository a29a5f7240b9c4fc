"""The number that customs of the destination asks of the buyer, on its way to the carrier that declares the parcel. Pure.

It is sealed with the order, opened when the parcel is booked, handed to the carrier, and written down nowhere: a parcel to Korea without
its PCCC lies at the border until it is sent back.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from saudagar.foundation.refusals import Refusal, spoken
from saudagar.foundation.sealing import masked
from saudagar.orders.rules import Buyer
from saudagar.rulebook.rules.identities import KINDS, WrongIdentity

BEFORE_KINDS = "cn-ric"  # what orders meant that name no kind


class BuyerNumberMissing(Refusal):
    """Customs there asks for a number of the buyer, and the order has none that can be one. Facts: identity (its kind)."""

    code = "buyer_number_missing"
    status = 409
    words = {
        "id": "Bea cukai tujuan meminta {identity} dari pembeli, dan pesanan ini tidak memuatnya dengan benar. Tanpa nomor itu paket "
        "ditahan. Batalkan pesanan ini dan minta pembeli memesan lagi dengan nomornya.",
        "en": "Customs there asks the buyer for: {identity}. This order has no such number, and without it the parcel is stopped. Cancel "
        "the order and ask the buyer to order again with the number.",
        "zh-hans": "目的地海关要求买方提供：{identity}。本订单没有有效号码，否则包裹会被扣留。请取消订单，请买方填写号码后重新下单。",
    }

    def message(self, language: str | None = "en") -> str:
        """The number by its name in the asker's language."""
        kind = KINDS.get(str(self.facts["identity"]))
        named = kind.names[spoken(language)] if kind else str(self.facts["identity"])
        return self.words[spoken(language)].format(identity=named)


class BuyerUnreadable(Refusal):
    """The sealed data of a buyer cannot be opened: its key was taken away, or it was changed. No facts."""

    code = "buyer_unreadable"
    status = 503
    words = {
        "id": "Data pembeli pesanan ini tidak bisa dibuka, jadi kurir belum bisa dipesan. Beri tahu pengelola platform: kunci penyegelan "
        "hilang. Pemesanan diulang otomatis.",
        "en": "The buyer's data of this order cannot be opened, so no courier can be booked. Tell the operator of the platform: a sealing "
        "key is missing. The booking is repeated by itself.",
        "zh-hans": "无法打开该订单的买方数据，因此无法预订快递。请通知平台运营方：缺少加密密钥。系统会自动重试预订。",
    }


@dataclass(frozen=True, slots=True)
class Identity:
    """A buyer's number for customs. Not in its repr: a traceback is a log too."""

    kind: str  # of the rulebook: kr-pccc
    number: str = field(repr=False)

    @property
    def masked(self) -> str:
        """ "•••••••••9012", for pages and the audit trail."""
        return masked(self.number)

    @property
    def name(self) -> str:
        """What a postal form calls it: PCCC."""
        return KINDS[self.kind].on_paper or KINDS[self.kind].names["en"]

    def hidden_in(self, text: str) -> str:
        """What a carrier answered, should it repeat the number: in capitals or not, with or without what people write between digits."""
        return re.sub(r"[\s.\-/]*".join(map(re.escape, self.number)), self.masked, text, flags=re.IGNORECASE)


def identity_of(buyer: Buyer, asked: str) -> Identity | None:
    """The number that goes to the carrier; None where customs there asks for none.

    asked  the kind that the law of the order's day asks for, "" for none

    Raises BuyerNumberMissing: there is none, it is of another kind, or it cannot be a number of its kind.
    """
    kind = (buyer.identity_kind or BEFORE_KINDS) if buyer.identity else ""
    if not asked and not kind:
        return None
    if kind not in KINDS or (asked and kind != asked):
        raise BuyerNumberMissing("buyer.identity", identity=asked or kind)
    try:
        return Identity(kind, KINDS[kind].read(buyer.identity))
    except WrongIdentity:
        raise BuyerNumberMissing("buyer.identity", identity=kind) from None


def passed_on(identity: Identity, *, carrier: str, gateway: str) -> Mapping[str, Any]:
    """What the trail keeps: which number, to whom; of the number itself the end."""
    return {"kind": identity.kind, "number": identity.masked, "carrier": carrier, "gateway": gateway}
