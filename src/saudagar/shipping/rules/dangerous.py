"""Dangerous goods: which goods are, by HS code and what the seller states; and which services carry them. Pure.

The list is `shipping/data/dangerous/goods.toml`, a first word for small sellers and not the whole of the law. Which services carry
what stands on their rate cards (`dangerous`).
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from saudagar.foundation.refusals import Refusal

FLAMMABLE_UP_TO = 60  # °C, closed cup: class 3 (UN Model Regulations 2.3.2.6)
GROUP_II_BELOW = 23  # °C; packing group I (boiling up to 35 °C) is for no goods of the list
BATTERIES = ("ion", "metal", "ion_packed", "ion_inside", "metal_packed", "metal_inside")


class DangerousGoodsBarred(Refusal):
    """The service does not carry these goods. Facts: goods, un, service."""

    code = "dangerous_goods_barred"
    status = 409
    words = {
        "id": "{service} tidak mengangkut barang berbahaya: {goods} ({un}). Pakai pengangkut yang menerimanya, atau perbaiki keterangan di "
        "halaman “Untuk dokumen” produk bila barangnya tidak berbahaya.",
        "en": "{service} carries no such dangerous goods: {goods} ({un}). Use a carrier that takes them, or mend what is said on the "
        "product's page “For the papers” if the goods are not dangerous.",
        "zh-hans": "{service} 不承运此类危险品：{goods}（{un}）。请改用可承运的物流；若货物并非危险品，请在商品的“单证信息”页更正。",
    }


class DangerousGoodsUnstated(Refusal):
    """Nobody has stated whether goods are dangerous, and the service would not carry them if they were. Facts: goods, service."""

    code = "dangerous_goods_unstated"
    status = 409
    words = {
        "id": "Titik nyala {goods} belum disebut, dan {service} tidak mengangkut cairan mudah terbakar. Isi di halaman “Untuk dokumen” "
        "produk.",
        "en": "The flash point of {goods} is not stated, and {service} carries no flammable liquids. State it on the product's page "
        "“For the papers”.",
        "zh-hans": "{goods} 的闪点尚未填写，而 {service} 不承运易燃液体。请在商品的“单证信息”页填写。",
    }


@dataclass(frozen=True, slots=True)
class Goods:
    """One entry of the list."""

    id: str
    hs: tuple[str, ...]
    un: str
    name: str  # proper shipping name
    hazard_class: str
    groups: tuple[str, ...]
    asks: str
    is_presumed: bool
    per: str
    source: str
    certainty: str
    battery: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What the seller has stated of a product. flash_point: °C, closed cup; None: not stated. battery: one of BATTERIES."""

    flash_point: int | None = None
    grams_per_litre: int = 0
    battery: str = ""
    watt_hours: int = 0


NOTHING = Said()


@dataclass(frozen=True, slots=True)
class Hazard:
    """Goods that are dangerous; with is_known false, that may be: the seller has not stated what decides."""

    goods: Goods
    group: str
    is_known: bool = True


@lru_cache(maxsize=4096)  # asked of every line of every quote abroad
def hazard_of(hs: str, said: Said = NOTHING) -> Hazard | None:
    """Whether goods are dangerous, by the most exact entry of the list. None: not by the list.

    >>> found = hazard_of("330300", Said(flash_point=17))
    >>> found.goods.un, found.group
    ('UN1266', 'II')
    >>> hazard_of("330129").is_known, hazard_of("330129", Said(flash_point=61)), hazard_of("090121")
    (False, None, None)
    """
    entries = goods_listed()
    by_battery = next((each for each in entries if said.battery and each.battery == said.battery), None)
    fits = [(len(prefix), each) for each in entries for prefix in each.hs if hs.startswith(prefix)]
    found = by_battery or max(fits, key=lambda fit: fit[0], default=(0, None))[1]
    if found is None:
        return None
    if found.asks == "flash_point":
        if said.flash_point is None:
            return Hazard(found, "", is_known=found.is_presumed)
        if said.flash_point > FLAMMABLE_UP_TO:
            return None
        group = "II" if said.flash_point < GROUP_II_BELOW else "III"
        return Hazard(found, group if group in found.groups else found.groups[0])
    return Hazard(found, found.groups[0] if found.groups else "")


@dataclass(frozen=True, slots=True)
class Carriage:
    """Which dangerous goods a service carries: UN numbers and classes. All others are barred."""

    takes: frozenset[str]
    source: str
    certainty: str

    def bars(self, hazard: Hazard) -> bool:
        return not {hazard.goods.un, hazard.goods.hazard_class} & self.takes


def carriage(facts: Mapping[str, Any] | None) -> Carriage | None:
    """Of a rate card's `dangerous`; None where the card says nothing: then nobody knows."""
    return Carriage(frozenset(facts["takes"]), facts["source"], facts["certainty"]) if facts else None


@cache
def goods_listed() -> tuple[Goods, ...]:
    file = files("saudagar.shipping").joinpath("data", "dangerous", "goods.toml")
    return tuple(
        Goods(
            id=each["id"],
            hs=tuple(each["hs"]),
            un=each["un"],
            name=each["name"],
            hazard_class=each["class"],
            groups=tuple(each["groups"]),
            asks=each["asks"],
            is_presumed=each["is_presumed"],
            per=each["per"],
            source=each["source"],
            certainty=each["certainty"],
            battery=each.get("battery", ""),
        )
        for each in tomllib.loads(file.read_text("utf-8"))["goods"]
    )
