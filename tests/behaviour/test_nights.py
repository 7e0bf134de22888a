"""Nights of learning, on both databases: when one is due, what there is to learn, and what a damaged model does."""

from datetime import timedelta

import pytest

from tests.behaviour.harness import Desk
from tests.behaviour.learning_week import right, work


@pytest.fixture(autouse=True)
def mails_stay_apart(desk: Desk) -> None:
    """Each mail is a matter of its own here."""
    desk.configure(mail_window=0)


def test_a_model_that_was_damaged_is_not_used_and_the_desk_goes_on_by_rules(desk: Desk) -> None:
    desk.damaged_model()
    assert right(desk, [1, 2]) == 0
    assert desk.record(desk.records()[-1].number).model is None
    assert "rules decide alone" in desk.model_trouble()


def test_nights_are_told_by_the_journal_and_made_up_for(desk: Desk) -> None:
    assert not desk.should_learn()
    desk.advance(timedelta(days=1))
    assert desk.should_learn()
    desk.restart()
    assert desk.should_learn()
    assert desk.learn().outcome == "nothing new"
    assert not desk.should_learn()


def test_what_people_corrected_and_what_they_left_alone_is_there_to_learn(desk: Desk) -> None:
    numbers = work(desk, "kim", range(24))
    (first, *_) = numbers
    desk.command("set", "ben", first, field="category", value="databases")
    desk.command("set", "ben", first, field="team", value="Data")
    rows = {row.key: row for row in desk.material().rows}
    assert set(rows) == set(numbers)
    assert rows[first].labels["category"] == "databases"
    assert rows[first].labels["assignment_group"] == "Data"
    assert rows[first].actor == "ben"
    assert {row.origin for row in rows.values()} == {"corrected", "confirmed"}
    desk.command("labels-judge", "ada", "", labels=[rows[first].key_of("category")], verdict="dropped")
    assert "category" not in {row.key: row for row in desk.material().rows}[first].labels


def test_words_and_languages_that_are_new_are_counted_in_mails_that_nobody_labelled(desk: Desk) -> None:
    def write(number: int, text: str) -> None:
        desk.mail(f"w{number}@fernhill.example", f"Matter {number}", text)
        desk.advance(timedelta(minutes=5))
        desk.take_mail()

    for number in range(4):
        write(number, "The printer on the second floor has a paper jam and the toner is empty.")
    desk.advance(timedelta(days=8))
    for number in range(4, 8):
        write(number, "Tulostimen väriaine loppui eikä mikään asiakirja tulostu kolmannessa kerroksessa.")
    seen = desk.learn().watched
    assert seen is not None
    assert desk.material().rows == []
    assert seen.unknown_words is not None
    assert seen.unknown_words_before is not None
    assert seen.unknown_words > 0.7
    assert seen.unknown_words_before < 0.3
    assert seen.unknown_language == 1.0
    assert seen.unknown_language_before == 0.0
