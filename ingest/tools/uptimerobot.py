"""UptimeRobot: alert contacts of the webhook kind, as JSON, form or query string, with freely chosen names."""

from collections.abc import Mapping

from ingest.event import Alert, AlertStatus
from ingest.tools.fields import folded, labels, line, links, paragraphs, pick, word
from ingest.tools.notice import NotThisToolError, Payload, Tool, notice
from ingest.tools.times import instant

STATUS: Mapping[str, AlertStatus] = {
    "1": "firing", "2": "resolved", "3": "firing", "99": "firing", "down": "firing", "up": "resolved",
    "seems down": "firing", "started": "unknown", "paused": "unknown", "ssl expiry": "firing",
    "domain expiry": "firing", "slow response": "firing",
}  # fmt: skip
"""alertType: 1 down, 2 up, 3 certificate expires, and in newer versions 99 for what repeats."""


def parse(payload: Payload) -> list[Alert]:
    flat = folded(payload) if isinstance(payload, dict) else {}
    name, url = (
        pick(flat, "monitorfriendlyname", "friendlyname", "monitorname", "name"),
        pick(flat, "monitorurl", "url"),
    )
    kind = pick(flat, "alerttype", "alerttypefriendlyname", "status")
    if kind is None or (name is None and url is None):
        raise NotThisToolError(
            'An UptimeRobot webhook should send "monitorFriendlyName", "monitorURL" and "alertType".'
        )
    certificate = kind == "3" or "ssl" in (pick(flat, "alerttypefriendlyname") or "").casefold()
    status: AlertStatus = word(STATUS, kind, word(STATUS, pick(flat, "alerttypefriendlyname"), "unknown"))
    moment = instant(flat.get("alertdatetime")) or instant(flat.get("datetime"))
    alert = notice(
        "uptimerobot",
        key={"monitor": pick(flat, "monitorid") or name, "url": url, "check": "certificate" if certificate else None},
        status=status,
        resource=url or name,
        service=name,
        title=name or line(url),
        description=paragraphs(flat.get("alertdetails"), flat.get("sslexpirydate")),
        started_at=moment if status == "firing" else None,
        ended_at=moment,
        labels=labels(payload),
        links=links(flat.get("monitorurl")),
    )
    return [alert]


def looks_like(payload: Payload) -> bool:
    if not isinstance(payload, dict):
        return False
    names = folded(payload).keys()
    if not {"alerttype", "alerttypefriendlyname"} & names:
        return False
    own = {"monitorurl", "monitorfriendlyname", "alerttypefriendlyname", "alertdetails"} & names
    return bool(own - {"alertdetails"}) or (bool(own) and "monitorid" in names)


TOOL = Tool(
    "uptimerobot", "UptimeRobot", parse, looks_like, 'an UptimeRobot webhook with "monitorFriendlyName" and "alertType"'
)
