"""Why nobody is told of a condition: who silenced it until when, what explains it, or what else keeps it quiet.

It says what the desk goes by when it is about to tell somebody (`correlate.holding`), asked now: silences and windows
of the present moment, and for the rest what was decided and recorded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import Connection, and_, or_, select

from correlate.alert_rules import ignoring
from correlate.holding import reason_of
from correlate.muting import Mutes
from correlate.quieting import reason_of as mute_reason
from correlate.records import OPEN_STATUSES, Condition, Reason, Record, Silence
from correlate.relevance import IGNORED, worded
from correlate.services import ServiceMap
from correlate.situation import ACTIVE
from desk.tables import entries, records, silences
from desk.web.queries import counts

KINDS = (
    "silenced", "maintenance", "muted", "inhibited", "suppressed", "waiting", "gathering", "observed", "unowned",
    "storm", "flapping",
)  # fmt: skip
"""What the list can be filtered by."""
_LOOKED_BACK = 400
"""The newest entries of a record among which the one that says why is looked for."""
_MOST_SILENCES = 10_000

_WAITS = Reason("waits whether it lasts")
_GATHERS = Reason("gathers alerts before its owner is told")
_OBSERVED = Reason("source is observed only")


@dataclass(frozen=True, kw_only=True)
class Quiet:
    """`kind` is one of KINDS or "withheld"; `by` is the silence or record that holds it back, where there is one."""

    kind: str
    reason: Reason
    by: str | None = None


class Reasons:
    """The reasons of many conditions with a few queries: make one for each page. `now` is when it is asked."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now
        self._mutes = Mutes()
        current = and_(silences.c.over.is_(False), silences.c.starts_at <= now, silences.c.ends_at > now)
        for body in connection.scalars(select(silences.c.body).where(current).limit(_MOST_SILENCES)):
            self._mutes.put(msgspec.json.decode(body, type=Silence))
        self._records: dict[str, Record] = {}
        self._policy = counts.policy(connection)
        self._services = ServiceMap(self._policy.services)

    def of(self, found: Sequence[Condition]) -> tuple[Sequence[Condition], list[list[Quiet]]]:
        """The conditions, and beside each the reasons for which nobody is told of it; a firing one only has some."""
        self._load({condition.record for condition in found if condition.record} - self._records.keys())
        return found, [self._one(condition) if condition.status in ACTIVE else [] for condition in found]

    def worded(self, shown: Sequence[tuple[Condition, Sequence[Quiet]]]) -> list[list[Quiet]]:
        """The same reasons, with what only the history of each record knows: by what it is inhibited, who could not
        be told. For what is shown, since it asks for each record."""
        said = {
            record.number: self._said_of(record)
            for record in {c.record: self._records[c.record] for c, _ in shown if c.record in self._records}.values()
            if record.status in OPEN_STATUSES and (not record.announced or record.muted is not None)
        }
        return [[*self._with(condition, reasons, said.get(condition.record or ""))] for condition, reasons in shown]

    def _with(self, condition: Condition, reasons: Sequence[Quiet], said: Reason | None) -> list[Quiet]:
        if said is None or condition.status not in ACTIVE:
            return list(reasons)
        if any(reason.kind == "inhibited" for reason in reasons):
            return [Quiet(kind=r.kind, reason=said, by=r.by) if r.kind == "inhibited" else r for r in reasons]
        known = {reason.reason.rule for reason in reasons}
        if said.rule in known or said.rule in ("silenced", "maintenance", "what held it back is over"):
            return list(reasons)
        return [*reasons, Quiet(kind="withheld", reason=said)]

    def _load(self, numbers: set[str]) -> None:
        wanted = sorted(numbers)
        for place in range(0, len(wanted), 500):
            query = select(records.c.body).where(records.c.number.in_(wanted[place : place + 500]))
            for body in self._connection.scalars(query):
                record = msgspec.json.decode(body, type=Record)
                self._records[record.number] = record

    def _one(self, condition: Condition) -> list[Quiet]:
        found: list[Quiet] = []
        if condition.suppressed_by is not None:
            found.append(Quiet(kind="suppressed", reason=self._suppressed(condition, condition.suppressed_by)))
        silence = self._mutes.on(condition, self._now)
        if silence is not None:
            kind = "silenced" if silence.kind == "silence" else "maintenance"
            found.append(Quiet(kind=kind, reason=reason_of(silence), by=silence.id))
        record = self._records.get(condition.record or "")
        if record is not None and record.status in OPEN_STATUSES:
            found += self._of_record(record, held=silence is not None)
        elif record is None and condition.suppressed_by is None and condition.status == "firing":
            found.append(Quiet(kind="waiting", reason=_WAITS))
        if condition.flapping:
            found.append(Quiet(kind="flapping", reason=Reason("flaps", {"changes": len(condition.history)})))
        return found

    def _of_record(self, record: Record, *, held: bool) -> list[Quiet]:
        found: list[Quiet] = []
        if record.mute is not None:
            found.append(Quiet(kind="muted", reason=mute_reason(record.mute), by=record.number))
        elif record.muted is not None and record.muted not in self._mutes.by_id:
            explained = Reason("what explains it is open", {"by": record.muted})
            found.append(Quiet(kind="inhibited", reason=explained, by=record.muted))
        if record.storm is not None:
            found.append(Quiet(kind="storm", reason=Reason("part of a storm"), by=record.number))
        if record.held:
            found.append(Quiet(kind="observed", reason=_OBSERVED))
        elif not record.announced and record.muted is None and not held:
            found.append(Quiet(kind="gathering", reason=_GATHERS))
        elif record.announced and not record.told and self._nobody(record):
            found.append(Quiet(kind="unowned", reason=Reason("service has no owner", {"service": record.service})))
        return found

    def _nobody(self, record: Record) -> bool:
        """Whether it belongs to nobody who could be told (`correlate.notices.first`)."""
        owner = self._services.owner(record.service)
        of_the_desk = record.source is not None and record.source.startswith("pulse:")
        return (owner is None or owner in self._policy.own_addresses) and not of_the_desk

    def _suppressed(self, condition: Condition, by: str) -> Reason:
        name = ignoring(self._policy, condition) if by == IGNORED else None
        return worded(by, condition.severity, condition.resource, name)

    def _said_of(self, record: Record) -> Reason | None:
        """The newest reason in a record's history for which its owner was not told."""
        c = entries.c
        newest = (
            select(c.id, c.kind, c.change, c.rule, c.evidence)
            .where(c.record == record.number)
            .order_by(c.id.desc())
            .limit(_LOOKED_BACK)
            .subquery("newest")
        )
        withheld = or_(
            newest.c.kind == "mail-withheld", and_(newest.c.kind == "record-changed", newest.c.change == "muted")
        )
        row = self._connection.execute(
            select(newest.c.rule, newest.c.evidence).where(withheld).order_by(newest.c.id.desc()).limit(1)
        ).one_or_none()
        return None if row is None else Reason(row.rule, msgspec.json.decode(row.evidence))
