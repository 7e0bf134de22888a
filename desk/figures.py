"""The charts of the model's page: what became of its answers week by week, and how sure it was against how right."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

WIDTH, HEIGHT = 620, 190
ORDER = ("accepted", "replaced", "undecided", "open")


@dataclass(frozen=True)
class Palette:
    """Colours of one theme; the kinds of answers differ in lightness too, for those who see no hues."""

    ink: str
    faint: str
    grid: str
    kinds: Mapping[str, str]


LIGHT = Palette(
    "#39444a", "#6a757b", "#e4e8e6",
    {"accepted": "#0c5b66", "replaced": "#c2410c", "undecided": "#9fb6b8", "open": "#dfe6e5"},
)  # fmt: skip
DARK = Palette(
    "#c9d2d3", "#93a1a5", "#2b3538",
    {"accepted": "#7fd3dd", "replaced": "#f0955a", "undecided": "#4f6f73", "open": "#2f3d40"},
)  # fmt: skip


@dataclass(frozen=True)
class Weeks:
    """When each week began, and how many answers came to what in it."""

    starts: tuple[datetime, ...]
    counts: tuple[tuple[int, ...], ...]
    """For each week the counts in the order of ORDER."""


@dataclass(frozen=True)
class Curve:
    """For each point how sure the model was, the share that was right, and the 95 % interval of that share."""

    points: tuple[tuple[float, float, float, float], ...]
    promise: float


def weeks_specification(wanted: Weeks, colours: Palette) -> dict[str, Any]:
    """Stacked bars, a week each."""
    import altair as alt

    rows = [
        {"start": start.isoformat(), "kind": kind, "count": count, "order": place}
        for start, counts in zip(wanted.starts, wanted.counts, strict=True)
        for place, (kind, count) in enumerate(zip(ORDER, counts, strict=True))
    ]
    bars = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_bar(size=30)
        .encode(
            alt.X("start:T", title=None, axis=alt.Axis(format="%-d %b", tickCount=7, grid=False)),
            alt.Y("count:Q", title="answers a week", stack="zero", axis=alt.Axis(tickMinStep=1, tickCount=4)),
            color=alt.Color(
                "kind:N", title=None,
                scale=alt.Scale(domain=list(ORDER), range=[colours.kinds[kind] for kind in ORDER]),
                legend=alt.Legend(orient="top", labelColor=colours.ink),
            ),
            order=alt.Order("order:Q"),
        )
    )  # fmt: skip
    return finished(bars, colours)


def curve_specification(wanted: Curve, colours: Palette) -> dict[str, Any]:
    """A point for each tenth with its interval; on the dashed line the model is as often right as it is sure."""
    import altair as alt

    rows = [{"sure": x, "right": y, "low": low, "high": high} for x, y, low, high in wanted.points]
    data = alt.InlineData(values=rows)
    scale = alt.Scale(domain=[0, 1])
    x = alt.X("sure:Q", title="how sure it was", scale=scale, axis=alt.Axis(format="%", grid=False))
    right = alt.Y("right:Q", title="share that was right", scale=scale, axis=alt.Axis(format="%"))
    ideal = alt.Chart(alt.InlineData(values=[{"sure": 0, "right": 0}, {"sure": 1, "right": 1}]))
    layers = [
        ideal.mark_line(strokeDash=[4, 3], strokeWidth=1.2, color=colours.faint).encode(x, right),
        alt.Chart(data).mark_rule(color=colours.kinds["accepted"], strokeWidth=1.4).encode(x, y="low:Q", y2="high:Q"),
        alt.Chart(data).mark_point(filled=True, size=60, color=colours.kinds["accepted"], opacity=1).encode(x, right),
        alt.Chart(alt.InlineData(values=[{"promise": wanted.promise}]))
        .mark_rule(color=colours.kinds["replaced"], strokeWidth=1)
        .encode(y="promise:Q"),
    ]
    return finished(alt.layer(*layers), colours)


def finished(chart: Any, colours: Palette) -> dict[str, Any]:
    """The specification with the size and the look of all our charts."""
    return dict(
        chart.properties(width=WIDTH, height=HEIGHT, background="transparent")
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=colours.faint, titleColor=colours.faint, gridColor=colours.grid, domainColor=colours.grid,
            tickColor=colours.grid, labelFontSize=11, titleFontSize=11, titleFontWeight="normal",
            labelFont="sans-serif", titleFont="sans-serif",
        )
        .to_dict()
    )  # fmt: skip


def svg(specification: Mapping[str, Any]) -> str:
    """The chart as an SVG document."""
    import vl_convert

    return str(vl_convert.vegalite_to_svg(dict(specification)))


def drawn(wanted: Weeks | Curve, *, dark: bool = False) -> str:
    """One of the charts as SVG."""
    colours = DARK if dark else LIGHT
    if isinstance(wanted, Weeks):
        return svg(weeks_specification(wanted, colours))
    return svg(curve_specification(wanted, colours))
