"""Silences by page, by API and by command; those of an Alertmanager are taken over, and their mail stays away."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from correlate.policy import Policy, Service
from correlate.records import Silence
from desk.__main__ import main
from desk.database import open_database
from desk.tables import silences, state
from ingest.event import Command
from ingest.journal_sql import open_journal
from tests.integration.pages_desk import PagesDesk, a_desk
from tests.integration.test_pages_api import Program


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PagesDesk]:
    with a_desk(tmp_path) as made:
        yield made


def test_an_agent_silences_something_on_the_page_and_ends_it(desk: PagesDesk) -> None:
    ann = desk.browser("ann")
    assert "Nothing is silenced" in ann.follow("/silences").text
    ann.post("/silences", matchers='severity="warning"', hours="2", comment="moving <b>racks</b>")
    shown = ann.follow("/silences").text
    assert "SIL-1" in shown
    assert "moving &lt;b&gt;racks&lt;/b&gt;" in shown
    ann.post("/silences/SIL-1/expire")
    assert "Nothing is silenced" in ann.follow("/silences").text
    assert "SIL-1" in ann.follow("/silences?state=over").text


def test_a_matcher_that_cannot_be_read_is_refused_with_a_sentence(desk: PagesDesk) -> None:
    ann = desk.browser("ann")
    answer = ann.post("/silences", matchers="severity warning", hours="2", comment="moving")
    assert "cannot be read" in answer.text


def test_a_program_silences_and_reads_silences(desk: PagesDesk) -> None:
    program = Program(desk, "ann")
    matchers = [{"name": "alertname", "value": "Disk.*", "isRegex": True, "isEqual": True}]
    done = program.act("silence-add", matchers=matchers, duration=3600, comment="new disks")
    assert done.status_code == 200
    (found,) = program.get("/api/v1/silences").json()["silences"]
    assert (found["state"], found["for"], found["author"]) == ("in force", 'alertname=~"Disk.*"', "ann")
    assert program.act("silence-expire", subject=found["id"]).status_code == 200
    assert program.act("silence-expire", subject=found["id"]).status_code == 409
    assert program.get("/api/v1/heartbeats").json() == {"heartbeats": []}


def alertmanagers(now: datetime) -> list[dict[str, object]]:
    matcher = {"name": "instance", "value": "web-1", "isRegex": False, "isEqual": True}

    def one(name: str, state: str, ends: datetime) -> dict[str, object]:
        return {
            "id": name, "status": {"state": state}, "matchers": [matcher], "createdBy": "ops", "comment": "patching",
            "startsAt": (now - timedelta(hours=1)).isoformat(), "endsAt": ends.isoformat(),
        }  # fmt: skip

    return [one("a", "active", now + timedelta(hours=1)), one("b", "expired", now - timedelta(minutes=1))]


def test_the_silences_of_an_alertmanager_are_taken_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "desk.toml"
    config.write_text(f'[storage]\ndata_dir = "{tmp_path}/data"\n')
    exported = tmp_path / "silences.json"
    exported.write_text(json.dumps(alertmanagers(datetime.now(UTC))))
    assert main(["--config", str(config), "silence", "import", str(exported)]) == 0
    assert "1 of 2 silences were taken over" in capsys.readouterr().out
    assert main(["--config", str(config), "silence", "add", 'host=~"web.*"', "--for", "2h", "--comment", "why"]) == 0
    journal = open_journal(f"sqlite:///{tmp_path}/data/journal.db")
    first, second = (msgspec.json.decode(row.body or b"", type=Command) for row in journal.read(0, 10))
    journal.close()
    assert (first.arguments["origin_id"], first.arguments["author"]) == ("a", "ops")
    assert second.arguments["matchers"] == ['host=~"web.*"']


def test_what_was_ended_in_alertmanager_meanwhile_ends_here_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config, database = tmp_path / "desk.toml", f"sqlite:///{tmp_path}/data/desk.db"
    config.write_text(f'[storage]\ndata_dir = "{tmp_path}/data"\n')
    now = datetime.now(UTC)
    exported = tmp_path / "silences.json"
    exported.write_text(json.dumps([{**one, "status": {"state": "expired"}} for one in alertmanagers(now)]))
    wanted = ["--config", str(config), "silence", "import", str(exported)]
    assert main(wanted) == 0
    assert "0 of 2 silences were taken over" in capsys.readouterr().out
    known = Silence(
        id="SIL-1", kind="silence", starts_at=now, ends_at=now + timedelta(hours=1), author="ops", comment="patching",
        created_at=now, origin="import", origin_id="a",
    )  # fmt: skip
    engine = open_database(database)
    with engine.begin() as connection:
        row = {
            "id": known.id,
            "kind": known.kind,
            "starts_at": known.starts_at,
            "ends_at": known.ends_at,
            "over": False,
        }
        connection.execute(silences.insert().values(**row, body=msgspec.json.encode(known).decode()))
    engine.dispose()
    assert main(wanted) == 0
    assert "they end here too" in capsys.readouterr().out
    journal = open_journal(f"sqlite:///{tmp_path}/data/journal.db")
    (command,) = (msgspec.json.decode(row.body or b"", type=Command) for row in journal.read(0, 10))
    journal.close()
    assert (command.action, command.subject) == ("silence-expire", "SIL-1")


def test_a_service_that_the_desk_does_not_know_is_refused_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config, database = tmp_path / "desk.toml", f"sqlite:///{tmp_path}/data/desk.db"
    config.write_text(f'[storage]\ndata_dir = "{tmp_path}/data"\n')
    asked = ["--config", str(config), "silence", "add", "--for", "2h", "--comment", "why", "--service"]
    assert main([*asked, "shop"]) == 0
    policy = msgspec.json.encode(Policy(services=(Service(name="erp"),))).decode()
    engine = open_database(database)
    with engine.begin() as connection:
        connection.execute(state.insert().values(name="policy", value=policy))
    engine.dispose()
    assert main([*asked, "shop"]) == 1
    assert "knows no service shop: it knows erp" in capsys.readouterr().err
    assert main([*asked, "erp"]) == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["add", "--for", "2h", "--comment", "x"], "does not fit everything"),
        (["add", 'a=~"("', "--for", "2h", "--comment", "x"], "cannot be used"),
        (["add", "a=b", "--comment", "x"], "how long"),
        (["add", "a=b", "--for", "soon", "--comment", "x"], "no duration"),
        (["add", "a=b", "--for", "2h", "--schedule", "now and then", "--comment", "x"], "no rule"),
        (["expire", "SIL-9"], "There is no silence"),
        (["import", "nothing.json"], "cannot be read"),
    ],
)
def test_what_cannot_be_done_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    config = tmp_path / "desk.toml"
    config.write_text(f'[storage]\ndata_dir = "{tmp_path}/data"\n')
    assert main(["--config", str(config), "silence", *words]) == 1
    assert said in capsys.readouterr().err
