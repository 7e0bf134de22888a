"""What the effects of a run add up to: which input ended in which record, what was sent, what was proposed."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from correlate.effects import (
    AlertIgnored,
    AlertRepeated,
    ConditionChanged,
    ConditionsJoined,
    Effect,
    InputIgnored,
    InputQuarantined,
    MailDue,
    MailFiled,
    RecordOpened,
)
from correlate.records import Record

Item = tuple[int, int]
"""Line, and the event's index within it."""


class Outcome:
    """Follows the effects of a run. An alert that waits belongs to the incident that its condition joins later."""

    def __init__(self) -> None:
        self.records: dict[str, Record] = {}
        self.duplicates = 0
        self.quarantined: list[tuple[int, str]] = []
        self.mails: list[MailDue] = []
        self._held: dict[str, list[Item]] = {}
        self._mails: dict[Item, str] = {}
        self._waiting: dict[str, list[Item]] = {}
        self._reasons: Counter[str] = Counter()

    def follow(
        self, effects: Iterable[Effect], line: int | None, indexes: Sequence[int], lines: Mapping[int, int]
    ) -> None:
        """Take in the effects of one input. `line` is its line (None for one that the recording does not have),
        `indexes` has the event's index within the input for each event, `lines` leads from positions to lines."""
        for effect in effects:
            self._reasons[effect.reason.rule] += _times(effect)
            cause = effect.cause
            item = None
            if cause.deadline is None and line is not None:
                item = (line, indexes[cause.index] if cause.index < len(indexes) else cause.index)
            self._follow(effect, item, indexes, lines)

    def _follow(self, effect: Effect, item: Item | None, indexes: Sequence[int], lines: Mapping[int, int]) -> None:
        match effect:
            case ConditionChanged(condition=condition, change=change):
                self._condition(condition.fingerprint, condition.record, change, item)
            case ConditionsJoined():
                self._joined(effect, item, indexes)
            case AlertRepeated():
                self._repeated(effect, item, indexes)
            case AlertIgnored():
                if effect.record is not None:
                    self.duplicates += 1
                if item is not None:
                    self._put(effect.fingerprint, effect.record, item)
            case MailFiled() | InputIgnored():
                self._filed(effect, item, lines)
            case RecordOpened(record=record):
                self.records[record.number] = record
            case InputQuarantined(position=position):
                why = effect.reason.evidence.get("why", effect.reason.rule)
                self.quarantined.append((lines.get(position, position), str(why)))
            case MailDue():
                self.mails.append(effect)
            case _:
                pass

    def _filed(self, effect: MailFiled | InputIgnored, item: Item | None, lines: Mapping[int, int]) -> None:
        if isinstance(effect, MailFiled) and effect.moved:
            # The desk moved the mail of an earlier input; where a person did, the input is the command.
            line = lines.get(effect.cause.position)
            before = None if line is None else (line, effect.cause.index)
            if before is not None and before in self._mails:
                item = before
                self._held[self._mails.pop(item)].remove(item)
        if effect.record is not None and item is not None:
            self._held.setdefault(effect.record, []).append(item)
            self._mails[item] = effect.record

    def _joined(self, effect: ConditionsJoined, item: Item | None, indexes: Sequence[int]) -> None:
        for condition, index in zip(effect.conditions, effect.indexes, strict=True):
            place = None if item is None else (item[0], indexes[index])
            self._condition(condition.fingerprint, condition.record, "firing", place)

    def _repeated(self, effect: AlertRepeated, item: Item | None, indexes: Sequence[int]) -> None:
        self.duplicates += len(effect.fingerprints)
        if item is not None:
            for fingerprint, index in zip(effect.fingerprints, effect.indexes, strict=True):
                self._put(fingerprint, effect.record, (item[0], indexes[index]))

    def _condition(self, fingerprint: str, record: str | None, change: str, item: Item | None) -> None:
        if change == "moved":
            return  # what it brought stays with the record that was merged, and is found through the survivor
        if record is None:
            if change in ("waiting", "suppressed") or (change == "resolved" and fingerprint not in self._waiting):
                self._waiting[fingerprint] = []
        elif fingerprint in self._waiting:
            waited = self._waiting.pop(fingerprint)
            if change in ("joined", "joined late") or item is None:
                self._held.setdefault(record, []).extend(waited)
        if item is not None and change != "joined":
            self._put(fingerprint, record, item)

    def _put(self, fingerprint: str, record: str | None, item: Item) -> None:
        if record is not None:
            self._held.setdefault(record, []).append(item)
        elif fingerprint in self._waiting:
            self._waiting[fingerprint].append(item)

    def inputs_of(self, survivor: Callable[[str], str]) -> dict[str, list[Item]]:
        """Record to its items, in order; those of merged records belong to the survivor."""
        found: dict[str, set[Item]] = {}
        for number, items in self._held.items():
            found.setdefault(survivor(number), set()).update(items)
        return {number: sorted(items) for number, items in found.items()}

    def reasons(self) -> dict[str, int]:
        """How often each rule decided something, the most frequent first."""
        return dict(self._reasons.most_common())

    def mail_facts(self, survivor: Callable[[str], str]) -> list[dict[str, Any]]:
        """What would have been sent, as `mail_out` of the contract."""
        return [
            {
                "at": effect.at.isoformat().replace("+00:00", "Z"),
                "to": effect.outgoing.to,
                "subject": effect.outgoing.subject,
                "about": survivor(effect.outgoing.about) if effect.outgoing.about else None,
                "kind": effect.outgoing.kind,
                "in_reply_to": effect.outgoing.in_reply_to,
                "auto_submitted": "auto-replied" if effect.outgoing.in_reply_to else "auto-generated",
            }
            for effect in self.mails
            if effect.outgoing.kind != "webhook"
        ]


def _times(effect: Effect) -> int:
    """How often the effect's reason was given: once for each notice."""
    if isinstance(effect, AlertRepeated):
        return len(effect.fingerprints)
    return len(effect.conditions) if isinstance(effect, ConditionsJoined) else 1
