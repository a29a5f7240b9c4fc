"""A foreign list becomes products: row by row, with a reason for every row that does not."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from saudagar.foundation.refusals import Refusal

from . import identifiers, numbers
from .headers import Guess
from .product import MOST_VARIANTS, TooManyVariants

LONGEST_TITLE, LONGEST_DESCRIPTION = 150, 5000
COUNTRIES = {
    "indonesia": "ID", "印度尼西亚": "ID", "印尼": "ID", "china": "CN", "tiongkok": "CN", "cina": "CN", "中国": "CN", "malaysia": "MY",
    "singapura": "SG", "singapore": "SG", "thailand": "TH", "vietnam": "VN", "jepang": "JP", "japan": "JP", "korea": "KR",
    "korea selatan": "KR",
}  # fmt: skip


class RowWithOnlyAddress(Refusal):
    """A row with an address and nothing else: no name, no price."""

    code = "row_with_only_address"
    status = 422
    words = {
        "id": "Baris ini hanya berisi tautan: nama dan harga kosong.",
        "en": "This row holds only a link: name and price are empty.",
        "zh-hans": "该行只有链接：名称和价格均为空。",
    }


class RowWithoutTitle(Refusal):
    """A row without a product name and without an address to take one from."""

    code = "row_without_title"
    status = 422
    words = {"id": "Nama produk kosong.", "en": "The product name is empty.", "zh-hans": "商品名称为空。"}


class PriceMissing(Refusal):
    """A row without a price."""

    code = "price_missing"
    status = 422
    words = {"id": "Harga kosong.", "en": "The price is empty.", "zh-hans": "价格为空。"}


class SkuTwice(Refusal):
    """A SKU that stood in an earlier row of the same list. Facts: sku, row."""

    code = "sku_twice"
    status = 422
    words = {
        "id": "SKU {sku} sudah ada di baris {row}.",
        "en": "SKU {sku} already stands in row {row}.",
        "zh-hans": "SKU {sku} 已出现在第 {row} 行。",
    }


class VariantTwice(Refusal):
    """A variant name that stood in an earlier row of the same product. Facts: variant, row."""

    code = "variant_twice"
    status = 422
    words = {
        "id": "Varian “{variant}” dari produk ini sudah ada di baris {row}.",
        "en": "Variant “{variant}” of this product already stands in row {row}.",
        "zh-hans": "该商品的规格“{variant}”已出现在第 {row} 行。",
    }


class OriginUnreadable(Refusal):
    """A country of origin that is not a known name or two-letter code. Facts: text."""

    code = "origin_unreadable"
    status = 422
    words = {
        "id": "Negara asal “{text}” tidak dikenal. Tulis kode dua huruf, misalnya ID.",
        "en": "The country of origin “{text}” is unknown. Write the two-letter code, for example ID.",
        "zh-hans": "无法识别原产国“{text}”。请填写两位代码，例如 ID。",
    }


class PlantNotNamed(Refusal):
    """A place of production that the business has not. Facts: plant."""

    code = "plant_not_named"
    status = 422
    words = {
        "id": "Tempat produksi “{plant}” belum ada. Tambahkan dulu di halaman Tempat produksi, atau kosongkan kolom ini.",
        "en": "There is no place of production “{plant}”. Add it on the page Places of production first, or leave this column out.",
        "zh-hans": "没有生产场所“{plant}”。请先在“生产场所”页面添加，或不导入此列。",
    }


@dataclass(frozen=True, slots=True)
class VariantRow:
    """One row of the list that can be sold."""

    row: int  # as the person sees it: 1 is the top line of the sheet
    sku: str
    sku_is_made: bool
    name: str = ""
    gtin: str = ""
    price: int = 0
    weight_grams: int | None = None
    net_weight_grams: int | None = None
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None
    pieces: int | None = None


@dataclass(frozen=True, slots=True)
class ProductRows:
    """One product and its variants."""

    titles: Mapping[str, str]
    descriptions: Mapping[str, str]
    variants: list[VariantRow]
    category: str = ""
    hs_code: str = ""
    origin: str = "ID"
    certificates: tuple[tuple[str, str], ...] = ()
    plants: tuple[str, ...] = ()  # names of where it is made, as the business calls them
    photos: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()  # "title_from_address", "weight_from_title": worth a look by the seller


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that was not taken, with every reason at once, so that it need not come back twice."""

    row: int
    cells: tuple[str, ...]
    reasons: tuple[Refusal, ...]


@dataclass(slots=True)
class Digest:
    """What a list amounts to."""

    products: list[ProductRows] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)
    empty_rows: int = 0

    @property
    def variants(self) -> int:
        return sum(len(product.variants) for product in self.products)


def digest(
    rows: Sequence[Sequence[str]],
    guesses: Sequence[Guess],
    *,
    first_row: int = 2,
    currency: str = "IDR",
    hs_known: Collection[str] | None = None,
    plants_known: Collection[str] | None = None,
) -> Digest:
    """Turn a list into products.

    rows       cells as text, "" where empty, below the header row
    guesses    what each column means, from headers.suggest
    first_row  the sheet's line number of rows[0]
    currency   what a price without a mark is in
    hs_known   six-digit codes of the nomenclature; None: only the form is checked
    plants_known  names of the business's plants in small letters; None: not checked
    """
    result = Digest()
    places = {guess.field: place for place, guess in enumerate(guesses) if guess.field}
    units = {guess.field: guess.unit for guess in guesses if guess.field and guess.unit}
    groups: dict[str, ProductRows] = {}
    skus: dict[str, int] = {}
    for number, row in enumerate(rows, start=first_row):
        cells = {name: row[place].strip() if place < len(row) else "" for name, place in places.items()}
        if not any(cell.strip() for cell in row):
            result.empty_rows += 1
            continue
        try:
            product, key = _read(cells, units, number, currency, hs_known, plants_known)
            _join(groups, skus, key, product)
        except _Refused as refused:
            result.rejected.append(Rejection(number, tuple(row), tuple(refused.reasons)))
    result.products = list(groups.values())
    return result


class _Refused(Exception):
    def __init__(self, reasons: Sequence[Refusal]) -> None:
        self.reasons = reasons


def _read(
    cells: Mapping[str, str],
    units: Mapping[str, str],
    row: int,
    currency: str,
    hs_known: Collection[str] | None,
    plants_known: Collection[str] | None,
) -> tuple[ProductRows, str]:
    """One row on its own. All its faults are gathered before it is refused."""
    faults: list[Refusal] = []

    def cell(name: str, reader, *more):
        text = cells.get(name, "")
        if not text or text in {"-", "n/a", "N/A", "null", "NaN"}:
            return None
        try:
            return reader(text, *more)
        except Refusal as refusal:
            faults.append(refusal)
            return None

    notes = []
    title = " ".join(cells.get("title", "").split())[:LONGEST_TITLE]
    if not title:
        title = title_from_address(cells.get("address", "")) if cells.get("price") else ""
        if title:
            notes.append("title_from_address")
        else:
            told = {name for name, text in cells.items() if text}
            raise _Refused(
                [RowWithOnlyAddress() if told and told <= {"address", "photo", "category"} and "address" in told else RowWithoutTitle()]
            )
    price = cell("price", numbers.amount, currency)
    if price is None and not faults:
        faults.append(PriceMissing())
    weight = cell("weight", numbers.grams, units.get("weight", "g"))
    net = cell("net_weight", numbers.grams, units.get("net_weight", "g"))
    if weight is None and net is None and "weight" not in {name for name, text in cells.items() if text}:
        net = numbers.grams_in_title(title)
        if net:
            notes.append("weight_from_title")
    box = cell("size", numbers.box, units.get("size", "cm")) or tuple(
        cell(side, numbers.millimetres, units.get(side, "cm")) for side in ("length", "width", "height")
    )
    gtin = cell("gtin", identifiers.gtin) or ""
    hs = cell("hs_code", identifiers.hs_code) or ""
    if hs and hs_known is not None and hs[:6] not in hs_known:
        faults.append(identifiers.HsCodeWrong(text=cells["hs_code"]))
    plants = tuple(" ".join(part.split()) for part in re.split(r"[;|\n]", cells.get("plant", "")) if part.strip())
    faults += [PlantNotNamed(plant=name[:60]) for name in plants if plants_known is not None and name.casefold() not in plants_known]
    origin = cell("origin", _country) or "ID"
    pieces = cell("stock", numbers.count)
    variant = " ".join(cells.get("variant", "").split())[:80]
    sku = cell("sku", identifiers.sku)
    made = sku is None
    source = cells.get("product_code") or _bare_address(cells.get("address", "")) or title.casefold()
    if made:
        # Named after the address where there is one: titles get mended between two imports, addresses stay.
        sku = identifiers.made_sku(title_from_address(cells.get("address", "")) or title, f"{source}\n{variant.casefold()}")
    if faults:
        raise _Refused(faults)
    product = ProductRows(
        titles={
            language: text
            for language, text in (("id", title), ("en", cells.get("title_en", "")), ("zh-hans", cells.get("title_zh", "")))
            if text
        },
        descriptions={
            language: text[:LONGEST_DESCRIPTION]
            for language, text in (
                ("id", cells.get("description", "")),
                ("en", cells.get("description_en", "")),
                ("zh-hans", cells.get("description_zh", "")),
            )
            if text
        },
        variants=[VariantRow(row, sku, made, variant, gtin, price, weight, net, box[0], box[1], box[2], pieces)],
        category=cells.get("category", ""),
        hs_code=hs,
        origin=origin,
        certificates=tuple((kind, cells[kind][:60]) for kind in ("halal", "bpom", "pirt") if cells.get(kind)),
        plants=plants,
        photos=tuple(part for part in re.split(r"[\s,;|]+", cells.get("photo", "")) if part)[:8],
        notes=tuple(notes),
    )
    key = (
        f"code {cells['product_code'].casefold()}"
        if cells.get("product_code")
        else f"title {title.casefold()}"
        if variant
        else f"row {row}"
    )
    return product, key


def _join(groups: dict[str, ProductRows], skus: dict[str, int], key: str, product: ProductRows) -> None:
    """Put a row with its product, or begin one. A SKU stands once in a list, a variant name once in a product."""
    (variant,) = product.variants
    if variant.sku in skus:
        raise _Refused([SkuTwice(sku=variant.sku, row=skus[variant.sku])])
    earlier = groups.get(key)
    if earlier:
        for other in earlier.variants:
            if other.name.casefold() == variant.name.casefold():
                raise _Refused([VariantTwice(variant=variant.name or "-", row=other.row)])
        if len(earlier.variants) >= MOST_VARIANTS:
            raise _Refused([TooManyVariants(most=MOST_VARIANTS)])
        earlier.variants.append(variant)
    else:
        groups[key] = product
    skus[variant.sku] = variant.row


def _country(text: str) -> str:
    code = COUNTRIES.get(text.casefold()) or (text.upper() if re.fullmatch(r"[A-Za-z]{2}", text) else None)
    if not code:
        raise OriginUnreadable(text=text[:40])
    return code


def _bare_address(address: str) -> str:
    """An address without what shops hang on it for counting visitors."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return f"{parts.netloc.lower()}{parts.path.rstrip('/')}" if parts.netloc else ""


def title_from_address(address: str) -> str:
    """A title out of the last part of a product's address, without the mark shops append. "" when there is none.

    >>> title_from_address("https://shop.test/keivel/bubuk-aonori-taburan-13fe9?extParam=1")
    'Bubuk aonori taburan'
    """
    try:
        last = unquote(urlsplit(address).path.rstrip("/").rsplit("/", 1)[-1]).replace("\x00", "")
    except ValueError:  # "http://[": looks like an address and is none
        return ""
    words = [word for word in re.split(r"[-_+\s]+", last) if word]
    if len(words) > 2 and re.fullmatch(r"(?=.*\d)([0-9a-f]{5}|\d{8,})", words[-1]):
        words.pop()
    text = " ".join(words)
    return (text[:1].upper() + text[1:])[:LONGEST_TITLE] if len(words) >= 2 else ""
