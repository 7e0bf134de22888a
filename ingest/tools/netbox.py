"""NetBox: event rules. A change of the inventory is no alert, unless it says that a thing has failed or is back.

An object whose status turns to failed or offline fires; one whose status leaves it resolves; all else is news of
the inventory, which opens nothing.
"""

from typing import Any

from ingest.event import Alert, AlertStatus
from ingest.tools.fields import dig, has, labels, links, mapping, pick, text
from ingest.tools.notice import NotThisToolError, Payload, Tool, notice
from ingest.tools.times import instant

BAD = frozenset({"failed", "offline"})


def parse(payload: Payload) -> list[Alert]:
    if not has(payload, "event") or not (has(payload, "model") or has(payload, "object_type")):
        raise NotThisToolError('A NetBox webhook has "event", "model" and "data".')
    data = mapping(payload.get("data"))
    name = pick(data, "display", "name", "address", "prefix", "id")
    model = _model(payload)
    status, now = _status(payload, data)
    moment = instant(payload.get("timestamp"))
    alert = notice(
        "netbox",
        key={"model": model, "object": text(data.get("id")) or name},
        status=status,
        tool_severity=None,
        resource=name,
        service=pick(data.get("site"), "name", "display") or pick(data.get("tenant"), "name") or model,
        title=f"{model or 'object'} {text(payload.get('event')) or 'changed'}: {name}"
        if name
        else text(payload.get("event")),
        description=pick(data, "description", "comments"),
        started_at=moment if status == "firing" else None,
        ended_at=moment,
        labels=labels(
            {name: payload.get(name) for name in ("event", "username", "request_id")},
            {"model": model, "status": now, "url": data.get("url")},
        ),
        links=links(data.get("display_url"), data.get("url")),
        kind="control" if status == "unknown" else "alert",
    )
    return [alert]


def _model(payload: dict[str, Any]) -> str | None:
    """NetBox 4 also says "dcim.device" as object_type, and newer versions say nothing else."""
    stated = text(payload.get("model")) or text(payload.get("object_type"))
    return stated.rsplit(".", 1)[-1] if stated else None


def _status(payload: dict[str, Any], data: dict[str, Any]) -> tuple[AlertStatus, str | None]:
    now = pick(data.get("status"), "value") or text(data.get("status"))
    before = text(dig(payload, "snapshots", "prechange", "status"))
    if text(payload.get("event")) != "updated" or now == before or before is None:
        return "unknown", now
    if now in BAD:
        return "firing", now
    return ("resolved" if before in BAD else "unknown"), now


def looks_like(payload: Payload) -> bool:
    return (
        has(payload, "event", "data")
        and (has(payload, "model") or has(payload, "object_type"))
        and bool({"request_id", "snapshots", "username"} & payload.keys())
    )


TOOL = Tool("netbox", "NetBox", parse, looks_like, 'a NetBox webhook with "event", "model" and "data"')
