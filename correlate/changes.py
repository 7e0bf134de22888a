"""Changes that somebody announced, and whether one of them came shortly before a trouble."""

from datetime import datetime, timedelta

from correlate.records import Change, Reason
from correlate.situation import Situation

SUSPECT_FOR = timedelta(hours=3)
"""How long after its start a change on the same service is named beside a new incident."""


def before(situation: Situation, service: str | None, at: datetime) -> Change | None:
    """The last change on the service, or on one that it directly needs, that began within SUSPECT_FOR before `at`."""
    if service is None:
        return None
    known = situation.services.by_name.get(service)
    for name in (service, *(known.depends_on if known is not None else ())):
        suspects = [
            change
            for change in situation.changes_on.get(name, ())
            if change.start <= at and at - change.start <= SUSPECT_FOR
        ]
        if suspects:
            return max(suspects, key=lambda change: (change.start, change.id))
    return None


def reason_of(change: Change, at: datetime) -> Reason:
    """Why the change is named: how long before it began."""
    minutes = round((at - change.start).total_seconds() / 60)
    return Reason("change shortly before", {"change": change.id, "title": change.title, "minutes": minutes})
