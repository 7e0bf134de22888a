"""A tool is its file: nobody keeps a list of them, and their order does not depend on the machine."""

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from ingest import tools
from ingest.tools import discovery, grafana
from ingest.tools.discovery import discovered
from ingest.tools.notice import LAST, MailTool, Tool
from ingest.tools.registry import TOOLS


def test_every_file_with_a_tool_is_found() -> None:
    package = Path(tools.__path__[0])
    files = {path.stem for path in package.glob("*.py") if "\nTOOL = " in path.read_text("utf-8")}
    assert len(files) == len(discovered(Tool)) + len(discovered(MailTool, "mail_"))


def test_the_order_is_that_of_turns_and_names() -> None:
    order = [(tool.turn, tool.name) for tool in TOOLS.values()]
    assert order == sorted(order)
    assert [tool.name for tool in TOOLS.values() if tool.turn == LAST] == ["generic"]


class _Finder:
    def __init__(self, name: str) -> None:
        self.name = name


def test_two_files_with_one_name_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def both(_: object) -> Iterator[_Finder]:
        return iter((_Finder("grafana"), _Finder("a_copy")))

    def module(name: str) -> ModuleType:
        found = ModuleType(name)
        found.TOOL = grafana.TOOL  # type: ignore[attr-defined]
        return found

    monkeypatch.setattr(discovery.pkgutil, "iter_modules", both)
    monkeypatch.setattr(discovery.importlib, "import_module", module)
    with pytest.raises(ValueError, match='claim the tool "grafana"'):
        discovered(Tool)
