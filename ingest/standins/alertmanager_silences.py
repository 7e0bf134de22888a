"""Silences of Alertmanager's API: what is posted, and the commands that it becomes.

A silence made through a hook's key holds for the alerts of that hook and for no others: its key lets in what those
alerts say, and that they are over, and nothing of anybody else's.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ingest.event import Command, Event, Input, Unreadable
from ingest.http_body import Refusal
from ingest.payload import PayloadError, decode_payload
from ingest.standins.ids import id_of
from ingest.tools.fields import mapping, text
from ingest.tools.times import instant

SET = "SetSilence"
EXPIRE = "ExpireSilence"
CALLS = frozenset({SET, EXPIRE})
SCOPE = "source"
"""The matcher that keeps a silence to the alerts of one hook."""
_NEEDED = ("matchers", "startsAt", "endsAt", "createdBy", "comment")


def scope(hook: str) -> dict[str, Any]:
    """The matcher that every silence of this hook has beside those that its client named."""
    return {"name": SCOPE, "value": f"hook:{hook}", "isRegex": False, "isEqual": True}


def posted(body: bytes, at: datetime) -> dict[str, Any]:
    """The silence that a client posts, checked as far as it speaks for itself. Raises `Refusal` 400 and 422."""
    try:
        said = decode_payload(body, "application/json")
    except PayloadError as problem:
        raise Refusal(400, str(problem)) from problem
    if not isinstance(said, dict):
        raise Refusal(400, "A silence is a JSON object.")
    missing = [name for name in _NEEDED if said.get(name) is None]
    if missing:
        raise Refusal(422, f"{missing[0]} in body is required")
    if not isinstance(said["matchers"], list) or not said["matchers"]:
        raise Refusal(422, "matchers in body should have at least 1 items")
    for place, one in enumerate(said["matchers"]):
        _check_matcher(place, one)
    if not all(isinstance(said[name], str) for name in ("startsAt", "endsAt", "createdBy", "comment")):
        raise Refusal(400, "startsAt, endsAt, createdBy and comment of a silence are texts.")
    starts, ends = (instant(said[name], naive_is_utc=True) for name in ("startsAt", "endsAt"))
    if starts is None or ends is None:
        raise Refusal(400, "startsAt and endsAt of a silence are times as in 2027-01-31T18:00:00Z.")
    if max(starts, at) >= ends:
        early = ends <= at and starts < ends
        why = "end time can't be in the past" if early else "start time must be before end time"
        raise Refusal(400, f"Failed to create silence: {why}")
    return said


def _check_matcher(place: int, one: object) -> None:
    said = mapping(one)
    missing = [name for name in ("name", "value", "isRegex") if said.get(name) is None]
    if missing:
        raise Refusal(422, f"matchers.{place}.{missing[0]} in body is required")
    if not isinstance(said["name"], str) or not isinstance(said["value"], str) or not isinstance(said["isRegex"], bool):
        raise Refusal(400, f"matcher {place}: name and value are texts, isRegex is true or false.")
    if not said["name"]:
        raise Refusal(400, f"silence invalid: invalid label matcher {place}: the name of its label is empty")


def commands(item: Input) -> tuple[Event, ...]:
    """What an input of this API asks the desk to do; `ends` in its envelope is the silence that is over by it."""
    hook = str(item.envelope.get("hook"))
    actor = f"hook {hook}"
    ends = item.envelope.get("ends")
    over = (Command(action="silence-expire", actor=actor, subject=ends),) if isinstance(ends, str) else ()
    if str(item.envelope["call"]).endswith(EXPIRE):
        return over or (Unreadable(reason="The call does not say which silence is to end."),)
    try:
        said = posted(item.body or b"", item.accepted_at)
    except Refusal as problem:
        return (Unreadable(reason=problem.sentence),)
    return (*over, _added(item, said, actor, scope(hook)))


def _added(item: Input, said: Mapping[str, Any], actor: str, only: Mapping[str, Any]) -> Command:
    starts, ends = (instant(said[name], naive_is_utc=True) for name in ("startsAt", "endsAt"))
    assert starts is not None and ends is not None
    arguments = {
        "origin_id": silence_id(item.envelope.get("silence"), item.position),
        "matchers": [*said["matchers"], only],
        "starts_at": max(starts, item.accepted_at).isoformat()
        if "silence" not in item.envelope
        else starts.isoformat(),
        "ends_at": ends.isoformat(),
        "author": text(said["createdBy"]) or actor,
        "comment": text(said["comment"]) or "no comment",
    }
    return Command(action="silence-add", actor=actor, arguments=arguments)


def silence_id(updated: object, position: int) -> str:
    """The id by which clients know the silence: that of the one that is updated, else a new one."""
    return updated if isinstance(updated, str) else id_of("silence", position)
