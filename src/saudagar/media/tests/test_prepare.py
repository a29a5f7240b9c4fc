"""Uploaded pictures: what is let in, and what is left of them."""

import io
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from saudagar.media import rules


def picture(size=(400, 300), form="JPEG", mode="RGB", color=(200, 80, 40), **more) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, color if mode == "RGB" else None).save(out, form, **more)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
def test_pictures_come_out_as_webp_in_three_widths_never_enlarged(form):
    prepared = rules.prepare(picture((1000, 500), form))
    assert {width: opened(data).size for width, data in prepared.renditions.items()} == {
        1200: (1000, 500),
        600: (600, 300),
        240: (240, 120),
    }
    assert {opened(data).format for data in prepared.renditions.values()} == {"WEBP"}
    assert (prepared.width, prepared.height) == (1000, 500)


def test_a_picture_taken_sideways_stands_upright_and_its_place_is_gone():
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Telepon"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (4.0, 37.0, 12.0)
    raw = picture((400, 200), exif=exif)
    assert opened(raw).getexif().get_ifd(0x8825)
    prepared = rules.prepare(raw)
    for data in prepared.renditions.values():
        assert not opened(data).getexif()
        assert not {"exif", "xmp", "icc_profile", "comment"} & set(opened(data).info)
    assert (prepared.width, prepared.height) == (200, 400)


def test_see_through_stays_see_through():
    out = io.BytesIO()
    Image.new("RGBA", (200, 200), (255, 0, 0, 0)).save(out, "PNG")
    assert opened(rules.prepare(out.getvalue()).renditions[240]).mode == "RGBA"


def test_the_same_picture_has_the_same_name():
    assert rules.prepare(picture()).digest == rules.prepare(picture()).digest != rules.prepare(picture(color=(0, 0, 0))).digest


def test_a_pixel_bomb_is_refused_before_it_is_decoded():
    def chunk(name: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big")

    header = (30_000).to_bytes(4, "big") * 2 + bytes([8, 2, 0, 0, 0])
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    with pytest.raises(rules.PictureTooLarge):
        rules.prepare(bomb)


def test_what_cannot_be_decoded_at_half_its_size_is_limited_earlier():
    assert rules.prepare(picture((6200, 4200), "JPEG", quality=10)).width == 1200
    for form in ("PNG", "GIF"):
        with pytest.raises(rules.PictureTooLarge):
            rules.prepare(picture((6200, 4200), form, mode="L"))


@pytest.mark.parametrize(
    "data", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.7", b"\xff\xd8\xff", picture()[:400], b"GIF89a" + b"\0" * 30]
)
def test_what_is_no_whole_picture_is_refused(data):
    with pytest.raises(rules.NotAPicture):
        rules.prepare(data)


def test_too_many_bytes_and_too_few_pixels_are_refused():
    with pytest.raises(rules.PictureTooLarge):
        rules.prepare(b"\xff\xd8\xff" + b"0" * rules.LARGEST_BYTES)
    with pytest.raises(rules.PictureTooSmall):
        rules.prepare(picture((500, 20)))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP"])
def test_what_rides_behind_a_picture_is_left_behind(form):
    """A picture that is a page, an archive or a script as well comes out as a picture only."""
    for rider in (b"<script>alert(1)</script>", b"PK\x03\x04" + b"x" * 40, b"#!/bin/sh\n"):
        for data in rules.prepare(picture(form=form) + rider).renditions.values():
            assert rider not in data


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 3000), st.binary(min_size=1, max_size=8), st.sampled_from(["JPEG", "PNG", "WEBP", "GIF"]))
def test_damaged_pictures_are_refused_or_read_but_never_break(place, noise, form):
    whole = picture((120, 90), form)
    place %= len(whole)
    damaged = whole[:place] + noise + whole[place + len(noise) :]
    try:
        rules.prepare(damaged, widths=(120,))
    except (rules.NotAPicture, rules.PictureTooLarge, rules.PictureTooSmall):
        pass
