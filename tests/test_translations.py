"""Every text people see is there in Indonesian and Simplified Chinese: collected from templates and Python."""

import io
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages import Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

from saudagar.foundation.translations import SOURCE, catalogues

LANGUAGES = ("id", "zh_Hans")
KEYWORDS = {
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "_": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
ROOMS = sorted(folder.name for folder in SOURCE.iterdir() if (folder / "apps.py").exists())
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{(\w*)\}")

Text = tuple[str, str | None]  # the English text, its context


def texts(room: str) -> Iterator[tuple[Text, str]]:
    """Each text of a room and where it stands."""
    for path in sorted((SOURCE / room).rglob("*")):
        inside = path.relative_to(SOURCE / room).parts
        if {"tests", "migrations"} & set(inside):
            continue
        if path.suffix == ".py":
            source = path.read_text()
        elif path.suffix in (".html", ".txt") and "templates" in inside:
            # Django turns a template into something that reads like Python.
            source = templatize(path.read_text(), origin=str(path))
        else:
            continue
        if "gettext" not in source and "_(" not in source:
            continue
        for line, found, _comments, context in extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS):
            msgid = found[0] if isinstance(found, tuple) else found
            if msgid:
                yield (msgid, context), f"{path.relative_to(SOURCE)}:{line}"


@cache
def translated(language: str) -> dict[Text, Message]:
    """What all rooms together translate: Django looks texts up in all of them."""
    return {
        (message.id[0] if isinstance(message.id, tuple) else message.id, message.context): message
        for path in catalogues()
        if path.parents[1].name == language
        for message in entries(path)
    }


def entries(path: Path) -> list[Message]:
    with path.open("rb") as file:
        return [message for message in read_po(file, locale=path.parents[1].name) if message.id]


def strings(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (message.string,)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("room", ROOMS)
def test_every_text_is_translated(room: str, language: str) -> None:
    missing = {f"{where}: {text[0]!r}" for text, where in texts(room) if text not in translated(language)}
    assert not missing, f"not in any locale/{language}/LC_MESSAGES/django.po:\n" + "\n".join(sorted(missing))


@pytest.mark.parametrize("path", list(catalogues()), ids=lambda path: f"{path.parents[3].name}-{path.parents[1].name}")
def test_catalogues_are_complete_and_sound(path: Path) -> None:
    for message in entries(path):
        assert not message.fuzzy, f"fuzzy: {message.id!r}"
        english = message.id[-1] if isinstance(message.id, tuple) else message.id
        for text in strings(message):
            assert text.strip(), f"empty: {message.id!r}"
            assert names(text) == names(english), f"other placeholders than {message.id!r}: {text!r}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_rooms_agree_on_a_translation(language: str) -> None:
    """All catalogues become one: where two rooms translate the same words differently, one of them shows the other's meaning."""
    found: dict[Text, dict[tuple[str, ...], str]] = {}
    for path in catalogues():
        if path.parents[1].name == language:
            for message in entries(path):
                text = message.id[0] if isinstance(message.id, tuple) else message.id
                found.setdefault((text, message.context), {}).setdefault(strings(message), path.parents[3].name)
    differing = {text: rooms for (text, _), rooms in found.items() if len(rooms) > 1}
    assert not differing, "translate alike, choose another English text, or give a context (pgettext)"


def names(text: str) -> list[str]:
    return sorted(match.group() for match in PLACEHOLDER.finditer(text.replace("%%", "")))


def test_texts_are_found_in_templates_and_python() -> None:
    assert sum(1 for room in ROOMS for _ in texts(room)) > 20
