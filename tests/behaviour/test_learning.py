"""The desk learns from what people correct, and only where that makes it better."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from classify.model import StoredModel
from correlate.taxonomies import in_force
from desk.learning.checked import checked
from desk.learning.inputs import Example
from tests.behaviour.harness import Desk
from tests.behaviour.learning_week import WORDS, mails, ordinary, poison, right, work

pytestmark = pytest.mark.slow


@pytest.fixture
def desk(tmp_path: Path, starter_model: StoredModel) -> Iterator[Desk]:
    """On SQLite alone: training takes long, and `test_nights` asks PostgreSQL the same questions."""
    made = Desk(tmp_path, None, starter_model)
    try:
        yield made
        made.assert_no_unexpected_mail()
    finally:
        made.close()


@pytest.fixture(autouse=True)
def mails_stay_apart(desk: Desk) -> None:
    """Each mail is a matter of its own here."""
    desk.configure(mail_window=0)


def test_a_week_of_corrections_makes_the_desk_better_and_one_word_goes_back(desk: Desk) -> None:
    before = desk.model()
    at_first = right(desk, range(400, 412))
    work(desk, "kim", range(44))
    trial = desk.learn()
    assert trial.outcome == "promoted", trial.why
    assert desk.model() == trial.challenger != before
    afterwards = right(desk, range(500, 512))
    assert afterwards >= 0.9
    assert afterwards >= at_first + 0.3
    desk.back("kim")
    assert desk.model() == before
    assert abs(right(desk, range(600, 612)) - at_first) < 0.2


def test_what_the_model_may_decide_is_proven_by_the_labels_of_the_desk_and_can_be_taken_back(desk: Desk) -> None:
    before = desk.model()
    (guessed, *_) = ordinary(desk, "kim", range(64))
    assert desk.record(guessed).decided_by["category"] == "proposal"
    trial = desk.learn()
    assert trial.outcome == "verified", trial.why
    assert "It decides category by itself" in " ".join(trial.why)
    assert desk.model() == trial.challenger != before
    (decided, other) = ordinary(desk, "kim", range(80, 82))
    assert desk.record(decided).category == desk.record(guessed).category
    assert desk.record(decided).decided_by["category"] == "model"
    assert _said_of_decisions(desk, "category") == (2, 0)
    desk.command("set", "ada", other, field="category", value="telephony")
    assert _said_of_decisions(desk, "category") == (1, 1)
    desk.back("kim")
    assert desk.model() == before
    (again, *_) = ordinary(desk, "kim", range(90, 92))
    assert desk.record(again).decided_by["category"] == "proposal"


def _said_of_decisions(desk: Desk, target: str) -> tuple[int, int]:
    """How many decided answers people confirmed, and corrected."""
    with desk.database.connect() as connection:
        found = checked(connection, in_force(desk.policy()), 0.9, desk.now)
    (one,) = (each for each in found if each.target == target)
    return one.confirmed, one.corrected


def test_an_agent_who_files_everything_under_one_word_is_shown_and_not_learned_from(desk: Desk) -> None:
    work(desk, "kim", range(24))
    work(desk, "ben", range(100, 124), says="telephony")
    trial = desk.learn()
    (doubt,) = [doubt for doubt in trial.doubts if doubt.kind == "person"]
    assert doubt.actor == "ben"
    assert set(doubt.values) == {"telephony"}
    assert "telephony" not in [each.value for each in trial.broken]
    assert right(desk, range(500, 512)) >= 0.9  # Kim's labels were learned all the same


def test_a_week_of_labels_that_break_what_was_known_is_not_promoted(desk: Desk) -> None:
    before = desk.model()
    for number in range(36):
        poison(desk, "mallory", number)
    trial = desk.learn()
    assert trial.outcome == "kept back", trial.why
    assert desk.model() == before


def test_labels_that_contradict_each_other_on_equal_texts_wait_for_a_person(desk: Desk) -> None:
    (one,) = work(desk, "kim", [1])
    (other,) = work(desk, "ben", [1], says="files")
    work(desk, "kim", range(4, 24))
    trial = desk.learn()
    (doubt,) = trial.doubts
    assert set(doubt.values) == {"printing", "files"}
    kept = next(key for key, value in zip(doubt.labels, doubt.values, strict=True) if value == "printing")
    dropped = next(key for key in doubt.labels if key != kept)
    desk.command("labels-judge", "ada", "", labels=[kept], verdict="kept")
    desk.command("labels-judge", "ada", "", labels=[dropped], verdict="dropped")
    assert desk.learn(whatever=True).doubts == ()
    assert {desk.record(one).category, desk.record(other).category} == {"printing", "files"}


def test_an_imported_history_is_known_the_same_day_and_twice_is_once(desk: Desk) -> None:
    history = [
        # Everybody there is in one group: nothing is to be learned of groups, and the rest is learned all the same.
        Example(labels={"category": category, "assignment_group": "Helpdesk"}, subject=subject, body=text)
        for _, subject, text, category in mails(range(60))
    ]
    history += [
        Example(labels={"category": "fleet"}, body=f"{what} of car {plate} in {place}")
        for plate, place in enumerate(WORDS)
        for what in ("Tyre pressure", "The lease", "Fuel card")
    ]
    desk.import_examples(history)
    desk.import_examples(history)
    trial = desk.learn()
    assert trial.outcome == "promoted", trial.why
    assert trial.rows["imported"] == len(history)
    assert "fleet" in in_force(desk.policy()).categories()
    assert right(desk, range(500, 508)) >= 0.8
