"""One batch: decided input by input in memory, so that it can be written in one transaction."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from msgspec import Struct

from classify.classification import Classification
from correlate.decide import keys_of, keys_of_deadline
from correlate.effects import DeadlineCleared, Effect
from correlate.engine import step
from correlate.identity import cause_of
from correlate.keys import Keys
from correlate.packing import Passed, events_in, packed_in
from correlate.records import Deadline, Reason
from correlate.situation import Situation
from desk import store
from desk.apply import Rows
from desk.ignored_commands import IGNORED_ACTIONS, ignored_command
from desk.learning.inputs import LEARNING_ACTIONS, learning_command
from desk.outbox_commands import OUTBOX_ACTIONS, heard_by, outbox_command
from desk.quarantine_commands import QUARANTINE_ACTIONS, quarantine_command
from ingest.event import Command, Input, Mail

log = logging.getLogger(__name__)

Classified = Mapping[int, Mapping[int, Classification]]
"""Position of an input and index of an event in it to what the model said of it."""

_NOTHING: Mapping[int, Classification] = {}


_HANDLERS = {
    **dict.fromkeys(OUTBOX_ACTIONS, outbox_command),
    **dict.fromkeys(QUARANTINE_ACTIONS, quarantine_command),
    **dict.fromkeys(IGNORED_ACTIONS, ignored_command),
    **dict.fromkeys(LEARNING_ACTIONS, learning_command),
}
"""Commands about rows of the tables that no decision depends on."""


class Decided(Struct, frozen=True):
    """An input, what it says, and what followed from it."""

    input: Input
    events: Passed
    effects: list[Effect]


class UndecidableError(Exception):
    """The rules failed on an input, or on a deadline that fell due before it: a fault of the program."""

    def __init__(self, position: int, reason: str, deadline: Deadline | None) -> None:
        super().__init__(reason)
        self.position = position
        self.deadline = deadline


class Batch:
    """Decides the inputs of one batch on a situation that holds what they need."""

    def __init__(self, connection: sa.Connection, situation: Situation, broken: Mapping[str, str]) -> None:
        self.rows = Rows()
        self.decided: list[Decided] = []
        self.loaded: set[str] = set()
        self._connection = connection
        self._situation = situation
        self._broken = broken

    def load(self, until: datetime, events: Sequence[Passed]) -> None:
        """Bring in what these events, and the deadlines due by `until`, ask for."""
        # Nearly all events of a busy desk are alerts: one set does for them.
        alerts = {alert.fingerprint for each in events for alert in packed_in(each)}
        keys = [Keys(fingerprints=frozenset(alerts))]
        keys += [keys_of(event, self._situation) for each in events for event in events_in(each)]
        earliest = self._situation.next_deadline()
        if earliest is not None and earliest.due <= until:
            keys += [keys_of_deadline(deadline) for deadline in self._situation.deadlines.until(until)]
        self.loaded = store.load(self._connection, self._situation, keys)

    def decide(self, item: Input, events: Passed, classified: Classified) -> None:
        """Decide one input. Raises `UndecidableError`; then the situation is spoilt and must be loaded anew."""
        effects = self._without_broken(item)
        said = classified.get(item.position, _NOTHING)
        commands = [event for event in events if type(event) is Command]
        ours = [command for command in commands if command.action in _HANDLERS]
        pairs = [] if ours else [(event, said.get(index)) for index, event in enumerate(events)]
        try:
            named = [command.subject for command in commands]
            named += [event.granted.subject for event in events if type(event) is Mail and event.granted is not None]
            if any(self._grows(subject) for subject in named):
                # What fell due before it may have changed what it is about: that is known only now.
                effects += step(self._situation, item.accepted_at, item.position, [], item.route)
                asked = [keys_of(event, self._situation) for event in events_in(events)]
                self.loaded |= store.load(self._connection, self._situation, asked)
            effects += step(self._situation, item.accepted_at, item.position, pairs, item.route)
        except Exception as error:
            deadline = self._situation.next_deadline()
            at_fault = deadline if deadline is not None and deadline.due <= item.accepted_at else None
            log.exception("The rules failed at position %d", item.position)
            reason = f"The rules failed on it: {type(error).__name__}: {error}"[:300]
            raise UndecidableError(item.position, reason, at_fault) from error
        for command in ours:
            effects += _HANDLERS[command.action](self._connection, self.rows, item, command)
            if command.action == "mail-release" and (heard := heard_by(self._connection, self.rows, command)):
                effects += step(self._situation, item.accepted_at, item.position, [(heard, None)], item.route)
        add = self.rows.add
        for effect in effects:
            add(effect)
        for index, classification in said.items():
            self.rows.classifications[item.position, index] = classification
        self.decided.append(Decided(item, events, effects))

    @staticmethod
    def _grows(subject: str | None) -> bool:
        """Whether it is a suggestion or a problem, whose incidents may be any of the past."""
        return (subject or "").startswith(("SUG-", "PRB-"))

    def _without_broken(self, item: Input) -> list[Effect]:
        """Clear deadlines on which the rules failed, when their time has come."""
        cleared: list[Effect] = []
        for name, reason in self._broken.items():
            deadline = self._situation.deadlines.get(name)
            if deadline is not None and deadline.due <= item.accepted_at:
                effect = DeadlineCleared(
                    cause=cause_of(deadline, item.position), at=deadline.due,
                    reason=Reason("deadline failed", {"why": reason}), id=name,
                )  # fmt: skip
                self._situation.apply(effect)
                cleared.append(effect)
        return cleared
