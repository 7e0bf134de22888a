"""Charts, rendered on the server: SVG for the page, and the same figures for a table.

A suggestion's evidence may bring its own `series`: `{"from": RFC 3339, "step_s": seconds, "counts": […],
"expected": […], "low": […], "high": […]}`. Where it does not, the incidents are counted by day or week, and the band
is the 95 % range of a Poisson count at the suggestion's base rate.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import exp
from typing import Any

from correlate.records import Change, Suggestion

DAY, WEEK = timedelta(days=1), timedelta(days=7)
MOST_BINS = 60
WIDTH, HEIGHT = 620, 190


@dataclass(frozen=True)
class Point:
    """One day or week: how many incidents were opened, how many were to be expected, and the range of chance."""

    start: datetime
    count: int
    expected: float
    low: float
    high: float


@dataclass(frozen=True)
class Series:
    """What a chart shows. `marks` are changes: when, and what."""

    step: timedelta
    points: tuple[Point, ...]
    marks: tuple[tuple[datetime, str], ...] = ()

    @property
    def unit(self) -> str:
        return "week" if self.step >= WEEK else "day"

    @property
    def beyond(self) -> int:
        """How many points are above the range of chance."""
        return sum(point.count > point.high for point in self.points)


@dataclass(frozen=True)
class _Colours:
    ink: str
    faint: str
    grid: str
    band: str
    bar: str
    over: str
    mark: str


_LIGHT = _Colours("#39444a", "#6a757b", "#e4e8e6", "#d5e4e3", "#7fa9ab", "#0c5b66", "#8a4b08")
_DARK = _Colours("#c9d2d3", "#93a1a5", "#2b3538", "#23393c", "#4f8388", "#7fd3dd", "#e2a765")


def series(suggestion: Suggestion, opened: Sequence[datetime], changes: Sequence[Change], now: datetime) -> Series:
    """The figures of a suggestion's chart. `opened` are the times of its incidents, oldest first."""
    own = suggestion.evidence.get("series")
    points = _given(own) if isinstance(own, Mapping) else None
    if points is None:
        points = _counted(suggestion, opened, now)
    if not points:
        return Series(WEEK, ())
    step = points[1].start - points[0].start if len(points) > 1 else WEEK
    begin, end = points[0].start, points[-1].start + step
    marks = tuple((change.start, change.title) for change in changes if begin <= change.start < end)
    return Series(step, tuple(points), marks[:12])


def of_facts(own: object, changes: object) -> Series | None:
    """The chart that a mail's facts speak of: a `series` as above, and `[RFC 3339, title]` for each change."""
    points = _given(own) if isinstance(own, Mapping) else None
    if not points or len(points) < 2:
        return None
    try:
        marks = [(datetime.fromisoformat(at), str(title)) for at, title in changes] if isinstance(changes, list) else []
    except (TypeError, ValueError):
        marks = []
    begin, step = points[0].start, points[1].start - points[0].start
    end = points[-1].start + step
    return Series(step, tuple(points), tuple(mark for mark in marks if begin <= mark[0] < end)[:12])


def _given(own: Mapping[str, Any]) -> list[Point] | None:
    try:
        begin, step = datetime.fromisoformat(own["from"]), timedelta(seconds=float(own["step_s"]))
        counts = [int(value) for value in own["counts"]][-MOST_BINS:]
        skipped = len(own["counts"]) - len(counts)
        columns = [[float(value) for value in own[name]][-len(counts) :] for name in ("expected", "low", "high")]
        return [
            Point(begin + (skipped + place) * step, count, *values)
            for place, (count, *values) in enumerate(zip(counts, *columns, strict=True))
        ]
    except (KeyError, TypeError, ValueError):
        return None


def _counted(suggestion: Suggestion, opened: Sequence[datetime], now: datetime) -> list[Point]:
    if not opened:
        return []
    step = DAY if now - opened[0] <= timedelta(days=35) else WEEK
    end = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + DAY
    bins = min(MOST_BINS, max(8, -((opened[0] - end) // step) + 3))
    begin = end - bins * step
    counts = [0] * bins
    for moment in opened:
        if begin <= moment < end:
            counts[(moment - begin) // step] += 1
    expected = sum(counts) / bins / max(suggestion.rate_ratio or 1.0, 1e-9)
    low, high = poisson_range(expected)
    return [Point(begin + place * step, count, expected, low, high) for place, count in enumerate(counts)]


def poisson_range(mean: float, within: float = 0.95) -> tuple[int, int]:
    """The central range in which a Poisson count of this mean falls with at least this probability."""
    if mean <= 0:
        return 0, 0
    if mean > 500:
        spread = 1.96 * mean**0.5
        return int(mean - spread), int(mean + spread) + 1
    tail, term, total, count, low = (1 - within) / 2, exp(-mean), 0.0, 0, 0
    while True:
        total += term
        if total < tail:
            low = count + 1
        if total >= 1 - tail:
            return low, count
        count += 1
        term *= mean / count


def svg(wanted: Series, *, dark: bool = False) -> str:
    """The chart as an SVG document. The first one takes seconds: `desk.drawing` has it drawn in another process."""
    import vl_convert

    return str(vl_convert.vegalite_to_svg(_specification(wanted, _DARK if dark else _LIGHT)))


def png(wanted: Series) -> bytes:
    """The chart as a PNG file on white, so that it can be read in a dark mail program too."""
    import vl_convert

    specification = {**_specification(wanted, _LIGHT), "background": "white", "padding": 8}
    return bytes(vl_convert.vegalite_to_png(specification, scale=1.5))


def _labels(wanted: Series) -> list[tuple[datetime, str]]:
    """The changes with their names; where two would overlap, the later one has only its line."""
    room = wanted.step * len(wanted.points) / 4
    free = datetime.min.replace(tzinfo=UTC)
    found = []
    for at, what in wanted.marks:
        found.append((at, what[:26] if at >= free else ""))
        free = at + room if at >= free else free
    return found


def _specification(wanted: Series, colours: _Colours) -> dict[str, Any]:
    """Bars over the band of chance, the expected line, and a tick with a label for each change."""
    import altair as alt

    rows = [
        {
            "start": point.start.isoformat(), "end": (point.start + wanted.step).isoformat(), "count": point.count,
            "expected": point.expected, "low": point.low, "high": point.high, "over": point.count > point.high,
        }
        for point in wanted.points
    ]  # fmt: skip
    data = alt.InlineData(values=rows)
    x = alt.X("start:T", title=None, axis=alt.Axis(format="%-d %b", tickCount=7, grid=False))
    band = alt.Chart(data).mark_rect(color=colours.band).encode(x, x2="end:T", y="low:Q", y2="high:Q")
    bars = (
        alt.Chart(data)
        .transform_calculate(left="toDate(datum.start) + 0.14 * (toDate(datum.end) - toDate(datum.start))")
        .transform_calculate(right="toDate(datum.start) + 0.86 * (toDate(datum.end) - toDate(datum.start))")
        .mark_rect(cornerRadiusTopLeft=2, cornerRadiusTopRight=2)
        .encode(
            alt.X("left:T", title=None),
            x2="right:T",
            y=alt.Y("count:Q", title=f"incidents a {wanted.unit}", axis=alt.Axis(tickMinStep=1, tickCount=4)),
            y2=alt.datum(0),
            color=alt.condition("datum.over", alt.value(colours.over), alt.value(colours.bar)),
        )
    )
    line = (
        alt.Chart(data).mark_line(interpolate="step-after", strokeDash=[4, 3], strokeWidth=1.2, color=colours.ink)
        .encode(x, y="expected:Q")
    )  # fmt: skip
    layers = [band, bars, line]
    if wanted.marks:
        marks = alt.InlineData(values=[{"at": at.isoformat(), "what": what} for at, what in _labels(wanted)])
        layers.append(alt.Chart(marks).mark_rule(color=colours.mark, strokeWidth=1.4).encode(x="at:T"))
        layers.append(
            alt.Chart(marks).mark_text(align="left", dx=4, dy=-4, baseline="bottom", color=colours.mark, fontSize=10)
            .encode(x="at:T", y=alt.value(0), text="what:N")
        )  # fmt: skip
    chart = alt.layer(*layers).properties(width=WIDTH, height=HEIGHT, background="transparent")
    return dict(
        chart.configure_view(stroke=None)
        .configure_axis(
            labelColor=colours.faint, titleColor=colours.faint, gridColor=colours.grid, domainColor=colours.grid,
            tickColor=colours.grid, labelFontSize=11, titleFontSize=11, titleFontWeight="normal",
            labelFont="sans-serif", titleFont="sans-serif",
        )
        .configure_text(font="sans-serif")
        .to_dict()
    )  # fmt: skip
