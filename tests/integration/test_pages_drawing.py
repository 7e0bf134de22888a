"""Charts are drawn beside the doors, by a process that may die and never stays behind."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from desk.charts import DAY, Point, Series
from desk.drawing import DrawingError, Painter

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


def week(*counts: int) -> Series:
    return Series(
        DAY,
        tuple(Point(MONDAY + n * DAY, count, 1.0, 0, 3) for n, count in enumerate(counts)),
        ((MONDAY + timedelta(hours=30), "Driver <4.2> & more"),),
    )


@pytest.fixture
def painter() -> Iterator[Painter]:
    made = Painter()
    yield made
    made.close()


def test_a_chart_is_drawn_once_and_its_words_are_text(painter: Painter) -> None:
    drawn = painter.svg(week(1, 2, 9))
    assert drawn.startswith("<svg")
    assert "Driver &lt;4.2&gt; &amp; more" in drawn
    process = painter._process
    assert painter.svg(week(1, 2, 9)) is drawn
    assert painter.svg(week(1, 2, 9), dark=True) != drawn
    assert painter._process is process


def test_a_drawing_process_that_died_is_replaced(painter: Painter) -> None:
    painter.svg(week(1))
    assert painter._process is not None
    painter._process.kill()
    painter._process.wait()
    assert painter.svg(week(2)).startswith("<svg")


def test_what_cannot_be_drawn_is_an_error_and_the_next_chart_is_drawn(painter: Painter) -> None:
    with pytest.raises(DrawingError, match="in the table"):
        painter.svg(Series(DAY, (Point(MONDAY, 1, float("nan"), 0, 1),)))
    assert painter.svg(week(1)).startswith("<svg")


def test_the_process_ends_when_the_desk_does(painter: Painter) -> None:
    painter.svg(week(1))
    process = painter._process
    assert process is not None
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(20) == 0
