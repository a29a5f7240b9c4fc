"""A parcel of Bu Sari to Chen: two coffees and a pack of biscuits. Everybody is invented."""

from dataclasses import replace
from datetime import date
from typing import Any

from saudagar.customs.rules.papers import Content, ParcelFacts, Party

COFFEE = Content("Roasted coffee beans, Gayo · 盖奥烘焙咖啡豆", 2, 500, 180_00, "090121", "ID", "GAYO-250")
BISCUITS = Content("Sweet biscuits · 饼干", 1, 200, 45_50, "190531", "ID", "KUE-200")


def a_parcel(**changes: Any) -> ParcelFacts:
    facts = ParcelFacts(
        item_number="RR202611218ID",
        order_number="7K2M9-4F9QX-ABCD",
        invoice_number="INV-7K2M9-4F9QX-ABCD",
        posted_on=date(2026, 11, 21),
        sender=Party("Kopi Gayo Sari", ("Jl. Danau No. 5", "Kabupaten Aceh Tengah", "Aceh 24519"), "ID", "24519", phone="+6281200000001"),
        addressee=Party("陈示例", ("示例路 100 号 2 单元 301 室", "黄浦区", "上海市 200001"), "CN", "200001", phone="+8613800000003"),
        contents=(COFFEE, BISCUITS),
        currency="CNY",
        goods_total=225_50,
        gross_grams=850,
        freight=20_00,
        tax=22_34,
        office="24519",
        country_names={"ID": "Indonesia", "CN": "China"},
    )
    return replace(facts, **changes)
