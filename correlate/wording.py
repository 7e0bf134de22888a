"""A finding in words and figures: its title, the sentence that states the claim, and the series for the chart."""

from collections.abc import Mapping
from datetime import timedelta, tzinfo
from math import exp
from typing import Any

from correlate.candidates import Stream
from correlate.combinations import joined
from correlate.recurrence import Finding, Fleet

_BARS = "▁▂▃▄▅▆▇█"
_MAIL_BARS = 26
_DAYTIME = range(6, 20)
_WEEKDAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


def title_of(finding: Finding, zone: tzinfo) -> str:
    """One line, as a problem record would be called; times of day are in the desk's zone."""
    pattern, place = finding.pattern, called(finding.stream)
    first = pattern.events[0].at.astimezone(zone)
    match pattern.name:
        case "daily":
            return f"{place} fails every {'day' if first.hour in _DAYTIME else 'night'} about {first:%H:%M}"
        case "weekly":
            return f"{place} fails on {_WEEKDAYS[first.weekday()]} about {first:%H:%M}"
        case "monthly":
            return f"{place} fails every month about the {_ordinal(first.day)}"
        case "month's turn":
            return f"{place} fails at the turn of the month"
        case "wear":
            return f"{place} fails about every {_span(pattern.period_s or 0)}"
        case "rising":
            return f"{place} fails more and more often"
        case "after-change":
            return f"{place} fails after changes"
        case "together":
            return f"{place} and {_list(pattern.partners)} fail together"
        case _:
            return f"{place} keeps failing"


def called(stream: Stream) -> str:
    """What a stream is called in a sentence whose verb is "fails"."""
    if stream.parts:
        (dimension, value), (_, other) = stream.parts
        return joined(stream.dimension, _called(dimension, value), other)
    return _called(stream.dimension, stream.value)


def _called(dimension: str, value: str) -> str:
    match dimension:
        case "kind":
            return f"“{value}”"
        case "category":
            return f"Everything about {value}"
        case "place":
            return f"Something at {value}"
        case "people":
            return f"What {value} uses"
        case "resolution":
            return f"What is resolved by “{value}”"
        case _:
            return value


def _ordinal(day: int) -> str:
    ending = "th" if 11 <= day <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"


def claim(finding: Finding) -> str:
    """The claim in one sentence, with how often chance would make it."""
    pattern = finding.pattern
    times, days = len(pattern.events), round(finding.days)
    what = {
        "daily": "always about the same hour of the day",
        "weekly": "always about the same hour of the week",
        "monthly": "always about the same day of the month",
        "month's turn": "always about the last and the first working days of a month",
        "wear": f"about every {_span(pattern.period_s or 0)}",
        "rising": f"{_ratio(pattern.rate_ratio)} as often lately as before",
        "after-change": f"soon after a change (the last time {pattern.change})",
        "together": f"together with {_list(pattern.partners)}, and no dependency is declared",
    }.get(pattern.name, f"where {finding.expected:.1f} would be usual")
    return (
        f"{called(finding.stream)} failed {times} times in {days} days, {what}; by chance alone "
        f"this would be seen in at most one of {_rounded(exp(min(finding.log_evidence, 40.0)))} desks."
    )


def week_series(fleet: Fleet, finding: Finding) -> dict[str, Any]:
    """Incidents on the service by day or week, with what the fleet's habits would have given and its 95 % range."""
    step = timedelta(days=1) if finding.days <= 42 else timedelta(days=7)
    start = fleet.start.replace(hour=0, minute=0, second=0, microsecond=0)
    counts = [0] * (int((fleet.at - start) / step) + 1)
    for event in finding.stream.events:
        counts[int((event.at - start) / step)] += 1
    expected = finding.expected / max(finding.days, 1.0) * step.total_seconds() / 86_400
    high = _poisson_upper(expected)
    n = len(counts)
    return {
        "from": start.isoformat(),
        "step_s": step.total_seconds(),
        "counts": counts,
        "expected": [round(expected, 3)] * n,
        "low": [0] * n,
        "high": [high] * n,
    }


def small_chart(series: Mapping[str, Any] | None) -> str:
    """The last days or weeks as a row of bars, for a mail; those beyond the range of chance stand in brackets."""
    if not series:
        return ""
    counts, high = series["counts"][-_MAIL_BARS:], series["high"][-_MAIL_BARS:]
    top = max(*counts, 1)
    drawn = [_BARS[round(count / top * (len(_BARS) - 1))] for count in counts]
    return "".join(f"[{bar}]" if count > limit else bar for bar, count, limit in zip(drawn, counts, high, strict=True))


def _poisson_upper(mean: float) -> int:
    """The smallest count that is not exceeded with a probability of 97.5 %."""
    count, term = 0, exp(-min(mean, 500.0))
    total = term
    while total < 0.975 and count < 1000:
        count += 1
        term *= mean / count
        total += term
    return count


def _span(seconds: float) -> str:
    days = seconds / 86_400
    return f"{days:.1f} days" if days >= 2 else f"{seconds / 3600:.0f} hours"


def _ratio(ratio: float | None) -> str:
    return f"{ratio:.1f} times" if ratio else "more"


def _list(names: tuple[str, ...]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def _rounded(value: float) -> str:
    """Two figures are enough for a probability, and a million is as good as never."""
    if value >= 1_000_000:
        return "a million"
    return f"{round(value, 2 - len(f'{value:.0f}')):,.0f}"
