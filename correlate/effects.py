"""What a decision brings about: a closed union of facts, each with its cause and its reason.

An effect that changes a record carries the record's new value, so that `Situation.apply` and the tables
store the same thing and no rule stands in two places.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from msgspec import Struct

from correlate.policy import Policy
from correlate.records import (
    Cause,
    Change,
    Condition,
    Deadline,
    Outgoing,
    Participant,
    Past,
    Problem,
    Pulse,
    Reason,
    Record,
    Silence,
    Suggestion,
)


class _Fact(Struct, frozen=True, kw_only=True, gc=False):
    """Never part of a cycle, so the collector need not look at it: a batch has tens of thousands."""

    cause: Cause
    at: datetime
    reason: Reason


class RecordOpened(_Fact, frozen=True, kw_only=True, tag="record-opened"):
    record: Record


class RecordChanged(_Fact, frozen=True, kw_only=True, tag="record-changed"):
    """`change` names what happened: assigned, waiting, resumed, resolved, reopened, closed, merged, split, priority,
    category, title, service, announced, … `actor` is None where the desk decided."""

    record: Record
    change: str
    actor: str | None = None


class ConditionChanged(_Fact, frozen=True, kw_only=True, tag="condition-changed"):
    """A condition began, joined a record, was resolved, acknowledged, expired, began or ceased to flap, …"""

    condition: Condition
    change: str


class ConditionsJoined(_Fact, frozen=True, kw_only=True, tag="conditions-joined"):
    """New conditions of one input began in an incident that is known, all for one reason, which is how a run of
    alerts goes. `indexes` are the places of their notices within the input."""

    conditions: tuple[Condition, ...]
    indexes: tuple[int, ...]


class AlertRepeated(_Fact, frozen=True, kw_only=True, tag="alert-repeated"):
    """Notices of one input that changed nothing but the count; those of one record in one batch become one row.

    `fingerprints` are those of the conditions, in order; `indexes` the places of the notices within the input.
    """

    record: str | None
    fingerprints: tuple[str, ...]
    indexes: tuple[int, ...]


class AlertIgnored(_Fact, frozen=True, kw_only=True, tag="alert-ignored"):
    """A notice that was read and deliberately changes nothing: a resolve of what never fired, chatter, a test, …"""

    fingerprint: str
    record: str | None = None


class MailFiled(_Fact, frozen=True, kw_only=True, tag="mail-filed"):
    """A mail became part of a record. `internal` mails are shown to agents only; `proof` says why its sender counts as
    `verified` or not."""

    record: str
    message_id: str | None
    sender: str | None
    subject: str | None
    text: str
    quoted: str | None = None
    internal: bool = False
    automatic: str | None = None
    verified: bool = False
    proof: Reason | None = None
    forwarder: str | None = None
    """The colleague who passed it on; the raw mail is theirs."""
    bounced: str | None = None
    """The Message-ID of the mail of ours that came back."""
    moved: bool = False
    """It was in another record before: its thread leads here from now on."""


class NoteAdded(_Fact, frozen=True, kw_only=True, tag="note-added"):
    record: str
    text: str
    actor: str | None
    internal: bool = True


class ParticipantChanged(_Fact, frozen=True, kw_only=True, tag="participant-changed"):
    participant: Participant


class MailDue(_Fact, frozen=True, kw_only=True, tag="mail-due"):
    outgoing: Outgoing


class MailWithheld(_Fact, frozen=True, kw_only=True, tag="mail-withheld"):
    """A mail that would have been sent, and why it is not."""

    kind: str
    to: str | None
    about: str | None


class MailDelivered(_Fact, frozen=True, kw_only=True, tag="mail-delivered"):
    """The final fate of an outgoing mail; `record` is the one that it was about, where it was given up."""

    message_id: str
    result: str
    answer: str | None
    record: str | None = None


class IgnoredMail(Struct, frozen=True):
    """A mail that is shown among the ignored ones, from where an agent can have it processed after all."""

    why: Literal["spam", "rule"]
    sender: str | None
    subject: str | None


class InputIgnored(_Fact, frozen=True, kw_only=True, tag="input-ignored"):
    """A whole input that deliberately leads to nothing: a newsletter, an out-of-office, a handshake, a repeat.

    `record` is the record that it is about all the same, where there is one.
    """

    record: str | None = None
    kept: "IgnoredMail | None" = None


class InputQuarantined(_Fact, frozen=True, kw_only=True, tag="input-quarantined"):
    """An input that could not be understood; its bytes stay in the journal and it can be replayed after a fix."""

    position: int


class ChangeRecorded(_Fact, frozen=True, kw_only=True, tag="change-recorded"):
    change: Change


class DeadlineSet(_Fact, frozen=True, kw_only=True, tag="deadline-set"):
    deadline: Deadline


class DeadlineCleared(_Fact, frozen=True, kw_only=True, tag="deadline-cleared"):
    id: str


class SuggestionChanged(_Fact, frozen=True, kw_only=True, tag="suggestion-changed"):
    """`change`: proposed, grown, withdrawn, accepted, merged, declined, snoozed, returned."""

    suggestion: Suggestion
    change: str
    actor: str | None = None


class ProblemChanged(_Fact, frozen=True, kw_only=True, tag="problem-changed"):
    problem: Problem
    change: str
    actor: str | None = None


class LabelLearned(_Fact, frozen=True, kw_only=True, tag="label-learned"):
    """A person said what is right; kept for training."""

    record: str
    target: str
    value: str
    previous: str | None
    actor: str


class PastChanged(_Fact, frozen=True, kw_only=True, tag="past-changed"):
    """The compact history of an incident, for the search for recurring causes."""

    past: Past


class SilenceChanged(_Fact, frozen=True, kw_only=True, tag="silence-changed"):
    """A silence or window was added, changed, comes round again, is over or was ended."""

    silence: Silence
    change: str
    actor: str | None = None


class PulseChanged(_Fact, frozen=True, kw_only=True, tag="pulse-changed"):
    """Something that is to be heard of regularly was: "awaited", "heard", "missed", "back", "excused", "dropped"."""

    pulse: Pulse
    change: str


class PolicyChanged(_Fact, frozen=True, kw_only=True, tag="policy-changed"):
    policy: Policy


class ModelChanged(_Fact, frozen=True, kw_only=True, tag="model-changed"):
    digest: str | None


class LearningDue(_Fact, frozen=True, kw_only=True, tag="learning-due"):
    """It is night: what people corrected since the last model was trained is to be learned, by another process."""


class TicketSpent(_Fact, frozen=True, kw_only=True, tag="ticket-spent"):
    """A ticket for one action by mail has been used: it is good for nothing more."""

    ticket: str


class CommandRefused(_Fact, frozen=True, kw_only=True, tag="command-refused"):
    """A command that could not be carried out; the page shows the reason's sentence."""

    action: str
    actor: str
    subject: str | None
    details: Mapping[str, Any] = {}


Effect = (
    RecordOpened
    | RecordChanged
    | ConditionChanged
    | ConditionsJoined
    | AlertRepeated
    | AlertIgnored
    | MailFiled
    | NoteAdded
    | ParticipantChanged
    | MailDue
    | MailWithheld
    | MailDelivered
    | InputIgnored
    | InputQuarantined
    | ChangeRecorded
    | DeadlineSet
    | DeadlineCleared
    | SuggestionChanged
    | ProblemChanged
    | LabelLearned
    | PastChanged
    | SilenceChanged
    | PulseChanged
    | PolicyChanged
    | ModelChanged
    | CommandRefused
    | LearningDue
    | TicketSpent
)
