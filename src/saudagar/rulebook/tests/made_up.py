"""A rulebook of a country that is not, so that tests of the engine do not change with the law of real ones."""

from datetime import date

from saudagar.rulebook.rules import Item, LandedCost, Request, Rulebook, landed_cost, read

DAY = date(2026, 11, 21)
RELEASE = 'as_of = "2026-11-21"\ntitle = "Made up"\n'
WORDS = '{ id = "x", en = "x", "zh-hans" = "x" }'
WHY = 'valid_from = 2020-01-01\nsource = "made up"\ncertainty = "V"\n'
HEAD = f'[destination]\ncode = "XA"\ncurrency = "EUR"\ndecimals = 2\nnames = {WORDS}\n'
MODE = f'[[mode]]\nname = "parcel"\ndefault = true\nnames = {WORDS}\n'
GENERAL = f'[[mode]]\nname = "general"\nnames = {WORDS}\n'
COLUMNS = "id,kind,hs,rate,origin,agreement,proof,mode,region,name,basis,base_share,from_unit_value,valid_from,valid_to,certainty,source"
CENT = 'rounding = { to = "0.01", way = "half-up" }\n'
CIF = 'value_basis = ["goods", "freight", "insurance"]\n'
FOB = 'value_basis = ["goods"]\n'


def rule(table: str, identity: str, text: str) -> str:
    """[[table]] with its id, its text and where it was read."""
    names = f"names = {WORDS}\n" if table in ("scheme", "fee") else ""
    return f'[[{table}]]\nid = "{identity}"\n{text.strip()}\n{names}{WHY}'


def scheme(text: str = "", identity: str = "xa-import", *, basis: str = CIF, rounding: str = CENT, mode: str = "parcel") -> str:
    return rule("scheme", identity, f'mode = "{mode}"\n{basis}{rounding}{text}')


def row(identity: str, kind: str, hs: str = "", rate: str = "", **more: str) -> str:
    """One line of the tariff."""
    cells = {"id": identity, "kind": kind, "hs": hs, "rate": f'"{rate}"', "valid_from": "2020-01-01", "certainty": "V", "source": "made up"}
    return ",".join((cells | more).get(column, "") for column in COLUMNS.split(","))


def files(*tables: str, rows: list[str], head: str = HEAD + MODE, code: str = "XA", **texts: str) -> dict[str, str]:
    return {
        "release.toml": RELEASE,
        f"destinations/{code}.toml": "\n".join([head, *tables]),
        f"tariffs/{code}.csv": "\n".join([COLUMNS, *rows]) + "\n",
    } | {f"{name}.toml": text for name, text in texts.items()}


def country(*tables: str, rows: list[str], head: str = HEAD + MODE, code: str = "XA", **texts: str) -> Rulebook:
    return read(files(*tables, rows=rows, head=head, code=code, **texts))


def cost(rulebook: Rulebook, *items: Item, destination: str = "XA", currency: str = "EUR", on: date = DAY, **more) -> LandedCost:
    return landed_cost(Request(destination, items, currency, on, **more), rulebook)


def amounts(found: LandedCost) -> list[tuple[str, int]]:
    """(kind or name, amount) of each part, line by line."""
    return [(part.levy.name or part.levy.kind, part.amount) for part in found.parts]
