"""What may be taken from a shelf. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from saudagar.foundation.refusals import Refusal

MOST_PIECES = 1_000_000  # on one shelf: more is a typing slip


class OutOfStock(Refusal):
    """Fewer pieces remain than were asked for; nothing was taken. Facts: sku, left (pieces), listing where one was asked for."""

    code = "out_of_stock"
    status = 409
    words = {
        "id": "Stok {sku} tinggal {left}.",
        "en": "Only {left} of {sku} left.",
        "zh-hans": "{sku} 仅剩 {left} 件。",
    }


class UnknownPool(Refusal):
    """This business keeps no such stock."""

    code = "unknown_pool"
    status = 404
    words = {"id": "Stok ini tidak ditemukan.", "en": "This stock was not found.", "zh-hans": "未找到该库存。"}


class PiecesWrong(Refusal):
    """A number of pieces below the least or above the most. Facts: least, most."""

    code = "pieces_wrong"
    status = 422
    words = {
        "id": "Jumlah harus dari {least} sampai {most}.",
        "en": "The number must be from {least} to {most}.",
        "zh-hans": "数量须在 {least} 到 {most} 之间。",
    }


class SameShelf(Refusal):
    """A transfer from a place to itself."""

    code = "same_shelf"
    status = 422
    words = {"id": "Pilih tempat tujuan yang lain.", "en": "Choose another place to move to.", "zh-hans": "请选择另一个地点。"}


class SetAside(Refusal):
    """Pieces set aside for a campaign are promised to its buyers: they are not counted away or moved; withdraw from the campaign first."""

    code = "set_aside"
    status = 409
    words = {
        "id": "Barang ini disisihkan untuk kampanye. Tarik dulu produk dari kampanye itu.",
        "en": "These pieces are set aside for a campaign. Withdraw the product from it first.",
        "zh-hans": "这些商品已为活动预留，请先退出活动。",
    }


@dataclass(frozen=True, slots=True)
class Ask:
    """One line that wants pieces of one pool."""

    line_id: UUID
    pool_id: UUID
    pieces: int


def take_in_order(available: int, wanted: Iterable[int]) -> list[bool]:
    """Who is served from one pool, in order of arrival: whole or not at all. A refused ask takes nothing from those behind it.

    >>> take_in_order(5, [3, 4, 2, 1])
    [True, False, True, False]
    """
    served = []
    for pieces in wanted:
        served.append(pieces <= available)
        if pieces <= available:
            available -= pieces
    return served


def checked_pieces(pieces: int, *, least: int = 1) -> int:
    """A number of pieces a person entered. Raises PiecesWrong."""
    if not least <= pieces <= MOST_PIECES:
        raise PiecesWrong(least=least, most=MOST_PIECES)
    return pieces
