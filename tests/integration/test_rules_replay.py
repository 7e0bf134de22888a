"""Rules and verdicts are inputs: the same journal gives the same records, in batches of any size, and asks nobody."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from correlate.rules import plain, rule_from
from desk.classifying import always
from desk.database import migrate, open_database
from desk.digest import differences, digest
from desk.processor import Processor
from desk.reader import ChildReader, InProcessReader, Reader
from ingest.event import Configured, Draft
from ingest.normalize import draft_of
from ingest.rule import RuleEdit
from tests.integration.rig import Rig, Urls, a_rig, mail_draft

RULE = rule_from({"name": "Labels", "when": [["Subject", "contains", "labels"]], "tags": ["labels"], "priority": "P1"})


@pytest.fixture
def rig(urls: Urls) -> Iterator[Rig]:
    with a_rig(urls) as made:
        yield made


def fill(rig: Rig) -> None:
    """Mails before and after a rule of the page, with the rule changed in between, spam, and a change of settings."""
    rig.configure(spam_headers=["X-Spam-Flag"])
    for number in range(30):
        rig.pass_time(minutes=7)
        spam = {"X_Spam_Flag": "YES"} if number % 7 == 0 else {}
        rig.accept(mail_draft(f"p{number}@elsewhere.test", f"Blank labels {number}", f"Room {number}.", **spam))
        if number == 8:
            rig.accept(_edit("save", None))
        elif number == 15:
            rig.accept(_edit("switch off", RULE.name))
        elif number == 20:
            rig.configure(spam_headers=[])
        elif number == 22:
            rig.accept(_edit("switch on", RULE.name))


def _edit(what: Any, name: str | None) -> Draft:
    edit = RuleEdit(what=what, actor="ada", name=name, rule=plain(RULE) if name is None else None)
    return draft_of(Configured(settings={}, edit=edit), "web")


def replayed(rig: Rig, folder: Path, reader: Reader, limit: int) -> str:
    """The digest after the rig's journal went through a processor of its own, in batches of `limit`."""
    engine = open_database(f"sqlite:///{folder}/{type(reader).__name__}-{limit}.db")
    migrate(engine)
    processor = Processor(rig.journal, engine, always(None), reader, limit=limit)
    processor.start()
    processor.run_until(rig.journal.head().position)
    processor.close()
    reader.close()
    with engine.connect() as connection, rig.engine.connect() as ours:
        assert differences(connection, ours) == []
        found = digest(connection)
    engine.dispose()
    return found


def test_a_rule_holds_from_its_input_on_in_batches_of_any_size(rig: Rig, tmp_path: Path) -> None:
    fill(rig)
    rig.process()
    rows = rig.rows("SELECT title, priority FROM records ORDER BY opened_at")
    marked = {str(title) for title, priority in rows if priority == "P1"}
    expected = {f"Blank labels {n}" for n in (9, 10, 11, 12, 13, 15, *range(23, 30))}
    assert marked == expected
    assert rig.value("SELECT count(*) FROM ignored") == 3
    found = {replayed(rig, tmp_path, InProcessReader(), limit) for limit in (1, 3, 500)}
    found.add(replayed(rig, tmp_path, ChildReader(), 500))
    assert found == {rig.digest()}
