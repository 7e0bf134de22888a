"""What somebody asks to have erased is gone from the whole desk: a word that only their mail had is found nowhere."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from correlate.policy import Edge
from correlate.records import Problem, Record, Suggestion
from desk import tables
from desk.erasing import erase_input
from desk.forgetting import policy_of
from desk.lab.jobs import Lab
from desk.processor import FencedError
from tests.behaviour.harness import Desk

WORD = "zyxolith"
ADA, BEN, CAT, EVE = (f"{name}@fernhill.example" for name in ("ada", "ben", "cat", "eve"))
TABLES = [table for table in tables.metadata.sorted_tables if table.name != "models"]


def places(desk: Desk, word: str) -> Counter[str]:
    """Table and column to how many of its rows have the word, in whatever case."""
    found: Counter[str] = Counter()
    with desk.database.connect() as connection:
        for table in TABLES:
            for row in connection.execute(sa.select(table)):
                found.update(f"{table.name}.{c.name}" for c in table.columns if word in str(row._mapping[c]).lower())
    return found


def files_with(folder: Path, word: str) -> list[str]:
    return [
        path.name for path in sorted(folder.rglob("*")) if path.is_file() and word.encode() in path.read_bytes().lower()
    ]


def erase(desk: Desk, folder: Path, position: int) -> None:
    erase_input(desk.database, desk.journal, position, "asked for", desk.now, folder)
    desk.restart()


@pytest.fixture(autouse=True)
def goes_on_without_it(desk: Desk) -> Iterator[None]:
    """Whatever happened: days later, with the night's searches and a digest, the word has not come back."""
    yield
    desk.advance(timedelta(days=9))
    desk.take_mail()
    assert not places(desk, WORD)


def test_a_mail_that_opened_a_record(desk: Desk, tmp_path: Path) -> None:
    position = desk.mail(
        BEN, f"Screen {WORD} broken", f"My {WORD} is dark, call {WORD}@phone.\n\n-- \nBen {WORD.title()}sen\n"
    )
    number = desk.expect_mail(BEN, "acknowledgement", WORD).about
    again = desk.mail(BEN, f"Re: Screen {WORD} broken", "Still dark.", in_reply_to=desk.last_message_id)
    desk.advance(timedelta(minutes=20))
    assert number is not None
    desk.command("set", "kim", number, field="category", value="databases")
    desk.command("note", "kim", number, text="Looked at it.")
    desk.command("resolve", "kim", number, resolution="New cable.")
    desk.take_mail()
    stood = places(desk, WORD)
    assert stood.keys() >= {
        "entries.text", "entries.detail", "records.title", "records.body", "past.body", "participants.body",
        "outbox.subject", "outbox.body", "classifications.body", "state.value",
    }  # fmt: skip
    erase(desk, tmp_path, position)
    erase(desk, tmp_path, again)
    assert not places(desk, WORD)
    assert not files_with(tmp_path, WORD)
    record = desk.record(number)
    assert (record.status, record.category, record.resolution) == ("resolved", "databases", "New cable.")
    assert "Looked at it." in desk.timeline(number)
    assert desk.journal.verify().fault is None


def test_a_mail_that_joined_on_weak_evidence_and_is_looked_at_again(desk: Desk, tmp_path: Path) -> None:
    """The database of the erp fails: who writes of the erp is taken to mean that, for now."""
    desk.fire("ConnectionsExhausted", "pg-orders-1")
    desk.advance(timedelta(minutes=3))
    position = desk.mail(ADA, "erp", f"The erp shows an error window for the {WORD} order.")
    desk.take_mail()
    doubted = [r for r in desk.records() if any(WORD in each.said for each in r.doubted)]
    assert doubted, "this test is about a mail of which a record keeps the words for a while"
    erase(desk, tmp_path, position)
    assert not places(desk, WORD)
    assert not files_with(tmp_path, WORD)
    assert not desk.record(doubted[0].number).doubted
    desk.resolve("ConnectionsExhausted", "pg-orders-1")


def test_a_mail_that_people_moved_and_whose_record_was_merged(desk: Desk, tmp_path: Path) -> None:
    desk.mail(BEN, "Garage", "My badge does not open the garage any more.")
    first = desk.expect_mail(BEN, "acknowledgement").about
    position = desk.mail(ADA, f"{WORD} licence", f"I need a licence for {WORD} please.")
    second = desk.expect_mail(ADA, "acknowledgement").about
    desk.command("move", "kim", second, items=[[position, 0]], into=first)
    desk.mail(CAT, "Blank pages", "The printer gives blank pages.")
    third = desk.expect_mail(CAT, "acknowledgement").about
    desk.command("join", "kim", first, into=third)
    desk.take_mail()
    assert places(desk, WORD)["entries.text"] == 2
    erase(desk, tmp_path, position)
    assert not places(desk, WORD)
    assert not files_with(tmp_path, WORD)


def test_what_a_problem_a_pattern_and_the_map_learned_from_it(desk: Desk, tmp_path: Path) -> None:
    """Of the problem in which its record is, of a pattern of others that names it as what they are not, and of the
    dependency that was learned by quoting it."""
    subject = f"{WORD} scanner stuck"
    position = desk.mail(CAT, subject, f"The {WORD} in the archive is stuck.")
    number = desk.expect_mail(CAT, "acknowledgement").about
    assert number is not None
    desk.mail(BEN, "Paper", "The tray in the archive has a jam.")
    other = desk.expect_mail(BEN, "acknowledgement").about
    suggestion = Suggestion(
        id="SUG-1", key="service:print", kind="recurring", status="proposed", title="print recurs", service="print",
        incidents=("INC-90", "INC-91"), first_proposed_at=desk.now, updated_at=desk.now,
        evidence={"is_is_not": [{
            "what": "kind of trouble", "is": "spooler stopped", "is_not": [subject, "jitter"],
            "members": 2, "of": 2, "others": 0, "of_others": 9,
        }]},
    )  # fmt: skip
    problem = Problem(
        number="PRB-1", status="accepted", title="Scanners", service=None, opened_at=desk.now,
        incidents=(other or "", number), templates=("spooler stopped", subject), words=("archiv", "jam", WORD),
    )  # fmt: skip
    edge = Edge(
        service="print", needs="directory", status="proposed", times=3, of=9, first=3, evidence=9.0, since=desk.now,
        quoted=(number, "INC-90"), quotes=(subject, "no login"),
    )  # fmt: skip
    desk.configure(edges=(edge,))
    with desk.database.begin() as connection:
        body = msgspec.json.encode(suggestion).decode()
        values = {name: getattr(suggestion, name) for name in ("id", "key", "kind", "status", "title", "service")}
        values |= {"first_proposed_at": desk.now, "updated_at": desk.now, "body": body}
        connection.execute(sa.insert(tables.suggestions).values(values))
        body = msgspec.json.encode(problem).decode()
        values = {name: getattr(problem, name) for name in ("number", "status", "title", "service", "opened_at")}
        connection.execute(sa.insert(tables.problems).values(**values, serial=1, body=body))
    # The journal has what was configured just now, in a later input than the mail.
    assert places(desk, WORD).keys() >= {"suggestions.body", "problems.body", "state.value"}
    erase(desk, tmp_path, position)
    assert not places(desk, WORD)
    assert desk.suggestion("SUG-1").evidence["is_is_not"][0]["is_not"] == ["(erased)", "jitter"]
    (kept,) = desk.problems()
    assert (kept.templates, kept.words) == (("spooler stopped",), ("archiv", "jam"))
    with desk.database.connect() as connection:
        assert [(e.quoted, e.quotes) for e in policy_of(connection).edges] == [(("INC-90",), ("no login",))]


def test_what_others_wrote_too_is_theirs_and_stays(desk: Desk, tmp_path: Path) -> None:
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(timedelta(minutes=3))
    position = desk.mail(ADA, f"ERP invoice {WORD}", f"The erp refuses the invoice of {WORD}.")
    desk.mail(BEN, "ERP", "The erp refuses my invoice too.")
    desk.take_mail()
    (record,) = desk.records()
    assert record.topic.keys() >= {"invoic", WORD}
    erase(desk, tmp_path, position)
    kept = desk.record(record.number)
    assert "invoic" in kept.topic
    assert WORD not in kept.topic
    assert kept.service == "erp"
    assert "refuses my invoice" in desk.timeline(record.number)
    desk.resolve("HighErrorRate", "erp-app-1")


def test_a_worker_that_runs_meanwhile_writes_nothing_of_it_back(desk: Desk, tmp_path: Path) -> None:
    position = desk.mail(BEN, f"Screen {WORD} broken", f"My {WORD} is dark.")
    number = desk.expect_mail(BEN, "acknowledgement").about
    assert number is not None
    erase_input(desk.database, desk.journal, position, "asked for", desk.now, tmp_path)
    with pytest.raises(FencedError):
        desk.command("note", "kim", number, text="Is it plugged in?")
    assert not places(desk, WORD)
    desk.restart()
    desk.command("note", "kim", number, text="It was not.")
    assert "Is it plugged in?" in desk.timeline(number), "the input that it was busy with is processed by the next one"
    assert not places(desk, WORD)


def test_a_mail_that_was_ignored_and_results_of_the_rule_lab(desk: Desk, tmp_path: Path) -> None:
    desk.configure(spam_headers=("X-Spam-Flag",))
    position = desk.mail(EVE, f"Win a {WORD}", f"{WORD} for free", headers={"X-Spam-Flag": "YES"})
    assert "ignored.subject" in places(desk, WORD)
    place = Lab(tmp_path).folder / "1"
    place.mkdir(parents=True)
    row = {"title": f"Win a {WORD}", "before": ["REQ-1"], "after": []}
    (place / "result.json").write_bytes(msgspec.json.encode({"not_opened": [row]}))
    erase(desk, tmp_path, position)
    assert msgspec.json.decode((place / "result.json").read_bytes()) == {
        "not_opened": [{"title": "(erased)", "before": ["REQ-1"], "after": []}]
    }
    assert not files_with(tmp_path, WORD)


def test_a_record_without_its_words_is_still_one(desk: Desk, tmp_path: Path) -> None:
    """Its requester goes on in the thread, and hears the end."""
    position = desk.mail(BEN, f"Screen {WORD} broken", f"My {WORD} is dark.")
    number = desk.expect_mail(BEN, "acknowledgement").about
    asked = desk.last_message_id
    erase(desk, tmp_path, position)
    assert number is not None
    assert isinstance(desk.record(number), Record)
    assert desk.record(number).title == "(erased)"
    desk.mail(BEN, "Re: my screen", "It works again, thank you.", in_reply_to=asked)
    desk.take_mail()
    assert "works again" in desk.timeline(number)
    if desk.record(number).status != "resolved":
        desk.command("resolve", "kim", number, resolution="New cable.")
        desk.expect_mail(BEN, "resolution", number)
