"""Baskets and destinations, as a browser carries them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from saudagar.foundation.refusals import Refusal

MOST_LINES = 20  # as many as a quote holds
MOST_PIECES = 999
MOST_PURCHASES = 30  # remembered by a browser


class BasketFull(Refusal):
    """A quote holds no more different things. Facts: most."""

    code = "basket_full"
    status = 409
    words = {
        "id": "Keranjang sudah berisi {most} macam barang. Selesaikan dulu pesanan ini.",
        "en": "The basket already holds {most} different things. Please order these first.",
        "zh-hans": "购物车已有 {most} 种商品，请先下单。",
    }


class NotYourOrder(Refusal):
    """Only the browser that placed an order, or its signed-in buyer, may change it."""

    code = "not_your_order"
    status = 403
    words = {
        "id": "Pesanan ini dibuat dari perangkat atau akun lain. Buka dari sana untuk mengubahnya.",
        "en": "This order was placed from another device or account. Open it there to change it.",
        "zh-hans": "此订单由其他设备或账户创建，请在原设备或账户中操作。",
    }


@dataclass(frozen=True, slots=True)
class Basket:
    """Listings by handle and how many of each, in the order they were put in."""

    lines: Mapping[str, int] = field(default_factory=dict)

    @property
    def pieces(self) -> int:
        return sum(self.lines.values())

    def with_more(self, listing: str, pieces: int) -> "Basket":
        """Raises BasketFull.

        >>> Basket({"T1": 2}).with_more("T1", 3).lines
        {'T1': 5}
        """
        if listing not in self.lines and len(self.lines) >= MOST_LINES:
            raise BasketFull(most=MOST_LINES)
        return self.with_exactly(listing, self.lines.get(listing, 0) + pieces)

    def with_exactly(self, listing: str, pieces: int) -> "Basket":
        """Nought or less takes the line out. A listing that is not in the basket stays out.

        >>> Basket({"T1": 2, "T2": 1}).with_exactly("T1", 0).lines
        {'T2': 1}
        """
        lines = dict(self.lines)
        if pieces <= 0:
            lines.pop(listing, None)
        else:
            lines[listing] = min(pieces, MOST_PIECES)
        return Basket(lines)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a price is worked out for: as far as the price depends on it."""

    country: str
    region: str


# GB/T 2260 codes of the customs area of mainland China: Hong Kong, Macao and Taiwan have customs of their own.
CHINA: Mapping[str, tuple[str, str]] = {
    "11": ("北京市", "Beijing"),
    "12": ("天津市", "Tianjin"),
    "13": ("河北省", "Hebei"),
    "14": ("山西省", "Shanxi"),
    "15": ("内蒙古自治区", "Inner Mongolia"),
    "21": ("辽宁省", "Liaoning"),
    "22": ("吉林省", "Jilin"),
    "23": ("黑龙江省", "Heilongjiang"),
    "31": ("上海市", "Shanghai"),
    "32": ("江苏省", "Jiangsu"),
    "33": ("浙江省", "Zhejiang"),
    "34": ("安徽省", "Anhui"),
    "35": ("福建省", "Fujian"),
    "36": ("江西省", "Jiangxi"),
    "37": ("山东省", "Shandong"),
    "41": ("河南省", "Henan"),
    "42": ("湖北省", "Hubei"),
    "43": ("湖南省", "Hunan"),
    "44": ("广东省", "Guangdong"),
    "45": ("广西壮族自治区", "Guangxi"),
    "46": ("海南省", "Hainan"),
    "50": ("重庆市", "Chongqing"),
    "51": ("四川省", "Sichuan"),
    "52": ("贵州省", "Guizhou"),
    "53": ("云南省", "Yunnan"),
    "54": ("西藏自治区", "Tibet"),
    "61": ("陕西省", "Shaanxi"),
    "62": ("甘肃省", "Gansu"),
    "63": ("青海省", "Qinghai"),
    "64": ("宁夏回族自治区", "Ningxia"),
    "65": ("新疆维吾尔自治区", "Xinjiang"),
}

# Where a price is worked out for until the buyer says otherwise: the largest city.
FIRST_REGION: Mapping[str, str] = {"ID": "31", "CN": "31"}


def place_of(countries: Sequence[str], code: str) -> Place:
    """Where a chosen code leads to: in one country a province of it, among many a country, with the province where tax depends on it.

    >>> place_of(["ID"], "31"), place_of(["SG", "CA"], "CA-ON"), place_of(["SG", "CA"], "SG")
    (Place(country='ID', region='31'), Place(country='CA', region='ON'), Place(country='SG', region=''))
    """
    if len(countries) == 1:
        return Place(countries[0], code)
    country, _, region = code.partition("-")
    return Place(country, region)


def china_name(code: str, language: str) -> str:
    names = CHINA.get(code)
    return "" if names is None else names[0 if language == "zh-hans" else 1]
