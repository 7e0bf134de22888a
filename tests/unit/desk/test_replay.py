"""`desk replay`: recorded input from every kind of file, and the same result whatever the batches."""

import json
import mailbox
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from correlate.policy import Policy, Service
from desk.replay import report
from desk.replay.simulation import Simulation, likely_policy
from desk.replay.source import SourceError, read_source
from ingest.event import Draft
from ingest.journal_sql import open_journal

RAW = (
    "From: Ada <ada@fernhill.example>\r\nTo: help@fernhill.example\r\nSubject: ledger gone\r\n"
    "Message-ID: <{n}@fernhill.example>\r\nDate: Mon, 2 Mar 2026 09:{n:02}:00 +0000\r\n\r\n"
    "The ledger does not open.\r\n"
)
POLICY = Policy(
    address="help@fernhill.example",
    own_addresses=("help@fernhill.example",),
    own_domains=("fernhill.example",),
    services=(Service(name="ledger", resources=("led-*",)),),
)


def alert(minute: int, status: str) -> dict[str, object]:
    body = {"status": status, "severity": "critical", "resource": "led-1", "title": "Errors", "service": "ledger"}
    return {"at": f"2026-03-02T09:{minute:02}:00Z", "kind": "webhook", "tool": "generic", "body": body}


def mail(minute: int) -> dict[str, object]:
    return {"at": f"2026-03-02T09:{minute:02}:00Z", "kind": "mail", "raw": RAW.format(n=minute)}


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    lines = [alert(0, "firing"), mail(5), alert(6, "firing"), mail(9), alert(20, "resolved"), alert(59, "resolved")]
    path = tmp_path / "inputs.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines) + "\nnonsense\n")
    return path


def played(path: Path, batch: int = 500, policy: Policy | None = POLICY) -> dict[str, object]:
    simulation = Simulation(policy, None, batch=batch)
    simulation.run(read_source(path))
    return report.facts(simulation)


def test_alerts_and_mails_of_one_trouble_are_one_incident_with_all_its_inputs(recording: Path) -> None:
    found = played(recording)
    (incident,) = found["incidents"]  # type: ignore[misc,attr-defined]
    assert incident["service"] == "ledger"
    assert incident["inputs"] == [[0, 0], [1, 0], [2, 0], [3, 0], [4, 0], [5, 0]]
    assert incident["resolved_at"] == "2026-03-02T09:25:00Z"
    assert [item["line"] for item in found["quarantined"]] == [6]  # type: ignore[attr-defined]
    kinds = [sent["kind"] for sent in found["mail_out"]]  # type: ignore[attr-defined]
    assert kinds.count("acknowledgement") == 1
    assert kinds.count("resolution") == 1
    assert found["duplicates"] == 2


def test_the_result_does_not_depend_on_the_batches(recording: Path) -> None:
    digests = {str(played(recording, batch)["digest"]) for batch in (1, 2, 500)}
    assert len(digests) == 1


def test_where_nothing_is_configured_most_mails_tell_whose_desk_it_is(recording: Path) -> None:
    policy = likely_policy(list(read_source(recording)), Policy())
    assert (policy.address, policy.own_domains) == ("help@fernhill.example", ("fernhill.example",))


def test_mailboxes_are_read_in_the_order_of_their_mails(tmp_path: Path) -> None:
    for box in (mailbox.mbox(str(tmp_path / "old.mbox")), mailbox.Maildir(str(tmp_path / "maildir"))):
        for minute in (9, 5):
            box.add(RAW.format(n=minute).encode())
        box.close()
    for path in (tmp_path / "old.mbox", tmp_path / "maildir"):
        times = [record.item.accepted_at for record in read_source(path) if record.item is not None]
        assert times == [datetime(2026, 3, 2, 9, minute, tzinfo=UTC) for minute in (5, 9)]


def test_a_journal_is_replayed_as_it_was(tmp_path: Path) -> None:
    journal = open_journal(f"sqlite:///{tmp_path}/journal.db")
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "ada@fernhill.example", "help@fernhill.example", "Mouse"
    message.set_content("The wheel squeaks.")
    draft = Draft(kind="mail", route="help@fernhill.example", body=message.as_bytes())
    journal.append([draft], datetime(2026, 3, 2, 9, tzinfo=UTC))
    journal.close()
    assert [record.line for record in read_source(tmp_path / "journal.db")] == [0]
    assert len(played(tmp_path / "journal.db", policy=POLICY)["incidents"]) == 1  # type: ignore[arg-type]


def test_what_cannot_be_read_at_all_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        list(read_source(tmp_path / "nothing"))
    with pytest.raises(SourceError, match="no Maildir"):
        list(read_source(tmp_path))


def test_the_report_is_for_people(recording: Path) -> None:
    assert "1 incidents" in report.text(played(recording))
