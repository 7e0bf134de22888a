"""What problem managers do: accept, decline, snooze, merge and correct suggestions; work on problem records."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace

from correlate import known_errors, observing
from correlate.effects import ProblemChanged, SuggestionChanged
from correlate.problem_lifecycle import NEEDS, OUTCOMES, PROBLEMS, SuggestionVerb, suggestion_after
from correlate.records import Problem, Reason, Suggestion, SuggestionStatus
from correlate.turn import Turn
from ingest.event import Command

_BY_PERSON = Reason("done by a person")
_LONGEST = 20_000

_FIELDS = ("title", "workaround", "root_cause", "owner", "change", "outcome", "duplicate_of")
_VERBS: Mapping[str, SuggestionVerb] = {
    "suggestion-accept": "accept", "suggestion-merge": "merge", "suggestion-decline": "decline",
    "suggestion-snooze": "snooze", "suggestion-remove": "remove", "suggestion-restore": "restore",
    "suggestion-undo": "undo",
}  # fmt: skip
"""Action to the verb of the table."""


def problem_command(turn: Turn, command: Command) -> bool:
    """Carry out an action on a suggestion or a problem; False where the action is no such one."""
    if command.action in _VERBS:
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
    verb = _VERBS[command.action]
    if suggestion_after(verb, suggestion.status, (suggestion.undo or {}).get("status")) is None:
        turn.refuse(command, Reason("suggestion is settled", {"id": suggestion.id, "status": suggestion.status}))
        return
    _ON_SUGGESTION[verb](turn, command, suggestion)


def _decided(turn: Turn, suggestion: Suggestion, status: SuggestionStatus, **changes: Any) -> Suggestion:
    """The suggestion after a decision, with what it was before."""
    kept = ("snoozed_until", "snoozed_strength", "declined_reason", "declined_strength", "problem")
    before = {"status": suggestion.status, "added": changes.pop("added", [])}
    before |= {name: _plain(value) for name in kept if (value := getattr(suggestion, name)) is not None}
    return replace(suggestion, status=status, undo=before, updated_at=turn.at, **changes)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _accept(turn: Turn, command: Command, suggestion: Suggestion) -> None:
    opened = sum(isinstance(said, ProblemChanged) and said.change == "opened" for said in turn.effects)
    number = f"PRB-{turn.situation.counters.get('PRB', 0) + 1 + opened}"
    problem = Problem(
        number=number,
        status="accepted",
        title=_text(command, "title") or suggestion.title,
        service=suggestion.service,
        opened_at=turn.at,
        incidents=suggestion.incidents,
        suggestion=suggestion.id,
        owner=command.actor,
    )
    problem = known_errors.signed(turn, problem, suggestion.incidents)
    _problem(turn, problem, "opened", command.actor)
    accepted = _decided(turn, suggestion, "accepted", problem=number, added=list(suggestion.incidents))
    _say(turn, accepted, "accepted", command.actor)
    _link(turn, suggestion.incidents, number, command.actor)


def _decline(turn: Turn, command: Command, suggestion: Suggestion) -> None:
    reason = _text(command, "reason")
    if reason is None:
        turn.refuse(command, Reason("argument missing", {"name": "reason"}))
        return
    declined = _decided(
        turn, suggestion, "declined", declined_reason=reason, declined_strength=float(len(suggestion.incidents))
    )
    _say(turn, declined, "declined", command.actor)


def _snooze(turn: Turn, command: Command, suggestion: Suggestion) -> None:
    """Until a day, or, without one, until it escalates."""
    said = _text(command, "until")
    if said == "escalates":
        strength = float(len(suggestion.incidents))
        later = _decided(turn, suggestion, "snoozed", snoozed_until=None, snoozed_strength=strength)
    else:
        until = _moment(said)
        if until is None or until <= turn.at:
            turn.refuse(command, Reason("date not in the future", {"until": command.arguments.get("until")}))
            return
        later = _decided(turn, suggestion, "snoozed", snoozed_until=until, snoozed_strength=None)
    _say(turn, later, "snoozed", command.actor)


def _merge(turn: Turn, command: Command, suggestion: Suggestion) -> None:
    problem = turn.situation.problems.get((_text(command, "problem") or "").upper())
    if problem is None or problem.outcome == "withdrawn":
        turn.refuse(command, Reason("no such problem", {"number": command.arguments.get("problem")}))
        return
    added = [number for number in suggestion.incidents if number not in problem.incidents]
    grown = known_errors.signed(turn, replace(problem, incidents=(*problem.incidents, *added)), suggestion.incidents)
    _problem(turn, grown, "merged", command.actor)
    _say(turn, _decided(turn, suggestion, "merged", problem=problem.number, added=added), "merged", command.actor)
    _link(turn, suggestion.incidents, problem.number, command.actor)


def _undo(turn: Turn, command: Command, suggestion: Suggestion) -> None:
    """Take the last decision back: the suggestion is as before it, and what it did to a problem is undone."""
    before = suggestion.undo or {}
    problem = turn.situation.problems.get(suggestion.problem or "")
    if suggestion.status == "accepted" and problem is not None and problem.status != "accepted":
        turn.refuse(command, Reason("problem has gone on", {"number": problem.number, "status": problem.status}))
        return
    back = replace(
        suggestion,
        status=before["status"],
        problem=before.get("problem"),
        snoozed_until=_moment(before.get("snoozed_until")),
        snoozed_strength=before.get("snoozed_strength"),
        declined_reason=before.get("declined_reason"),
        declined_strength=before.get("declined_strength"),
        undo=None,
        updated_at=turn.at,
    )
    _say(turn, back, "undone", command.actor)
    if problem is None or suggestion.status not in ("accepted", "merged"):
        return
    added = set(before.get("added", ()))
    if suggestion.status == "accepted":
        left = replace(problem, status="closed", outcome="withdrawn", closed_at=turn.at, incidents=())
        added |= set(problem.incidents)
    else:
        left = replace(problem, incidents=tuple(number for number in problem.incidents if number not in added))
    _problem(turn, left, "withdrawn" if suggestion.status == "accepted" else "unmerged", command.actor)
    _unlink(turn, sorted(added), problem.number, command.actor)


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


def _restore(turn: Turn, command: Command, suggestion: Suggestion) -> None:
    """An incident that was removed belongs to it after all."""
    number = _text(command, "incident")
    removed = suggestion.evidence.get("removed", ())
    if number is None or number not in removed:
        turn.refuse(command, Reason("not removed", {"number": number, "id": suggestion.id}))
        return
    whole = replace(
        suggestion,
        incidents=(*suggestion.incidents, number),
        evidence={**suggestion.evidence, "removed": [other for other in removed if other != number]},
        updated_at=turn.at,
    )
    _say(turn, whole, "member restored", command.actor)
    problem = turn.situation.problems.get(suggestion.problem or "")
    if problem is not None and number not in problem.incidents:
        _problem(turn, replace(problem, incidents=(*problem.incidents, number)), "member restored", command.actor)
        _link(turn, (number,), problem.number, command.actor)


_ON_SUGGESTION: Mapping[SuggestionVerb, Callable[[Turn, Command, Suggestion], None]] = {
    "accept": _accept, "decline": _decline, "snooze": _snooze, "merge": _merge, "remove": _remove,
    "restore": _restore, "undo": _undo,
}  # fmt: skip


# --- problems ---


def _on_problem(turn: Turn, command: Command) -> None:
    problem = turn.situation.problems.get(command.subject or "")
    if problem is None:
        turn.refuse(command, Reason("no such problem", {"number": command.subject}))
        return
    changes: dict[str, Any] = {name: _text(command, name) for name in _FIELDS if name in command.arguments}
    if "title" in changes and changes["title"] is None:
        del changes["title"]
    wanted = _text(command, "status")
    status = next((name for name in PROBLEMS if name == wanted), None)
    if wanted is not None and wanted != problem.status:
        why = _why_not(turn, problem, wanted, changes)
        if why is not None:
            turn.refuse(command, why)
            return
        changes["status"] = status
        changes["closed_at"] = turn.at if status == "closed" else None
        if problem.status == "closed":
            changes |= {"outcome": None, "duplicate_of": None}
    if not changes:
        turn.refuse(command, Reason("nothing to change", {"number": problem.number}))
        return
    if changes.get("workaround", problem.workaround) != problem.workaround:
        changes |= {"helped": 0, "failed": 0}
    edited = replace(problem, **changes)
    if edited.status == "under observation" and problem.status != "under observation":
        edited = observing.begun(turn, edited)
    elif edited.status in ("investigating", "known error", "fix in progress"):
        edited = replace(edited, fixed_at=None)
    _problem(turn, edited, wanted or "edited", command.actor)
    if edited.status == "closed" and problem.status != "closed":
        _ended(turn, edited, command.actor)


def _ended(turn: Turn, problem: Problem, actor: str) -> None:
    """What follows for its incidents: of a fixed one they are over, those of a duplicate belong to the other."""
    if problem.outcome == "fixed":
        observing.fixed(turn, problem, actor)
    other = turn.situation.problems.get(problem.duplicate_of or "")
    if problem.outcome == "duplicate" and other is not None:
        moved = (number for number in problem.incidents if number not in other.incidents)
        grown = replace(other, incidents=(*other.incidents, *moved))
        _problem(turn, known_errors.signed(turn, grown, problem.incidents), "merged", actor)
        _link(turn, problem.incidents, other.number, actor)


def _why_not(turn: Turn, problem: Problem, status: str, changes: Mapping[str, Any]) -> Reason | None:
    """Why a problem cannot take this state, or None."""
    following = next((name for name in PROBLEMS[problem.status] if name == status), None)
    if following is None:
        evidence = {"number": problem.number, "status": problem.status, "wanted": status}
        return Reason("problem cannot become so", evidence)
    for name in NEEDS.get(following, ()):
        if not changes.get(name, getattr(problem, name)):
            return Reason("state needs", {"status": following, "what": name})
    if following != "closed":
        return None
    outcome = changes.get("outcome", problem.outcome)
    if outcome not in OUTCOMES:
        return Reason("no such outcome", {"outcome": outcome, "known": list(OUTCOMES)})
    other = changes.get("duplicate_of", problem.duplicate_of)
    if outcome == "duplicate" and (other == problem.number or other not in turn.situation.problems):
        return Reason("no such problem", {"number": other})
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


def _unlink(turn: Turn, numbers: Iterable[str], problem: str, actor: str) -> None:
    for number in numbers:
        record = turn.record(number)
        if record is not None and record.problem == problem:
            turn.changed(replace(record, problem=None), "problem", _BY_PERSON, actor)


def _say(turn: Turn, suggestion: Suggestion, change: str, actor: str) -> None:
    turn.effects.append(
        SuggestionChanged(
            cause=turn.cause, at=turn.at, reason=_BY_PERSON, suggestion=suggestion, change=change, actor=actor
        )
    )


def _problem(turn: Turn, problem: Problem, change: str, actor: str) -> None:
    known_errors.changed(turn, problem, change, _BY_PERSON, actor)
