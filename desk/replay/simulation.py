"""The desk's own path over recorded input, on a clock that the input moves, with nothing sent."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice

from msgspec.structs import replace

from classify.classification import Classification, Model
from correlate.engine import step
from correlate.policy import Policy
from correlate.situation import Situation
from desk.classifying import Classifier, always
from desk.processor import reading_of
from desk.replay.outcome import Outcome
from desk.replay.source import Recorded
from ingest.event import Alert, Event, Input, Reading
from ingest.mail import read_mail
from ingest.normalize import normalize

BATCH = 500
"""Inputs that are read and classified together; what comes out does not depend on it."""


class Simulation:
    """A desk in memory. `situation` and `outcome` hold what has become of the input so far."""

    def __init__(self, policy: Policy, model: Model | None, *, batch: int = BATCH) -> None:
        self.situation = Situation(policy)
        self.outcome = Outcome()
        self.inputs = 0
        self._classifier = Classifier(always(model))
        self._batch = batch
        self._now: datetime | None = None

    def run(self, records: Iterable[Recorded], progress: Callable[[int], None] | None = None) -> None:
        """Take every record in order, then stop the clock at the last one. `progress` hears of every batch."""
        found = iter(records)
        while chunk := list(islice(found, self._batch)):
            self._take(chunk)
            if progress is not None:
                progress(self.inputs)

    def _take(self, chunk: Sequence[Recorded]) -> None:
        reading = reading_of(self.situation.policy)
        items = [record.item for record in chunk if record.item is not None]
        events = [normalize(item, reading) for item in items]
        classified = self._classifier.classify(None, items, events)
        by_position = {item.position: each for item, each in zip(items, events, strict=True)}
        for record in chunk:
            self.inputs += 1
            if record.item is None:
                self.outcome.quarantined.append((record.line, record.trouble or "It cannot be read."))
            else:
                answers = classified.get(record.item.position, {})
                self._decide(record.item, by_position[record.item.position], answers)

    def _decide(self, item: Input, events: Sequence[Event], answers: Mapping[int, Classification]) -> None:
        # The journal's time never goes back; neither does a recording's.
        at = item.accepted_at if self._now is None else max(item.accepted_at, self._now)
        self._now = at
        pairs = [(event, answers.get(index)) for index, event in enumerate(events)]
        effects = step(self.situation, at, item.position, pairs, item.route)
        indexes = [event.index if isinstance(event, Alert) else 0 for event in events]
        self.outcome.follow(effects, indexes)


def likely_policy(records: Sequence[Recorded], policy: Policy) -> Policy:
    """Where nothing is configured: the address that most mails are sent to is the desk's own, and its domain the
    organisation's."""
    counted: Counter[str] = Counter()
    for record in records:
        if record.item is not None and record.item.kind == "mail" and record.item.body is not None:
            mail = read_mail(record.item.body[:65_536], Reading(), {})
            counted.update({recipient.address for recipient in mail.to})
    if not counted:
        return policy
    address = max(counted, key=lambda found: (counted[found], found))
    domain = address.rpartition("@")[2]
    return replace(
        policy, address=address, own_addresses=(address,), own_domains=(domain,), message_id_domain=f"desk.{domain}"
    )
