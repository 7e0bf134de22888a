"""A fault of our own (in the rules, in a model, in what the database takes) stops one input, never the next."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from classify.classification import Classification, Text, Verdict
from correlate import decide
from correlate.records import Deadline
from desk.database import writing
from desk.tables import deadlines
from tests.integration.rig import Rig, Urls, a_rig


@pytest.fixture
def rig(urls: Urls) -> Iterator[Rig]:
    with a_rig(urls) as rig:
        rig.configure()
        yield rig


class Trap:
    """A model whose answer about one subject is such that nobody can do anything with it."""

    digest = "ab" * 32

    def __init__(self, answer: Classification) -> None:
        self._answer = answer

    def classify(self, texts: list[Text]) -> list[Classification]:
        return [self._answer if text.subject == "Trap" else Classification() for text in texts]


def quarantined(rig: Rig) -> list[tuple[int, str]]:
    rows = rig.rows("SELECT position, evidence FROM quarantine ORDER BY position")
    return [(position, str(msgspec.json.decode(evidence)["why"])) for position, evidence in rows]


def three_mails(rig: Rig) -> int:
    rig.mail("ada@example.com", "Printer jam", "The printer eats my paper.")
    bad = rig.mail("ben@example.com", "Trap", "My badge does not open the gate of the garage.")
    rig.mail("cyd@example.com", "Laptop screen", "There is a line across the screen.")
    return bad


def test_an_input_on_which_the_rules_fail_is_quarantined_with_the_reason(rig: Rig) -> None:
    bad = three_mails(rig)
    rig.model = Trap(Classification(type=None))  # type: ignore[arg-type,assignment]
    rig.process()
    ((position, why),) = quarantined(rig)
    assert position == bad
    assert "The rules failed on it: AttributeError" in why
    assert rig.value("SELECT count(*) FROM records") == 2


def test_an_input_whose_result_the_database_refuses_is_quarantined_with_the_reason(rig: Rig) -> None:
    bad = three_mails(rig)
    # A number that is none: SQLite and PostgreSQL refuse a category of this type alike.
    rig.model = Trap(Classification(category=Verdict({"no": "text"}, 1.0, decided=True)))  # type: ignore[arg-type,assignment]
    rig.process()
    ((position, why),) = quarantined(rig)
    assert position == bad
    assert why
    assert rig.value("SELECT count(*) FROM records") == 2


def test_a_deadline_on_which_the_rules_fail_is_given_up_and_the_others_are_met(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(decide._DEADLINES, "broken", fail)
    rig.alerts("shop-1")
    rig.process()
    due = rig.clock() + timedelta(seconds=5)
    with writing(rig.engine) as connection:
        broken = Deadline(id="broken:x", due=due, kind="broken", subject="x")
        connection.execute(deadlines.insert(), [msgspec.to_builtins(broken) | {"due": due}])
    rig.pass_time(minutes=5)
    rig.mail("ada@example.com", "Printer jam", "The printer eats my paper.")
    rig.process()
    assert quarantined(rig) == []
    assert rig.rows("SELECT id FROM deadlines WHERE kind = 'broken'") == []
    assert sorted(rig.rows("SELECT kind FROM outbox")) == [("acknowledgement",), ("staff",)]
