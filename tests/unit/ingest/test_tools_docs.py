"""What docs/adding-a-tool.md shows can be pasted as it stands."""

import textwrap
import tomllib
from pathlib import Path
from typing import Any

import pytest

from ingest.mapping import problems

PAGE = (Path(__file__).parents[3] / "docs" / "adding-a-tool.md").read_text(encoding="utf-8")


def blocks() -> list[str]:
    found: list[str] = []
    for line in PAGE.splitlines():
        if line.startswith("    "):
            found[-1] += line + "\n"
        elif line.strip() or not (found and found[-1]):
            found.append("")
        else:
            found[-1] += "\n"
    return [textwrap.dedent(block).strip() for block in found if block.strip()]


MAPPINGS = [block for block in blocks() if block.startswith("[mappings.")]


@pytest.mark.parametrize("block", MAPPINGS, ids=[block.split("]")[0][1:] for block in MAPPINGS])
def test_the_mappings_can_be_used(block: str) -> None:
    for name, table in tomllib.loads(block)["mappings"].items():
        assert problems(name, table) == ()


def test_both_kinds_of_mapping_are_shown() -> None:
    assert len(MAPPINGS) == 2


def test_the_reader_reads() -> None:
    (block,) = [block for block in blocks() if "TOOL = Tool(" in block]
    module: dict[str, Any] = {}
    exec(compile(block, "boilers.py", "exec"), module)
    leak = {"unit": "b4", "condition": "leaks", "pressure": 3, "reported_at": 1741078800}
    (alert,) = module["TOOL"].parse(leak)
    assert (alert.status, alert.title, alert.resource) == ("firing", "Boiler b4", "b4")
    assert module["TOOL"].looks_like(leak)
    assert not module["TOOL"].looks_like({})
