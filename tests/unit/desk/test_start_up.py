"""What a process carries from its start: only what it needs, for every start costs as much as it imports."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

NUMBERS = {"numpy", "scipy", "sklearn", "skops"}
RARE = {"alembic", "altair", "vl_convert", "icalendar", "dkim", "imapclient", "aiosmtpd", "fastapi"}


def carried(script: str) -> set[str]:
    """The packages that a new process has imported once it has run this."""
    ending = "\nimport json, sys; print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    done = subprocess.run([sys.executable, "-c", script + ending], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize("command", ["serve", "check", "normalize", "init", "demo"])
def test_a_command_begins_with_little(command: str) -> None:
    heavy = NUMBERS | RARE | {"sqlalchemy", "pydantic", "jinja2", "charset_normalizer"}
    assert not carried(f"import desk.__main__, desk.commands.{command}") & heavy


def test_checking_a_configuration_opens_no_database_that_it_does_not_name() -> None:
    checked = """
from desk.config import Settings
from desk.config_trial import trials
list(trials(Settings(), online=False))"""
    assert "sqlalchemy" not in carried(checked)


def test_the_parent_of_the_processes_has_no_threads_and_nothing_that_one_role_alone_needs(tmp_path: Path) -> None:
    (tmp_path / "desk.toml").write_text('[storage]\ndata_dir = "data"\n', encoding="utf-8")
    prepared = f"""
from pathlib import Path
from desk.commands.serve import prepare
from desk.config_file import load_settings
prepare(load_settings(Path({str(tmp_path / "desk.toml")!r})))
"""
    carried(prepared)  # the first start makes the tables
    counted = "assert len(list(Path('/proc/self/task').iterdir())) == 1, 'a fork would lose its threads'\n"
    assert not carried(prepared + (counted if Path("/proc/self/task").exists() else "")) & (NUMBERS | RARE)


def test_doors_and_worker_load_models_charts_and_calendars_when_they_need_them() -> None:
    assert not carried("import desk.doors, desk.worker") & (NUMBERS | RARE - {"aiosmtpd", "fastapi"})
