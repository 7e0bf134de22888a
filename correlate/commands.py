"""What people do on pages, by the API and by mail: each action a function, and a sentence where it cannot be done."""

from collections.abc import Callable, Mapping
from typing import Any, get_args

from msgspec.structs import replace

from classify.classification import Classification
from correlate import (
    agents,
    answers,
    callings,
    correcting,
    dependencies,
    escalating,
    lifecycle,
    mailboxes,
    matrices,
    notices,
    oneness,
    problems,
    pulses,
    quieting,
    resolving,
    silencing,
    splitting,
    subscribing,
    taxonomies,
)
from correlate.effects import NoteAdded
from correlate.records import Reason, Record, RecordStatus
from correlate.rules import rules_in_force
from correlate.turn import Turn
from ingest.event import Command

MAX_TEXT = 100_000
_BY_PERSON = Reason("done by a person")


def command_came(turn: Turn, command: Command, _: Classification | None) -> None:
    """An action of a person; what cannot be done is refused with a sentence and changes nothing."""
    if any(carries_out(turn, command) for carries_out in _BESIDE_RECORDS):
        return
    if command.action not in _ACTIONS:
        turn.refuse(command, Reason("unknown action", {"action": command.action}))
        return
    record = turn.record(command.subject or "")
    if record is None:
        turn.refuse(command, Reason("no such record", {"number": command.subject}))
        return
    following = lifecycle.after(command.action, record)
    if following is None:
        turn.refuse(command, Reason("not in this state", {"why": lifecycle.refusal(command.action, record)}))
        return
    _ACTIONS[command.action](turn, command, record, following)


_BESIDE_RECORDS = (
    problems.problem_command,
    subscribing.digest_command,
    dependencies.edge_command,
    callings.calling_command,
    mailboxes.mailbox_command,
    taxonomies.taxonomy_command,
    matrices.matrix_command,
    silencing.silence_command,
    notices.let_out,
    pulses.is_door_command,
)
"""What carries out commands about other things than records, and says whether it did."""


def text_of(command: Command, name: str = "text") -> str | None:
    """An argument that is a text with something in it, bounded; None otherwise."""
    value = command.arguments.get(name)
    if not isinstance(value, str) or not value.strip():
        return None
    return value.strip()[:MAX_TEXT]


def _take(turn: Turn, command: Command, record: Record, following: RecordStatus) -> None:
    if record.assignee == command.actor and record.status == "assigned":
        turn.refuse(command, Reason("taken already", {"number": record.number}))
        return
    taken = replace(record, status=following, assignee=command.actor)
    turn.changed(taken, "assigned", _BY_PERSON, command.actor)
    escalating.stop(turn, record.number)
    answers.tell_all(
        turn,
        turn.record(record.number) or taken,
        "update",
        "taken",
        _BY_PERSON,
        actor=agents.called(turn.policy, command.actor),
    )


def _assign(turn: Turn, command: Command, record: Record, following: RecordStatus) -> None:
    assignee = text_of(command, "assignee")
    if assignee is None:
        turn.refuse(command, Reason("argument missing", {"name": "assignee"}))
        return
    named = agents.assignee_named(turn.policy, assignee, _teams(turn))
    if isinstance(named, Reason):
        turn.refuse(command, named)
        return
    assignee = named
    turn.changed(replace(record, status=following, assignee=assignee), "assigned", _BY_PERSON, command.actor)
    escalating.stop(turn, record.number)
    if record.assignee is None:
        assigned = turn.record(record.number) or record
        answers.tell_all(turn, assigned, "update", "taken", _BY_PERSON, actor=agents.called(turn.policy, assignee))


def _teams(turn: Turn) -> set[str]:
    """Teams that open records or rules name."""
    named = {rule.team for rule in rules_in_force(turn.policy)}
    named |= {turn.situation.records[number].team for number in turn.situation.open_records}
    return {team for team in named if team}


def _note(turn: Turn, command: Command, record: Record, following: RecordStatus) -> None:  # noqa: ARG001
    text = text_of(command)
    if text is None:
        turn.refuse(command, Reason("argument missing", {"name": "text"}))
        return
    note(turn, record, text, command.actor, internal=True)


def note(turn: Turn, record: Record, text: str, actor: str, *, internal: bool) -> None:
    """Keep what an agent wrote in the record's timeline."""
    turn.effects.append(
        NoteAdded(
            cause=turn.cause,
            at=turn.at,
            reason=_BY_PERSON,
            record=record.number,
            text=text,
            actor=actor,
            internal=internal,
        )
    )


def _reply(turn: Turn, command: Command, record: Record, following: RecordStatus) -> None:  # noqa: ARG001
    text = text_of(command)
    if text is None:
        turn.refuse(command, Reason("argument missing", {"name": "text"}))
        return
    if not turn.participants(record.number):
        turn.refuse(command, Reason("nobody wrote", {"number": record.number}))
        return
    note(turn, record, text, command.actor, internal=False)
    answers.answer_all(turn, record, "answer", text, command.actor)


def _wait(turn: Turn, command: Command, record: Record, following: RecordStatus) -> None:
    text = text_of(command)
    waiting = replace(record, status=following, assignee=record.assignee or command.actor)
    turn.changed(waiting, "waiting", _BY_PERSON, command.actor)
    escalating.stop(turn, record.number)
    if text is not None:
        note(turn, record, text, command.actor, internal=False)
    answers.answer_all(turn, waiting, "waiting", text, command.actor)


def _resume(turn: Turn, command: Command, record: Record, following: RecordStatus) -> None:
    turn.changed(replace(record, status=following), "resumed", _BY_PERSON, command.actor)


def _resolve(turn: Turn, command: Command, record: Record, following: RecordStatus) -> None:  # noqa: ARG001
    resolution = text_of(command, "resolution")
    if resolution is None:
        turn.refuse(command, Reason("argument missing", {"name": "resolution"}))
        return
    decided = replace(record, decided_by={**record.decided_by, "resolution": "person"})
    resolving.resolve(turn, decided, _BY_PERSON, resolution, command.actor, text_of(command))


def _reopen(turn: Turn, command: Command, record: Record, following: RecordStatus) -> None:  # noqa: ARG001
    resolving.reopen(turn, record, _BY_PERSON, command.actor)
    text = text_of(command)
    if text is not None:
        note(turn, record, text, command.actor, internal=True)


def _close(turn: Turn, command: Command, record: Record, following: RecordStatus) -> None:
    turn.clear_deadline("close", record.number, _BY_PERSON)
    turn.changed(replace(record, status=following, closed_at=turn.at), "closed", _BY_PERSON, command.actor)


def _join(turn: Turn, command: Command, record: Record, following: RecordStatus) -> None:  # noqa: ARG001
    into = _other(turn, command, record, Reason("joined to itself", {"number": record.number}))
    if into is None:
        return
    people = [person for person in turn.participants(record.number) if person.acknowledged]
    joined = Reason("joined by a person", oneness.evidence_between(turn, record, into))
    resolving.merge(turn, into, record, _BY_PERSON, command.actor)
    splitting.learned(turn, joined, "join", record.number, into.number, command.actor)
    kept = turn.record(into.number) or into
    for person in people:
        if person.insider:
            facts = {**answers.facts_of(turn, kept), "survivor": kept.number}
            answers.send(turn, "update", "merged", kept, replace(person, record=kept.number), facts, _BY_PERSON)


def _other(turn: Turn, command: Command, record: Record, itself: Reason) -> Record | None:
    """The record that the command names beside its own; None where it cannot be that, which the person is told."""
    into = turn.record(turn.situation.survivor(text_of(command, "into") or ""))
    if into is None:
        turn.refuse(command, Reason("no such record", {"number": command.arguments.get("into")}))
    elif into.number == record.number:
        turn.refuse(command, itself)
    elif into.status == "closed":
        turn.refuse(command, Reason("not in this state", {"why": lifecycle.refusal("join", into)}))
    else:
        return into
    return None


def _split(turn: Turn, command: Command, record: Record, following: RecordStatus) -> None:  # noqa: ARG001
    trouble = splitting.split(turn, record, command.arguments.get("items"), command.actor)
    if trouble is not None:
        turn.refuse(command, trouble)


def _move(turn: Turn, command: Command, record: Record, following: RecordStatus) -> None:  # noqa: ARG001
    into = _other(turn, command, record, Reason("moved to itself", {"number": record.number}))
    if into is None:
        return
    trouble = splitting.move(turn, record, into, command.arguments.get("items"), command.actor)
    if trouble is not None:
        turn.refuse(command, trouble)


def _set(turn: Turn, command: Command, record: Record, following: RecordStatus) -> None:  # noqa: ARG001
    trouble = correcting.correct(turn, record, command)
    if trouble is not None:
        turn.refuse(command, trouble)


def _mute(turn: Turn, command: Command, record: Record, following: RecordStatus) -> None:  # noqa: ARG001
    if record.kind != "incident":
        turn.refuse(command, Reason("only incidents are muted", {"number": record.number}))
        return
    given = command.arguments.get("seconds")
    if given is not None and (not isinstance(given, int) or not 0 < given <= quieting.LONGEST):
        turn.refuse(command, Reason("mute too long", {"days": quieting.LONGEST // 86_400}))
        return
    quieting.mute(turn, record, command.actor, given, text_of(command))


def _unmute(turn: Turn, command: Command, record: Record, following: RecordStatus) -> None:  # noqa: ARG001
    if record.mute is None:
        turn.refuse(command, Reason("not muted", {"number": record.number}))
        return
    quieting.unmute(turn, record, _BY_PERSON, command.actor)


_ACTIONS: Mapping[str, Callable[[Turn, Command, Record, RecordStatus], None]] = {
    "take": _take,
    "assign": _assign,
    "note": _note,
    "reply": _reply,
    "wait": _wait,
    "resume": _resume,
    "resolve": _resolve,
    "reopen": _reopen,
    "close": _close,
    "join": _join,
    "split": _split,
    "move": _move,
    "set": _set,
    "mute": _mute,
    "unmute": _unmute,
}


def vocabulary() -> tuple[str, ...]:
    """Every action about records, for those who write pages and tests."""
    found: tuple[Any, ...] = get_args(lifecycle.Verb)
    return tuple(str(verb) for verb in found)
