"""What problem managers do: accept, decline, snooze, merge and correct suggestions; work on problem records."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace

from correlate.effects import ProblemChanged, SuggestionChanged
from correlate.records import Problem, Reason, Suggestion
from correlate.turn import Turn
from ingest.event import Command

_BY_PERSON = Reason("done by a person")
_LONGEST = 20_000

SUGGESTION_STATES: Mapping[str, tuple[str, ...]] = {
    "suggestion-accept": ("proposed", "snoozed"),
    "suggestion-decline": ("proposed", "snoozed"),
    "suggestion-snooze": ("proposed", "snoozed"),
    "suggestion-merge": ("proposed", "snoozed"),
    "suggestion-remove": ("proposed", "snoozed", "accepted"),
}
"""Action to the states of a suggestion in which it may be done."""

PROBLEM_STATES: Mapping[str, tuple[str, ...]] = {
    "accepted": ("investigating", "known error", "fix in progress", "closed"),
    "investigating": ("known error", "fix in progress", "closed"),
    "known error": ("investigating", "fix in progress", "closed"),
    "fix in progress": ("known error", "under observation", "closed"),
    "under observation": ("investigating", "closed"),
    "closed": ("investigating",),
}
"""State of a problem to those that may follow."""

_FIELDS = ("title", "workaround", "root_cause", "owner", "change", "outcome")


def problem_command(turn: Turn, command: Command) -> bool:
    """Carry out an action on a suggestion or a problem; False where the action is no such one."""
    if command.action in SUGGESTION_STATES:
        _on_suggestion(turn, command)
    elif command.action == "problem-set":
        _on_problem(turn, command)
    else:
        return False
    return True


# --- suggestions ---


def _on_suggestion(turn: Turn, command: Command) -> None:
    suggestion = turn.situation.suggestions.get(command.subject or "")
    if suggestion is None:
        turn.refuse(command, Reason("no such suggestion", {"id": command.subject}))
        return
    if suggestion.status not in SUGGESTION_STATES[command.action]:
        turn.refuse(command, Reason("suggestion is settled", {"id": suggestion.id, "status": suggestion.status}))
        return
    _ON_SUGGESTION[command.action](turn, command, suggestion)


def _accept(turn: Turn, command: Command, suggestion: Suggestion) -> None:
    number = turn.situation.next_number("PRB")
    problem = Problem(
        number=number,
        status="accepted",
        title=_text(command, "title") or suggestion.title,
        service=suggestion.service,
        opened_at=turn.at,
        incidents=suggestion.incidents,
        suggestion=suggestion.id,
        owner=command.actor,
        change=suggestion.after_change,
    )
    _problem(turn, problem, "opened", command.actor)
    _say(turn, replace(suggestion, status="accepted", problem=number, updated_at=turn.at), "accepted", command.actor)
    _link(turn, suggestion.incidents, number, command.actor)


def _decline(turn: Turn, command: Command, suggestion: Suggestion) -> None:
    reason = _text(command, "reason")
    if reason is None:
        turn.refuse(command, Reason("argument missing", {"name": "reason"}))
        return
    declined = replace(
        suggestion,
        status="declined",
        declined_reason=reason,
        declined_strength=float(len(suggestion.incidents)),
        updated_at=turn.at,
    )
    _say(turn, declined, "declined", command.actor)


def _snooze(turn: Turn, command: Command, suggestion: Suggestion) -> None:
    until = _moment(_text(command, "until"))
    if until is None or until <= turn.at:
        turn.refuse(command, Reason("date not in the future", {"until": command.arguments.get("until")}))
        return
    _say(turn, replace(suggestion, status="snoozed", snoozed_until=until), "snoozed", command.actor)


def _merge(turn: Turn, command: Command, suggestion: Suggestion) -> None:
    problem = turn.situation.problems.get(_text(command, "problem") or "")
    if problem is None:
        turn.refuse(command, Reason("no such problem", {"number": command.arguments.get("problem")}))
        return
    incidents = tuple(dict.fromkeys((*problem.incidents, *suggestion.incidents)))
    _problem(turn, replace(problem, incidents=incidents), "merged", command.actor)
    _say(
        turn, replace(suggestion, status="merged", problem=problem.number, updated_at=turn.at), "merged", command.actor
    )
    _link(turn, suggestion.incidents, problem.number, command.actor)


def _remove(turn: Turn, command: Command, suggestion: Suggestion) -> None:
    number = _text(command, "incident")
    if number not in suggestion.incidents:
        turn.refuse(command, Reason("not a member", {"number": number, "id": suggestion.id}))
        return
    removed = sorted({*suggestion.evidence.get("removed", ()), number})
    left = replace(
        suggestion,
        incidents=tuple(member for member in suggestion.incidents if member != number),
        evidence={**suggestion.evidence, "removed": removed},
        updated_at=turn.at,
    )
    _say(turn, left, "member removed", command.actor)
    problem = turn.situation.problems.get(suggestion.problem or "")
    if problem is not None:
        kept = tuple(member for member in problem.incidents if member != number)
        _problem(turn, replace(problem, incidents=kept), "member removed", command.actor)
    record = turn.record(number)
    if record is not None and problem is not None and record.problem == problem.number:
        turn.changed(replace(record, problem=None), "problem", _BY_PERSON, command.actor)


_ON_SUGGESTION: Mapping[str, Callable[[Turn, Command, Suggestion], None]] = {
    "suggestion-accept": _accept,
    "suggestion-decline": _decline,
    "suggestion-snooze": _snooze,
    "suggestion-merge": _merge,
    "suggestion-remove": _remove,
}


# --- problems ---


def _on_problem(turn: Turn, command: Command) -> None:
    problem = turn.situation.problems.get(command.subject or "")
    if problem is None:
        turn.refuse(command, Reason("no such problem", {"number": command.subject}))
        return
    changes: dict[str, Any] = {name: _text(command, name) for name in _FIELDS if name in command.arguments}
    if "title" in changes and changes["title"] is None:
        del changes["title"]
    status = _text(command, "status")
    if status is not None and status != problem.status:
        why = _why_not(problem, status, changes)
        if why is not None:
            turn.refuse(command, why)
            return
        changes["status"] = status
        changes["closed_at"] = turn.at if status == "closed" else None
    if not changes:
        turn.refuse(command, Reason("nothing to change", {"number": problem.number}))
        return
    _problem(turn, replace(problem, **changes), status or "edited", command.actor)


def _why_not(problem: Problem, status: str, changes: Mapping[str, Any]) -> Reason | None:
    """Why a problem cannot take this state, or None."""
    if status not in PROBLEM_STATES[problem.status]:
        evidence = {"number": problem.number, "status": problem.status, "wanted": status}
        return Reason("problem cannot become so", evidence)
    if status == "known error" and not (changes.get("workaround") or problem.workaround):
        return Reason("argument missing", {"name": "workaround"})
    if status == "closed" and not (changes.get("outcome") or problem.outcome):
        return Reason("argument missing", {"name": "outcome"})
    return None


# --- saying ---


def _text(command: Command, name: str) -> str | None:
    value = command.arguments.get(name)
    return value.strip()[:_LONGEST] or None if isinstance(value, str) else None


def _moment(text: str | None) -> datetime | None:
    """A time or a date (its beginning in UTC), or None."""
    try:
        moment = datetime.fromisoformat(text or "")
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _link(turn: Turn, numbers: tuple[str, ...], problem: str, actor: str) -> None:
    for number in numbers:
        record = turn.record(number)
        if record is not None and record.problem != problem:
            turn.changed(replace(record, problem=problem), "problem", _BY_PERSON, actor)


def _say(turn: Turn, suggestion: Suggestion, change: str, actor: str) -> None:
    turn.effects.append(
        SuggestionChanged(
            cause=turn.cause, at=turn.at, reason=_BY_PERSON, suggestion=suggestion, change=change, actor=actor
        )
    )


def _problem(turn: Turn, problem: Problem, change: str, actor: str) -> None:
    turn.effects.append(
        ProblemChanged(cause=turn.cause, at=turn.at, reason=_BY_PERSON, problem=problem, change=change, actor=actor)
    )
