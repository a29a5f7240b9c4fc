"""The rules of the house that no linter sees: floors of foreign keys, keys of seller tables, words of refusals, names of triggers."""

import ast
import importlib
import pkgutil
import re
import string
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models
from django.db.models.constraints import UniqueConstraint

import saudagar
from saudagar.foundation.database.schema import OUTSIDE, is_kept_by_seller
from saudagar.foundation.keys import SellerKey, SellerModel
from saudagar.foundation.refusals import LANGUAGES, Refusal
from saudagar.site.events import HEARERS

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "saudagar"

# Of what is found by the row it hangs on and never by its own id: one index instead of two.
KEYS = {"orders_line": 'business_id, order_id, "position"'}


def floors() -> dict[str, int]:
    """Room -> floor, from the contract that the import linter holds."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract for contract in contracts if contract["name"] == "Floors")["layers"]
    return {
        room.strip(" ()"): len(layers) - place for place, layer in enumerate(layers) for room in re.split(r"[|:]", layer) if room.strip()
    }


def our_models() -> list[Any]:
    return [model for model in apps.get_models() if model.__module__.startswith("saudagar.")]


def room(model: Any) -> str:
    return str(model.__module__.split(".")[1])


def seller_models() -> list[Any]:
    return [model for model in our_models() if is_kept_by_seller(model)]


def refusals() -> Iterator[type[Refusal]]:
    for module in pkgutil.walk_packages(saudagar.__path__, "saudagar."):
        if ".rules" in module.name and ".tests" not in module.name:
            importlib.import_module(module.name)
    waiting = list(Refusal.__subclasses__())
    while waiting:
        found = waiting.pop()
        waiting.extend(found.__subclasses__())
        if ".tests" not in found.__module__ and hasattr(found, "code"):
            yield found


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model._meta.label)
def test_foreign_keys_point_down(model: Any) -> None:
    at = floors()
    for field in model._meta.local_fields:
        if isinstance(field, models.ForeignKey) and field.related_model.__module__.startswith("saudagar."):
            assert at[room(field.related_model)] <= at[room(model)], f"{model._meta.label}.{field.name} points upwards"


@pytest.mark.parametrize("model", seller_models(), ids=lambda model: model._meta.label)
class TestSellerTables:
    def test_it_has_the_base_of_seller_tables(self, model: Any) -> None:
        assert issubclass(model, SellerModel)
        assert not model._meta.get_field("business_id").null

    def test_unique_constraints_contain_the_business(self, model: Any) -> None:
        for constraint in model._meta.constraints:
            if isinstance(constraint, UniqueConstraint):
                names = {*constraint.fields, *(getattr(part, "name", "") for part in constraint.expressions)}
                assert "business_id" in names, constraint.name
        for field in model._meta.local_fields:
            assert not field.unique or field.name == "id", f"{field.name} is unique across sellers"

    def test_keys_among_seller_tables_are_composite(self, model: Any) -> None:
        for field in model._meta.local_fields:
            if not isinstance(field, models.ForeignKey):
                continue
            target = field.related_model
            if is_kept_by_seller(target):
                assert isinstance(field, SellerKey), f"{field.name} must be a SellerKey"
            elif target._meta.app_label not in ("foundation", "markets", "campaigns", "catalogue", "rulebook", "shipping"):
                pytest.fail(f"{field.name} points at {target._meta.label}: seller tables keep the id only")

    def test_nothing_sets_null_when_its_parent_goes(self, model: Any) -> None:
        for field in model._meta.local_fields:
            if isinstance(field, models.ForeignKey):
                assert field.remote_field.on_delete is not models.SET_NULL


@pytest.mark.parametrize("model", [model for model in our_models() if not is_kept_by_seller(model)], ids=lambda model: model._meta.label)
def test_tables_outside_do_not_point_at_seller_tables(model: Any) -> None:
    for field in model._meta.local_fields:
        assert not (isinstance(field, models.ForeignKey) and is_kept_by_seller(field.related_model)), field.name


@pytest.mark.django_db
def test_the_database_has_the_keys_that_the_models_promise() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, contype::text, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE connamespace = 'public'::regnamespace"
        )
        constraints = [tuple(row) for row in cursor.fetchall()]
        cursor.execute("SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexdef LIKE 'CREATE UNIQUE%'")
        unique = cursor.fetchall()
    for model in seller_models():
        table = model._meta.db_table
        assert (table, "p", f"PRIMARY KEY ({KEYS.get(table, 'business_id, id')})") in constraints, table
        for owner, definition in unique:
            assert owner != table or "business_id" in definition, definition
        for field in model._meta.local_fields:
            if isinstance(field, SellerKey):
                wanted = f"FOREIGN KEY (business_id, {field.column}) REFERENCES {field.related_model._meta.db_table}(business_id, id)"
                found = [text for owner, kind, text in constraints if owner == table and kind == "f" and text.startswith(wanted)]
                assert bool(found) == field.is_enforced, f"{table}.{field.name}"
                assert not field.is_enforced or "DEFERRABLE" not in found[0], f"{table}.{field.name}"


@pytest.mark.django_db
def test_trigger_functions_name_no_table() -> None:
    """On a cluster the rows live in shards with names of their own."""
    tables = {model._meta.db_table for model in our_models()}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.proname, p.prosrc FROM pg_proc p JOIN pg_trigger t ON t.tgfoid = p.oid JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE NOT t.tgisinternal AND c.relname = ANY(%s)",
            [[model._meta.db_table for model in seller_models()]],
        )
        for name, text in cursor.fetchall():
            assert not [table for table in tables if re.search(rf"\b{table}\b", text)], name


def test_refusals_have_codes_of_their_own() -> None:
    codes = Counter(refusal.code for refusal in refusals())
    assert not [code for code, times in codes.items() if times > 1]
    assert all(re.fullmatch(r"[a-z][a-z0-9_]{2,40}", code) for code in codes)


@pytest.mark.parametrize("refusal", sorted(refusals(), key=lambda refusal: refusal.code), ids=lambda refusal: refusal.code)
def test_refusals_say_the_same_in_three_languages(refusal: type[Refusal]) -> None:
    assert set(refusal.words) == set(LANGUAGES)
    assert refusal.status == 200 or 400 <= refusal.status < 600  # 200: a warning, said and not raised
    assert refusal.__doc__
    named = {language: {name for _, name, _, _ in string.Formatter().parse(words) if name} for language, words in refusal.words.items()}
    assert len({frozenset(names) for names in named.values()}) == 1, named


def _python_files() -> Iterator[Path]:
    for path in SOURCE.rglob("*.py"):
        if "migrations" not in path.parts and "tests" not in path.parts:
            yield path


def test_nobody_reads_the_clock_but_the_clock() -> None:
    """Rules and actions get the moment as an argument, so that any day can be lived again."""
    readers = re.compile(r"\b(datetime\.now|datetime\.utcnow|date\.today|timezone\.now|time\.time)\(")
    offenders = [
        str(path.relative_to(SOURCE))
        for path in _python_files()
        if path.name in ("rules.py", "actions.py", "queries.py") or "rules" in path.relative_to(SOURCE).parts
        if readers.search(path.read_text())
    ]
    assert not offenders


def test_sql_files_say_what_they_do() -> None:
    for path in SOURCE.rglob("sql/*.sql"):
        first = path.read_text().splitlines()[0]
        assert re.fullmatch(r"-- \w+(\(.*\))?: .+", first), f"{path.relative_to(SOURCE)} must begin with a line that says what it does"


def test_events_that_are_heard_are_told() -> None:
    told = "\n".join(path.read_text() for path in [*SOURCE.rglob("events.py"), *SOURCE.rglob("sql/*.sql")] if path.parts[-2] != "site")
    for name in HEARERS:
        assert name in told, f"{name} is heard but never told"


def test_django_signals_are_not_used_to_tell_upwards() -> None:
    for path in _python_files():
        tree = ast.parse(path.read_text())
        imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == "django.db.models.signals"]
        # post_migrate is about the tables, not about what happens in them.
        if {name.name for node in imports for name in node.names} - {"post_migrate"}:
            pytest.fail(f"{path.relative_to(SOURCE)} listens to signals of models: tell an event instead")


def test_tables_outside_the_sellers_group_are_named() -> None:
    known = {model._meta.db_table for model in our_models()}
    assert set(OUTSIDE) <= known
