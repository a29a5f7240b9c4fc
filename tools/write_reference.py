"""Writes docs/reference/errors.md from the refusals in the code: `./saudagar manage shell < tools/write_reference.py`."""

import importlib
from pathlib import Path

from saudagar.foundation.refusals import Refusal
from saudagar.site.environment import ROOT

HEAD = """# Error codes

Every refusal of the API is `{"error": {"code", "message", "field"?, …}}`, the message in the language of `Accept-Language`.
A code is never renamed and never reused.
This page is made from the code by `./saudagar manage shell < tools/write_reference.py`.

| code | status | says | room |
| --- | --- | --- | --- |
"""


def subclasses(kind: type) -> set[type]:
    return {kind for direct in kind.__subclasses__() for kind in (direct, *subclasses(direct))}


for path in sorted((ROOT / "src" / "saudagar").rglob("*.py")):
    parts = path.relative_to(ROOT / "src").with_suffix("").parts
    if not {"tests", "migrations", "management", "bench", "asgi", "__main__"} & set(parts) and "class " in path.read_text():
        importlib.import_module(".".join(part for part in parts if part != "__init__"))

rows = sorted(
    (kind.code, kind.status, kind.words["en"].replace("|", "\\|"), kind.__module__.split(".")[1])
    for kind in subclasses(Refusal)
    if getattr(kind, "code", "") and kind.__module__.startswith("saudagar.")
)
page = HEAD + "".join(f"| `{code}` | {status} | {words} | {room} |\n" for code, status, words, room in rows)
Path(ROOT / "docs" / "reference" / "errors.md").write_text(page)
