"""Any JSON object that tells of a change in common names: what scripts and other tools should post."""

from typing import Any

from ingest.changes.notice import ChangeTool, change
from ingest.event import ChangeNotice
from ingest.tools.fields import folded, mapping, pick
from ingest.tools.times import instant

_NAMES = {
    "id": ("id", "changeid", "number", "deploymentid", "buildid", "key"),
    "service": ("service", "servicename", "application", "app", "component", "project", "system"),
    "title": ("title", "summary", "subject", "name", "description", "message", "version"),
    "start": ("start", "startsat", "startedat", "begin", "timestamp", "time", "at"),
    "end": ("end", "endsat", "endedat", "finishedat", "until"),
}


def _found(payload: Any) -> dict[str, Any]:
    told = mapping(payload)
    return folded(mapping(told.get("change")) or mapping(told.get("deployment")) or told)


def looks_like(payload: Any) -> bool:
    found = _found(payload)
    return any(pick(found, *_NAMES[name]) is not None for name in ("service", "title"))


def read(payload: Any) -> ChangeNotice | None:
    """The change; ValueError where neither a service nor a title is there."""
    found = _found(payload)
    if not looks_like(payload):
        raise ValueError("A change must have a service or a title.")
    title = pick(found, *_NAMES["title"])
    return change(
        pick(found, *_NAMES["id"]),
        pick(found, *_NAMES["service"]),
        title or "Change",
        instant(pick(found, *_NAMES["start"]), naive_is_utc=True),
        instant(pick(found, *_NAMES["end"]), naive_is_utc=True),
    )


TOOL = ChangeTool("change", "a change", read, looks_like, 'a JSON object with "service", "title", "start" and "end"')
