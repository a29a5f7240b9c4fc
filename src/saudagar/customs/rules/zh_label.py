"""A draft of the Chinese label of prepackaged food: the items of GB 7718, from the product. Pure.

Dates stand on the pack. The nutrition table (GB 28050) and warnings of special foods are not made here and are named as open.
"""

from typing import Any

from saudagar.customs.rules.lacks import Lack
from saudagar.customs.rules.papers import Content, ParcelFacts, refuse_lacking

KIND = "zh_label"
FOOD = tuple(f"{chapter:02d}" for chapter in (*range(2, 6), *range(7, 13), *range(15, 23)))  # chapters of HS 2022 people eat and drink


def is_food(hs: str) -> bool:
    """
    >>> is_food("090121"), is_food("570330")
    (True, False)
    """
    return hs[:2] in FOOD


def needs_label(facts: ParcelFacts) -> bool:
    return facts.addressee.country == "CN" and any(is_food(line.hs) for line in facts.contents)


def label_lacks(facts: ParcelFacts) -> list[Lack]:
    found = []
    for number, line in enumerate(facts.contents, 1):
        if not is_food(line.hs):
            continue
        known = line.details
        for code, value in (
            ("title_zh", known and known.title_zh),
            ("ingredients", known and known.ingredients_zh),
            ("net_weight", line.net_grams > 0 and line.quantity > 0),
            ("origin", len(line.origin) == 2),
            ("shelf_life", known and known.shelf_life_days > 0),
            ("storage", known and known.storage_zh),
            ("importer", known and known.importer_name and known.importer_address and known.importer_phone),
        ):
            if not value:
                found.append(Lack(code, number))
    return found


def labels(facts: ParcelFacts) -> dict[str, Any]:
    """One label for each food of the parcel."""
    refuse_lacking(label_lacks(facts))
    return {
        "kind": KIND,
        "title": "中文标签（草稿）",
        "status": "draft; an importer or a laboratory checks it before it is printed on packs",
        "order_number": facts.order_number,
        "labels": [_label(line, facts) for line in facts.contents if is_food(line.hs)],
        "open": ["营养成分表（GB 28050）须由检测数据补充", "致敏物质、特殊食品的警示语须由进口商核对"],
    }


def net_content(grams: int) -> str:
    """
    >>> net_content(250), net_content(1500), net_content(1000)
    ('250 克', '1.5 千克', '1 千克')
    """
    return f"{grams / 1000:g} 千克" if grams >= 1000 else f"{grams} 克"


def shelf_life(days: int) -> str:
    """
    >>> shelf_life(365), shelf_life(540), shelf_life(45)
    ('12 个月', '18 个月', '45 天')
    """
    if days % 365 == 0:
        return f"{days // 365 * 12} 个月"
    return f"{days // 30} 个月" if days % 30 == 0 else f"{days} 天"


def _label(line: Content, facts: ParcelFacts) -> dict[str, Any]:
    known = line.details
    assert known is not None  # label_lacks has refused
    rows = [
        ("品名", known.title_zh),
        ("配料", known.ingredients_zh),
        ("净含量", net_content(line.net_grams // line.quantity)),
        ("原产国", {"ID": "印度尼西亚"}.get(line.origin, facts.country_names.get(line.origin, line.origin))),
        ("生产商", facts.sender.name),
        ("生产商地址", ", ".join(facts.sender.lines)),
        *((("在华注册编号", known.gacc),) if known.gacc else ()),
        ("生产日期", "见包装"),
        ("保质期", shelf_life(known.shelf_life_days)),
        ("贮存条件", known.storage_zh),
        ("境内进口商/代理商", known.importer_name),
        ("进口商地址", known.importer_address),
        ("进口商电话", known.importer_phone),
    ]
    return {"sku": line.sku, "rows": [list(row) for row in rows]}
