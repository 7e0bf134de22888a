"""Freshping, and Insping whose webhooks have the same form: a check of an application changed its state."""

from collections.abc import Mapping
from typing import Any

import msgspec

from ingest.event import Alert, AlertStatus
from ingest.tools import generic
from ingest.tools.fields import dig, has, labels, links, mapping, pick, text, word
from ingest.tools.notice import NotThisToolError, Payload, Tool, notice
from ingest.tools.times import instant

STATUS: Mapping[str, AlertStatus] = {
    "not responding": "firing", "reporting error": "firing", "performance degraded": "firing", "ssl error": "firing",
    "available": "resolved", "restarted": "unknown", "paused": "unknown",
}  # fmt: skip


def read(payload: Payload, tool: str) -> list[Alert]:
    event = mapping(dig(payload, "webhook_event_data"))
    if not event and has(payload, "title", "description"):
        return [_composed(payload, tool)]
    if not event:
        raise NotThisToolError('A Freshping or Insping webhook has "webhook_event_data".')
    state, url = pick(event, "check_state_name"), pick(event, "request_url")
    application, check = pick(event, "application_name"), pick(event, "check_name")
    status: AlertStatus = word(STATUS, state, "unknown")
    moment = instant(event.get("request_start_time")) or instant(payload.get("webhook_event_created_on"))
    code = text(event.get("http_status_code"))
    alert = notice(
        tool,
        key={"check": text(event.get("check_id")) or check or application, "url": url},
        status=status,
        resource=url,
        service=application or check,
        title=check or application or url,
        description=f"{state}, HTTP status {code}" if state and code else state,
        started_at=moment if status == "firing" else None,
        ended_at=moment,
        labels=labels(
            {name: payload.get(name) for name in ("organization_name", "organization_id", "webhook_type")}, event
        ),
        links=links(url),
        kind="test" if (application or "").casefold() == "webhook test" else "alert",
    )
    return [alert]


def _composed(payload: dict[str, Any], tool: str) -> Alert:
    """A body that somebody composed, as for a ticket: the title says what is up and what is down."""
    alert = generic.read(payload, tool)
    words = (alert.title or "").casefold()
    over = any(sign in words for sign in (" is up", "available again", "back up", "recovered", "resolved"))
    return msgspec.structs.replace(alert, status="resolved") if over and alert.status == "firing" else alert


def parse(payload: Payload) -> list[Alert]:
    return read(payload, "freshping")


def looks_like(payload: Payload) -> bool:
    event = dig(payload, "webhook_event_data")
    return has(event, "check_state_name") and has(event, "check_name")


TOOL = Tool("freshping", "Freshping", parse, looks_like, 'a Freshping webhook with "webhook_event_data"')
