"""Silences by Alertmanager's API: those that were made through the key that asks, and what else holds for its alerts.

A key makes, changes and ends silences for the alerts of its own hook only. Those of the desk are shown where they hold
for an open alert of the hook, without who asked for them and why, and are ended at the desk.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa
from msgspec.structs import replace

from correlate.matchers import MatcherError, facts_of, from_alertmanager, holds, selects_something
from correlate.records import Condition, Matcher, Silence
from correlate.silencing import MAX_SILENCES
from desk.standins.known import MOST, known
from desk.standins.times import rfc3339
from desk.tables import silences
from ingest.http_body import Refusal
from ingest.standins.alertmanager_silences import EXPIRE, SCOPE, posted
from ingest.standins.call import Call

KEPT = timedelta(days=5)
"""How long a silence is shown after its end (Alertmanager's --data.retention)."""
_STATES = ("active", "pending", "expired")


def listed(
    connection: sa.Connection, hook: str, matchers: Sequence[Matcher], creators: Sequence[str], now: datetime
) -> list[dict[str, Any]]:
    """Those that have these matchers, in Alertmanager's order: what ends next, what begins next, what ended last."""
    found = [
        _gettable(one, hook, now)
        for one in visible(connection, hook, now)
        if set(matchers) <= set(_matchers(one, hook))
    ]
    if creators:
        found = [said for said in found if said["createdBy"] in creators]
    return sorted(found, key=_order)[:MOST]


def one(connection: sa.Connection, hook: str, name: str, now: datetime) -> dict[str, Any]:
    """The silence of this id. Raises `Refusal` 404."""
    for silence in visible(connection, hook, now):
        if public_id(silence, hook) == name:
            return _gettable(silence, hook, now)
    raise Refusal(404, "silence not found")


def weigh(connection: sa.Connection, hook: str, call: Call, body: bytes, now: datetime) -> Call:
    """A call that makes, changes or ends a silence, with what it means for those that there are.

    Adds `silence`, the id of the one that is changed, and `ends`, the desk's own id of the one that is over by it.
    Raises `Refusal` 400, 403, 404 and, as Alertmanager does, 500.
    """
    if call.action == EXPIRE:
        silence = _own(connection, hook, str(call.envelope.get("silence")), now)
        if state_of(silence, now) == "expired":
            raise Refusal(500, f"silence {public_id(silence, hook)} already expired")
        return replace(call, envelope={**call.envelope, "ends": silence.id})
    said = posted(body, now)
    try:
        wanted = from_alertmanager(said["matchers"])
    except MatcherError as error:
        raise Refusal(400, f"silence invalid: {error}") from error
    if not (selects_something(wanted) or any(said.op.startswith("!") for said in wanted)):
        raise Refusal(400, "silence invalid: at least one matcher must not match the empty string")
    count = connection.scalar(sa.select(sa.func.count()).where(silences.c.over.is_(False)).select_from(silences))
    if (count or 0) >= MAX_SILENCES:
        raise Refusal(400, f"There are {MAX_SILENCES} silences already: end some first.")
    name = said.get("id")
    if not name:
        return call
    known_as = _own(connection, hook, str(name), now)
    if state_of(known_as, now) == "expired":
        return call
    if set(wanted) == set(_matchers(known_as, hook)):
        return replace(call, envelope={**call.envelope, "silence": str(name)})
    return replace(call, envelope={**call.envelope, "ends": known_as.id})


def _own(connection: sa.Connection, hook: str, name: str, now: datetime) -> Silence:
    """A silence that was made through this hook's key."""
    for silence in visible(connection, hook, now):
        if public_id(silence, hook) == name:
            if not is_scoped(silence, hook):
                raise Refusal(403, f"{silence.id} was made at the desk: it is changed and ended there.")
            return silence
    raise Refusal(404, "silence not found")


def visible(connection: sa.Connection, hook: str, now: datetime) -> Iterator[Silence]:
    """The hook's own, the lately ended among them, and those of the desk that hold for one of its open alerts."""
    c = silences.c
    kept = sa.or_(c.over.is_(False), c.ends_at > now - KEPT)
    query = sa.select(c.body).where(kept).order_by(c.over, c.ends_at.desc()).limit(MAX_SILENCES)
    bodies = connection.scalars(query).all()
    open_alerts: list[Condition] | None = None
    for body in bodies:
        silence = msgspec.json.decode(body, type=Silence)
        if is_scoped(silence, hook):
            yield silence
            continue
        if silence.over:
            continue
        if open_alerts is None:
            open_alerts = [found.condition for found in known(connection, "alertmanager", hook)]
        if _covers(silence, open_alerts):
            yield silence


def is_scoped(silence: Silence, hook: str) -> bool:
    """Was it made through the key of this hook?"""
    return silence.origin_id is not None and Matcher(SCOPE, "=", f"hook:{hook}") in silence.matchers


def _covers(silence: Silence, found: Iterable[Condition]) -> bool:
    return any(
        (not silence.services or condition.service in silence.services) and holds(silence.matchers, facts_of(condition))
        for condition in found
    )


def public_id(silence: Silence, hook: str) -> str:
    """How clients of this hook know it: by the id that they were given, else by the desk's own."""
    return silence.origin_id if is_scoped(silence, hook) and silence.origin_id else silence.id


def state_of(silence: Silence, now: datetime) -> str:
    """Alertmanager's word for how it is."""
    if silence.over or silence.ends_at <= now:
        return "expired"
    return "pending" if silence.starts_at > now else "active"


def _matchers(silence: Silence, hook: str) -> list[Matcher]:
    """As clients see them: without what keeps it to their hook; services are a matcher, too."""
    own = Matcher(SCOPE, "=", f"hook:{hook}") if is_scoped(silence, hook) else None
    services = [Matcher("service", "=", name) for name in silence.services]
    return [*(said for said in silence.matchers if said != own), *services]


def _gettable(silence: Silence, hook: str, now: datetime) -> dict[str, Any]:
    """A silence as its API gives it (gettableSilence)."""
    own = is_scoped(silence, hook)
    return {
        "id": public_id(silence, hook), "status": {"state": state_of(silence, now)},
        "createdBy": silence.author if own else "quietdesk", "comment": silence.comment if own else silence.kind,
        "startsAt": rfc3339(silence.starts_at), "endsAt": rfc3339(silence.ends_at),
        "updatedAt": rfc3339(silence.created_at),
        "matchers": [
            {"name": said.name, "value": said.value, "isRegex": "~" in said.op, "isEqual": said.op in ("=", "=~")}
            for said in _matchers(silence, hook)
        ],
    }  # fmt: skip


def _order(said: Mapping[str, Any]) -> tuple[int, str, str]:
    state = said["status"]["state"]
    moment = str(said["startsAt"] if state == "pending" else said["endsAt"])
    backwards = "".join(chr(0x10FFFF - ord(sign)) for sign in moment) if state == "expired" else moment
    return _STATES.index(state), backwards, str(said["id"])
