"""Effects to rows: the one place that says what each effect leaves in the tables.

Rows are gathered for a whole batch. What effects change again and again is written once: a record with the value that
the situation has in the end, a condition with its last one. Repeats of one condition share one entry.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, assert_never

import msgspec
from msgspec import Struct

from classify.classification import Classification
from correlate.effects import (
    AlertIgnored,
    AlertRepeated,
    ChangeRecorded,
    CommandRefused,
    ConditionChanged,
    ConditionsJoined,
    DeadlineCleared,
    DeadlineSet,
    Effect,
    InputIgnored,
    InputQuarantined,
    LabelLearned,
    LearningDue,
    MailDelivered,
    MailDue,
    MailFiled,
    MailWithheld,
    ModelChanged,
    NoteAdded,
    ParticipantChanged,
    PastChanged,
    PolicyChanged,
    ProblemChanged,
    PulseChanged,
    RecordChanged,
    RecordOpened,
    SilenceChanged,
    SuggestionChanged,
    TicketSpent,
)
from correlate.reasons import sentence
from correlate.records import (
    Cause,
    Change,
    Condition,
    Deadline,
    Participant,
    Past,
    Problem,
    Pulse,
    Reason,
    Silence,
    Suggestion,
)

_json = msgspec.json.encode
_NOTHING: Mapping[str, Any] = {}


class Repeats:
    """Notices about one record in one batch that changed nothing but their count; `counts` is by fingerprint."""

    __slots__ = ("at", "counts", "first", "last_position", "reason")

    def __init__(self, effect: AlertRepeated | AlertIgnored) -> None:
        self.first: Cause = effect.cause
        self.at = effect.at
        self.reason: Reason = effect.reason
        self.counts: Counter[str] = Counter()
        self.last_position = 0


class Together:
    """Conditions that one input changed in the same way, in the same record, for the same reason."""

    __slots__ = ("at", "cause", "change", "places", "reason", "record")

    def __init__(self, effect: ConditionChanged | ConditionsJoined, record: str | None, change: str) -> None:
        self.cause = effect.cause
        self.at = effect.at
        self.reason = effect.reason
        self.record = record
        self.change = change
        self.places: dict[str, int] = {}
        """Fingerprint to the place of its notice within the input."""

    def takes(self, effect: ConditionChanged | ConditionsJoined, record: str | None, change: str) -> bool:
        """Whether what this says, apart from its conditions, is the same."""
        return (
            effect.cause.position == self.cause.position
            and change == self.change
            and record == self.record
            and (effect.reason is self.reason or effect.reason == self.reason)
            and effect.at == self.at
            and effect.cause.deadline == self.cause.deadline
        )


class Entry(Struct, frozen=True, gc=False):
    """A row of `entries`."""

    kind: str
    cause: Cause
    at: datetime
    reason: Reason
    record: str | None = None
    change: str | None = None
    subject: str | None = None
    actor: str | None = None
    internal: bool = True
    text: str | None = None
    detail: Mapping[str, Any] = _NOTHING


class Rows:
    """What a batch leaves in the tables."""

    def __init__(self) -> None:
        self.entries: list[Entry | Together] = []
        self.repeats: dict[tuple[str, str | None, str], Repeats] = {}
        self.records: dict[str, datetime] = {}
        """Numbers of changed records, each with the time of its last change."""
        self.begun: dict[str, Condition] = {}
        """Those that were not known before, and nothing but began."""
        self.conditions: dict[str, Condition] = {}
        self.heard: dict[str, datetime] = {}
        """Fingerprints to their last repeat."""
        self.heard_times: Counter[str] = Counter()
        """Fingerprints to how many repeats came."""
        self.participants: dict[tuple[str, str], Participant] = {}
        self.incoming: dict[str, str] = {}
        self.moved: dict[str, str] = {}
        """Message-IDs of mails that a person put into another record."""
        self.outgoing: dict[str, str] = {}
        self.due: dict[str, MailDue] = {}
        """Mails by Message-ID; the outbox keeps the first of each."""
        self.delivered: list[MailDelivered] = []
        self.let_go: dict[str, tuple[str, datetime]] = {}
        """Message-IDs of held mails that a person released ("due") or dropped ("dropped"), and when."""
        self.settled: dict[int, str] = {}
        """Positions in quarantine to what a person made of them: "replayed" or "dismissed"."""
        self.deadlines: dict[str, Deadline | None] = {}
        self.changes: dict[str, Change] = {}
        self.suggestions: dict[str, Suggestion] = {}
        self.problems: dict[str, Problem] = {}
        self.past: dict[str, Past] = {}
        self.silences: dict[str, Silence] = {}
        self.pulses: dict[str, Pulse | None] = {}
        self.labels: list[LabelLearned] = []
        self.learning: dict[str, list[tuple[Any, ...]]] = {}
        """Name of a table about learning to further rows of it."""
        self.spent: dict[str, datetime] = {}
        self.quarantine: dict[int, InputQuarantined] = {}
        self.ignored: dict[int, InputIgnored] = {}
        self.unignored: dict[int, str] = {}
        """Positions of ignored mails to what a person made of them: "processed"."""
        self.classifications: dict[tuple[int, int], Classification] = {}
        self.record_of: dict[tuple[int, int], str] = {}
        """Place of an event to the record that it came to."""
        self.policy = False
        self.model = False

    def add(self, effect: Effect) -> None:  # noqa: C901 - one case per effect
        """Note what this effect leaves behind."""
        match effect:
            case AlertRepeated():
                self._repeated("alert-repeated", effect, effect.fingerprints)
                self._heard(effect)
            case ConditionChanged():
                self._condition(effect)
            case ConditionsJoined():
                self._joined(effect)
            case AlertIgnored():
                self._repeated("alert-ignored", effect, (effect.fingerprint,))
            case RecordOpened() | RecordChanged():
                self._record(effect)
            case MailFiled():
                self._mail_filed(effect)
            case NoteAdded():
                self._note(effect)
            case ParticipantChanged():
                self._participant(effect)
            case MailDue():
                self._mail_due(effect)
            case MailWithheld():
                self._withheld(effect)
            case MailDelivered():
                self._mail_delivered(effect)
            case InputIgnored():
                self._ignored(effect)
            case InputQuarantined():
                self.quarantine[effect.position] = effect
                self._entry(effect, "input-quarantined", None, subject=str(effect.position))
            case ChangeRecorded():
                self.changes[effect.change.id] = effect.change
                self._entry(effect, "change-recorded", None, subject=effect.change.id)
            case DeadlineSet():
                self.deadlines[effect.deadline.id] = effect.deadline
            case DeadlineCleared():
                self.deadlines[effect.id] = None
            case SuggestionChanged():
                self.suggestions[effect.suggestion.id] = effect.suggestion
                self._entry(effect, "suggestion-changed", effect.suggestion.id, effect.change, actor=effect.actor)
            case ProblemChanged():
                self.problems[effect.problem.number] = effect.problem
                self._entry(effect, "problem-changed", effect.problem.number, effect.change, actor=effect.actor)
            case LabelLearned():
                self._label(effect)
            case PastChanged():
                self.past[effect.past.number] = effect.past
            case SilenceChanged():
                self.silences[effect.silence.id] = effect.silence
                self._entry(
                    effect, "silence-changed", None, effect.change, subject=effect.silence.id, actor=effect.actor
                )
            case PulseChanged():
                self._pulse(effect)
            case PolicyChanged():
                self.policy = True
                self._entry(effect, "policy-changed", None)
            case ModelChanged():
                self.model = True
                self._entry(effect, "model-changed", None, subject=effect.digest)
            case LearningDue():
                self._entry(effect, "learning-due", None)
            case CommandRefused():
                self._refused(effect)
            case TicketSpent():
                self.spent[effect.ticket] = effect.at
                self._entry(effect, "ticket-spent", None, subject=effect.ticket)
            case _:
                assert_never(effect)

    def _entry(
        self,
        effect: Effect,
        kind: str,
        record: str | None,
        change: str | None = None,
        *,
        subject: str | None = None,
        actor: str | None = None,
        detail: Mapping[str, Any] = _NOTHING,
    ) -> None:
        entry = Entry(kind, effect.cause, effect.at, effect.reason, record, change, subject, actor, detail=detail)
        self.entries.append(entry)

    def _repeated(self, kind: str, effect: AlertRepeated | AlertIgnored, fingerprints: Sequence[str]) -> None:
        key = (kind, effect.record, effect.reason.rule)
        repeats = self.repeats.get(key)
        if repeats is None:
            repeats = self.repeats[key] = Repeats(effect)
        repeats.counts.update(fingerprints)
        repeats.last_position = effect.cause.position

    def _ignored(self, effect: InputIgnored) -> None:
        self._entry(effect, "input-ignored", effect.record)
        if effect.kept is not None:
            self.ignored[effect.cause.position] = effect

    def _heard(self, effect: AlertRepeated) -> None:
        self.heard.update(dict.fromkeys(effect.fingerprints, effect.at))
        self.heard_times.update(effect.fingerprints)
        if effect.record is not None:
            self.records[effect.record] = effect.at

    def _condition(self, effect: ConditionChanged) -> None:
        condition = effect.condition
        self.conditions[condition.fingerprint] = condition
        self.begun.pop(condition.fingerprint, None)
        if condition.record is not None:
            self.records[condition.record] = effect.at
        together = self._together(effect, condition.record, effect.change)
        if condition.fingerprint in together.places:
            together = Together(effect, condition.record, effect.change)
            self.entries.append(together)
        together.places[condition.fingerprint] = effect.cause.index

    def _joined(self, effect: ConditionsJoined) -> None:
        record = effect.conditions[0].record
        found = {condition.fingerprint: condition for condition in effect.conditions}
        self.begun |= found
        if record is not None:
            self.records[record] = effect.at
        self._together(effect, record, "firing").places.update(zip(found, effect.indexes, strict=True))

    def _together(self, effect: ConditionChanged | ConditionsJoined, record: str | None, change: str) -> Together:
        """The entry to which this effect's conditions belong."""
        last = self.entries[-1] if self.entries else None
        if isinstance(last, Together) and last.takes(effect, record, change):
            return last
        together = Together(effect, record, change)
        self.entries.append(together)
        return together

    def _record(self, effect: RecordOpened | RecordChanged) -> None:
        record = effect.record
        self.records[record.number] = effect.at
        if isinstance(effect, RecordOpened):
            if effect.cause.deadline is None:
                self.record_of[effect.cause.position, effect.cause.index] = record.number
            entry = Entry("record-opened", effect.cause, effect.at, effect.reason, record.number, internal=False)
        else:
            entry = Entry(
                "record-changed", effect.cause, effect.at, effect.reason, record.number, effect.change,
                actor=effect.actor, internal=False, detail={"status": record.status, "priority": record.priority},
            )  # fmt: skip
        self.entries.append(entry)

    def _mail_filed(self, effect: MailFiled) -> None:
        self.records[effect.record] = effect.at
        self.record_of[effect.cause.position, effect.cause.index] = effect.record
        if effect.message_id and effect.moved:
            self.moved[effect.message_id] = effect.record
        elif effect.message_id:
            self.incoming.setdefault(effect.message_id, effect.record)
        detail: dict[str, Any] = {
            "subject": effect.subject, "quoted": effect.quoted, "automatic": effect.automatic,
        }  # fmt: skip
        if effect.bounced is not None:
            detail["bounced"] = effect.bounced
        if effect.forwarder is not None:
            detail["forwarder"] = effect.forwarder
        if effect.proof is not None:
            proof = {"rule": effect.proof.rule, "evidence": effect.proof.evidence}
            detail["sender"] = {"verified": effect.verified, **proof, "sentence": sentence(effect.proof)}
        entry = Entry(
            "mail-filed", effect.cause, effect.at, effect.reason, effect.record, None,
            effect.message_id, effect.sender, effect.internal, effect.text, detail,
        )  # fmt: skip
        self.entries.append(entry)

    def _note(self, effect: NoteAdded) -> None:
        self.records[effect.record] = effect.at
        entry = Entry(
            "note-added", effect.cause, effect.at, effect.reason, effect.record,
            actor=effect.actor, internal=effect.internal, text=effect.text,
        )  # fmt: skip
        self.entries.append(entry)

    def _participant(self, effect: ParticipantChanged) -> None:
        person = effect.participant
        self.participants[person.record, person.address] = person
        self._entry(effect, "participant-changed", person.record, person.role, subject=person.address)

    def _mail_due(self, effect: MailDue) -> None:
        mail = effect.outgoing
        self.due.setdefault(mail.message_id, effect)
        if mail.about:
            self.outgoing[mail.message_id] = mail.about
        detail = {"to": mail.to, "subject": mail.subject}
        entry = Entry(
            "mail-due", effect.cause, effect.at, effect.reason, mail.about, mail.kind, mail.message_id,
            internal=False, detail=detail,
        )  # fmt: skip
        self.entries.append(entry)

    def _withheld(self, effect: MailWithheld) -> None:
        detail = {"kind": effect.kind, "to": effect.to}
        self._entry(effect, "mail-withheld", effect.about, subject=effect.to, detail=detail)

    def _mail_delivered(self, effect: MailDelivered) -> None:
        self.delivered.append(effect)
        detail = {"answer": effect.answer}
        self._entry(effect, "mail-delivered", effect.record, effect.result, subject=effect.message_id, detail=detail)

    def _pulse(self, effect: PulseChanged) -> None:
        self.pulses[effect.pulse.name] = effect.pulse if effect.change != "dropped" else None
        if effect.change not in ("heard", "excused"):
            self._entry(effect, "pulse-changed", None, effect.change, subject=effect.pulse.name)

    def _label(self, effect: LabelLearned) -> None:
        self.labels.append(effect)
        detail = {"value": effect.value, "previous": effect.previous}
        self._entry(effect, "label-learned", effect.record, effect.target, actor=effect.actor, detail=detail)

    def _refused(self, effect: CommandRefused) -> None:
        detail = {"action": effect.action, **effect.details}
        self._entry(
            effect, "command-refused", effect.subject, subject=effect.subject, actor=effect.actor, detail=detail
        )
