"""One decision in the making: what it reads, when it is, why it is asked, and the effects gathered so far.

Deciders say what happens through these methods. The situation is never changed; what this turn itself has said of a
record is seen by whoever asks the turn for that record.
"""

from datetime import datetime, timedelta

from correlate.effects import (
    AlertIgnored,
    AlertRepeated,
    CommandRefused,
    ConditionChanged,
    DeadlineCleared,
    DeadlineSet,
    Effect,
    InputIgnored,
    MailDue,
    MailWithheld,
    ParticipantChanged,
    RecordChanged,
    RecordOpened,
)
from correlate.policy import Policy
from correlate.records import Cause, Condition, Deadline, Outgoing, Participant, Reason, Record
from correlate.rules import Ruling
from correlate.situation import Situation
from ingest.event import Command


class Turn:
    """`route` is the door of the input; for a deadline it is empty."""

    __slots__ = (
        "_people", "_records", "at", "cause", "effects", "forwarder", "language", "policy", "route", "ruling",
        "situation",
    )  # fmt: skip

    def __init__(self, situation: Situation, at: datetime, cause: Cause, route: str = "") -> None:
        self.situation = situation
        self.policy: Policy = situation.policy
        self.at = at
        self.cause = cause
        self.route = route
        self.language: str | None = None
        """Of the mail that is decided, where it tells."""
        self.ruling: Ruling | None = None
        """What the administrator's rules say of the mail that is decided."""
        self.forwarder: str | None = None
        """The colleague who passed on the mail that is decided."""
        self.effects: list[Effect] = []
        self._records: dict[str, Record] | None = None
        self._people: dict[tuple[str, str], Participant] | None = None

    # --- reading ---

    @property
    def held(self) -> bool:
        """Whether the source is observed only."""
        return self.route in self.policy.observing

    def after(self, seconds: float) -> datetime:
        return self.at + timedelta(seconds=seconds)

    def record(self, number: str) -> Record | None:
        """The record as it is after what this turn has said."""
        if self._records is not None and number in self._records:
            return self._records[number]
        return self.situation.records.get(number)

    def participants(self, number: str) -> list[Participant]:
        """Everybody of the record, in the order in which they came."""
        known = dict(self.situation.participants.get(number, {}))
        for (record, address), person in (self._people or {}).items():
            if record == number:
                known[address] = person
        return list(known.values())

    def participant(self, number: str, address: str) -> Participant | None:
        said = (self._people or {}).get((number, address))
        return said or self.situation.participants.get(number, {}).get(address)

    def next_number(self, prefix: str) -> str:
        """The next free number, this turn's own records included."""
        used = sum(1 for number in self._records or () if number.startswith(f"{prefix}-") and self._is_new(number))
        return f"{prefix}-{self.situation.counters.get(prefix, 0) + 1 + used}"

    def _is_new(self, number: str) -> bool:
        return number not in self.situation.records

    # --- saying ---

    def opened(self, record: Record, reason: Reason) -> None:
        self._keep(record)
        self.effects.append(RecordOpened(cause=self.cause, at=self.at, reason=reason, record=record))

    def changed(self, record: Record, change: str, reason: Reason, actor: str | None = None) -> None:
        self._keep(record)
        self.effects.append(
            RecordChanged(cause=self.cause, at=self.at, reason=reason, record=record, change=change, actor=actor)
        )

    def condition(self, condition: Condition, change: str, reason: Reason) -> None:
        self.effects.append(
            ConditionChanged(cause=self.cause, at=self.at, reason=reason, condition=condition, change=change)
        )

    def repeated(self, fingerprint: str, record: str | None, reason: Reason) -> None:
        self.effects.append(
            AlertRepeated(
                cause=self.cause,
                at=self.at,
                reason=reason,
                record=record,
                fingerprints=(fingerprint,),
                indexes=(self.cause.index,),
            )
        )

    def alert_ignored(self, fingerprint: str, record: str | None, reason: Reason) -> None:
        self.effects.append(
            AlertIgnored(cause=self.cause, at=self.at, reason=reason, fingerprint=fingerprint, record=record)
        )

    def input_ignored(self, reason: Reason, record: str | None = None) -> None:
        self.effects.append(InputIgnored(cause=self.cause, at=self.at, reason=reason, record=record))

    def person(self, participant: Participant, reason: Reason) -> None:
        if self._people is None:
            self._people = {}
        self._people[participant.record, participant.address] = participant
        self.effects.append(ParticipantChanged(cause=self.cause, at=self.at, reason=reason, participant=participant))

    def mail(self, outgoing: Outgoing, reason: Reason) -> None:
        self.effects.append(MailDue(cause=self.cause, at=self.at, reason=reason, outgoing=outgoing))

    def withheld(self, kind: str, to: str | None, about: str | None, reason: Reason) -> None:
        self.effects.append(MailWithheld(cause=self.cause, at=self.at, reason=reason, kind=kind, to=to, about=about))

    def set_deadline(self, kind: str, subject: str, due: datetime, reason: Reason) -> None:
        """A deadline of this kind about this subject; an earlier one is replaced."""
        deadline = Deadline(id=f"{kind}:{subject}", due=due, kind=kind, subject=subject)
        self.effects.append(DeadlineSet(cause=self.cause, at=self.at, reason=reason, deadline=deadline))

    def clear_deadline(self, kind: str, subject: str, reason: Reason) -> None:
        name = f"{kind}:{subject}"
        if name in self.situation.deadlines:
            self.effects.append(DeadlineCleared(cause=self.cause, at=self.at, reason=reason, id=name))

    def _keep(self, record: Record) -> None:
        if self._records is None:
            self._records = {}
        self._records[record.number] = record

    def refuse(self, command: Command, reason: Reason) -> None:
        """Say why a command is not carried out."""
        self.effects.append(
            CommandRefused(
                cause=self.cause,
                at=self.at,
                reason=reason,
                action=command.action,
                actor=command.actor,
                subject=command.subject,
            )
        )
