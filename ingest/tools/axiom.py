"""Axiom: monitor notifications ({"action": "Open" | "Closed", "event": …})."""

from collections.abc import Mapping

from ingest.event import Alert, AlertStatus
from ingest.tools.fields import dig, fields_of, labels, links, mapping, pairs, paragraphs, pick, text, word
from ingest.tools.notice import NotThisToolError, Payload, Tool, notice
from ingest.tools.times import instant

ACTION: Mapping[str, AlertStatus] = {
    "open": "firing", "opened": "firing", "closed": "resolved", "close": "resolved", "resolved": "resolved",
}  # fmt: skip


def parse(payload: Payload) -> list[Alert]:
    event = mapping(dig(payload, "event"))
    if not event:
        raise NotThisToolError('An Axiom notification has "action" and "event".')
    status: AlertStatus = word(ACTION, payload.get("action"), "unknown")
    groups = pairs(event.get("groupKeys")) or _zipped(event)
    monitor = text(event.get("monitorID")) or text(event.get("monitorId"))
    moment = instant(event.get("queryStartTime")) or instant(event.get("timestamp"))
    alert = notice(
        "axiom",
        key={"monitor": monitor or text(event.get("title")), "groups": groups},
        status=status,
        resource=next(iter(groups.values()), None),
        service=groups.get("service") or groups.get("service.name"),
        title=pick(event, "title"),
        description=paragraphs(event.get("body"), event.get("description")),
        started_at=moment if status == "firing" else None,
        ended_at=instant(event.get("timestamp")),
        labels=labels(
            {name: event.get(name) for name in ("monitorID", "value", "query")},
            groups,
            {"matchedEvent": event.get("matchedEvent")},
        ),
        links=links(event.get("monitorURL"), event.get("url")),
    )
    return [alert]


def _zipped(event: dict[str, object]) -> dict[str, str]:
    """Groups come as two lists of equal length."""
    names, values = event.get("groupKeys"), event.get("groupValues")
    if not isinstance(names, list) or not isinstance(values, list):
        return {}
    return {
        name: said for one, other in zip(names, values, strict=False) if (name := text(one)) and (said := text(other))
    }


def looks_like(payload: Payload) -> bool:
    return (
        fields_of(dig(payload, "event"), "monitorID", "queryStartTime", "queryEndTime", "monitorId") >= 2
        and "action" in payload
    )


TOOL = Tool("axiom", "Axiom", parse, looks_like, 'an Axiom notification with "action" and "event"')
