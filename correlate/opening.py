"""New records: what an incident or a request is at its birth."""

from collections.abc import Sequence

from msgspec.structs import replace

from classify.classification import Classification
from correlate import alert_rules, announcing, changes, history, known_errors, oneness, priorities, rules
from correlate.records import Condition, Reason, Record
from correlate.similarity import marks_in
from correlate.situation import place_of
from correlate.turn import Turn
from ingest.event import SEVERITY_RANK

MAX_TITLE = 200
_TITLES_READ = 10


def from_alerts(
    turn: Turn,
    first: Condition,
    members: Sequence[Condition],
    reason: Reason,
    classification: Classification | None,
) -> str:
    """Open an incident named after its first symptom and as grave as the gravest; returns its number."""
    situation = turn.situation
    gravest = max(members, key=lambda member: SEVERITY_RANK[member.severity])
    impact, urgency = priorities.levels_of(gravest.severity)
    category = classification.category.value if classification is not None else None
    number = turn.next_number("INC")
    service = place_of(first) if first.service is None and first.resource is None else first.service
    blamed = changes.before(situation, first.service, turn.at)
    record = Record(
        number=number,
        kind="incident",
        type="incident",
        status="new",
        title=(first.title or first.resource or "Alert")[:MAX_TITLE],
        opened_at=turn.at,
        origin="alert",
        source=first.source,
        service=service,
        category=category or "monitoring",
        impact=impact,
        urgency=urgency,
        priority=priorities.priority_of(situation, impact, urgency, first.service),
        decided_by={"impact": "tool", "urgency": "tool", "category": "default"},
        resource=first.resource,
        template=first.template,
        change=blamed.change.id if blamed is not None else None,
        held=turn.held,
        observed=turn.route if turn.held else None,
        opened_by=turn.cause,
        topic=dict.fromkeys(marks_in(" ".join(member.title or "" for member in members[:_TITLES_READ])), 1),
        reasons=(reason,) if blamed is None else (reason, changes.reason_of(blamed)),
    )
    ruling = alert_rules.ruling_of(turn.policy, members)
    if ruling is not None:
        record = _ruled(turn, record, ruling)
    turn.opened(record, reason)
    record = known_errors.link(turn, record)
    history.remember(turn, record, reason)
    announcing.gather(turn, number, members)
    announcing.watch(turn, number)
    oneness.consider_soon(turn, number)
    return number


def _ruled(turn: Turn, record: Record, ruling: rules.Ruling) -> Record:
    """The incident as the administrator's rules want it; its priority follows where a rule says no other."""
    changed = rules.applied(ruling, record, new=True)
    if ruling.priority is not None or (ruling.impact is None and ruling.urgency is None):
        return changed
    follows = priorities.priority_of(turn.situation, changed.impact, changed.urgency, changed.service)
    return replace(changed, priority=follows)
