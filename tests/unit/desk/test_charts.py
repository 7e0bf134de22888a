"""The figures behind a chart."""

from datetime import UTC, datetime, timedelta

import pytest

from correlate.records import Change, Suggestion
from desk import charts

NOW = datetime(2026, 3, 30, 12, tzinfo=UTC)


def suggestion(**changed: object) -> Suggestion:
    fields = {
        "id": "SUG-1", "key": "print", "kind": "recurring", "status": "proposed", "title": "print", "service": "print",
        "incidents": (), "first_proposed_at": NOW, "updated_at": NOW,
    }  # fmt: skip
    return Suggestion(**{**fields, **changed})  # type: ignore[arg-type]


@pytest.mark.parametrize(("mean", "expected"), [(0.0, (0, 0)), (0.4, (0, 2)), (1.0, (0, 3)), (10.0, (4, 17))])
def test_the_range_of_chance_is_the_central_95_percent_of_a_poisson_count(
    mean: float, expected: tuple[int, int]
) -> None:
    assert charts.poisson_range(mean) == expected


def test_a_large_mean_has_a_range_around_it_at_once() -> None:
    low, high = charts.poisson_range(1_000_000)
    assert low < 1_000_000 < high
    assert high - low < 4000


def test_incidents_are_counted_by_day_or_by_week() -> None:
    days = charts.series(suggestion(), [NOW - timedelta(days=3), NOW - timedelta(days=3)], [], NOW)
    assert days.unit == "day"
    assert [point.count for point in days.points if point.count] == [2]
    weeks = charts.series(suggestion(), [NOW - timedelta(days=100), NOW], [], NOW)
    assert weeks.unit == "week"
    assert sum(point.count for point in weeks.points) == 2


def test_the_evidence_brings_its_own_series() -> None:
    own = {
        "from": "2026-03-02T00:00:00Z", "step_s": 604800, "counts": [0, 5], "expected": [1, 1], "low": [0, 0],
        "high": [3, 3],
    }  # fmt: skip
    found = charts.series(suggestion(evidence={"series": own}), [], [], NOW)
    assert [(point.count, point.high) for point in found.points] == [(0, 3.0), (5, 3.0)]
    assert found.beyond == 1


@pytest.mark.parametrize("own", [{}, {"from": "x"}, {"from": "2026-03-02T00:00:00Z", "step_s": 1, "counts": [1]}, 7])
def test_a_broken_series_is_counted_anew(own: object) -> None:
    found = charts.series(suggestion(evidence={"series": own}), [NOW], [], NOW)
    assert sum(point.count for point in found.points) == 1


def test_only_changes_within_the_time_shown_are_marked() -> None:
    def change(name: str, start: datetime) -> Change:
        return Change(id=name, service="print", title=name, start=start, end=None)

    found = charts.series(
        suggestion(), [NOW - timedelta(days=5)], [change("old", NOW - timedelta(days=300)), change("new", NOW)], NOW
    )
    assert [what for _, what in found.marks] == ["new"]


def test_without_incidents_there_is_nothing_to_show() -> None:
    assert charts.series(suggestion(), [], [], NOW).points == ()
