"""What the desk knows while it decides: the open records and whatever the events at hand need of the closed ones.

`decide` reads a situation and never changes it; `Situation.apply` is the only way in which it changes. The shell
loads what is missing (`keys_of` says what an event needs) and stores what became dirty.
"""

import re
from bisect import insort
from collections.abc import Iterable
from datetime import datetime
from heapq import heappop, heappush

from msgspec import Struct

from correlate.effects import (
    AlertRepeated,
    ChangeRecorded,
    ConditionChanged,
    DeadlineCleared,
    DeadlineSet,
    Effect,
    MailDue,
    MailFiled,
    ModelChanged,
    ParticipantChanged,
    PastChanged,
    PolicyChanged,
    ProblemChanged,
    RecordChanged,
    RecordOpened,
    SuggestionChanged,
)
from correlate.policy import Policy
from correlate.records import (
    OPEN_STATUSES,
    Change,
    Condition,
    Deadline,
    Participant,
    Past,
    Problem,
    Record,
    Suggestion,
)
from correlate.services import ServiceMap
from ingest.event import Alert, Command, Delivered, Event, Mail

_NUMBER = re.compile(r"(?:INC|REQ)-[1-9][0-9]{0,8}")


def numbers_in(subject: str | None) -> frozenset[str]:
    """The record numbers that a subject names ("[INC-7]", "Re: REQ-12 …"); at most ten are considered."""
    return frozenset(_NUMBER.findall((subject or "").upper())[:10])


class Keys(Struct, frozen=True):
    """What must be loaded before an event can be decided. Message-IDs lead to records, incoming and outgoing."""

    fingerprints: frozenset[str] = frozenset()
    message_ids: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()


class Members:
    """What moves within an open record faster than the record itself."""

    __slots__ = ("alerts", "conditions", "firing", "last_at")

    def __init__(self, last_at: datetime, alerts: int = 0) -> None:
        self.conditions: set[str] = set()
        self.firing: set[str] = set()
        self.alerts = alerts
        self.last_at = last_at


class Situation:
    """Public attributes are read by `decide`; they are changed by `apply` and by the shell's loading alone."""

    def __init__(self, policy: Policy | None = None) -> None:
        self.policy = policy or Policy()
        self.services = ServiceMap(self.policy.services)
        self.model: str | None = None
        self.counters: dict[str, int] = {}
        """Prefix ("INC") to the last number given."""
        self.records: dict[str, Record] = {}
        self.members: dict[str, Members] = {}
        self.open_records: dict[str, None] = {}
        """Numbers of open records in the order of their opening."""
        self.by_service: dict[str, dict[str, None]] = {}
        """Service to the open incidents on it."""
        self.conditions: dict[str, Condition] = {}
        self.participants: dict[str, dict[str, Participant]] = {}
        self.threads: dict[str, str] = {}
        """Message-ID, incoming or outgoing, to record number."""
        self.sent: dict[str, list[datetime]] = {}
        """Address to the times of automatic mails of the last day, oldest first."""
        self.deadlines: dict[str, Deadline] = {}
        self._queue: list[tuple[datetime, str]] = []
        self.changes: dict[str, Change] = {}
        self.past: dict[str, Past] = {}
        self.suggestions: dict[str, Suggestion] = {}
        self.problems: dict[str, Problem] = {}

    # --- reading ---

    def next_number(self, prefix: str) -> str:
        """The number that the next record of this kind gets; it is used up when the record is applied."""
        return f"{prefix}-{self.counters.get(prefix, 0) + 1}"

    def survivor(self, number: str) -> str:
        """The record that this one was merged into, at the end of the chain."""
        while (record := self.records.get(number)) and record.merged_into:
            number = record.merged_into
        return number

    def next_deadline(self) -> Deadline | None:
        """The earliest deadline, ties broken by id."""
        while self._queue:
            due, name = self._queue[0]
            deadline = self.deadlines.get(name)
            if deadline is not None and deadline.due == due:
                return deadline
            heappop(self._queue)
        return None

    def open_incidents(self) -> list[Record]:
        return [r for number in self.open_records if (r := self.records[number]).kind == "incident"]

    # --- changing ---

    def load(  # the shell's way in: what the tables hold
        self,
        *,
        records: Iterable[tuple[Record, Members]] = (),
        conditions: Iterable[Condition] = (),
        participants: Iterable[Participant] = (),
        deadlines: Iterable[Deadline] = (),
    ) -> None:
        """Take what the tables hold; what is already here is newer and stays."""
        for record, members in records:
            if record.number not in self.records:
                self.members[record.number] = members
                self._put_record(record)
        for condition in conditions:
            if condition.fingerprint not in self.conditions:
                self._put_condition(condition)
        for participant in participants:
            self.participants.setdefault(participant.record, {}).setdefault(participant.address, participant)
        for deadline in deadlines:
            if deadline.id not in self.deadlines:
                self._put_deadline(deadline)

    def apply(self, effect: Effect) -> None:  # noqa: C901 - one case per effect
        """Make the effect true here."""
        match effect:
            case AlertRepeated():
                members = self.members.get(effect.record or "")
                if members is not None:
                    members.last_at = max(members.last_at, effect.at)
                    members.alerts += 1
            case ConditionChanged():
                self._put_condition(effect.condition, effect.at)
            case RecordOpened():
                prefix, _, count = effect.record.number.partition("-")
                self.counters[prefix] = max(self.counters.get(prefix, 0), int(count))
                self.members[effect.record.number] = Members(effect.at)
                self._put_record(effect.record)
            case RecordChanged():
                self._put_record(effect.record)
            case ParticipantChanged():
                person = effect.participant
                self.participants.setdefault(person.record, {})[person.address] = person
            case MailFiled():
                if effect.message_id:
                    self.threads.setdefault(effect.message_id, effect.record)
            case MailDue():
                self._count_mail(effect)
            case DeadlineSet():
                self._put_deadline(effect.deadline)
            case DeadlineCleared():
                self.deadlines.pop(effect.id, None)
            case ChangeRecorded():
                self.changes[effect.change.id] = effect.change
            case PastChanged():
                self.past[effect.past.number] = effect.past
            case SuggestionChanged():
                self._used("SUG", effect.suggestion.id)
                self.suggestions[effect.suggestion.id] = effect.suggestion
            case ProblemChanged():
                self._used("PRB", effect.problem.number)
                self.problems[effect.problem.number] = effect.problem
            case PolicyChanged():
                self.policy = effect.policy
                self.services = ServiceMap(effect.policy.services)
            case ModelChanged():
                self.model = effect.digest
            case _:
                pass  # facts for the tables alone

    def _used(self, prefix: str, name: str) -> None:
        head, _, count = name.rpartition("-")
        if head == prefix and count.isdigit():
            self.counters[prefix] = max(self.counters.get(prefix, 0), int(count))

    def _put_record(self, record: Record) -> None:
        before = self.records.get(record.number)
        if before is not None and before.service != record.service:
            self.by_service.get(before.service or "", {}).pop(record.number, None)
        self.records[record.number] = record
        if record.status in OPEN_STATUSES:
            self.open_records[record.number] = None
            if record.kind == "incident" and record.service:
                self.by_service.setdefault(record.service, {})[record.number] = None
        else:
            self.open_records.pop(record.number, None)
            self.by_service.get(record.service or "", {}).pop(record.number, None)

    def _put_condition(self, condition: Condition, at: datetime | None = None) -> None:
        before = self.conditions.get(condition.fingerprint)
        if before is not None and before.record != condition.record and before.record in self.members:
            left = self.members[before.record]
            left.conditions.discard(condition.fingerprint)
            left.firing.discard(condition.fingerprint)
        self.conditions[condition.fingerprint] = condition
        members = self.members.get(condition.record or "")
        if members is None:
            return
        members.conditions.add(condition.fingerprint)
        if condition.status in ("firing", "acknowledged"):
            members.firing.add(condition.fingerprint)
        else:
            members.firing.discard(condition.fingerprint)
        if at is not None:
            members.last_at = max(members.last_at, at)
            members.alerts += 1

    def _put_deadline(self, deadline: Deadline) -> None:
        self.deadlines[deadline.id] = deadline
        heappush(self._queue, (deadline.due, deadline.id))

    def _count_mail(self, effect: MailDue) -> None:
        mail = effect.outgoing
        if mail.about:
            self.threads[mail.message_id] = mail.about
        times = self.sent.setdefault(mail.to, [])
        insort(times, effect.at)
        while (times[-1] - times[0]).total_seconds() > 86_400:
            times.pop(0)


def keys_of(event: Event) -> Keys:
    """What the shell must load before the event can be decided."""
    match event:
        case Alert():
            return Keys(fingerprints=frozenset({event.fingerprint}))
        case Mail():
            ids = {*event.references, *filter(None, (event.message_id, event.in_reply_to))}
            if event.bounce and event.bounce.message_id:
                ids.add(event.bounce.message_id)
            people = {event.sender.address} if event.sender else set()
            return Keys(message_ids=frozenset(ids), numbers=numbers_in(event.subject), addresses=frozenset(people))
        case Command():
            named = {event.subject} if event.subject else set()
            named |= {v for v in event.arguments.values() if isinstance(v, str) and _NUMBER.fullmatch(v)}
            return Keys(numbers=frozenset(named))
        case Delivered():
            return Keys(message_ids=frozenset({event.message_id}))
        case _:
            return Keys()
