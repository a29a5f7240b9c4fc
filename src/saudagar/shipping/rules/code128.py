"""Code 128, the barcode of waybills (ISO/IEC 15417). Set B, and set C for runs of digits: half as long."""

# Widths of bar, space, bar, space, bar, space of each symbol value; 103-105 start A, B, C; 106 stop, with its closing bar.
SYMBOLS = tuple(  # a table in lines
    symbol
    for line in (
        "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 123122 123221",
        "223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 232121 111323 131123 131321",
        "112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 313121 211331 231131 213113 213311 213131",
        "311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 112412 122114",
        "122411 142112 142211 241211 221114 413111 241112 134111 111242 121142 121241 114212 124112 124211 411212 421112 421211 212141",
        "214121 412121 111143 111341 131141 114113 114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112",
    )
    for symbol in line.split()
)

TO_C, TO_B, START_B, START_C, STOP = 99, 100, 104, 105, 106


def values(text: str) -> list[int]:
    """Symbol values from start to stop, check symbol included.

    >>> values("PJJ123C")
    [104, 48, 42, 42, 17, 18, 19, 35, 55, 106]
    >>> values("123456")
    [105, 12, 34, 56, 44, 106]
    """
    if not text or not all(" " <= letter <= "~" for letter in text):
        raise ValueError(f"Code 128 set B cannot say {text!r}")
    found: list[int] = []
    place, in_c = 0, False
    while place < len(text):
        digits = len(text[place:]) - len(text[place:].lstrip("0123456789"))
        # Changing sets costs a symbol: it pays from four digits at an end, six in the middle.
        wanted_c = digits >= 2 if in_c else digits >= (4 if place == 0 or place + digits == len(text) else 6) and digits % 2 == 0
        if not found:
            found.append(START_C if wanted_c else START_B)
        elif wanted_c != in_c:
            found.append(TO_C if wanted_c else TO_B)
        in_c = wanted_c
        found.append(int(text[place : place + 2]) if in_c else ord(text[place]) - 32)
        place += 2 if in_c else 1
    check = (found[0] + sum(weight * value for weight, value in enumerate(found))) % 103
    return [*found, check, STOP]


def widths(text: str) -> list[int]:
    """Widths of bars and spaces in turn, in modules, bar first. The quiet zones (10 modules) are the printer's."""
    return [int(width) for value in values(text) for width in SYMBOLS[value]]


def svg(text: str) -> str:
    """The bars as an SVG, one unit per module, quiet zones included; it may be stretched."""
    drawn, x = [], 10
    for number, width in enumerate(widths(text)):
        if number % 2 == 0:
            drawn.append(f"M{x} 0h{width}v1h-{width}z")
        x += width
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {x + 10} 1" preserveAspectRatio="none"><path d="{"".join(drawn)}"/></svg>'
