"""A suggestion in words: the claim as one sentence, and the figures behind it."""

from collections.abc import Mapping
from typing import Any

import msgspec

from correlate.evidence import Spent
from correlate.records import Suggestion
from desk.web.rendering import duration, number

_DAY = 86_400


def claim(suggestion: Suggestion) -> str:
    """What the desk claims, in one sentence; the evidence's own words where it has some."""
    own = suggestion.evidence.get("sentence")
    if isinstance(own, str) and own:
        return own
    count = len(suggestion.incidents)
    about = f" on {suggestion.service}" if suggestion.service else ""
    match suggestion.kind:
        case "periodic":
            every = (
                f" about every {every_words(suggestion.period_s)}" if suggestion.period_s else " at regular intervals"
            )
            return f"{count} incidents{about} come back{every}."
        case "rising":
            return f"Incidents{about} are getting more frequent: {count} so far{_times(suggestion)}."
        case "co-occurring":
            return f"{count} incidents{about} begin together more often than chance explains."
        case "after-change":
            blamed = suggestion.after_change or "changes"
            return f"{count} incidents{about} began shortly after {blamed}{_times(suggestion)}."
        case _:
            return f"{count} incidents{about} have the same pattern{_times(suggestion)}."


def _times(suggestion: Suggestion) -> str:
    ratio = suggestion.rate_ratio
    return f", {number(ratio)} times what is usual" if ratio and ratio >= 1.2 else ""


def every_words(seconds: float) -> str:
    """A period as people say it."""
    if abs(seconds - 7 * _DAY) < _DAY / 2:
        return "week"
    if abs(seconds - _DAY) < _DAY / 10:
        return "day"
    if abs(seconds - 30.4 * _DAY) < 1.5 * _DAY:
        return "month"
    return duration(seconds)


def chance(p_value: float | None) -> str:
    """A p-value as odds that people can picture."""
    if p_value is None:
        return "–"
    if p_value < 1e-6:
        return "less than 1 in a million"
    if p_value >= 0.5:
        return f"{p_value:.2g}"
    odds = round(1 / p_value)
    return f"about 1 in {number(round(odds, 2 - len(str(odds))))}"


def reckoned(suggestion: Suggestion, time_lost: float, handling: float) -> tuple[float, float]:
    """Hours of people so far, and those that a fix saves a month, by these weights; as it was found where what it took
    is not known."""
    spent = suggestion.evidence.get("spent")
    if isinstance(spent, Mapping):
        return msgspec.convert(spent, Spent, strict=False).cost(time_lost, handling)
    found = (suggestion.evidence.get(name) for name in ("people_hours", "saves_a_month"))
    cost, saved = (float(value) if isinstance(value, int | float) else 0.0 for value in found)
    return cost, saved


def facts(suggestion: Suggestion, cost: float = 0.0, saved: float = 0.0) -> list[tuple[str, str, str]]:
    """The figures of the evidence: name, value, and what it means. `cost` and `saved` are hours of people."""
    evidence = suggestion.evidence
    found = [("Incidents", number(len(suggestion.incidents)), _since(evidence.get("days")))]
    if suggestion.rate_ratio is not None:
        found.append(("Rate", f"{number(suggestion.rate_ratio)} ×", "of its own base rate"))
    elif isinstance(expected := evidence.get("expected"), int | float):
        found.append(("Expected", number(expected), "by its own base rate"))
    if suggestion.p_value is not None:
        found.append(("By chance", chance(suggestion.p_value), f"p = {suggestion.p_value:.1g}"))
    if suggestion.period_s:
        found.append(("Every", every_words(suggestion.period_s), "period found"))
    if suggestion.after_change:
        found.append(("After", suggestion.after_change, "change blamed last"))
    if cost > 0:
        found.append(("Cost so far", hours(cost), "of people's time"))
    if saved > 0:
        found.append(("A fix saves", hours(saved), "a month"))
    return found


def hours(value: float) -> str:
    """Hours of work, which are never told in days."""
    return f"{number(round(value, 1 if value < 10 else None))} h"


def _since(days: object) -> str:
    return f"in {days:.0f} days" if isinstance(days, int | float) else "of this pattern so far"


def details(evidence: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Whatever else the evidence says, as pairs for a table; what has its own place on the page is left out."""
    rest = ((name, value) for name, value in sorted(evidence.items()) if name not in _SHOWN)
    return [
        (_NAMES.get(name, name.replace("_", " ")), _short(value)) for name, value in rest if value not in ([], None)
    ]


_SHOWN = frozenset(
    {
        "sentence",
        "series",
        "people_hours",
        "saves_a_month",
        "spent",
        "is_is_not",
        "suspects",
        "workaround",
        "similar",
        "removed",
    }
)
_NAMES = {
    "chance_one_in": "by chance, one in",
    "needed_one_in": "needed to be suggested, one in",
    "expected": "expected by chance",
    "times": "times",
    "partners": "begins together with",
}


def _short(value: Any) -> str:
    if isinstance(value, float) or (isinstance(value, int) and abs(value) >= 10_000_000):
        return f"{value:.3g}"
    if isinstance(value, int) and not isinstance(value, bool):
        return number(value)
    if isinstance(value, list | tuple):
        return ", ".join(_short(one) for one in value[:12]) + (" …" if len(value) > 12 else "")
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_short(one)}" for name, one in list(value.items())[:12])
    return "–" if value is None else str(value)
