"""Uptime Kuma: {"heartbeat", "monitor", "msg"}; its test button and certificate warnings leave out the heartbeat."""

import re
from collections.abc import Mapping
from typing import Any

from ingest.event import Alert, AlertStatus
from ingest.fingerprint import without_measurements
from ingest.tools.fields import dig, labels, links, mapping, pairs, pick, text, word
from ingest.tools.notice import NotThisToolError, Payload, Tool, notice
from ingest.tools.times import instant

STATUS: Mapping[str, AlertStatus] = {
    "0": "firing", "1": "resolved", "2": "unknown", "3": "unknown",
    "down": "firing", "up": "resolved", "pending": "unknown", "maintenance": "unknown",
}  # fmt: skip
_EXPIRES = re.compile(r"\b(?:certificate|domain)\b.{0,200}\bexpire", re.IGNORECASE)
_NAMED = re.compile(r"\[(?P<name>[^\[\]]{1,200})\](?:\s?\[(?P<target>[^\[\]]{1,300})\])?")
_IN_WORDS = re.compile(r"\[(?:🔴|✅|⚠️)?\s*(Down|Up)\]", re.IGNORECASE)


def parse(payload: Payload) -> list[Alert]:
    if not isinstance(payload, dict) or not ({"heartbeat", "monitor", "msg"} & payload.keys()):
        raise NotThisToolError('An Uptime Kuma post has "heartbeat", "monitor" and "msg".')
    monitor, beat, message = (
        mapping(payload.get("monitor")),
        mapping(payload.get("heartbeat")),
        text(payload.get("msg")),
    )
    if not monitor and not beat:
        return [_without_monitor(payload, message)]
    said = text(beat.get("status"))
    expiry = "certificate" in (message or "").casefold() and said is None
    status: AlertStatus = word(STATUS, said, "unknown") if said else _status_in_words(message, expiry)
    moment = _moment(beat)
    url = _target(monitor)
    alert = notice(
        "uptime_kuma",
        key={
            "monitor": text(monitor.get("id")) or text(beat.get("monitorID")),
            "target": url,
            "name": None if monitor.get("id") else text(monitor.get("name")),
            "check": "certificate" if expiry else None,
        },
        status=status,
        resource=url or text(monitor.get("name")),
        service=monitor.get("name"),
        title=monitor.get("name") or message,
        description=text(beat.get("msg")) or message,
        started_at=moment if status == "firing" else None,
        ended_at=moment,
        labels=labels(
            {
                f"monitor.{name}": monitor.get(name)
                for name in ("id", "type", "hostname", "port", "description", "parent")
            },
            {f"heartbeat.{name}": beat.get(name) for name in ("status", "ping", "duration", "important")},
            pairs(monitor.get("tags"), key="name"),
        ),
        links=links(monitor.get("url")),
    )
    return [alert]


def _without_monitor(payload: dict[str, Any], message: str | None) -> Alert:
    if message is None:
        raise NotThisToolError("An Uptime Kuma post without monitor, heartbeat and message says nothing.")
    expiry = _EXPIRES.search(message[:2_000])
    named = _NAMED.match(message[:500]) if expiry else None
    return notice(
        "uptime_kuma",
        key={"message": without_measurements(message[:200])},
        status=_status_in_words(message, expiry is not None),
        resource=(named["target"] or named["name"]) if named else None,
        title=message,
        labels=labels(payload),
        kind="test" if message.casefold().rstrip(" .!").endswith(("testing", "test")) else "alert",
    )


def _status_in_words(message: str | None, expiry: bool) -> AlertStatus:
    if found := _IN_WORDS.search((message or "")[:500]):
        return word(STATUS, found[1], "unknown")
    return "firing" if expiry else "unknown"


def _target(monitor: dict[str, Any]) -> str | None:
    """The address that is watched. Monitors without one carry a bare "https://"."""
    url = text(monitor.get("url"))
    if url and url not in {"https://", "http://"}:
        return url
    return pick(monitor, "hostname", "docker_container", "database_connection", "mqtt_topic")


def _moment(beat: dict[str, Any]) -> Any:
    local, offset = text(beat.get("localDateTime")), text(beat.get("timezoneOffset"))
    return instant(beat.get("time"), naive_is_utc=True) or (instant(f"{local}{offset}") if local and offset else None)


def looks_like(payload: Payload) -> bool:
    if not isinstance(payload, dict):
        return False
    if isinstance(payload.get("monitor"), dict) and isinstance(payload.get("heartbeat"), dict):
        return True
    return {"heartbeat", "monitor", "msg"} <= payload.keys() or (dig(payload, "heartbeat", "monitorID") is not None)


TOOL = Tool(
    "uptime_kuma", "Uptime Kuma", parse, looks_like, 'an Uptime Kuma post with "heartbeat", "monitor" and "msg"'
)
