"""Draws the demo data's pictures: 40 products and the emblems of 8 businesses, as SVG, rendered to WebP by headless Chromium.

    python tools/draw_demo_pictures.py [--svg FOLDER] [SLUG …]

Needs the packages of requirements-dev.txt and a Chromium (environment variable CHROMIUM, otherwise Playwright's own).
Everything here is drawn for Saudagar; no brand, no photograph.
"""

import argparse
import io
import math
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

HERE = Path(__file__).resolve().parent.parent / "src/saudagar/site/demo/pictures"
INK, CREAM, GOLD, RED, BLUE, GREEN, BROWN = "#2b1a10", "#fff6e5", "#e9ab2e", "#b5301f", "#27346f", "#2f7a46", "#6b3d1c"


# Strokes


def rect(x: float, y: float, w: float, h: float, fill: str, r: float = 0, extra: str = "") -> str:
    return f'<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="{r}" fill="{fill}" {extra}/>'


def circle(x: float, y: float, r: float, fill: str, extra: str = "") -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r}" fill="{fill}" {extra}/>'


def oval(x: float, y: float, rx: float, ry: float, fill: str, turn: float = 0, extra: str = "") -> str:
    return f'<ellipse cx="{x:.1f}" cy="{y:.1f}" rx="{rx}" ry="{ry}" fill="{fill}" transform="rotate({turn:.0f} {x:.1f} {y:.1f})" {extra}/>'


def line(d: str, color: str, width: float = 8, extra: str = "") -> str:
    return f'<path d="{d}" fill="none" stroke="{color}" stroke-width="{width}" stroke-linecap="round" stroke-linejoin="round" {extra}/>'


def shape(d: str, fill: str, extra: str = "") -> str:
    return f'<path d="{d}" fill="{fill}" {extra}/>'


def text(x: float, y: float, words: str, size: float, fill: str, extra: str = "") -> str:
    return (
        f'<text x="{x}" y="{y}" font-size="{size}" font-weight="800" text-anchor="middle" fill="{fill}" '
        f'font-family="DejaVu Sans, Verdana, sans-serif" {extra}>{words}</text>'
    )


def moved(x: float, y: float, inside: str, turn: float = 0, scale: float = 1) -> str:
    return f'<g transform="translate({x:.1f} {y:.1f}) rotate({turn:.1f}) scale({scale})">{inside}</g>'


def scattered(count: int, seed: int, box: tuple[float, float, float, float]) -> Iterator[tuple[float, float, float]]:
    """Points with an angle, spread evenly and always the same."""
    x0, y0, x1, y1 = box
    for n in range(count):
        a = (n + seed) * 0.754877666 % 1
        b = (n + seed) * 0.569840296 % 1
        yield x0 + a * (x1 - x0), y0 + b * (y1 - y0), (n * 137.5 + seed * 31) % 360


def ground(light: str, dark: str, spot: str) -> str:
    """A wall, a table, and a disc of light behind the thing."""
    return (
        rect(0, 0, 800, 800, light)
        + circle(400, 380, 310, spot)
        + rect(0, 640, 800, 160, dark)
        + oval(400, 668, 280, 34, "rgba(43,26,16,.22)")
    )


# Motifs


def kawung(color: str, size: float = 60) -> str:
    petals = "".join(moved(0, 0, oval(0, -size * 0.5, size * 0.24, size * 0.42, color), a) for a in (45, 135, 225, 315))
    return petals + circle(0, 0, size * 0.09, color)


def flower(color: str, heart: str, size: float = 40, petals: int = 5) -> str:
    return "".join(moved(0, 0, oval(0, -size * 0.6, size * 0.34, size * 0.52, color), 360 / petals * n) for n in range(petals)) + circle(
        0, 0, size * 0.3, heart
    )


def leaf(color: str, size: float = 60, vein: str = "rgba(255,255,255,.5)") -> str:
    s = size
    return shape(f"M0 {s}C{-s * 0.7} {s * 0.3} {-s * 0.6} {-s * 0.5} 0 {-s}C{s * 0.6} {-s * 0.5} {s * 0.7} {s * 0.3} 0 {s}z", color) + line(
        f"M0 {s * 0.9}V{-s * 0.7}", vein, s * 0.06
    )


def bean(color: str = "#4a2913", seam: str = "#c9955f", size: float = 30) -> str:
    s = size
    return oval(0, 0, s * 0.72, s, color) + line(
        f"M{-s * 0.1} {-s * 0.85}C{s * 0.45} {-s * 0.3} {-s * 0.45} {s * 0.3} {s * 0.1} {s * 0.85}", seam, s * 0.16
    )


def pattern(name: str, cell: str, w: float, h: float, turn: float = 0) -> str:
    return f'<pattern id="{name}" width="{w}" height="{h}" patternUnits="userSpaceOnUse" patternTransform="rotate({turn})">{cell}</pattern>'


def mountain(light: str, dark: str) -> str:
    return shape("M-90 60L-20 -50 20 5 45 -25 90 60z", dark) + shape("M-20 -50L-45 -10 -22 -18 -5 -5 2 -20z", light)


# Packages


def pouch(body: str, side: str, label: str, art: str, words: str, small: str = "", ink: str = INK) -> str:
    """A standing bag with a sealed top."""
    return (
        shape("M235 190h330l22 470q2 18-18 18H231q-20 0-18-18z", body)
        + shape("M500 190h65l22 470q2 18-18 18h-60q20-240-9-488z", side)
        + rect(228, 150, 344, 52, side, 6)
        + line("M240 176h320", "rgba(255,255,255,.35)", 4, 'stroke-dasharray="10 10"')
        + rect(262, 290, 276, 300, label, 14)
        + moved(400, 395, art)
        + text(400, 520, words, min(38, 350 // len(words)), ink)
        + text(400, 560, small, 22, ink, 'opacity=".75"')
    )


def jar(content: str, lid: str, label: str, art: str, words: str, small: str = "", ink: str = INK) -> str:
    return (
        rect(240, 230, 320, 440, content, 56)
        + rect(240, 230, 60, 440, "rgba(255,255,255,.22)", 30)
        + rect(500, 230, 60, 440, "rgba(0,0,0,.12)", 30)
        + rect(256, 150, 288, 92, lid, 16)
        + line("M290 160v72M330 160v72M370 160v72M410 160v72M450 160v72M490 160v72", "rgba(0,0,0,.14)", 6)
        + rect(240, 340, 320, 230, label)
        + moved(400, 415, art)
        + text(400, 516, words, 36 if len(words) < 12 else 27, ink)
        + text(400, 550, small, 20, ink, 'opacity=".75"')
    )


def box(front: str, side: str, top: str, art: str, words: str, small: str = "", ink: str = CREAM) -> str:
    return (
        shape("M180 260h380v410H180z", front)
        + shape("M560 260l70-60v400l-70 70z", side)
        + shape("M180 260l70-60h380l-70 60z", top)
        + moved(370, 400, art)
        + text(370, 560, words, 38 if len(words) < 12 else 29, ink)
        + text(370, 602, small, 22, ink, 'opacity=".85"')
    )


def bottle(content: str, cap: str, label: str, art: str, words: str, ink: str = INK) -> str:
    return (
        shape("M350 130h100v90q0 30 34 60 46 40 46 100v250q0 40-40 40H310q-40 0-40-40V380q0-60 46-100 34-30 34-60z", content)
        + shape("M270 380q0-60 46-100 34-30 34-60v-90h26v100q0 36-30 66-40 40-40 96v288q-36 0-36-40z", "rgba(255,255,255,.28)")
        + rect(340, 95, 120, 70, cap, 12)
        + rect(270, 400, 260, 210, label)
        + moved(400, 470, art)
        + text(400, 580, words, 32 if len(words) < 11 else 25, ink)
    )


def plate(rim: str = CREAM) -> str:
    return oval(400, 600, 300, 88, "#d9c3a0") + oval(400, 588, 300, 88, rim) + oval(400, 584, 220, 58, "#f0dfc2")


def cloth(fill: str, edge: str, under: str) -> str:
    """A folded cloth on the table: three layers and one corner hanging."""
    return (
        rect(130, 560, 540, 100, under, 26)
        + rect(130, 470, 540, 110, edge, 26)
        + f'<path d="M150 210q0-40 40-40h420q40 0 40 40v330q0 40-40 40H190q-40 0-40-40z" fill="{fill}"/>'
        + shape("M150 500h500v40q0 40-40 40H190q-40 0-40-40z", "rgba(0,0,0,.16)")
        + rect(150, 488, 500, 10, "rgba(255,255,255,.35)")
    )


# Products


def kopi(body: str, side: str, words: str, small: str) -> str:
    beans = "".join(moved(x, y, bean(size=26), a) for x, y, a in scattered(13, 3, (110, 650, 700, 730)))
    return pouch(body, side, CREAM, mountain("#fff", GREEN) + moved(58, -60, circle(0, 0, 26, GOLD)), words, small) + beans


def drip() -> str:
    cup = rect(500, 520, 170, 140, "#fff", 20) + line("M670 550q50 0 50 40t-50 40", "#fff", 18) + oval(585, 524, 82, 20, "#3b2110")
    sachets = "".join(
        moved(
            150 + 70 * n,
            300 + 30 * n,
            rect(0, 0, 220, 300, c, 10)
            + rect(0, 0, 220, 34, "#3b2110", 10)
            + moved(110, 130, bean(size=46), 20)
            + text(110, 250, "DRIP", 40, INK),
            -8 + 6 * n,
        )
        for n, c in enumerate(("#f0c36a", "#f5d595", CREAM))
    )
    steam = line("M560 490q-20-40 0-70t0-70M610 490q-20-40 0-70t0-70", "rgba(255,255,255,.8)", 9)
    return sachets + cup + steam


def green_beans() -> str:
    sack = shape("M220 300q-60 200-30 340 6 30 40 30h340q34 0 40-30 30-140-30-340z", "#cfa468") + shape(
        "M220 300q180 60 360 0l10-60q-190-50-380 0z", "#b98a4d"
    )
    weave = line("M200 400q200 60 400 0M190 480q210 60 420 0M188 560q212 60 424 0", "rgba(90,55,20,.25)", 5)
    heap = "".join(moved(x, y, bean("#93a66b", "#5f7242", 24), a) for x, y, a in scattered(30, 5, (245, 215, 560, 275)))
    return (
        sack
        + weave
        + heap
        + text(400, 545, "GAYO", 72, "#5d3a17")
        + "".join(moved(x, y, bean("#93a66b", "#5f7242", 22), a) for x, y, a in scattered(9, 9, (120, 670, 690, 735)))
    )


def cascara() -> str:
    cherries = "".join(
        moved(
            x,
            y,
            circle(0, 0, 24, "#c12a2a")
            + circle(-7, -8, 6, "#f2a0a0")
            + shape("M0-24q12-16 26-12", "none", 'stroke="#2f7a46" stroke-width="6"'),
        )
        for x, y, a in scattered(9, 4, (120, 655, 690, 725))
    )
    return (
        jar(
            "#a3361f",
            "#d9b06c",
            CREAM,
            moved(-30, 8, circle(0, 0, 34, "#c12a2a")) + moved(30, 14, circle(0, 0, 34, "#dd4a3a")) + moved(10, -50, leaf(GREEN, 34), 60),
            "CASCARA",
            "teh kulit kopi",
        )
        + cherries
    )


def nest_drink() -> str:
    def one(x: float, s: float) -> str:
        return moved(
            x,
            0,
            rect(-95, 260, 190, 400, "#f3e3b4", 44)
            + rect(-95, 260, 40, 400, "rgba(255,255,255,.5)", 20)
            + rect(-84, 190, 168, 84, RED, 14)
            + rect(-95, 350, 190, 220, "#8f1d14")
            + moved(0, 430, nest(0.42))
            + text(0, 530, "WALET", 36, GOLD),
            0,
            s,
        )

    return one(270, 1) + one(530, 1) + one(400, 1.08).replace("translate(400.0 0.0)", "translate(400.0 -34.0)")


def nest(scale: float = 1) -> str:
    strands = "".join(
        line(f"M{-150 + 12 * n} {-10 + (n % 3) * 10}Q{-60 + 9 * n} {90 + (n * 7) % 40} {150 - 10 * n} {-20 + (n % 4) * 12}", c, 10)
        for n, c in zip(range(14), ("#fff3d6", "#e9d3a0", "#f7e6bf") * 5, strict=False)
    )
    return moved(0, 0, shape("M-170 -20Q-150 120 0 125T170 -20Q90 40 0 38T-170 -20z", "#ecd7a6") + strands, 0, scale)


def nest_box() -> str:
    return (
        rect(140, 380, 520, 280, "#7c170e", 22)
        + rect(166, 404, 468, 232, "#a82a1c", 14)
        + shape("M140 380L200 220h400l60 160z", "#5f0f08")
        + moved(290, 510, nest(0.62))
        + moved(510, 510, nest(0.62))
        + moved(400, 300, kawung(GOLD, 60))
        + rect(380, 360, 40, 44, GOLD, 8)
    )


def honey() -> str:
    comb = "".join(
        shape(f"M{x} {y}l26 15v30l-26 15-26-15v-30z", c)
        for x, y, c in ((-52, -40, "#f4c34b"), (0, -40, "#e9a21e"), (52, -40, "#f4c34b"), (-26, 5, "#e9a21e"), (26, 5, "#f4c34b"))
    )
    dipper = moved(
        640,
        520,
        rect(-9, -230, 18, 250, "#a06a35", 9)
        + "".join(rect(-44 + abs(n - 2) * 6, 10 + n * 22, 88 - abs(n - 2) * 12, 15, "#c98a4a", 7) for n in range(5)),
        16,
    )
    return jar("#d98a12", "#7a4a21", CREAM, comb, "MADU HUTAN", "Borneo") + dipper


def rattan_bag() -> str:
    weave = pattern(
        "w", rect(0, 0, 48, 48, "#c98f4e") + line("M0 12h24M24 36h24", "#8f5b27", 13) + line("M36 0v24M12 24v24", "#e3b57a", 13), 48, 48, 0
    )
    return (
        f"<defs>{weave}</defs>"
        + line("M250 360C250 110 550 110 550 360", "#8f5b27", 26)
        + circle(400, 450, 220, "url(#w)")
        + circle(400, 450, 220, "none", 'stroke="#8f5b27" stroke-width="22"')
        + circle(400, 450, 132, "none", 'stroke="#8f5b27" stroke-width="8"')
        + moved(400, 450, flower("#b5301f", GOLD, 62, 8))
        + rect(374, 224, 52, 60, "#6b3d1c", 10)
    )


def biscuits() -> str:
    def one(x: float, y: float) -> str:
        dots = "".join(circle(x + 62 * math.cos(a), y + 62 * math.sin(a), 9, "#a9682c") for a in (n * math.pi / 3 for n in range(6)))
        return (
            circle(x, y + 8, 108, "#b77736")
            + circle(x, y, 108, "#e5ab62")
            + circle(x, y, 88, "none", 'stroke="#c98a42" stroke-width="6" stroke-dasharray="12 9"')
            + dots
            + moved(x, y, flower("#f6dba8", "#a9682c", 28, 6))
        )

    return plate() + one(280, 520) + one(520, 520) + one(400, 470) + one(320, 340) + one(480, 330)


def crackers() -> str:
    def chip(x: float, y: float, a: float, s: float) -> str:
        return moved(
            x,
            y,
            shape("M-90 10q-20-60 40-76 30-30 76-4 60 0 62 56 14 50-38 66-40 34-84 8-52 4-56-50z", "#f7c9a3")
            + line("M-50 10q30-40 60-8t50-20M-30 40q40-20 70 0", "#e89b70", 8)
            + circle(-20, -30, 9, "#fbe3cd")
            + circle(40, 20, 11, "#fbe3cd"),
            a,
            s,
        )

    prawn = moved(
        400,
        320,
        line("M-60 40q-40-90 50-100 80-6 80 70-6 60-66 56", "#e2603a", 40)
        + line("M-52 10l40 6M-34-30l30 26M10-58l8 34M56-46l-14 30M70-4l-30 6", "#f6a98b", 7)
        + circle(-52, 34, 7, INK)
        + line("M-60 50q-40 30-90 10M-60 44q-50 0-80-30", "#e2603a", 5)
        + shape("M6 86l-36 34 12-44z", "#c44a28"),
    )
    return (
        plate()
        + chip(240, 540, 10, 1.1)
        + chip(560, 540, 200, 1.1)
        + chip(400, 560, 90, 1.2)
        + chip(330, 470, 40, 1)
        + chip(490, 460, 150, 1)
        + prawn
    )


def noodles() -> str:
    waves = "".join(
        line(f"M{250 + 16 * n} 275q30 {-50 - (n % 3) * 12} 60 0t60 0t60 0", c, 13)
        for n, c in zip(range(7), ("#f5cf6b", "#eab63f", "#f9dd92") * 3, strict=False)
    )
    cup = (
        shape("M225 280h350l-50 380q-3 14-18 14H293q-15 0-18-14z", "#d8412e")
        + shape("M500 280h75l-50 380q-3 14-18 14h-46q30-180 39-394z", "#b5301f")
        + rect(205, 252, 390, 44, "#fff", 22)
    )
    sticks = line("M470 300L640 90M510 300L700 120", "#8a5427", 15)
    return (
        sticks
        + waves
        + cup
        + moved(
            400,
            450,
            circle(0, 0, 105, CREAM)
            + line("M-60 0q20-30 40 0t40 0t40 0M-60 30q20-30 40 0t40 0t40 0", "#eab63f", 12)
            + text(0, -30, "MI", 62, RED),
        )
        + line("M330 215q-20-40 0-70t0-60M400 205q-20-40 0-70t0-60", "rgba(255,255,255,.75)", 9)
    )


def tempe() -> str:
    def chip(x: float, y: float, a: float) -> str:
        beans = "".join(oval(bx, by, 13, 9, "#f3dfae", b) for bx, by, b in scattered(9, 2, (-60, -40, 60, 40)))
        return moved(x, y, rect(-85, -58, 170, 116, "#c58a3c", 30) + rect(-78, -52, 156, 100, "#daa552", 26) + beans, a)

    return (
        plate("#7fa05a")
        + "".join(chip(*p) for p in ((250, 540, -12), (550, 540, 14), (400, 560, 3), (320, 450, 24), (490, 450, -20), (400, 370, 8)))
        + moved(640, 300, leaf("#4f8a4a", 80), 35)
    )


def mango() -> str:
    fruit = moved(
        560,
        420,
        shape("M-100 80Q-170-60-30-120 120-150 140 0 130 120 0 140-70 140-100 80z", "#f2a51f")
        + shape("M-30-120Q120-150 140 0 130 90 60 124 120-20-30-120z", "#e2603a", 'opacity=".75"')
        + moved(-24, -130, leaf(GREEN, 46), 60),
    )
    slices = "".join(
        moved(
            150 + 62 * n,
            560 - (n % 2) * 46,
            shape("M-80 30Q-60-50 10-46 90-40 84 20 40 50-10 46-60 52-80 30z", "#e8891b") + line("M-50 16q40-40 100-20", "#f9c869", 9),
            -18 + 11 * n,
        )
        for n in range(6)
    )
    return fruit + slices


def cassava() -> str:
    chips = "".join(
        moved(
            x,
            y,
            oval(0, 0, 62, 44, "#d8541f", a)
            + oval(-3, -4, 50, 33, "#ee7a35", a)
            + oval(-10, -8, 10, 6, "#b5301f", a)
            + oval(16, 8, 9, 5, "#b5301f", a),
        )
        for x, y, a in scattered(15, 6, (190, 465, 610, 600))
    )
    chili = moved(620, 360, shape("M0-80Q70-60 40 40 20 110-50 120 20 60-6-76z", "#d2291d") + line("M0-80q-4-30 22-40", GREEN, 12))
    return (
        plate()
        + chips
        + chili
        + moved(190, 380, shape("M0-80Q70-60 40 40 20 110-50 120 20 60-6-76z", "#d2291d") + line("M0-80q-4-30 22-40", GREEN, 12), -40)
    )


def parang() -> str:
    cell = (
        rect(0, 0, 80, 120, "#f0dcb8")
        + shape("M0 60C0 20 40 40 40 0h18C58 50 18 40 18 60S58 70 58 120H40C40 80 0 100 0 60z", "#5b3216")
        + circle(68, 60, 7, "#5b3216")
        + circle(68, 0, 7, "#5b3216")
        + circle(68, 120, 7, "#5b3216")
    )
    return f"<defs>{pattern('p', cell, 80, 120, 45)}</defs>" + cloth("url(#p)", "#8a5a2b", "#5b3216")


def kawung_cloth() -> str:
    cell = (
        rect(0, 0, 100, 100, "#1f2a5c")
        + "".join(
            moved(x, y, oval(0, 0, 17, 33, "#f4e7cc", 0) + oval(0, 0, 4, 16, "#1f2a5c"), a)
            for x, y, a in ((25, 25, -45), (75, 25, 45), (25, 75, 45), (75, 75, -45))
        )
        + circle(50, 50, 8, GOLD)
        + "".join(circle(x, y, 8, GOLD) for x, y in ((0, 0), (100, 0), (0, 100), (100, 100)))
    )
    return f"<defs>{pattern('p', cell, 100, 100)}</defs>" + cloth("url(#p)", "#3a4890", "#151d44")


def cloud_cloth() -> str:
    rings = enumerate(("#f7e6c6", "#e0573f", "#f7b79f", "#a82a1c", "#f7e6c6"))
    cloud = "".join(circle(x, y, r - 7 * n, c) for n, c in rings for x, y, r in ((40, 76, 32), (112, 78, 30), (76, 52, 40)) if r > 7 * n)
    cell = rect(0, 0, 150, 120, "#7c170e") + cloud
    return f"<defs>{pattern('p', cell, 150, 120)}</defs>" + cloth("url(#p)", "#c8452f", "#5f0f08")


def scarf() -> str:
    cell = (
        rect(0, 0, 90, 90, "#23683b")
        + moved(45, 45, flower("#f6d27a", RED, 34, 6))
        + moved(12, 78, leaf("#6fae6c", 16), 40)
        + moved(80, 12, leaf("#6fae6c", 16), 220)
    )
    drape = (
        '<path d="M230 110Q400 190 570 110L640 620Q600 660 560 620L500 300Q400 350 300 300L240 620Q200 660 160 620z" fill="url(#p)"/>'
        + shape("M230 110Q400 190 570 110L580 180Q400 270 220 180z", "rgba(255,255,255,.18)")
        + line("M500 300L470 200M300 300l30-100", "rgba(0,0,0,.2)", 8)
    )
    fringe = "".join(line(f"M{x} 632v44", GOLD, 6) for x in [*range(172, 236, 14), *range(566, 632, 14)])
    return f"<defs>{pattern('p', cell, 90, 90)}</defs>" + drape + fringe


def shirt() -> str:
    cell = (
        rect(0, 0, 70, 100, "#7a4a21")
        + shape("M0 50C0 16 34 34 34 0h16C50 42 16 34 16 50S50 58 50 100H34C34 66 0 84 0 50z", "#eecb8f")
        + circle(60, 50, 6, "#2b1a10")
    )
    body = '<path d="M280 160l-150 80 50 150 70-24v300h300V366l70 24 50-150-150-80q-40 50-120 50t-120-50z" fill="url(#p)"/>'
    return (
        f"<defs>{pattern('p', cell, 70, 100, 40)}</defs>"
        + body
        + shape("M280 160q40 60 120 70l-50 70-90-110zM520 160q-40 60-120 70l50 70 90-110z", "#5b3216")
        + line("M400 232v434", "#3d2210", 6)
        + "".join(circle(400, y, 9, CREAM) for y in range(300, 660, 80))
    )


def songket() -> str:
    cell = (
        rect(0, 0, 110, 110, "#7c170e")
        + shape("M55 8l44 47-44 47L11 55z", GOLD)
        + shape("M55 26l28 29-28 29-28-29z", "#7c170e")
        + shape("M55 40l14 15-14 15-14-15z", "#f7d98d")
        + "".join(shape(f"M{x} {y}l12 12-12 12-12-12z", "#f2c14e") for x, y in ((0, -12), (110, -12), (0, 98), (110, 98)))
    )
    bands = rect(150, 170, 500, 46, GOLD) + "".join(shape(f"M{160 + 40 * n} 216l20-46 20 46z", "#7c170e") for n in range(12))
    return f"<defs>{pattern('p', cell, 110, 110)}</defs>" + cloth("url(#p)", GOLD, "#5f0f08") + bands


def ikat() -> str:
    rows = [("#151d44", 70), ("#b5301f", 26), ("#f0dcb8", 12), ("#2b3a80", 90), ("#f0dcb8", 12), ("#b5301f", 26)]
    y, cell = 0.0, ""
    for color, h in rows:
        cell += rect(0, y, 120, h, color)
        if h > 60:
            m = y + h / 2
            cell += (
                shape(f"M60 {m - h * 0.42}l40 {h * 0.42}-40 {h * 0.42}-40-{h * 0.42}z", "#f0dcb8")
                + shape(f"M60 {m - h * 0.2}l20 {h * 0.2}-20 {h * 0.2}-20-{h * 0.2}z", "#b5301f")
                + shape(f"M0 {m - h * 0.3}l14 {h * 0.3}-14 {h * 0.3}zM120 {m - h * 0.3}l-14 {h * 0.3} 14 {h * 0.3}z", GOLD)
            )
        y += h
    return (
        f"<defs>{pattern('p', cell, 120, y)}</defs>"
        + cloth("url(#p)", "#b5301f", "#151d44")
        + "".join(line(f"M{x} 662v36", "#f0dcb8", 5) for x in range(150, 660, 18))
    )


def nutmeg() -> str:
    def nut(x: float, y: float, a: float, s: float = 1) -> str:
        return moved(
            x,
            y,
            oval(0, 0, 62, 78, "#7a4a24")
            + line("M-30-50q20 50-4 100M0-70q24 70 0 140M30-50q16 50-6 100", "#5a3114", 7)
            + line("M-46-20q30 20 44-20t48 10M-40 34q30-30 50 0t38-14", "#d8412e", 10),
            a,
            s,
        )

    half = moved(
        520,
        330,
        circle(0, 0, 120, "#e9c46a")
        + circle(0, 0, 98, "#f8e7b8")
        + oval(0, 6, 58, 70, "#7a4a24")
        + line("M-40-30q30 20 40-20t40 20M-44 30q30-30 50 0t38-10", "#d8412e", 12)
        + moved(-20, -128, leaf(GREEN, 46), 60),
    )
    return (
        half + plate("#e8d3ac") + nut(260, 520, 10) + nut(400, 545, -20, 1.05) + nut(540, 525, 30) + nut(330, 440, -40) + nut(460, 440, 12)
    )


def cloves() -> str:
    def one(x: float, y: float, a: float) -> str:
        return moved(
            x, y, rect(-8, -20, 16, 92, "#6b3519", 8) + shape("M-26-22Q0-8 26-22L14 4h-28z", "#6b3519") + circle(0, -36, 19, "#8d4a25"), a
        )

    return (
        shape("M170 480h460q-10 180-230 190-220-10-230-190z", "#a06a35")
        + oval(400, 480, 230, 60, "#8a5427")
        + oval(400, 474, 206, 46, "#5a3114")
        + "".join(one(x, y, a) for x, y, a in scattered(34, 3, (235, 375, 560, 470)))
        + "".join(one(x, y, a) for x, y, a in scattered(5, 7, (130, 690, 680, 730)))
    )


def vanilla() -> str:
    pods = "".join(
        line(f"M{300 + 26 * n} {650 - 4 * n}C{250 + 40 * n} 480 {330 + 20 * n} 350 {240 + 62 * n} 190", c, 19)
        for n, c in enumerate(("#3b2110", "#4d2c14", "#2f190b", "#57331a", "#3b2110", "#4a2812"))
    )
    tie = rect(296, 470, 200, 34, "#d9b06c", 10)
    return (
        pods
        + tie
        + moved(560, 560, flower("#f8eecb", "#e9ab2e", 86, 5))
        + moved(210, 600, flower("#f8eecb", "#e9ab2e", 62, 5))
        + moved(640, 640, leaf(GREEN, 50), 70)
    )


def cinnamon() -> str:
    def stick(y: float, c: str, x: float = 0) -> str:
        return moved(
            x,
            0,
            rect(150, y, 500, 78, c, 38)
            + rect(150, y + 6, 500, 18, "rgba(255,255,255,.22)", 9)
            + circle(640, y + 39, 37, "#8a4a20")
            + line(f"M640 {y + 39}m-14 0a14 14 0 1 1 14 14a24 24 0 1 1 24-24", "#d99a5b", 7),
        )

    return (
        stick(560, "#b0662e")
        + stick(480, "#c27a3d", -20)
        + stick(400, "#a85c27", 16)
        + stick(320, "#bd7236", -8)
        + rect(360, 306, 40, 344, "#d9b06c", 8)
        + shape("M380 306q-70-70-100-20t100 20zM380 306q70-70 100-20t-100 20z", "#d9b06c")
    )


def spice_set() -> str:
    tiles = [
        ("#d8541f", cassava_dots("#8f1d14")),
        ("#e9ab2e", cassava_dots("#b97f06")),
        ("#6b3519", cassava_dots("#3b1c0b")),
        ("#7fa05a", cassava_dots("#45692f")),
        ("#2f2320", cassava_dots("#000")),
        ("#b0662e", cassava_dots("#7a3d14")),
    ]
    out = rect(120, 250, 560, 400, "#8a5427", 26) + rect(140, 270, 520, 360, "#6b3d1c", 16)
    for n, (c, dots) in enumerate(tiles):
        x, y = 230 + n % 3 * 170, 360 + n // 3 * 180
        out += circle(x, y, 74, "#e8d3ac") + circle(x, y, 62, c) + moved(x, y, dots)
    return out + shape("M120 250L190 170h420l70 80z", "#a06a35") + moved(400, 212, text(0, 12, "REMPAH", 36, CREAM))


def cassava_dots(color: str) -> str:
    return "".join(circle(x, y, 5, color, 'opacity=".6"') for x, y, _ in scattered(16, 4, (-42, -42, 42, 42)))


def sambal() -> str:
    chili = shape("M-10-56Q50-40 30 30 14 76-36 84 16 44-14-54z", "#d2291d") + line("M-10-56q-2-20 16-26", GREEN, 9)
    return (
        jar("#b5301f", "#e9ab2e", CREAM, moved(-36, 6, chili, 10, 0.8) + moved(40, 6, chili, -30, 0.8), "SAMBAL BAWANG", "pedas", RED)
        + moved(660, 640, chili, 70, 1)
        + moved(150, 660, oval(0, 0, 44, 40, "#a3436b") + line("M-20-20q20-30 40 0", "#d98aa8", 6))
    )


def rendang() -> str:
    art = (
        oval(0, 16, 92, 34, "#fff")
        + shape("M-64 8q10-44 64-44t64 44q-20 26-64 26t-64-26z", "#6b3519")
        + line("M-30-6q30-20 60 0", "#a8642e", 8)
        + moved(54, -22, leaf(GREEN, 22), 50)
    )
    return pouch("#8f1d14", "#6d150e", "#f7e6c6", art, "BUMBU RENDANG", "Minangkabau", "#6d150e")


def soy() -> str:
    return bottle(
        "#2b160b",
        "#d8412e",
        "#f2c14e",
        oval(-20, 0, 22, 16, "#6b3519", 20) + oval(22, 6, 22, 16, "#4a2913", -20) + oval(0, -26, 22, 16, "#5a3114"),
        "KECAP MANIS",
    ) + moved(610, 690, oval(0, 0, 70, 20, "#fff") + oval(0, -2, 56, 13, "#2b160b"))


def carving() -> str:
    mask = shape("M400 130q180 0 190 190 6 150-60 250-50 80-130 90-80-10-130-90-66-100-60-250 10-190 190-190z", "#a8642e") + shape(
        "M400 130q180 0 190 190 6 150-60 250-50 80-130 90z", "#8a4a20"
    )
    crown = "".join(
        moved(400 + 62 * n, 175 + abs(n) * 26, leaf("#c98a4a" if n % 2 else "#e3b57a", 62, "#8a4a20"), n * 16) for n in range(-3, 4)
    )
    face = (
        line("M290 340q50-44 96 0M414 340q46-44 96 0", "#3b1c0b", 14)
        + oval(338, 372, 32, 19, CREAM)
        + oval(462, 372, 32, 19, CREAM)
        + circle(342, 373, 14, INK)
        + circle(458, 373, 14, INK)
        + shape("M380 390q-30 70 20 76 50-6 20-76z", "#c98a4a")
        + shape("M310 510q90 56 180 0-20 76-90 76t-90-76z", "#6d150e")
        + shape("M330 520q70 34 140 0l-8 22q-62 22-124 0z", CREAM)
    )
    return mask + crown + face + moved(400, 262, flower(GOLD, RED, 34, 8))


def candles() -> str:
    def one(x: float, y: float, w: float, c: str, d: str) -> str:
        return (
            rect(x, y, w, 665 - y, c, 16)
            + rect(x + w * 0.68, y, w * 0.32, 665 - y, d, 12)
            + oval(x + w / 2, y + 6, w / 2, 18, "#fff6e5")
            + line(f"M{x + w / 2} {y}v-26", INK, 6)
            + moved(x + w / 2, y - 62, shape("M0-50Q36 0 0 36-36 0 0-50z", "#f2a51f") + shape("M0-18Q16 8 0 28-16 8 0-18z", "#fff1b8"))
        )

    return (
        one(190, 400, 130, "#e8b7c2", "#d295a4")
        + one(335, 300, 140, "#f7e3b1", "#e3c887")
        + one(490, 450, 130, "#a9c9a4", "#86ad80")
        + moved(650, 670, flower("#fff", GOLD, 50, 5))
        + moved(160, 690, flower("#fff", GOLD, 42, 5))
    )


def soap() -> str:
    def bar(y: float, c: str, d: str, x: float = 0) -> str:
        return moved(
            x,
            0,
            rect(200, y, 400, 130, d, 34)
            + rect(200, y - 16, 400, 130, c, 34)
            + rect(230, y + 10, 340, 78, "none", 20, 'stroke="rgba(255,255,255,.6)" stroke-width="6"')
            + text(400, y + 62, "SABUN KELAPA", 34, "rgba(43,26,16,.7)"),
        )

    bubbles = "".join(
        circle(x, y, r, "rgba(255,255,255,.65)", 'stroke="#fff" stroke-width="4"')
        for x, y, r in ((180, 300, 40), (240, 220, 24), (620, 270, 46), (570, 180, 22), (660, 400, 20))
    )
    half = moved(400, 230, circle(0, 0, 96, "#5a3114") + circle(0, 0, 82, "#fff") + circle(0, 0, 56, "#e9f1ea"))
    return half + bar(540, "#cfe3d4", "#a9c9b2") + bar(404, "#f4e2c4", "#dcc39a", -24) + bubbles


def ceramic() -> str:
    cell = rect(0, 0, 60, 60, "#2f6f86") + shape("M0 30l30-24 30 24-30 24z", "#cfe6ea") + shape("M15 30l15-12 15 12-15 12z", "#2f6f86")
    return (
        f"<defs>{pattern('p', cell, 60, 60)}</defs>"
        + oval(400, 640, 250, 44, "#d8e4e4")
        + oval(400, 630, 250, 44, "#f4f8f6")
        + line("M560 390q120-10 110 90t-130 80", "#3d8199", 30)
        + shape("M210 320h380q0 200-60 270-30 36-70 36H340q-40 0-70-36-60-70-60-270z", "#3d8199")
        + '<path d="M213 380h374q-4 70-16 120H229q-12-50-16-120z" fill="url(#p)"/>'
        + oval(400, 320, 190, 42, "#f4f8f6")
        + oval(400, 324, 168, 32, "#6b3d1c")
        + line("M350 270q-24-44 0-80t0-70M430 270q-24-44 0-80t0-70", "rgba(255,255,255,.85)", 10)
    )


def coconut_oil() -> str:
    nut = moved(160, 610, circle(0, 0, 84, "#5a3114") + circle(6, -6, 70, "#fff") + circle(10, -8, 46, "#eef5ee"))
    return (
        bottle("#eef3d8", "#2f7a46", "#fff", moved(0, 0, leaf(GREEN, 40), 60) + moved(-16, -6, leaf("#6fae6c", 34), -50), "VCO", GREEN)
        + nut
        + moved(640, 640, circle(0, 0, 64, "#5a3114") + line("M-30-20l30 40M10-40l10 30", "#7d4a22", 6))
    )


def chocolate() -> str:
    squares = "".join(
        rect(240 + 84 * c, 130 + 84 * r, 74, 74, "#4a2411", 10) + rect(252 + 84 * c, 142 + 84 * r, 50, 50, "#5d3018", 8)
        for r in range(4)
        for c in range(4)
    )
    wrap = shape("M200 400h400v250q0 20-20 20H220q-20 0-20-20z", "#e9ab2e") + shape(
        "M200 400l33-26 33 26 34-26 33 26 34-26 33 26 33-26 34 26 33-26 33 26 34-26 33 26v40H200z", "#f7d98d"
    )
    pod = moved(
        400,
        560,
        shape("M-120 0Q-60-74 50-56 120-40 124 0 120 40 50 56-60 74-120 0z", "#a8461f")
        + line("M-100 0Q0-40 116 0M-100 0Q0 40 116 0", "#7c2d10", 6),
    )
    return rect(230, 120, 346, 346, "#38190a", 16) + squares + wrap + pod + text(400, 480, "KAKAO 72%", 40, "#4a2411")


def cocoa() -> str:
    return jar(
        "#5d3018",
        "#e9ab2e",
        "#f7e6c6",
        moved(
            0,
            0,
            shape("M-90 0Q-46-56 40-42 92-30 94 0 92 30 40 42-46 56-90 0z", "#a8461f")
            + line("M-76 0Q0-30 88 0M-76 0Q0 30 88 0", "#7c2d10", 5),
        ),
        "KAKAO BUBUK",
        "Sulawesi",
    ) + moved(640, 690, shape("M-90 0Q0-90 90 0z", "#5d3018"))


def mangosteen() -> str:
    def whole(x: float, y: float, r: float) -> str:
        cap = "".join(moved(x, y - r * 0.8, oval(0, -4, r * 0.2, r * 0.36, "#5d9a4c"), a) for a in (-70, -25, 25, 70))
        return (
            circle(x, y, r, "#5b1a3a")
            + shape(f"M{x} {y - r}A{r} {r} 0 0 1 {x} {y + r}A{r * 1.4} {r * 1.4} 0 0 0 {x} {y - r}z", "#431128")
            + cap
            + rect(x - 8, y - r * 1.28, 16, r * 0.42, "#45692f", 6)
            + oval(x - r * 0.4, y - r * 0.3, r * 0.12, r * 0.26, "rgba(255,255,255,.3)", 25)
        )

    segments = "".join(
        moved(510, 540, oval(0, -52, 34, 46, "#fff"), a) + moved(510, 540, line("M0-90v50", "#efe2ea", 4), a) for a in range(0, 360, 60)
    )
    return (
        whole(280, 500, 150)
        + whole(430, 330, 124)
        + circle(510, 540, 142, "#5b1a3a")
        + circle(510, 540, 112, "#a8456b")
        + segments
        + circle(510, 540, 20, "#f7eef2")
    )


def tea() -> str:
    art = moved(0, -10, leaf(GREEN, 52), 0) + moved(-44, 14, leaf("#5d9a4c", 42), -50) + moved(44, 14, leaf("#5d9a4c", 42), 50)
    return box("#23683b", "#17532c", "#5d9a4c", circle(0, 0, 96, CREAM) + art, "TEH HITAM", "Priangan") + moved(
        640,
        640,
        line("M0-150Q-40-60 0 0", "#fff", 5)
        + rect(-34, 0, 68, 84, "#fff", 6)
        + rect(-24, 30, 48, 46, "#6b3519", 4)
        + rect(-26, -190, 52, 46, "#e9ab2e", 4),
    )


def palm_sugar() -> str:
    def disc(x: float, y: float) -> str:
        return rect(x - 120, y, 240, 84, "#7a4216", 20) + oval(x, y + 4, 120, 40, "#9c5a22") + oval(x, y + 4, 84, 26, "#b06c2e")

    crumbs = "".join(moved(x, y, rect(-14, -10, 28, 20, "#9c5a22", 5), a) for x, y, a in scattered(9, 5, (120, 680, 690, 735)))
    return (
        moved(630, 330, leaf("#5d9a4c", 130), 30)
        + moved(180, 340, leaf("#45803b", 120), -28)
        + disc(290, 560)
        + disc(540, 570)
        + disc(410, 480)
        + disc(400, 380)
        + crumbs
    )


WARM, SAND, SKY, MINT, ROSE, LILAC = (
    ("#f6d9a8", "#dba765", "#fbe9c8"),
    ("#eddcc0", "#c9a878", "#f8eedb"),
    ("#cfe3ee", "#8fb4c9", "#e7f2f8"),
    ("#d5e6cf", "#96b98b", "#eaf4e5"),
    ("#f5cfc2", "#d99a86", "#fbe6de"),
    ("#e2d3e6", "#b297bc", "#f2e9f4"),
)

PRODUCTS: dict[str, tuple[tuple[str, str, str], Callable[[], str]]] = {
    "kopi-gayo-arabika": (WARM, lambda: kopi("#7a3b1d", "#5c2a12", "KOPI GAYO", "arabika")),
    "kopi-gayo-honey": (ROSE, lambda: kopi("#a82a1c", "#831c11", "GAYO HONEY", "proses madu")),
    "kopi-gayo-drip": (SKY, drip),
    "kopi-hijau-gayo": (MINT, green_beans),
    "cascara-gayo": (SAND, cascara),
    "minuman-sarang-walet": (ROSE, nest_drink),
    "sarang-walet-kotak": (WARM, nest_box),
    "madu-hutan": (MINT, honey),
    "tas-rotan": (SKY, rattan_bag),
    "biskuit-kelapa": (SKY, biscuits),
    "kerupuk-udang": (MINT, crackers),
    "mi-instan-cup": (WARM, noodles),
    "keripik-tempe": (ROSE, tempe),
    "mangga-kering": (MINT, mango),
    "keripik-singkong": (SKY, cassava),
    "batik-parang": (SAND, parang),
    "batik-kawung": (WARM, kawung_cloth),
    "batik-mega-mendung": (SKY, cloud_cloth),
    "selendang-sutra": (ROSE, scarf),
    "kemeja-batik": (MINT, shirt),
    "songket-palembang": (SAND, songket),
    "tenun-ikat-sumba": (WARM, ikat),
    "pala-banda": (MINT, nutmeg),
    "cengkih": (SKY, cloves),
    "vanili": (LILAC, vanilla),
    "kayu-manis": (SKY, cinnamon),
    "paket-rempah": (MINT, spice_set),
    "sambal-bawang": (SAND, sambal),
    "bumbu-rendang": (WARM, rendang),
    "kecap-manis": (ROSE, soy),
    "ukiran-kayu": (MINT, carving),
    "lilin-aroma": (LILAC, candles),
    "sabun-kelapa": (SKY, soap),
    "cangkir-keramik": (SAND, ceramic),
    "minyak-kelapa": (SKY, coconut_oil),
    "cokelat-hitam": (ROSE, chocolate),
    "kakao-bubuk": (WARM, cocoa),
    "manggis": (MINT, mangosteen),
    "teh-hitam": (WARM, tea),
    "gula-aren": (SAND, palm_sugar),
}


def emblem(back: str, front: str, art: str) -> str:
    ring = "".join(moved(400, 400, moved(0, -330, shape("M0-26l22 26-22 26-22-26z", front)), n * 18) for n in range(20))
    return circle(400, 400, 400, back) + ring + circle(400, 400, 262, "none", f'stroke="{front}" stroke-width="10"') + moved(400, 400, art)


EMBLEMS: dict[str, Callable[[], str]] = {
    "sari": lambda: emblem(
        "#4a2913", GOLD, moved(-56, 10, bean("#f2d6a8", "#4a2913", 120), -20) + moved(76, 20, bean(GOLD, "#4a2913", 104), 24)
    ),
    "laras": lambda: emblem(
        "#1f2a5c",
        "#f4e7cc",
        "".join(moved(0, 0, oval(0, -104, 56, 98, "#f4e7cc") + oval(0, -110, 14, 52, "#1f2a5c"), a) for a in (45, 135, 225, 315))
        + circle(0, 0, 30, GOLD),
    ),
    "walet": lambda: emblem(
        "#8f1d14",
        GOLD,
        shape("M-210-60Q-80-120-20-10-10 20 0 60 10 20 20-10 80-120 210-60 90-50 60 60 40 130 0 170-40 130-60 60-90-50-210-60z", "#fff3d6"),
    ),
    "banda": lambda: emblem("#7a4a21", "#f7d98d", moved(0, 0, flower("#f7d98d", RED, 190, 8))),
    "dewi": lambda: emblem(
        "#7c170e",
        GOLD,
        shape("M0-200L170 0 0 200-170 0z", GOLD)
        + shape("M0-132L112 0 0 132-112 0z", "#7c170e")
        + shape("M0-76L64 0 0 76-64 0z", "#f7d98d")
        + shape("M0-30L26 0 0 30-26 0z", "#7c170e"),
    ),
    "ratna": lambda: emblem(
        "#e9ab2e",
        "#6b3d1c",
        circle(0, 0, 170, "#6b3d1c")
        + circle(0, -8, 152, "#f6dba8")
        + "".join(circle(90 * math.cos(n), 90 * math.sin(n) - 8, 17, "#6b3d1c") for n in (0.3, 1.5, 2.7, 3.9, 5.2))
        + circle(0, -8, 22, "#6b3d1c"),
    ),
    "wayan": lambda: emblem(
        "#23683b",
        "#fdf0cf",
        "".join(moved(0, 40, oval(0, -110, 46, 118, "#fdf0cf"), a) for a in (-64, -32, 0, 32, 64)) + circle(0, 60, 44, GOLD),
    ),
    "asep": lambda: emblem(
        "#2f5d2e",
        "#f2c14e",
        moved(0, -10, leaf("#f2c14e", 180, "#2f5d2e"))
        + moved(-92, 60, leaf("#cfe0a0", 112, "#2f5d2e"), -52)
        + moved(92, 60, leaf("#cfe0a0", 112, "#2f5d2e"), 52),
    ),
}


def svg(inside: str, size: int) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 800" width="{size}" height="{size}">{inside}</svg>'


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("slugs", nargs="*", help="only these")
    parser.add_argument("--svg", type=Path, help="also write the SVG sources here")
    options = parser.parse_args()
    drawn = {slug: (svg(ground(*wall) + art(), 800), 800, HERE / f"{slug}.webp") for slug, (wall, art) in PRODUCTS.items()}
    drawn |= {slug: (svg(art(), 320), 320, HERE / "emblems" / f"{slug}.webp") for slug, art in EMBLEMS.items()}
    chosen = {slug: drawn[slug] for slug in options.slugs or drawn}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM"),
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        page = browser.new_page()
        for slug, (source, size, target) in chosen.items():
            page.set_viewport_size({"width": size, "height": size})
            page.set_content(f"<style>body{{margin:0}}svg{{display:block}}</style>{source}")
            picture = Image.open(io.BytesIO(page.screenshot(omit_background=True)))
            picture = picture.convert("RGBA" if "emblems" in target.parts else "RGB")
            target.parent.mkdir(parents=True, exist_ok=True)
            for quality in (84, 78, 70, 60, 50, 40):
                picture.save(target, "WEBP", quality=quality, method=6)
                if target.stat().st_size <= 25_000:
                    break
            if options.svg:
                options.svg.mkdir(parents=True, exist_ok=True)
                (options.svg / f"{slug}.svg").write_text(source)
            print(f"{slug:24} {target.stat().st_size / 1000:5.1f} kB")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
