"""Learning runs in a process of its own: settings by its standard input, what came of it in the journal."""

from pathlib import Path

import pytest

from desk import __main__ as program
from desk.config import Settings
from desk.config_sections import StorageSettings
from desk.database import migrate, open_database
from desk.learning.nightly import start
from ingest.journal_sql import open_journal

EXPORT = "Issue key,Summary,Issue Type,Component/s,Description\n" + "".join(
    f"HD-{n},{subject} {n},Incident,{category},{subject} in hall {n}\n"
    for n in range(12)
    for category, subject in (("Payroll", "Payslip is missing"), ("Fleet", "Car booking fails"))
)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "desk.toml"
    path.write_text(f'[storage]\ndata_dir = "{tmp_path}/data"\n', encoding="utf-8")
    return path


def test_the_process_tells_the_journal_what_came_of_it(tmp_path: Path) -> None:
    settings = Settings(storage=StorageSettings(data_dir=str(tmp_path)))
    engine = open_database(settings.database_url())
    migrate(engine)
    engine.dispose()
    process = start(settings)
    try:
        assert process.wait(timeout=120) == 0
    finally:
        process.kill()
        process.wait()
    journal = open_journal(settings.journal_url())
    try:
        told = [item.body or b"" for item in journal.read(0, 10, 1 << 20)]
    finally:
        journal.close()
    assert any(b"model-trial" in body for body in told)


def test_an_export_is_imported_by_one_command_and_a_second_time_changes_nothing(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export = tmp_path / "jira.csv"
    export.write_text(EXPORT, encoding="utf-8")
    command = ["--config", str(config), "import", str(export), "--no-learn", "--replace-categories"]
    assert program.main(command) == 0
    said = capsys.readouterr().out
    assert "24 rows, read as Jira" in said
    assert "24 labelled texts are new." in said
    assert program.main(command) == 0
    assert "0 labelled texts are new, 24 were there before." in capsys.readouterr().out
    assert program.main(["--config", str(config), "taxonomy", "list"]) == 0
    listed = capsys.readouterr().out
    assert "Payroll" in listed
    assert "printing" not in listed


def test_categories_are_changed_by_command_and_mistakes_are_told(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = ["--config", str(config), "taxonomy"]
    assert (
        program.main([*desk, "add", "Purchasing", "--parent", "applications", "--example", "The order is stuck"]) == 0
    )
    assert program.main([*desk, "rename", "telephony", "Phones"]) == 0
    assert program.main([*desk, "rename", "nothing", "x"]) == 1
    assert "There is no category 'nothing'" in capsys.readouterr().err
    assert program.main([*desk, "list"]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert next(line for line in listed if "Purchasing" in line).split()[-1] == "1"
    assert any("Phones" in line and "telephony" in line for line in listed)
