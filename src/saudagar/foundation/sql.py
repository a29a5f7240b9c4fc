"""SQL lives in files. `statement("saudagar.stock", "take")` is the text of `stock/sql/take.sql`."""

from functools import cache
from importlib.resources import files


@cache
def statement(package: str, name: str) -> str:
    return files(package).joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")
