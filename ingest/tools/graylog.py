"""Graylog: HTTP notifications of event definitions (since 3) and of stream alert conditions (before)."""

from collections.abc import Mapping
from typing import Any

from ingest.event import Alert, Severity
from ingest.tools.fields import dig, has, items, labels, line, links, mapping, paragraphs, pick, text, word
from ingest.tools.notice import NotThisToolError, Payload, Tool, notice
from ingest.tools.times import instant

PRIORITY: Mapping[str, Severity] = {"4": "critical", "3": "major", "2": "warning", "1": "info"}
"""Event priorities: 1 low, 2 normal, 3 high, 4 critical."""
HOST_FIELDS = ("host", "hostname", "source", "source_host", "gl2_remote_ip", "server")


def parse(payload: Payload) -> list[Alert]:
    if has(payload, "event") and isinstance(payload["event"], dict):
        return [_event(payload, payload["event"])]
    if isinstance(dig(payload, "check_result"), dict):
        return [_stream_alert(payload, payload["check_result"])]
    raise NotThisToolError(
        'A Graylog notification has "event" and "event_definition_title" (or "check_result" and "stream").'
    )


def _event(payload: dict[str, Any], event: dict[str, Any]) -> Alert:
    fields = mapping(event.get("fields")) | mapping(event.get("group_by_fields"))
    backlog = mapping(dig(payload, "backlog", 0))
    rank = text(event.get("priority"))
    title = line(pick(payload, "event_definition_title") or pick(event, "message"))
    keys = [said for item in items(event.get("key_tuple")) if (said := text(item))]
    host = (
        pick(fields, *HOST_FIELDS)
        or pick(backlog, "source")
        or pick(mapping(backlog.get("fields")), *HOST_FIELDS)
        or pick(event, "source")
    )
    return notice(
        "graylog",
        # The event's own id is new for every event; its key and group fields tell conditions of one definition apart.
        key={
            "definition": pick(payload, "event_definition_id") or pick(event, "event_definition_id") or title,
            "key": keys or text(event.get("key")),
            "group": {
                name: said for name, value in mapping(event.get("group_by_fields")).items() if (said := text(value))
            },
        },
        status="firing",
        severity=word(PRIORITY, rank, "unknown"),
        tool_severity=rank,
        resource=host,
        service=pick(fields, "service", "application", "app_name")
        or pick(mapping(backlog.get("fields")), "service", "application", "facility"),
        title=title,
        description=paragraphs(
            event.get("message"), payload.get("event_definition_description"), backlog.get("message")
        ),
        started_at=instant(event.get("timestamp")) or instant(event.get("timerange_start")),
        labels=labels(
            {name: payload.get(name) for name in ("event_definition_id", "event_definition_type")},
            fields,
            {"streams": event.get("source_streams")},
        ),
        links=links(payload.get("url"), event.get("replay_url")),
        kind="test"
        if text(payload.get("event_definition_id")) in {"this-is-a-test-notification", "TEST_NOTIFICATION_ID"}
        else "alert",
    )


def _stream_alert(payload: dict[str, Any], result: dict[str, Any]) -> Alert:
    stream = mapping(payload.get("stream"))
    condition = mapping(result.get("triggered_condition"))
    first = mapping(dig(result, "matching_messages", 0))
    title = line(pick(condition, "title") or pick(stream, "title"))
    return notice(
        "graylog",
        key={"stream": pick(stream, "id", "title"), "condition": pick(condition, "id", "title")},
        status="resolved" if result.get("triggered") is False else "firing",
        resource=pick(first, "source") or pick(mapping(first.get("fields")), *HOST_FIELDS),
        service=pick(stream, "title"),
        title=title,
        description=paragraphs(result.get("result_description"), first.get("message")),
        started_at=instant(result.get("triggered_at")),
        ended_at=instant(result.get("triggered_at")),
        labels=labels(
            {"stream": stream.get("title"), "stream_id": stream.get("id"), "condition": condition.get("type")},
            mapping(first.get("fields")),
        ),
        links=links(payload.get("stream_url")),
    )


def looks_like(payload: Payload) -> bool:
    if isinstance(dig(payload, "check_result"), dict) and (
        "stream" in payload or "triggered_condition" in payload["check_result"]
    ):
        return True
    return (
        has(payload, "event")
        and isinstance(payload["event"], dict)
        and ("event_definition_id" in payload or "event_definition_title" in payload)
    )


TOOL = Tool("graylog", "Graylog", parse, looks_like, 'a Graylog notification with "event_definition_title" and "event"')
