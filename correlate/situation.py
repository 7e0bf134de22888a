"""What the desk knows while it decides: the open records and whatever the events at hand need of the closed ones.

`decide` reads a situation and never changes it; `Situation.apply` is the only way in which it changes. The shell
loads what is missing (`correlate.keys` says what an event needs) and stores what became dirty.
"""

from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from correlate.due import Deadlines
from correlate.effects import (
    AlertRepeated,
    ChangeRecorded,
    ConditionChanged,
    ConditionsJoined,
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
    PulseChanged,
    RecordChanged,
    RecordOpened,
    SilenceChanged,
    SuggestionChanged,
    TicketSpent,
)
from correlate.inhibiting import Sources
from correlate.learning import learn, teaching
from correlate.lore import Lore
from correlate.members import ACTIVE, FiledItem, Members, drop, place_of
from correlate.muting import Mutes
from correlate.policy import Policy, called, mapped
from correlate.problem_lifecycle import Problems
from correlate.rates import Rate
from correlate.records import (
    OPEN_STATUSES,
    Change,
    Condition,
    Deadline,
    Participant,
    Past,
    Pulse,
    Record,
    Silence,
    Suggestion,
)
from correlate.sending import SentMails, what_of
from correlate.services import ServiceMap

__all__ = ["ACTIVE", "REMEMBERED", "FiledItem", "Members", "Situation", "place_of"]

REMEMBERED = timedelta(days=1)
"""How long a resolved incident can still be found by what it was about."""
BEGINNINGS = frozenset({"firing", "joined", "again", "absorbed"})
"""Changes of a condition by which a trouble spreads; all others leave it where it is."""


class Situation:
    """Public attributes are read by `decide`; they are changed by `apply` and by the shell's loading alone."""

    def __init__(self, policy: Policy | None = None) -> None:
        self.policy = policy or Policy()
        self.services = ServiceMap(mapped(self.policy), called(self.policy))
        self.model: str | None = None
        self.counters: dict[str, int] = {}
        """Prefix ("INC") to the last number given."""
        self.records: dict[str, Record] = {}
        self.members: dict[str, Members] = {}
        self.open_records: dict[str, None] = {}
        """Numbers of open records in the order of their opening."""
        self.by_service: dict[str, dict[str, None]] = {}
        """Place to the incidents with symptoms there: the open ones, and those resolved within REMEMBERED."""
        self.by_word: dict[str, dict[str, None]] = {}
        """Word of a topic to the same incidents."""
        self._resolved: deque[tuple[datetime, str]] = deque()
        self.conditions: dict[str, Condition] = {}
        self.heard: dict[str, datetime] = {}
        """Fingerprint to the last repeat, where it is later than the condition's own `last_at`."""
        self.aliases: dict[str, str] = {}
        """Name of a host without its number to the service that alerts from there were about."""
        self.lore = Lore()
        self.waiting: dict[str, dict[str, None]] = {}
        """Place to the firing conditions there that have not opened an incident yet."""
        self.mutes = Mutes()
        """Silences and maintenance windows that are not over."""
        self.inhibitors = Sources(self.policy.inhibit)
        self.sources = {f"hook:{source.name}": source for source in self.policy.sources}
        self.rates: dict[str, Rate] = {}
        """Route of a hook ("*": all) to how often its alerts open incidents."""
        self.storms: dict[str, str] = {}
        """The same to the number of the storm that takes in what it would open."""
        self.pulses: dict[str, Pulse] = {}
        """What is to be heard of regularly, by name."""
        self.muted: dict[str, None] = {}
        """Numbers of open records whose owner is not told for now."""
        self.participants: dict[str, dict[str, Participant]] = {}
        self.people: dict[str, dict[str, None]] = {}
        """Address to the records it takes part in, oldest first."""
        self.threads: dict[str, str] = {}
        """Message-ID, incoming or outgoing, to record number."""
        self.sent = SentMails()
        self.spent: set[str] = set()
        """Tickets that have been used, of those that `Keys.tickets` asks for."""
        self.deadlines = Deadlines()
        self.items: dict[tuple[int, int], FiledItem] = {}
        """Position and index to what the event became; the shell loads those that `Keys.positions` asks for."""
        self.changes: dict[str, Change] = {}
        self.changes_on: dict[str, tuple[Change, ...]] = {}
        """Service to its last changes."""
        self.past: dict[str, Past] = {}
        self.suggestions: dict[str, Suggestion] = {}
        self.problems = Problems()
        self.on_search: Callable[[int, int], None] | None = None
        """Hears how far the nightly search is, as (looked at, of all). Nothing is decided by it."""

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
        return self.deadlines.earliest()

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
        changes: Iterable[Change] = (),
        silences: Iterable[Silence] = (),
        pulses: Iterable[Pulse] = (),
    ) -> None:
        """Take what the tables hold; what is already here is newer and stays. Members come complete, with places."""
        for record, members in records:
            if record.number not in self.records:
                self.members[record.number] = members
                self._put_record(record)
        for condition in conditions:
            if condition.fingerprint not in self.conditions:
                self._put_condition(condition)
        for participant in participants:
            if participant.address not in self.participants.get(participant.record, {}):
                self._put_participant(participant)
        for deadline in deadlines:
            if deadline.id not in self.deadlines:
                self.deadlines.put(deadline)
        for change in changes:
            if change.id not in self.changes:
                self._put_change(change)
        for silence in silences:
            self.mutes.put(silence)
        self.pulses.update((pulse.name, pulse) for pulse in pulses)

    def forget(self, number: str) -> None:
        """The shell's way out: a record that is not open, with all that hangs on it; what still fires stays."""
        record = self.records.get(number)
        if record is None or record.status in OPEN_STATUSES:
            return
        self._hide(record)
        del self.records[number]
        for fingerprint in self.members.pop(number).conditions:
            condition = self.conditions.get(fingerprint)
            if condition is not None and condition.status not in ACTIVE:
                del self.conditions[fingerprint]
                self.heard.pop(fingerprint, None)
        for address in self.participants.pop(number, {}):
            drop(self.people, address, number)

    def apply(self, effect: Effect) -> None:  # noqa: C901 - one case per effect
        """Make the effect true here."""
        match effect:
            case AlertRepeated():
                members = self.members.get(effect.record or "")
                if members is not None:
                    if effect.at > members.last_at:
                        members.last_at = effect.at
                    members.alerts += len(effect.fingerprints)
                self.heard.update(dict.fromkeys(effect.fingerprints, effect.at))
            case ConditionChanged():
                learn(self, effect.condition, effect.change)
                if effect.change in ("absorbed", "held back"):
                    self._count_opening(effect.condition.source, effect.at)
                self._put_condition(effect.condition, effect.at, began=effect.change in BEGINNINGS)
            case ConditionsJoined():
                self._put_run(effect)
            case RecordOpened():
                prefix, _, count = effect.record.number.partition("-")
                self.counters[prefix] = max(self.counters.get(prefix, 0), int(count))
                self.members[effect.record.number] = Members(effect.at)
                self.lore.heard(None, effect.record)
                if effect.record.origin == "alert":
                    self._count_opening(effect.record.source, effect.at)
                self._put_record(effect.record)
            case RecordChanged():
                self.lore.heard(self.records.get(effect.record.number), effect.record)
                self._put_record(effect.record)
            case ParticipantChanged():
                self._put_participant(effect.participant)
            case MailFiled():
                self._file(effect)
            case MailDue():
                self._count_mail(effect)
            case DeadlineSet():
                self.deadlines.put(effect.deadline)
            case DeadlineCleared():
                self.deadlines.pop(effect.id, None)
            case ChangeRecorded():
                self._used("CHG", effect.change.id)
                self._put_change(effect.change)
            case PastChanged():
                self.past[effect.past.number] = effect.past
            case SuggestionChanged():
                self._used("SUG", effect.suggestion.id)
                self.suggestions[effect.suggestion.id] = effect.suggestion
            case ProblemChanged():
                self._used("PRB", effect.problem.number)
                self.problems.put(effect.problem)
            case SilenceChanged():
                self._used(effect.silence.id.partition("-")[0], effect.silence.id)
                self.mutes.put(effect.silence)
            case PulseChanged():
                if effect.change == "dropped":
                    self.pulses.pop(effect.pulse.name, None)
                else:
                    self.pulses[effect.pulse.name] = effect.pulse
            case PolicyChanged():
                self.policy = effect.policy
                self.services = ServiceMap(mapped(effect.policy), called(effect.policy))
                self.sources = {f"hook:{source.name}": source for source in effect.policy.sources}
                self._inhibit()
            case ModelChanged():
                self.model = effect.digest
            case TicketSpent():
                self.spent.add(effect.ticket)
            case _:
                pass  # facts for the tables alone

    def _count_opening(self, source: str | None, at: datetime) -> None:
        for name in (source, "*") if source is not None and source.startswith("hook:") else ("*",):
            self.rates[name] = (self.rates.get(name) or Rate(at, at)).after(at, 1)

    def _inhibit(self) -> None:
        if self.inhibitors.rules != self.policy.inhibit:
            self.inhibitors = Sources(self.policy.inhibit)
            for condition in self.conditions.values():
                self.inhibitors.put(condition)

    def _used(self, prefix: str, name: str) -> None:
        head, _, count = name.rpartition("-")
        if head == prefix and count.isdigit():
            self.counters[prefix] = max(self.counters.get(prefix, 0), int(count))

    def _put_record(self, record: Record) -> None:
        number = record.number
        before = self.records.get(number)
        self.records[number] = record
        is_open = record.status in OPEN_STATUSES
        if record.storm is not None and is_open:
            self.storms[record.storm] = number
        elif before is not None and before.storm is not None:
            self.storms.pop(before.storm, None)
        if is_open:
            self.open_records[number] = None
            if record.muted is not None:
                self.muted[number] = None
            elif self.muted:
                self.muted.pop(number, None)
        else:
            self.muted.pop(number, None)
            self.open_records.pop(number, None)
        if record.kind == "incident":
            self._index(record, before, is_open)

    def _index(self, record: Record, before: Record | None, is_open: bool) -> None:
        number, places = record.number, self.members[record.number].places
        if record.status in ("closed", "merged"):
            self._hide(record)
            return
        returned = before is not None and is_open and before.status not in OPEN_STATUSES
        if before is not None and before.service != record.service and before.service not in places:
            drop(self.by_service, before.service or "", number)
        for place in (*places, record.service) if returned or before is None else (record.service,):
            if place:
                self.by_service.setdefault(place, {})[number] = None
        for word in record.topic:
            if before is None or returned or word not in before.topic:
                self.by_word.setdefault(word, {})[number] = None
        if not is_open:
            ended = record.resolved_at or record.opened_at
            self._resolved.append((ended, number))
            self._forget_old(ended)

    def _hide(self, record: Record) -> None:
        """Take a record out of the indexes by which events find it."""
        for place in (*self.members[record.number].places, record.service or ""):
            drop(self.by_service, place, record.number)
        for word in record.topic:
            drop(self.by_word, word, record.number)

    def _forget_old(self, now: datetime) -> None:
        while self._resolved and self._resolved[0][0] < now - REMEMBERED:
            _, number = self._resolved.popleft()
            record = self.records.get(number)
            if record is None or record.status in OPEN_STATUSES:
                continue
            if (record.resolved_at or now) < now - REMEMBERED:
                self._hide(record)

    def _put_condition(self, condition: Condition, at: datetime | None = None, *, began: bool = False) -> None:
        fingerprint = condition.fingerprint
        before = self.conditions.get(fingerprint)
        if before is not None:
            if before.record != condition.record and before.record in self.members:
                left = self.members[before.record]
                left.conditions.discard(fingerprint)
                left.firing.discard(fingerprint)
            if before.record is None:
                drop(self.waiting, place_of(before), fingerprint)
        self.conditions[fingerprint] = condition
        self.heard.pop(fingerprint, None)
        if self.inhibitors.rules:
            self.inhibitors.put(condition)
        if condition.record is not None:
            self._join(condition, condition.record, at, began)
        elif condition.status in ACTIVE and condition.suppressed_by is None:
            self.waiting.setdefault(place_of(condition), {})[fingerprint] = None

    def _put_run(self, run: ConditionsJoined) -> None:
        """Conditions that were not known and begin at one place, as part of one record."""
        first = run.conditions[0]
        for condition in teaching(run.conditions):
            learn(self, condition, "firing")
        self._put_condition(first, run.at, began=True)
        if self.inhibitors.rules:
            for condition in run.conditions:
                self.inhibitors.put(condition)
        others = {condition.fingerprint: condition for condition in run.conditions[1:]}
        self.conditions |= others
        if (members := self.members.get(first.record or "")) is not None:
            members.follow(others)

    def _join(self, condition: Condition, number: str, at: datetime | None, began: bool) -> None:
        members = self.members.get(number)
        if members is not None and (place := members.put(condition, at, began=began)) is not None:
            self.by_service.setdefault(place, {})[number] = None

    def _put_change(self, change: Change) -> None:
        self.changes[change.id] = change
        if change.service:
            others = [known for known in self.changes_on.get(change.service, ()) if known.id != change.id]
            self.changes_on[change.service] = (*others[-19:], change)

    def _put_participant(self, person: Participant) -> None:
        self.participants.setdefault(person.record, {})[person.address] = person
        self.people.setdefault(person.address, {})[person.record] = None

    def _file(self, effect: MailFiled) -> None:
        if effect.message_id and effect.moved:
            self.threads[effect.message_id] = effect.record
        elif effect.message_id:
            self.threads.setdefault(effect.message_id, effect.record)
        members = self.members.get(effect.record)
        if members is not None and effect.automatic is None and effect.at > members.last_at:
            members.last_at = effect.at

    def _count_mail(self, effect: MailDue) -> None:
        mail = effect.outgoing
        if mail.about:
            self.threads[mail.message_id] = mail.about
        self.sent.count(effect.at, mail.to, mail.about, what_of(mail.kind, mail.template, mail.facts), held=mail.held)
