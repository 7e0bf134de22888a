"""What a notice about a monitored condition changes: its lifecycle, and the incident that it opens or joins."""

from classify.classification import Classification
from correlate.effects import AlertIgnored, AlertRepeated, ConditionChanged, RecordOpened
from correlate.records import Condition, Reason, Record
from correlate.turn import Turn
from ingest.event import Alert

_REPEATED = Reason("repeat of a firing condition")


def alert_came(turn: Turn, alert: Alert, classification: Classification | None) -> None:
    """A notice of any status."""
    condition = turn.situation.conditions.get(alert.fingerprint)
    if alert.kind != "alert":
        _ignore(turn, alert, None, Reason("no alert", {"kind": alert.kind}))
    elif alert.status == "firing":
        if condition is not None and condition.status == "firing":
            turn.effects.append(
                AlertRepeated(
                    cause=turn.cause,
                    at=turn.at,
                    reason=_REPEATED,
                    fingerprint=alert.fingerprint,
                    record=condition.record,
                )
            )
        else:
            _begin(turn, alert, classification)
    elif alert.status == "resolved" and condition is not None and condition.status == "firing":
        _ = condition
        ended = Reason("resolved by its tool")
        turn.effects.append(
            ConditionChanged(
                cause=turn.cause,
                at=turn.at,
                reason=ended,
                condition=_with_status(condition, turn),
                change="resolved",
            )
        )
    else:
        _ignore(turn, alert, condition, Reason("changes nothing", {"status": alert.status}))


def _with_status(condition: Condition, turn: Turn) -> Condition:
    from msgspec.structs import replace

    return replace(condition, status="resolved", changed_at=turn.at, resolved_at=turn.at, last_at=turn.at)


def _ignore(turn: Turn, alert: Alert, condition: Condition | None, reason: Reason) -> None:
    record = condition.record if condition is not None else None
    turn.effects.append(
        AlertIgnored(cause=turn.cause, at=turn.at, reason=reason, fingerprint=alert.fingerprint, record=record)
    )


def _begin(turn: Turn, alert: Alert, classification: Classification | None) -> None:
    situation, at = turn.situation, turn.at
    service = situation.services.of(alert.resource, alert.service) or alert.service
    number = next(iter(situation.by_service.get(service or "", ())), None)
    reason = Reason("same service", {"service": service})
    if number is None:
        number = situation.next_number("INC")
        reason = Reason("first alert of its kind", {"service": service, "resource": alert.resource})
        record = Record(
            number=number,
            kind="incident",
            type="incident",
            status="new",
            title=alert.title or alert.resource or "Alert",
            opened_at=at,
            origin="alert",
            service=service,
            resource=alert.resource,
            priority=classification.priority if classification else "P4",
            opened_by=turn.cause,
            held=turn.held,
            reasons=(reason,),
        )
        turn.effects.append(RecordOpened(cause=turn.cause, at=at, reason=reason, record=record))
    condition = Condition(
        fingerprint=alert.fingerprint,
        status="firing",
        tool=alert.tool,
        severity=alert.severity,
        resource=alert.resource,
        service=service,
        title=alert.title,
        template=alert.title or "",
        first_at=at,
        last_at=at,
        changed_at=at,
        record=number,
    )
    turn.effects.append(ConditionChanged(cause=turn.cause, at=at, reason=reason, condition=condition, change="firing"))
