"""What may be uploaded as a picture, and what becomes of it. Pure: bytes in, bytes out.

A picture from outside is never stored as it came. It is decoded within limits, turned upright, freed of every trace of place
and camera, and written anew as WebP in a few widths.
"""

from __future__ import annotations

import hashlib
import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from saudagar.foundation.refusals import Refusal

LARGEST_BYTES = 12 * 1024 * 1024  # a photo from a good phone camera
MOST_PIXELS = 64_000_000
# Only JPEG can be decoded at half its size; of the others every pixel is held, several times over.
MOST_PIXELS_AT_ONCE = 25_000_000
SMALLEST_SIDE = 80
WIDTHS = (1200, 600, 240)  # product page, list on a good screen, thumbnail
PAPER_WIDTH = 2000  # a photographed certificate: its small print must be read
PAPER_PURPOSE = "media.paper"
LARGEST_PAPER_BYTES = 8 * 1024 * 1024
QUALITY = {1200: 80, 600: 78, 240: 74}

# The first bytes of what we decode. Nothing else reaches the decoder, whatever the file is called.
_SIGNATURES = ((b"\xff\xd8\xff", "JPEG"), (b"\x89PNG\r\n\x1a\n", "PNG"), (b"GIF87a", "GIF"), (b"GIF89a", "GIF"))


class NotAPicture(Refusal):
    """A file that is not a whole JPEG, PNG, WebP or GIF picture."""

    code = "not_a_picture"
    status = 422
    words = {
        "id": "Berkas ini bukan foto yang utuh. Pakai JPG, PNG atau WebP.",
        "en": "This file is not an intact picture. Use JPG, PNG or WebP.",
        "zh-hans": "该文件不是完整的图片。请使用 JPG、PNG 或 WebP。",
    }


class PictureTooLarge(Refusal):
    """A picture beyond the limits. Facts: megabytes, megapixels (the limits)."""

    code = "picture_too_large"
    status = 413
    words = {
        "id": "Foto terlalu besar: paling besar {megabytes} MB dan {megapixels} megapiksel.",
        "en": "The picture is too large: at most {megabytes} MB and {megapixels} megapixels.",
        "zh-hans": "图片过大：不得超过 {megabytes} MB 和 {megapixels} 百万像素。",
    }


class PictureTooSmall(Refusal):
    """A picture too small to show. Facts: side (the limit in pixels)."""

    code = "picture_too_small"
    status = 422
    words = {
        "id": "Foto terlalu kecil: sisi terpendek sedikitnya {side} piksel.",
        "en": "The picture is too small: its shorter side needs {side} pixels or more.",
        "zh-hans": "图片过小：短边至少 {side} 像素。",
    }


class NotAPaper(Refusal):
    """A file that is neither a whole PDF nor a whole picture."""

    code = "not_a_paper"
    status = 422
    words = {
        "id": "Berkas ini bukan PDF atau foto yang utuh. Pakai PDF, JPG, PNG atau WebP.",
        "en": "This file is neither an intact PDF nor a picture. Use PDF, JPG, PNG or WebP.",
        "zh-hans": "该文件不是完整的 PDF 或图片。请使用 PDF、JPG、PNG 或 WebP。",
    }


class PaperTooLarge(Refusal):
    """A PDF beyond the limit. Facts: megabytes (the limit)."""

    code = "paper_too_large"
    status = 413
    words = {
        "id": "Berkas terlalu besar: paling besar {megabytes} MB.",
        "en": "The file is too large: at most {megabytes} MB.",
        "zh-hans": "文件过大：不得超过 {megabytes} MB。",
    }


@dataclass(frozen=True, slots=True)
class Prepared:
    """A picture ready to be stored."""

    digest: str  # SHA-256 of the widest rendition, hex: its name on disk
    width: int
    height: int
    renditions: dict[int, bytes]  # nominal width -> WebP


def kind(data: bytes) -> str | None:
    """What the first bytes say it is: JPEG, PNG, GIF, WEBP, or None."""
    for signature, name in _SIGNATURES:
        if data.startswith(signature):
            return name
    return "WEBP" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else None


def prepare(data: bytes, widths: tuple[int, ...] = WIDTHS) -> Prepared:
    """Check and rewrite an uploaded picture. The same bytes give the same digest."""
    if len(data) > LARGEST_BYTES:
        raise _too_large()
    named = kind(data)
    if named is None:
        raise NotAPicture()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # judged below, on our own limit
            with Image.open(io.BytesIO(data), formats=[named]) as opened:
                if opened.width * opened.height > (MOST_PIXELS if named == "JPEG" else MOST_PIXELS_AT_ONCE):
                    raise _too_large(MOST_PIXELS if named == "JPEG" else MOST_PIXELS_AT_ONCE)
                if named == "JPEG":
                    opened.draft("RGB", (max(widths) * 2, max(widths) * 2))  # let the decoder halve large photos: a third of the time
                opened.load()
                upright = _plain(ImageOps.exif_transpose(opened))
    except Image.DecompressionBombError:
        raise _too_large() from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, TypeError, KeyError, IndexError):
        raise NotAPicture() from None
    if min(upright.size) < SMALLEST_SIDE:
        raise PictureTooSmall(side=SMALLEST_SIDE)
    renditions = {width: _webp(upright, width) for width in widths}
    widest = max(widths)
    size = _fitted(upright.size, widest)
    return Prepared(hashlib.sha256(renditions[widest]).hexdigest(), *size, renditions)


def prepare_paper(data: bytes) -> tuple[str, bytes]:
    """A paper as it is kept: ("pdf", as it came) or ("webp", written anew in a width in which small print is read)."""
    if data.startswith(b"%PDF-"):
        if len(data) > LARGEST_PAPER_BYTES:
            raise PaperTooLarge(megabytes=LARGEST_PAPER_BYTES // 1024 // 1024)
        if b"%%EOF" not in data[-2048:]:
            raise NotAPaper()
        return "pdf", data
    if kind(data) is None:
        raise NotAPaper()
    return "webp", prepare(data, (PAPER_WIDTH,)).renditions[PAPER_WIDTH]


def _too_large(most_pixels: int = MOST_PIXELS) -> PictureTooLarge:
    return PictureTooLarge(megabytes=LARGEST_BYTES // 1024 // 1024, megapixels=most_pixels // 1_000_000)


def _plain(picture: Image.Image) -> Image.Image:
    """Pixels in sRGB and nothing else: a new picture, so that no EXIF, GPS, XMP or comment can ride along."""
    profile = picture.info.get("icc_profile")
    if profile and picture.mode in ("RGB", "CMYK"):
        try:
            turned = ImageCms.profileToProfile(
                picture, ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
            picture = turned or picture
        except (ImageCms.PyCMSError, OSError):
            pass  # a broken profile: the bare numbers are near enough
    has_alpha = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
    bare = picture.convert("RGBA" if has_alpha else "RGB")
    fresh = Image.new(bare.mode, bare.size)
    fresh.paste(bare)
    return fresh


def _fitted(size: tuple[int, int], side: int) -> tuple[int, int]:
    """The size that fits a square of `side`, never larger than it was."""
    scale = min(1.0, side / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _webp(picture: Image.Image, side: int) -> bytes:
    size = _fitted(picture.size, side)
    resized = picture if size == picture.size else picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    out = io.BytesIO()
    resized.save(out, "WEBP", quality=QUALITY.get(side, 78), method=4)
    return out.getvalue()


def file_name(digest: str, width: int) -> str:
    """Where a rendition lies below MEDIA_ROOT. Named by what is in it, so it never changes and may be cached for ever.

    >>> file_name("ab12cd", 600)
    'pictures/ab/12/ab12cd-600.webp'
    """
    return f"pictures/{digest[:2]}/{digest[2:4]}/{digest}-{width}.webp"


def paper_name(business_id: object, digest: str) -> str:
    """Where a sealed paper lies below MEDIA_ROOT. No address of the site leads there."""
    return f"papers/{business_id}/{digest}.sealed"


def address(digest: str, width: int = 600) -> str:
    """The address of a rendition on the site; "" for no picture."""
    return f"/media/{file_name(digest, width)}" if digest else ""
