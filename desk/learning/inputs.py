"""What enters the journal about learning: labelled texts, what a person said of doubtful labels, trials of models.

None of it changes how the present is decided; a promoted model does, and that is an input of its own kind (`model`).
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from classify.classification import TARGETS
from correlate.effects import CommandRefused, Effect
from correlate.records import Cause, Reason
from desk.apply import Entry, Rows
from desk.learning.trial import Trial
from desk.tables import to_micros
from ingest.event import Command, Input

EXAMPLES, JUDGED, TRIED = "examples-add", "labels-judge", "model-trial"
LEARNING_ACTIONS = (EXAMPLES, JUDGED, TRIED)
MOST_KEYS = 10_000
LONGEST = 20_000
"""Characters of one text that are kept: no model reads more."""
_KEY = 80
_LONGEST_VALUE = 200


class Example(Struct, frozen=True, kw_only=True):
    """A labelled text. `at` is when it was written, where that is known."""

    labels: Mapping[str, str]
    subject: str | None = None
    body: str | None = None
    sender: str | None = None
    at: datetime | None = None


class _Added(Struct, frozen=True, kw_only=True):
    source: str
    rows: tuple[Example, ...]


class _Judged(Struct, frozen=True, kw_only=True):
    labels: tuple[str, ...]
    verdict: str


def examples_command(source: str, rows: Sequence[Example], actor: str) -> Command:
    """The input that brings these examples in."""
    return Command(action=EXAMPLES, actor=actor, arguments={"source": source, "rows": msgspec.to_builtins(list(rows))})


def learning_command(connection: sa.Connection, rows: Rows, item: Input, command: Command) -> list[Effect]:  # noqa: ARG001
    """Carry out one of LEARNING_ACTIONS, or refuse it with a sentence."""
    try:
        if command.action == EXAMPLES:
            return _examples(rows, item, command)
        if command.action == JUDGED:
            return _judged(rows, item, command)
        return _tried(rows, item, command)
    except (msgspec.ValidationError, ValueError) as error:
        reason = Reason("learning input cannot be read", {"why": f"{error}."})
        return [
            CommandRefused(
                cause=Cause(item.position), at=item.accepted_at, reason=reason,
                action=command.action, actor=command.actor, subject=command.subject,
            )
        ]  # fmt: skip


def _examples(rows: Rows, item: Input, command: Command) -> list[Effect]:
    given = msgspec.convert(command.arguments, _Added, strict=False)
    kept = rows.learning.setdefault("examples", [])
    for index, example in enumerate(given.rows):
        labels = {t: v.strip()[:_LONGEST_VALUE] for t, v in example.labels.items() if t in TARGETS and v.strip()}
        subject, body = (example.subject or "")[:LONGEST] or None, (example.body or "")[:LONGEST] or None
        if not labels or (subject is None and body is None):
            continue
        labelled = msgspec.json.encode(labels, order="sorted").decode()
        at = example.at or item.accepted_at
        kept.append(
            (
                digest_of(subject, body, labelled), item.position, index, given.source[:40], command.actor,
                to_micros(at), subject, body, (example.sender or "")[:320] or None, labelled,
            )
        )  # fmt: skip
    reason = Reason("examples added", {"actor": command.actor, "count": len(given.rows), "source": given.source})
    rows.entries.append(Entry("examples-added", Cause(item.position), item.accepted_at, reason, actor=command.actor))
    return []


def digest_of(subject: str | None, body: str | None, labels: str) -> str:
    """What tells one example from another."""
    return hashlib.sha256("\x00".join((subject or "", body or "", labels)).encode()).hexdigest()


def _judged(rows: Rows, item: Input, command: Command) -> list[Effect]:
    given = msgspec.convert(command.arguments, _Judged, strict=False)
    if given.verdict not in ("kept", "dropped") or not given.labels or len(given.labels) > MOST_KEYS:
        raise ValueError("Say of which labels, and whether they are kept or dropped")
    kept = rows.learning.setdefault("label_verdicts", [])
    at = to_micros(item.accepted_at)
    kept += [(key[:_KEY], given.verdict, command.actor, at) for key in dict.fromkeys(given.labels)]
    evidence = {"actor": command.actor, "count": len(given.labels), "verdict": given.verdict}
    reason = Reason("labels judged", evidence)
    rows.entries.append(Entry("labels-judged", Cause(item.position), item.accepted_at, reason, actor=command.actor))
    return []


def _tried(rows: Rows, item: Input, command: Command) -> list[Effect]:
    trial = msgspec.convert(command.arguments.get("trial"), Trial, strict=False)
    body = msgspec.json.encode(trial).decode()
    kept = rows.learning.setdefault("trials", [])
    kept.append((item.position, to_micros(item.accepted_at), trial.outcome == "promoted", body))
    reason = Reason("model tried", {"outcome": trial.outcome, "why": " ".join(trial.why)})
    entry = Entry(
        "model-trial", Cause(item.position), item.accepted_at, reason,
        subject=trial.challenger, actor=command.actor,
    )  # fmt: skip
    rows.entries.append(entry)
    return []
