"""Keys from outside, scheduling, and what is asked of a model."""

from datetime import UTC, datetime, timedelta

import pytest

from classify.classification import Classification, Text
from desk.bounded import ADDRESS_BYTES, MAX_KEY_BYTES, bounded, bounded_or_none
from desk.classifying import Classifier, always, texts_of
from desk.clock import MovableClock
from desk.scheduler import PATIENCE, Scheduler
from ingest.event import Address, Draft, Event, Input, Mail, Tick

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


# --- keys ----------------------------------------------------------------------------------------------------------


def test_short_keys_stay_as_they_are() -> None:
    assert bounded("one@example.com") == "one@example.com"
    assert bounded("x" * MAX_KEY_BYTES) == "x" * MAX_KEY_BYTES
    assert bounded_or_none(None) is None


@pytest.mark.parametrize("letter", ["x", "ü", "漢", "😀"])
def test_long_keys_fit_and_stay_apart(letter: str) -> None:
    one, other = letter * 600 + "1", letter * 600 + "2"
    assert bounded(one) == bounded(one)
    assert bounded(one) != bounded(other)
    assert len(bounded(one).encode()) <= MAX_KEY_BYTES
    assert len(bounded(one, ADDRESS_BYTES).encode()) <= ADDRESS_BYTES


# --- ticks ---------------------------------------------------------------------------------------------------------


class Shelf:
    """A journal of which only `append` is asked."""

    def __init__(self) -> None:
        self.drafts: list[Draft] = []

    def append(self, drafts: list[Draft], at: datetime) -> list[int]:
        self.drafts += drafts
        return [len(self.drafts)]


def test_a_tick_comes_when_a_deadline_is_due_and_not_before() -> None:
    shelf, clock = Shelf(), MovableClock(START)
    scheduler = Scheduler(shelf, clock)  # type: ignore[arg-type]
    due = START + timedelta(seconds=30)
    assert scheduler.tick(None) is None
    assert scheduler.tick(due) is None
    clock.advance(30)
    assert scheduler.tick(due) == 1
    assert [draft.kind for draft in shelf.drafts] == ["tick"]


def test_a_deadline_that_stays_due_is_not_ticked_for_without_end() -> None:
    shelf, clock = Shelf(), MovableClock(START)
    scheduler = Scheduler(shelf, clock)  # type: ignore[arg-type]
    assert scheduler.tick(START) == 1
    assert scheduler.tick(START) is None
    assert scheduler.tick(START - timedelta(seconds=1)) == 2
    clock.advance(PATIENCE)
    assert scheduler.tick(START) == 3


def test_a_movable_clock_never_runs_backwards() -> None:
    clock = MovableClock(START)
    clock.move_to(START - timedelta(days=1))
    assert clock() == START
    assert clock.advance(1.5) == START + timedelta(seconds=1.5)


# --- models --------------------------------------------------------------------------------------------------------


def item(position: int) -> Input:
    return Input(position=position, accepted_at=START, kind="mail", route="desk@example.com", body=b"")


def mail(subject: str, **fields: object) -> Mail:
    given = {"sender": Address(None, "ada@example.com"), "new_text": "It is stuck.", **fields}
    return Mail(subject=subject, **given)  # type: ignore[arg-type]


class Echo:
    digest = "ab" * 32

    def __init__(self) -> None:
        self.asked: list[list[Text]] = []

    def classify(self, texts: list[Text]) -> list[Classification]:
        self.asked.append(texts)
        return [Classification(model=self.digest) for _ in texts]


class Broken:
    digest = "cd" * 32

    def classify(self, texts: list[Text]) -> list[Classification]:
        raise ZeroDivisionError


def test_only_mails_of_people_are_classified() -> None:
    events: list[tuple[Event, ...]] = [(mail("One"),), (mail("Two", automatic="bounce"),), (Tick(),), (mail("Four"),)]
    texts = texts_of([item(n) for n in range(1, 5)], events)
    assert {place: text.subject for place, text in texts.items()} == {(1, 0): "One", (4, 0): "Four"}


def test_a_model_is_asked_once_for_a_batch() -> None:
    model = Echo()
    found = Classifier(always(model)).classify(  # type: ignore[arg-type]
        model.digest, [item(1), item(2)], [(mail("One"),), (mail("Two"),)]
    )
    assert len(model.asked) == 1
    assert set(found) == {1, 2}
    assert found[2][0].model == model.digest


def test_a_model_that_fails_leaves_the_rules_and_says_so() -> None:
    classifier = Classifier(always(Broken()))  # type: ignore[arg-type]
    assert classifier.classify("cd" * 32, [item(1)], [(mail("One"),)]) == {}
    assert classifier.trouble is not None
    assert "ZeroDivisionError" in classifier.trouble


def test_a_model_that_is_not_here_leaves_the_rules_and_says_so() -> None:
    classifier = Classifier(always(None))
    assert classifier.classify("ef" * 32, [item(1)], [(mail("One"),)]) == {}
    assert "efefefefefef" in str(classifier.trouble)
