"""When a product may be shown, and what it lacks until then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from saudagar.foundation.refusals import Refusal, spoken

LANGUAGES = ("id", "en", "zh-hans")
MOST_PHOTOS = 8
MOST_VARIANTS = 50


class UnknownProduct(Refusal):
    """This business has no such product."""

    code = "unknown_product"
    status = 404
    words = {"id": "Produk ini tidak ditemukan.", "en": "This product was not found.", "zh-hans": "未找到该商品。"}


class ProductNotReady(Refusal):
    """A product that lacks something it needs before it may be shown. Facts: lacks (their names, in the asker's language)."""

    code = "product_not_ready"
    status = 409
    words = {"id": "Belum lengkap: {lacks}.", "en": "Still missing: {lacks}.", "zh-hans": "尚缺：{lacks}。"}

    def __init__(self, lacks: Sequence[Lack]) -> None:
        super().__init__(lacks=[lack.code for lack in lacks])
        self.parts = lacks

    def message(self, language: str | None = "en") -> str:
        return self.words[spoken(language)].format(lacks=", ".join(lack.words[spoken(language)] for lack in self.parts))


class HsReasonNeeded(Refusal):
    """An HS code put right without a reason: the seller could not learn from it."""

    code = "hs_reason_needed"
    status = 422
    words = {
        "id": "Tulis alasannya: penjual membacanya bersama kode yang baru.",
        "en": "Give the reason: the seller reads it with the new code.",
        "zh-hans": "请写明原因：卖家会连同新编码一起看到。",
    }


class SkuTaken(Refusal):
    """Another variant of the business has this SKU. Facts: sku."""

    code = "sku_taken"
    status = 409
    words = {
        "id": "SKU {sku} sudah dipakai produk lain.",
        "en": "SKU {sku} is already used by another product.",
        "zh-hans": "SKU {sku} 已被其他商品使用。",
    }


class TooManyPhotos(Refusal):
    """More photos than a product may have. Facts: most."""

    code = "too_many_photos"
    status = 409
    words = {"id": "Paling banyak {most} foto.", "en": "At most {most} photos.", "zh-hans": "最多 {most} 张图片。"}


class TooManyVariants(Refusal):
    """More variants than a product may have. Facts: most."""

    code = "too_many_variants"
    status = 409
    words = {"id": "Paling banyak {most} varian.", "en": "At most {most} variants.", "zh-hans": "最多 {most} 个规格。"}


@dataclass(frozen=True, slots=True)
class Lack:
    """Something a product still needs. blocks: it cannot be shown without."""

    code: str
    words: Mapping[str, str]
    blocks: bool = True


TITLE = Lack("title", {"id": "nama produk", "en": "product name", "zh-hans": "商品名称"})
CATEGORY = Lack("category", {"id": "kategori", "en": "category", "zh-hans": "类目"})
HS_CODE = Lack("hs_code", {"id": "kode HS", "en": "HS code", "zh-hans": "HS 编码"})
VARIANT = Lack("variant", {"id": "varian dengan harga", "en": "a variant with a price", "zh-hans": "带价格的规格"})
WEIGHT = Lack("weight", {"id": "berat setiap varian", "en": "the weight of each variant", "zh-hans": "每个规格的重量"})
PHOTO = Lack("photo", {"id": "foto", "en": "a photo", "zh-hans": "图片"}, blocks=False)
ENGLISH = Lack("title_en", {"id": "nama dalam bahasa Inggris", "en": "the name in English", "zh-hans": "英文名称"}, blocks=False)
CHINESE = Lack("title_zh", {"id": "nama dalam bahasa Mandarin", "en": "the name in Chinese", "zh-hans": "中文名称"}, blocks=False)


def lacks(*, titles: Mapping[str, str], category: str | None, hs_code: str, weights: Iterable[tuple[int, int]], photos: int) -> list[Lack]:
    """What a product still needs, what blocks first.

    weights  net and gross grams of each variant that is offered
    """
    pairs = list(weights)
    found = [
        (TITLE, not titles.get("id")),
        (CATEGORY, not category),
        (HS_CODE, not hs_code),
        (VARIANT, not pairs),
        (WEIGHT, any(not net or not gross for net, gross in pairs)),
        (PHOTO, not photos),
        (ENGLISH, not titles.get("en")),
        (CHINESE, not titles.get("zh-hans")),
    ]
    return [lack for lack, is_missing in found if is_missing]


def best_text(texts: Mapping[str, str], language: str, order: Sequence[str] = LANGUAGES) -> str:
    """A text in the language asked for, else in the nearest that is there.

    >>> best_text({"id": "Kopi", "zh-hans": "咖啡"}, "en")
    'Kopi'
    """
    for each in (spoken(language), *order):
        if texts.get(each):
            return texts[each]
    return next(iter(texts.values()), "")


def category_for(text: str, words_of: Mapping[str, Iterable[str]]) -> str | None:
    """The category that a foreign list's word for it means: the same word, else the longest known word inside it.

    >>> category_for("Aneka Sambal Pedas", {"spices-sauces": ["sambal"], "food": ["makanan"]})
    'spices-sauces'
    """
    asked = " ".join(text.lower().replace(">", " ").replace("/", " ").split())
    if not asked:
        return None
    best: tuple[int, str] | None = None
    for code, words in words_of.items():
        for word in words:
            known = word.lower()
            if known == asked:
                return code
            is_inside = f" {known} " in f" {asked} " or (not known.isascii() and known in asked)
            if is_inside and (best is None or len(known) > best[0]):
                best = (len(known), code)
    return best[1] if best else None


def gross_from_net(net_grams: int) -> int:
    """A first guess of the weight as sent: the goods and a tenth for the packing, 20 g at least. The seller corrects it.

    >>> gross_from_net(250), gross_from_net(50)
    (275, 70)
    """
    return net_grams + max(20, net_grams // 10) if net_grams else 0
