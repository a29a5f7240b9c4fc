"""Translations: each room's `locale/*/LC_MESSAGES/django.po` is written by hand and compiled here, without the gettext tools."""

import os
from collections.abc import Iterator
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

SOURCE = Path(__file__).resolve().parents[1]


def catalogues(source: Path = SOURCE) -> Iterator[Path]:
    """Every hand-written catalogue, room by room."""
    yield from sorted(source.glob("*/locale/*/LC_MESSAGES/django.po"))


def compile_all(source: Path = SOURCE) -> int:
    """Writes each `django.mo` that is not made from its `django.po` as it is now; returns how many. Safe side by side."""
    written = 0
    for po in catalogues(source):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime_ns == po.stat().st_mtime_ns:
            continue
        with po.open("rb") as file:
            catalogue = read_po(file, locale=po.parents[1].name)
        fresh = mo.with_suffix(f".{os.getpid()}.new")
        with fresh.open("wb") as file:
            # use_fuzzy: a guess by a machine is not shown to people.
            write_mo(file, catalogue, use_fuzzy=False)
        # It takes over the time of its source: a checkout that goes back in time is noticed too.
        os.utime(fresh, ns=(po.stat().st_atime_ns, po.stat().st_mtime_ns))
        fresh.replace(mo)
        written += 1
    return written
