"""Charts as SVG, drawn with attributes alone: the same picture in the page and in the PDF. Pure."""

from collections.abc import Sequence
from html import escape

WIDTH = 360
SOFT, LINE, NILA, MENGKUDU, DAUN = "#5c4b3e", "#e6dac8", "#27346f", "#a82a1c", "#23683b"
FONT = "Noto Sans CJK SC, Noto Sans, system-ui, sans-serif"


def histogram(counts: Sequence[int], labels: Sequence[str], *, title: str, middle: int) -> str:
    """One bar for each step; those left of the middle are green, for buyers save there."""
    height, left, top, bottom = 176, 6, 20, 38
    highest, step = max(counts, default=0) or 1, (WIDTH - 2 * left) / max(len(counts), 1)
    parts = [f'<line x1="{left}" y1="{height - bottom}" x2="{WIDTH - left}" y2="{height - bottom}" stroke="{LINE}"/>']
    whole = sum(counts) or 1
    for place, (count, label) in enumerate(zip(counts, labels, strict=True)):
        x, tall = left + place * step, count / highest * (height - top - bottom)
        colour = NILA if place == middle else DAUN if place < middle else MENGKUDU
        if count:
            tall = max(tall, 1)
            y = height - bottom - tall
            parts.append(f'<rect x="{x + 2:.1f}" y="{y:.1f}" width="{step - 4:.1f}" height="{tall:.1f}" fill="{colour}"/>')
            share = count * 100 / whole
            shown = f"{share:.0f}%" if share >= 1 else "<1%"
            parts.append(_text(x + step / 2, height - bottom - max(tall, 1) - 3, shown, anchor="middle"))
        parts.append(_text(x + step / 2, height - bottom + (13 if place % 2 == 0 else 27), label, anchor="middle", size=10))
    return _svg("".join(parts), title, height)


def changes(rows: Sequence[tuple[str, float]], *, title: str) -> str:
    """A name and a change in percent: bars to the left in green, to the right in red."""
    row, name_width, number_width = 22, 120, 60
    plot = WIDTH - name_width - number_width
    most = max((abs(value) for _, value in rows), default=0.0) or 1.0
    zero = name_width + plot / 2
    height = row * max(len(rows), 1) + 6
    parts = [f'<line x1="{zero:.1f}" y1="2" x2="{zero:.1f}" y2="{height - 2}" stroke="{LINE}"/>']
    for place, (name, value) in enumerate(rows):
        y, wide = 3 + place * row, abs(value) / most * plot / 2
        parts.append(_text(0, y + 12, name if len(name) <= 19 else name[:18] + "…"))
        if value:
            x = zero - wide if value < 0 else zero
            colour = DAUN if value < 0 else MENGKUDU
            parts.append(f'<rect x="{x:.1f}" y="{y + 2}" width="{max(wide, 1):.1f}" height="12" rx="2" fill="{colour}"/>')
        parts.append(_text(WIDTH, y + 12, f"{value:+.2f} %" if value else "0 %", anchor="end"))
    return _svg("".join(parts), title, height)


def _text(x: float, y: float, words: str, *, anchor: str = "start", size: float = 11) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-family="{FONT}" font-size="{size}" fill="{SOFT}" text-anchor="{anchor}">{escape(words)}</text>'
    )


def _svg(inside: str, title: str, height: int) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}">'
        f"<title>{escape(title)}</title>{inside}</svg>"
    )
