"""Answers of Alertmanager's API v2 about alerts (api/v2/openapi.yaml)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import re2
import sqlalchemy as sa

from correlate.matchers import Facts, MatcherError, checked, holds
from correlate.matchers import labels_of as labels_of_condition
from correlate.records import Matcher
from desk.standins.known import Known, Posts, known, places
from desk.standins.silences import public_id
from desk.standins.suppression import Held, Suppressions
from desk.standins.times import rfc3339
from ingest.http_body import Refusal
from ingest.journal import Journal
from ingest.tools.alertmanager import RESOLVE_TIMEOUT
from ingest.tools.fields import strings, text

RECEIVER = "quietdesk"
_MATCHER = re.compile(
    r'\s*(?P<name>"(?:[^"\\]|\\.){1,400}"|[^\s=!~{},"\\]{1,200})\s*(?P<op>=~|!~|!=|=)\s*(?P<value>.*?)\s*', re.DOTALL
)
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_TRUE = frozenset({"true", "1", "yes", "ok", "y", "on", "selected", "checked", "t", "enabled"})
"""What counts as true in its parameters; everything else is false."""
_OFFSET, _PRIME, _BITS = 14695981039346656037, 1099511628211, (1 << 64) - 1


def alerts(
    connection: sa.Connection, journal: Journal, hook: str, query: Mapping[str, Sequence[str]], now: datetime
) -> list[dict[str, Any]]:
    """The hook's open alerts that a query asks for, by fingerprint. Raises `Refusal` 400."""
    return sorted(
        (said for said, _ in _wanted(connection, journal, hook, query, now)), key=lambda said: str(said["fingerprint"])
    )


def groups(
    connection: sa.Connection, journal: Journal, hook: str, query: Mapping[str, Sequence[str]], now: datetime
) -> list[dict[str, Any]]:
    """The same by incident: a group has the labels that all of its alerts share."""
    found: dict[str, list[dict[str, Any]]] = {}
    for said, record in _wanted(connection, journal, hook, query, now):
        found.setdefault(record or "", []).append(said)
    told = [
        {"labels": _shared(members), "receiver": {"name": RECEIVER}, "alerts": _by_name(members)}
        for members in found.values()
    ]
    return sorted(told, key=lambda group: sorted(group["labels"].items()))


def _by_name(members: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(members, key=lambda said: str(said["fingerprint"]))


def _shared(members: list[dict[str, Any]]) -> dict[str, str]:
    first: dict[str, str] = members[0]["labels"]
    return {name: said for name, said in first.items() if all(one["labels"].get(name) == said for one in members)}


def _wanted(
    connection: sa.Connection, journal: Journal, hook: str, query: Mapping[str, Sequence[str]], now: datetime
) -> Iterator[tuple[dict[str, Any], str | None]]:
    matchers = filter_of(query.get("filter", ()))
    if not _is_receiver(query.get("receiver", ())):
        return
    fitting = [one for one in known(connection, "alertmanager", hook) if holds(matchers, Facts(one.labels, {}))]
    suppressions = Suppressions(connection, now)
    held = [(one, suppressions.of(one.condition)) for one in fitting]
    shown = [(one, by) for one, by in held if _is_shown(query, by)]
    where = places(connection, [one.condition for one, _ in shown])
    posts = Posts(journal)
    for one, by in shown:
        said = posts.alert(where.get(one.condition.fingerprint), one.labels)
        yield _gettable(one, by, said, hook, now), one.condition.record


def filter_of(texts: Sequence[str]) -> list[Matcher]:
    """The matchers of a query, one in each text, with quotes around its value or without. Raises `Refusal` 400."""
    found: list[Matcher] = []
    for said in texts:
        match = _MATCHER.fullmatch(said)
        value = match["value"] if match is not None else ""
        if match is None or ('"' in value and not _QUOTED.fullmatch(value)):
            raise Refusal(400, f"bad matcher format: {said[:200]}")
        found.append(Matcher(_unquoted(match["name"]), match["op"], _unquoted(value)))  # type: ignore[arg-type]
    try:
        return list(checked(found))
    except MatcherError as error:
        raise Refusal(400, str(error)) from error


def _unquoted(said: str) -> str:
    if not said.startswith('"'):
        return said
    return _ESCAPED.sub(lambda match: "\n" if match[1] == "n" else match[1], said[1:-1])


def _is_receiver(said: Sequence[str]) -> bool:
    """Whether the pattern of a query fits the one receiver that there is. Raises `Refusal` 400."""
    if not said or not said[0]:
        return True
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    try:
        return re2.compile(said[0], options).fullmatch(RECEIVER) is not None
    except re2.error as error:
        raise Refusal(400, f"failed to parse receiver param: {said[0][:100]} is no pattern") from error


def _is_shown(query: Mapping[str, Sequence[str]], held: Held) -> bool:
    suppressed = held != Held()
    inhibited = held.source is not None or held.record is not None
    return not (
        (not suppressed and not _asks(query, "active"))
        or (held.silences and not _asks(query, "silenced"))
        or (inhibited and not _asks(query, "inhibited"))
        or (held.muted is not None and not _asks(query, "muted"))
    )


def _asks(query: Mapping[str, Sequence[str]], name: str) -> bool:
    said = query.get(name, ("",))[-1]
    return not said or said.lower() in _TRUE


def _gettable(one: Known, held: Held, said: Mapping[str, Any], hook: str, now: datetime) -> dict[str, Any]:
    """An alert as its API gives it (gettableAlert)."""
    condition, labels = one.condition, dict(one.labels)
    if condition.expires_at is not None:
        ends = one.heard_at + (condition.expires_at - condition.last_at)
    else:
        ends = max(one.heard_at, now) + RESOLVE_TIMEOUT
    inhibited = [] if held.source is None else [fingerprint(labels_of_condition(held.source))]
    result: dict[str, Any] = {
        "annotations": strings(said.get("annotations")), "endsAt": rfc3339(max(ends, now + timedelta(seconds=1))),
        "fingerprint": fingerprint(labels), "receivers": [{"name": RECEIVER}],
        "startsAt": rfc3339(condition.changed_at),
        "status": {
            "inhibitedBy": inhibited if held.record is None else [held.record],
            "mutedBy": [] if held.muted is None else [held.muted],
            "silencedBy": sorted(public_id(silence, hook) for silence in held.silences),
            "state": "active" if held == Held() else "suppressed",
        },
        "updatedAt": rfc3339(one.heard_at), "labels": labels,
    }  # fmt: skip
    if (url := text(said.get("generatorURL"))) is not None:
        result["generatorURL"] = url
    return result


def fingerprint(labels: Mapping[str, str]) -> str:
    """Prometheus' own name for a set of labels: FNV-1a over names and values in order (common/model/signature.go)."""
    return _fingerprint(tuple(sorted(labels.items())))


@lru_cache(maxsize=20_000)
def _fingerprint(labels: tuple[tuple[str, str], ...]) -> str:
    told = _OFFSET
    for pair in labels:
        for word in pair:
            for byte in (*word.encode("utf-8", "replace"), 255):
                told = ((told ^ byte) * _PRIME) & _BITS
    return f"{told:016x}"
