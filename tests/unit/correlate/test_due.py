"""Deadlines are found by id and by time, whatever was replaced or taken out."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from correlate.due import Deadlines
from correlate.records import Deadline
from tests.unit.correlate.world import START

MINUTES = st.integers(0, 50)


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), MINUTES | st.none()), max_size=60), MINUTES)
def test_what_is_due_is_what_a_search_would_find(steps: list[tuple[str, int | None]], minutes: int) -> None:
    deadlines = Deadlines()
    for name, minute in steps:
        if minute is None:
            deadlines.pop(name, None)
        else:
            deadlines.put(Deadline(id=name, due=START + timedelta(minutes=minute), kind="test"))
    until = START + timedelta(minutes=minutes)
    wanted = {deadline.id for deadline in deadlines.values() if deadline.due <= until}
    assert {deadline.id for deadline in deadlines.until(until)} == wanted
    earliest = min(deadlines.values(), key=lambda deadline: (deadline.due, deadline.id), default=None)
    assert deadlines.earliest() == earliest
