"""Raygun: errors that occur, come back or go on (notification), and what people do with them (activity)."""

import re
from collections.abc import Mapping

from ingest.event import Alert, AlertStatus
from ingest.tools.fields import fields_of, items, labels, line, links, mapping, pairs, paragraphs, pick, text, word
from ingest.tools.notice import NotThisToolError, Payload, Tool, notice
from ingest.tools.times import instant

ACTIVITY: Mapping[str, AlertStatus] = {
    "resolved": "resolved", "permanentlyignored": "resolved", "ignored": "acknowledged", "active": "firing",
    "reopened": "firing",
}  # fmt: skip
_GROUP = re.compile(r"/errors?/(\d{3,30})")


def parse(payload: Payload) -> list[Alert]:
    error, application = (
        mapping(payload.get("error") if isinstance(payload, dict) else None),
        mapping(payload.get("application") if isinstance(payload, dict) else None),
    )
    if not error:
        raise NotThisToolError('A Raygun webhook has "event", "error" and "application".')
    is_activity = text(payload.get("event")) == "error_activity"
    instance = mapping(error.get("instance"))
    url = text(error.get("url"))
    group = _GROUP.search(url or "")
    message = pick(error, "message")
    name = pick(application, "name")
    tags = [said for item in items(instance.get("tags")) if (said := text(item))]
    alert = notice(
        "raygun",
        key={"group": group[1] if group else url, "application": pick(application, "url", "name")},
        status=word(ACTIVITY, pick(error, "status"), "unknown") if is_activity else "firing",
        resource=pick(pairs(instance.get("customData")), "machineName", "host", "url"),
        service=name,
        title=line(message) or name,
        description=paragraphs(message, text(error.get("comment"))),
        started_at=instant(error.get("firstOccurredOn"), naive_is_utc=True),
        ended_at=instant(error.get("activityDate"), naive_is_utc=True)
        or instant(error.get("lastOccurredOn"), naive_is_utc=True),
        labels=labels(
            {"eventType": payload.get("eventType"), "tags": tags},
            {name: error.get(name) for name in ("totalOccurrences", "usersAffected", "user")},
            mapping(instance.get("customData")),
            pairs(tags),
        ),
        links=links(url, application.get("url")),
    )
    return [alert]


def looks_like(payload: Payload) -> bool:
    if not isinstance(payload, dict):
        return False
    return text(payload.get("event")) in {"error_notification", "error_activity"} or (
        fields_of(payload, "eventType", "error", "application") == 3
    )


TOOL = Tool("raygun", "Raygun", parse, looks_like, 'a Raygun webhook with "event", "error" and "application"')
