"""Better Stack (Better Uptime): outgoing webhooks of incidents, monitors and heartbeats in JSON:API form."""

from collections.abc import Mapping
from typing import Any

from ingest.event import Alert, AlertStatus
from ingest.tools.fields import dig, has, labels, links, mapping, paragraphs, pick, text, word
from ingest.tools.notice import NotThisToolError, Payload, Tool, notice
from ingest.tools.times import instant

STATUS: Mapping[str, AlertStatus] = {
    "started": "firing", "unconfirmed": "unknown", "acknowledged": "acknowledged", "resolved": "resolved",
    "validating": "unknown", "down": "firing", "up": "resolved", "paused": "unknown", "pending": "unknown",
    "maintenance": "unknown",
}  # fmt: skip


def parse(payload: Payload) -> list[Alert]:
    data = mapping(dig(payload, "data"))
    attributes = mapping(data.get("attributes"))
    if not attributes:
        raise NotThisToolError('A Better Stack webhook has "data" with "attributes".')
    name, url = pick(attributes, "name", "pronounceable_name"), pick(attributes, "url")
    monitor = text(dig(data, "relationships", "monitor", "data", "id")) or text(
        dig(data, "relationships", "heartbeat", "data", "id")
    )
    is_incident = (text(data.get("type")) or "incident") == "incident"
    alert = notice(
        "betterstack",
        # The incident's id is that of one occurrence; the monitor is what fails.
        key={"monitor": monitor}
        if monitor
        else {"name": name, "url": url}
        if name or url
        else {"id": text(data.get("id"))},
        status=_status(attributes, is_incident),
        tool_severity=None,
        resource=url or name,
        service=name,
        title=name or url,
        description=paragraphs(attributes.get("cause"), attributes.get("response_content")),
        started_at=instant(attributes.get("started_at")) or instant(attributes.get("last_event_at")),
        ended_at=instant(attributes.get("resolved_at")),
        labels=labels(
            {"id": data.get("id"), "type": data.get("type")},
            {name: attributes.get(name) for name in ("http_method", "team_name", "regions", "status")},
        ),
        links=links(attributes.get("origin_url"), attributes.get("screenshot_url"), url),
    )
    return [alert]


def _status(attributes: dict[str, Any], is_incident: bool) -> AlertStatus:
    if is_incident and instant(attributes.get("resolved_at")):
        return "resolved"
    if is_incident and instant(attributes.get("acknowledged_at")):
        return "acknowledged"
    return word(STATUS, attributes.get("status"), "firing" if is_incident else "unknown")


def looks_like(payload: Payload) -> bool:
    if not isinstance(dig(payload, "data", "attributes"), dict):
        return False
    attributes = payload["data"]["attributes"]
    return has(attributes, "started_at") or has(attributes, "pronounceable_name") or has(attributes, "cause")


TOOL = Tool("betterstack", "Better Stack", parse, looks_like, 'a Better Stack webhook with "data" and "attributes"')
