"""The shape of the house: which room may know which, what the pure part may not touch, how large a thought may grow."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from correlate.effects import Effect

ROOT = Path(__file__).parent.parent
ROOMS = ["ingest", "classify", "correlate", "desk"]
SHELL_OF_INGEST = {
    "smtp.py",
    "smtp_session.py",
    "webhook.py",
    "journal_sql.py",
    "journal_database.py",
    "group_commit.py",
    "rates.py",
    "http_body.py",
    "imap.py",
    "migrations",
}
"""Doors and storage: the part of ingest/ that is allowed to touch the world."""

FORBIDDEN_IN_THE_CORE = {
    "time", "random", "secrets", "uuid", "socket", "asyncio", "threading", "subprocess", "sqlite3", "sqlalchemy",
    "psycopg", "requests", "httpx", "urllib.request", "smtplib", "imaplib", "http", "fastapi", "starlette", "aiosmtpd",
    "logging.handlers", "locale", "os",
}  # fmt: skip
ALLOWED_ALL_THE_SAME = {
    # Reading and writing model files and CSV tables is what training is for; nothing there decides about a record.
    ("classify", "os"),
}
CLOCKS = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("time", "time")}
LONG_MODULES: dict[str, str] = {
    "desk/migrations/versions/d0001_tables.py": "every table as it was at first, to be read side by side",
}
"""Modules over 400 lines, with the reason why they are one thought."""


def modules(room: str) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted((ROOT / room).rglob("*.py")):
        yield path, ast.parse(path.read_text("utf-8"), filename=str(path))


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield node.module or ""


def core() -> Iterator[tuple[Path, ast.Module]]:
    for room in ("ingest", "classify", "correlate"):
        for path, tree in modules(room):
            inside = path.relative_to(ROOT / room).parts
            if not (room == "ingest" and inside[0] in SHELL_OF_INGEST):
                yield path, tree


@pytest.mark.parametrize("room", ROOMS)
def test_imports_point_one_way(room: str) -> None:
    later = set(ROOMS[ROOMS.index(room) + 1 :])
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path, tree in modules(room)
        for name in imported(tree)
        if name.split(".")[0] in later
    ]
    assert not wrong


def test_the_core_imports_no_clock_no_chance_no_tables_and_no_sockets() -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path, tree in core()
        for name in imported(tree)
        if (name in FORBIDDEN_IN_THE_CORE or name.split(".")[0] in FORBIDDEN_IN_THE_CORE)
        and (path.relative_to(ROOT).parts[0], name) not in ALLOWED_ALL_THE_SAME
    ]
    assert not wrong


def test_the_core_asks_nobody_what_time_it_is() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path, tree in core()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and (node.value.id, node.attr) in CLOCKS
    ]
    assert not wrong


def test_every_effect_has_a_cause_a_time_and_a_reason() -> None:
    for effect in get_args(Effect):
        fields = effect.__struct_fields__
        assert {"cause", "at", "reason"} <= set(fields), effect.__name__
        assert not {"cause", "at", "reason"} & set(fields[len(fields) - len(effect.__struct_defaults__) :])


def test_a_module_is_one_thought() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for room in ROOMS
        for path, _ in modules(room)
        if (lines := len(path.read_text("utf-8").splitlines())) > 400
        and str(path.relative_to(ROOT)) not in LONG_MODULES
    }
    assert not long


def test_a_function_fits_on_a_screen() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name} has {node.end_lineno - node.lineno + 1} lines"
        for room in ROOMS
        for path, tree in modules(room)
        if "migrations" not in path.parts
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > 70
    ]
    assert not long


def test_names_of_files_say_something() -> None:
    silent = {"utils", "util", "helpers", "helper", "common", "base", "manager", "managers", "misc"}
    assert not [path for room in ROOMS for path, _ in modules(room) if path.stem in silent]


def test_nothing_of_a_test_is_imported_by_the_program() -> None:
    wrong = [
        path for room in ROOMS for path, tree in modules(room) for name in imported(tree) if name.startswith("tests")
    ]
    assert not wrong
