"""An alert of Opsgenie's API as its inputs made it: what its creation said, and what was done to it since."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from ingest.event import Alert, Input, Reading
from ingest.normalize import normalize
from ingest.payload import PayloadError, decode_payload
from ingest.tools.fields import items, mapping, strings, text
from ingest.tools.times import instant

MOST_TAGS = 20
MOST_NOTES = 100
_NEVER = Reading()


class Said(Struct, frozen=True, kw_only=True):
    """One input: what it does, with what, to which alert, and when."""

    action: str
    fields: Mapping[str, Any]
    fingerprint: str
    at: datetime
    position: int


def said_by(item: Input) -> Said | None:
    """What an input of the alert API or a webhook says; None for what is no alert."""
    if item.body is None or item.kind != "webhook":
        return None
    alert = next((event for event in normalize(item, _NEVER) if isinstance(event, Alert)), None)
    if alert is None or alert.tool != "opsgenie":
        return None
    try:
        payload = mapping(decode_payload(item.body, "application/json")) if item.body.strip() else {}
    except PayloadError:
        return None
    inner = payload.get("alert")
    action = str(item.envelope.get("call") or f".{text(payload.get('action')) or 'Create'}").rpartition(".")[2]
    fields = {**payload, **inner} if isinstance(inner, dict) else payload
    fields = {**fields, **{name: item.envelope[name] for name in ("tags", "keys") if name in item.envelope}}
    return Said(
        action=action, fields=fields, fingerprint=alert.fingerprint, at=item.accepted_at, position=item.position
    )


class Told(Struct, kw_only=True):
    """What is known of an alert by its inputs."""

    created_at: datetime | None = None
    position: int = 0
    creations: int = 0
    message: str = ""
    description: str = ""
    alias: str = ""
    entity: str = ""
    source: str = ""
    priority: str = ""
    owner: str = ""
    tags: list[str] = msgspec.field(default_factory=list)
    actions: list[str] = msgspec.field(default_factory=list)
    details: dict[str, str] = msgspec.field(default_factory=dict)
    responders: list[dict[str, str]] = msgspec.field(default_factory=list)
    notes: list[dict[str, Any]] = msgspec.field(default_factory=list)
    log: list[dict[str, Any]] = msgspec.field(default_factory=list)
    snoozed_until: datetime | None = None
    acknowledged: tuple[datetime, str] | None = None
    closed: tuple[datetime, str] | None = None
    deleted: bool = False
    updated_at: datetime | None = None


def told(inputs: Sequence[Said]) -> Told:
    """The alert after these inputs, in their order; an alert that is created after it was closed is a new one."""
    found = Told()
    for one in inputs:
        if one.action == "Create" and (found.created_at is None or found.closed is not None or found.deleted):
            found = _created(one)
        else:
            _done(found, one)
        found.updated_at = one.at
        who = _who(one)
        found.log.append({"log": _ACTIONS.get(one.action, one.action), "type": "system", "owner": who, "at": one.at})
        if (note := text(one.fields.get("note"))) and len(found.notes) < MOST_NOTES:
            found.notes.append({"note": note, "owner": who, "at": one.at})
    return found


def outcome(action: str) -> str:
    """What Opsgenie's request status calls it."""
    return _ACTIONS.get(action, "Processed")


_ACTIONS = {
    "Create": "Created alert", "Close": "Closed alert", "Delete": "Deleted alert", "Acknowledge": "Acknowledged alert",
    "UnAcknowledge": "Unacknowledged alert", "Snooze": "Snoozed alert", "EscalateNext": "Escalated alert",
    "AssignOwnership": "Assigned alert", "AddNote": "Added note", "AddTags": "Added tags", "RemoveTags": "Removed tags",
    "AddDetails": "Added details", "RemoveDetails": "Removed details", "UpdatePriority": "Updated priority",
    "UpdateMessage": "Updated message", "UpdateDescription": "Updated description",
    "AddResponder": "Added responder", "AddTeam": "Added team",
}  # fmt: skip


def _who(one: Said) -> str:
    return (
        text(one.fields.get("user")) or text(one.fields.get("username")) or text(one.fields.get("source")) or "System"
    )


def _created(one: Said) -> Told:
    said = one.fields
    return Told(
        created_at=one.at,
        position=one.position,
        creations=1,
        message=text(said.get("message")) or "",
        description=text(said.get("description")) or "",
        alias=text(said.get("alias")) or "",
        entity=text(said.get("entity")) or "",
        source=text(said.get("source")) or "",
        priority=text(said.get("priority")) or "",
        tags=_tags(said.get("tags"))[:MOST_TAGS],
        actions=[name for one in items(said.get("actions"))[:10] if (name := text(one))],
        details=strings(said.get("details")) or strings(said.get("extraProperties")),
        responders=[
            *(found for one in items(said.get("responders"))[:50] if (found := _responder(one))),
            *(found for one in items(said.get("teams"))[:50] if (found := _responder(one, "team"))),
        ],
    )


def _done(found: Told, one: Said) -> None:
    act = _DONE.get(one.action)
    if act is not None:
        act(found, one)


def _again(found: Told, _: Said) -> None:
    found.creations += 1


def _closed(found: Told, one: Said) -> None:
    found.closed = (one.at, _who(one))
    found.deleted = one.action == "Delete"


def _acknowledged(found: Told, one: Said) -> None:
    found.acknowledged, found.snoozed_until = (one.at, _who(one)), None


def _released(found: Told, _: Said) -> None:
    found.acknowledged = None


def _snoozed(found: Told, one: Said) -> None:
    found.snoozed_until = instant(one.fields.get("endTime"), naive_is_utc=True)


def _assigned(found: Told, one: Said) -> None:
    owner = mapping(one.fields.get("owner"))
    found.owner = text(owner.get("username")) or text(owner.get("id")) or found.owner


def _tagged(found: Told, one: Said) -> None:
    found.tags = list(dict.fromkeys([*found.tags, *_tags(one.fields.get("tags"))]))[:MOST_TAGS]


def _untagged(found: Told, one: Said) -> None:
    gone = set(_tags(one.fields.get("tags")))
    found.tags = [tag for tag in found.tags if tag not in gone]


def _detailed(found: Told, one: Said) -> None:
    found.details = {**found.details, **strings(one.fields.get("details"))}


def _undetailed(found: Told, one: Said) -> None:
    gone = set(_tags(one.fields.get("keys")))
    found.details = {key: said for key, said in found.details.items() if key not in gone}


def _reworded(found: Told, one: Said) -> None:
    name = one.action.removeprefix("Update").lower()
    setattr(found, name, text(one.fields.get(name)) or getattr(found, name))


def _joined(found: Told, one: Said) -> None:
    kind = "team" if one.action == "AddTeam" else ""
    added = _responder(one.fields.get("team") if kind else one.fields.get("responder"), kind)
    if added and added not in found.responders:
        found.responders.append(added)


_DONE: Mapping[str, Callable[[Told, Said], None]] = {
    "Create": _again, "Close": _closed, "Delete": _closed, "Acknowledge": _acknowledged, "UnAcknowledge": _released,
    "Snooze": _snoozed, "AssignOwnership": _assigned, "AddTags": _tagged, "RemoveTags": _untagged,
    "AddDetails": _detailed, "RemoveDetails": _undetailed, "UpdateMessage": _reworded,
    "UpdateDescription": _reworded, "UpdatePriority": _reworded, "AddResponder": _joined, "AddTeam": _joined,
}  # fmt: skip


def _tags(value: Any) -> list[str]:
    """Tags as a list, or with commas between them, each once."""
    listed = value.split(",") if isinstance(value, str) else items(value)
    return list(dict.fromkeys(said for one in listed if (said := (text(one) or "").strip())))


def _responder(value: Any, kind: str = "") -> dict[str, str]:
    said = {"name": value} if isinstance(value, str) else strings(value)
    known = {name: value for name, value in said.items() if name in ("id", "name", "username")}
    named = kind or said.get("type", "")
    # Clients insist on an id; what was named by a name has no other.
    return {"type": named.lower(), "id": next(iter(known.values())), **known} if known and named else {}
