"""The cast of these tests: Bu Sari owns Kopi Gayo Sari, Dewi another shop."""

from saudagar.catalogue import actions
from saudagar.catalogue.models import Category
from saudagar.foundation.ids import new_business_id
from saudagar.registry.models import Business


def a_business(name="Kopi Gayo Sari", state=Business.State.VERIFIED) -> Business:
    return Business.objects.create(id=new_business_id(), name=name, state=state)


def categories() -> None:
    for code, names in (
        ("food", {"id": "Makanan & minuman", "en": "Food & drink", "zh-hans": "食品饮料"}),
        ("coffee-tea", {"id": "Kopi & teh", "en": "Coffee & tea", "zh-hans": "咖啡与茶"}),
        ("spices-sauces", {"id": "Bumbu & sambal", "en": "Spices", "zh-hans": "香料与酱料"}),
    ):
        parent = None if code == "food" else "food"
        Category.objects.get_or_create(
            code=code, defaults={"names": names, "parent_id": parent, "words": ["aneka sambal"] if "sauces" in code else []}
        )


def coffee_facts(**changes) -> actions.ProductFacts:
    facts = {
        "titles": {"id": "Kopi Arabika Gayo", "en": "Gayo arabica coffee", "zh-hans": "加约阿拉比卡咖啡"},
        "descriptions": {"id": "Disangrai di Takengon.", "en": "Roasted in Takengon.", "zh-hans": "产自塔肯贡的烘焙咖啡豆。"},
        "category": "coffee-tea",
        "hs_code": "090121",
        "papers": {"pirt": ("2091104010012-28", None), "halal": ("ID11110000123450924", None), "gacc": ("CIDN14012511120001", None)},
    }
    return actions.ProductFacts(**{**facts, **changes})


def a_coffee(business: Business, *, sku="KG-250", is_ready=True, price=7_500_000, **changes):
    """Returns (product id, variant id)."""
    categories()
    product_id = actions.save_product(business.pk, coffee_facts(**changes))
    variant_id = actions.save_variant(
        business.pk,
        product_id,
        actions.VariantFacts(price=price, sku=sku, names={"id": "250 g"}, net_grams=250, gross_grams=290, size_mm=(180, 100, 60)),
    )
    if is_ready:
        actions.make_ready(business.pk, product_id)
    return product_id, variant_id
