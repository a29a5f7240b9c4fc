"""Charts as SVG, drawn with attributes alone: the same picture in the page and in the PDF. Pure."""

from collections.abc import Mapping, Sequence
from html import escape
from math import ceil, floor, log10
from typing import Any

WIDTH, HEIGHT = 360, 170
LEFT, RIGHT, TOP, BOTTOM = 38, 8, 10, 30
INK, SOFT, LINE = "#251a12", "#5c4b3e", "#e6dac8"
NILA, MENGKUDU, KUNYIT, DAUN = "#27346f", "#a82a1c", "#e9ab2e", "#23683b"
FONT = "Noto Sans CJK SC, Noto Sans, system-ui, sans-serif"


def bars_over_time(values: Sequence[float], kills: Sequence[Mapping[str, Any]], *, below: str, title: str, killed: str) -> str:
    """One bar a second (or for several where there are many), a line where something was killed."""
    values, width_seconds = _bucketed(values)
    top = _round_up(max(values, default=1))
    plot = WIDTH - LEFT - RIGHT
    step = plot / max(len(values), 1)
    parts = [_grid(top), _ticks(len(values) * width_seconds, below)]
    for place, value in enumerate(values):
        if value:
            height = value / top * (HEIGHT - TOP - BOTTOM)
            x, y = LEFT + place * step, HEIGHT - BOTTOM - height
            parts.append(
                f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(step - min(step * 0.15, 1), 0.4):.1f}" height="{height:.1f}" fill="{NILA}"/>'
            )
    for kill in kills:
        x = LEFT + min(float(kill["second"]) / max(len(values) * width_seconds, 1), 1) * plot
        parts.append(f'<line x1="{x:.1f}" y1="{TOP - 2}" x2="{x:.1f}" y2="{HEIGHT - BOTTOM}" stroke="{MENGKUDU}" stroke-dasharray="3 2"/>')
        parts.append(f'<path d="M{x - 3:.1f} {TOP - 6} h6 l-3 5 z" fill="{MENGKUDU}"/>')
    if kills:
        parts.append(_legend([(MENGKUDU, killed)]))
    return _svg("".join(parts), title)


def lines_over_time(series: Mapping[str, Sequence[float]], *, below: str, title: str) -> str:
    """Lines over seconds; the axis is logarithmic, for answer times range over several powers of ten. Zero is left out."""
    every = [value for values in series.values() for value in values if value > 0]
    low, high = floor(log10(max(min(every, default=1), 0.1))), ceil(log10(max(*every, 10)) if every else 1)
    high = max(high, low + 1)
    length = max((len(values) for values in series.values()), default=1)
    plot, tall = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - (log10(value) - low) / (high - low) * tall

    parts = []
    for power in range(low, high + 1):
        at = y(10**power)
        parts.append(f'<line x1="{LEFT}" y1="{at:.1f}" x2="{WIDTH - RIGHT}" y2="{at:.1f}" stroke="{LINE}" stroke-width="0.8"/>')
        parts.append(_text(LEFT - 4, at + 3, f"{10**power:,g}", anchor="end"))
    parts.append(_ticks(length, below))
    colours = (NILA, MENGKUDU, KUNYIT)
    for colour, values in zip(colours, series.values(), strict=False):
        for stretch in _stretches(values):
            points = [(LEFT + (place + 0.5) / length * plot, y(value)) for place, value in stretch]
            path = " ".join(f"{x:.1f},{at:.1f}" for x, at in points)
            parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.6" stroke-linejoin="round"/>')
            parts += [f'<circle cx="{x:.1f}" cy="{at:.1f}" r="1.4" fill="{colour}"/>' for x, at in points[:100]]
    parts.append(_legend(list(zip(colours, series, strict=False))))
    return _svg("".join(parts), title)


def shares(items: Sequence[tuple[str, int, int]], *, sold: str, left: str, title: str) -> str:
    """(name, sold, left): one bar each, sold dark, left light, the numbers beside it."""
    row, name_width, number_width = 20, 96, 62
    plot = WIDTH - name_width - number_width
    height = 24 + row * max(len(items), 1)
    parts = [_legend([(DAUN, sold), (KUNYIT, left)], at=12)]
    for place, (name, pieces_sold, pieces_left) in enumerate(items):
        y = 24 + place * row
        whole = max(pieces_sold + pieces_left, 1)
        split = plot * min(max(pieces_sold / whole, 0), 1)
        parts.append(_text(0, y + 11, name if len(name) <= 15 else name[:14] + "…"))
        parts.append(f'<rect x="{name_width}" y="{y + 2}" width="{plot}" height="12" rx="2" fill="{KUNYIT}"/>')
        parts.append(f'<rect x="{name_width}" y="{y + 2}" width="{split:.1f}" height="12" rx="2" fill="{DAUN}"/>')
        parts.append(_text(WIDTH, y + 11, f"{pieces_sold:,} + {pieces_left:,}", anchor="end"))
    return _svg("".join(parts), title, height=height)


def _stretches(values: Sequence[float]) -> list[list[tuple[int, float]]]:
    """Runs of seconds in which somebody was answered; where nobody was, the line has a gap."""
    found: list[list[tuple[int, float]]] = []
    for place, value in enumerate(values):
        if value > 0:
            if not found or found[-1][-1][0] < place - 2:
                found.append([])
            found[-1].append((place, value))
    return found


def _bucketed(values: Sequence[float], most: int = 160) -> tuple[list[float], int]:
    """Means of so many seconds each that there are at most `most`."""
    size = max(ceil(len(values) / most), 1)
    return [sum(values[at : at + size]) / len(values[at : at + size]) for at in range(0, len(values), size)], size


def _round_up(value: float) -> float:
    """The next of 1, 2, 5 × a power of ten."""
    if value <= 1:
        return 1
    power = 10 ** floor(log10(value))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= value)


def _grid(top: float) -> str:
    parts = []
    for share in (0, 0.5, 1):
        y = HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)
        parts.append(f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="{LINE}" stroke-width="0.8"/>')
        parts.append(_text(LEFT - 4, y + 3, f"{top * share:,g}", anchor="end"))
    return "".join(parts)


def _ticks(seconds: int, below: str) -> str:
    step = _round_up(max(seconds / 6, 1))
    parts, at = [], 0.0
    while at <= seconds:
        x = LEFT + at / max(seconds, 1) * (WIDTH - LEFT - RIGHT)
        parts.append(_text(x, HEIGHT - BOTTOM + 11, f"{at:g}", anchor="middle"))
        at += step
    parts.append(_text(WIDTH - RIGHT, HEIGHT - 4, below, anchor="end"))
    return "".join(parts)


def _legend(entries: Sequence[tuple[str, str]], *, at: float = HEIGHT - 7) -> str:
    parts, x = [], float(LEFT if at > 20 else 0)
    for colour, name in entries:
        parts.append(f'<rect x="{x:.0f}" y="{at - 6:.0f}" width="7" height="7" rx="1" fill="{colour}"/>')
        parts.append(_text(x + 10, at + 1, name))
        # Wide letters take twice the room.
        x += 20 + sum(9 if letter > "⺀" else 5.2 for letter in name)
    return "".join(parts)


def _text(x: float, y: float, words: str, *, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-family="{FONT}" font-size="9" fill="{SOFT}" text-anchor="{anchor}">{escape(words)}</text>'


def _svg(inside: str, title: str, *, height: int = HEIGHT) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}">'
        f"<title>{escape(title)}</title>{inside}</svg>"
    )
