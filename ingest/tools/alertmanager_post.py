"""Webhook posts of Alertmanager and of Grafana's unified alerting, and what clients post to its API, read fast.

One pass over typed structures; what follows from the names of labels is remembered, for they are always the same ones.
Anything unusual gives None and goes the careful way.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

import msgspec

from ingest.event import Alert, AlertStatus
from ingest.tools.alertmanager import BASIS, Meaning, Shape, expiry, meaning_of, prose, runbooks, shape_of
from ingest.tools.fields import SEVERITY_WORDS, line, links, number_text, text
from ingest.tools.times import instant

SCHEMES: Mapping[str, str] = {"alertmanager": "am", "grafana": "grafana"}
"""Tools whose posts are read here, and the name of their fingerprints' scheme."""
REMEMBERED_SHAPES = 2_000
REMEMBERED_BYTES = 4_096
"""Names of labels that are longer together are not remembered: memory stays bounded."""


class _Alert(msgspec.Struct, gc=False):
    labels: dict[str, str]
    status: str = ""  # clients of the API state none
    annotations: msgspec.Raw = msgspec.Raw(b"{}")
    startsAt: str = ""  # noqa: N815
    endsAt: str = ""  # noqa: N815
    generatorURL: str = ""  # noqa: N815
    # Grafana's own:
    silenceURL: str = ""  # noqa: N815
    dashboardURL: str = ""  # noqa: N815
    panelURL: str = ""  # noqa: N815
    imageURL: str = ""  # noqa: N815
    message: str = ""
    valueString: str = ""  # noqa: N815
    values: dict[str, float | str | None] | None = None


class _Post(msgspec.Struct, gc=False):
    alerts: list[msgspec.Raw]
    version: str
    externalURL: str = ""  # noqa: N815


class _Prose(msgspec.Struct, frozen=True, gc=False):
    """What follows from the annotations alone."""

    description: str | None
    runbooks: tuple[str, ...]
    severity: str | None


class _Envelope(msgspec.Struct, gc=False):
    alerts: list[msgspec.Raw]
    version: str
    status: str


_decode_alert = msgspec.json.Decoder(_Alert).decode
_decode_post = msgspec.json.Decoder(_Post).decode
_decode_list = msgspec.json.Decoder(list[_Alert]).decode
_decode_strings = msgspec.json.Decoder(dict[str, str]).decode
_decode_envelope = msgspec.json.Decoder(_Envelope).decode
_STATUS: Mapping[str, AlertStatus] = {"firing": "firing", "resolved": "resolved"}


def is_post(body: bytes) -> bool:
    """Is this an ordinary webhook post, or a list as for the API? Looks no deeper than the alerts' fields."""
    try:
        if body[:1] == b"[":
            return bool(_decode_list(body))
        _decode_envelope(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


def read_post(tool: str, body: bytes, at: datetime | None = None) -> list[Alert] | None:
    """The alerts of an ordinary post of one of these tools, or None where it needs the careful way.

    `at` is when it was accepted: a list of alerts without a status is read against it.
    """
    if body[:1] == b"[":
        return _read_list(body, at) if tool == "alertmanager" and at is not None else None
    post = elements(tool, body)
    if post is None:
        return None
    try:
        return [post.read(raw, index) for index, raw in enumerate(post.elements)]
    except (msgspec.DecodeError, UnicodeError, RecursionError, LookupError):
        return None


class Elements(msgspec.Struct, frozen=True, gc=False):
    """The alerts of a webhook's post as they stand in it."""

    tool: str
    external: str
    elements: list[msgspec.Raw]

    def read(self, element: bytes | msgspec.Raw, index: int = 0) -> Alert:
        """One of them. Raises DecodeError, UnicodeError, RecursionError or LookupError where it is not ordinary."""
        return _read(self.tool, index, _decode_alert(element), self.external)


def elements(tool: str, body: bytes) -> Elements | None:
    """What a webhook's post consists of; None where it is no ordinary one."""
    try:
        post = _decode_post(body)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    return Elements(tool, post.externalURL, post.alerts)


def _read_list(body: bytes, at: datetime) -> list[Alert] | None:
    try:
        posted = _decode_list(body)
        if any(alert.status for alert in posted):
            return None
        return [_read("alertmanager", index, alert, "", at) for index, alert in enumerate(posted)] or None
    except (msgspec.DecodeError, UnicodeError, RecursionError, LookupError):
        return None


def _read(tool: str, index: int, alert: _Alert, external: str, at: datetime | None = None) -> Alert:
    """`at` is when a list of the API was posted, whose alerts are over by their end; a webhook's state their status."""
    meaning = _meaning_of(alert.labels, SCHEMES[tool])
    said = _prose_in(alert.annotations)
    if meaning.title is None:
        raise LookupError("An alert without a name is not ordinary.")
    ends = instant(alert.endsAt, naive_is_utc=at is not None) if at is not None or alert.status == "resolved" else None
    status = _STATUS[alert.status] if at is None else _status_by(ends, at)
    rank = meaning.word or said.severity
    more = (alert.silenceURL, alert.dashboardURL, alert.panelURL, alert.imageURL) if tool == "grafana" else ()
    return Alert(
        index=index,
        tool=tool,
        status=status,
        severity=meaning.severity if meaning.word else SEVERITY_WORDS.get((rank or "").casefold(), "unknown"),
        tool_severity=rank,
        resource=meaning.resource,
        service=meaning.service,
        title=meaning.title,
        description=said.description or text(alert.message) or text(alert.valueString),
        fingerprint=meaning.fingerprint,
        started_at=instant(alert.startsAt, naive_is_utc=at is not None),
        ended_at=ends if status == "resolved" else None,
        labels={**meaning.labels, **_values(alert.values)} if alert.values else meaning.labels,
        links=_links_of((alert.generatorURL, *more, *said.runbooks, external)),
        kind=meaning.kind,
        basis=BASIS,
        expires_at=expiry(ends, at) if at is not None and status == "firing" else None,
    )


def _status_by(ends: datetime | None, at: datetime) -> AlertStatus:
    return "resolved" if ends is not None and ends <= at else "firing"


def _values(values: Mapping[str, float | str | None]) -> dict[str, str]:
    said = ((name, value if isinstance(value, str) else number_text(value)) for name, value in values.items())
    return {f"value.{name}": value for name, value in said if value}


def _meaning_of(labels: dict[str, str], scheme: str) -> Meaning:
    if "" in labels.values():
        labels = {name: said for name, said in labels.items() if said}
    names = tuple(labels)
    return meaning_of(labels, scheme, _shapes.get(names) or _learned_shape(names))


_shapes: dict[tuple[str, ...], Shape] = {}
"""Of names of labels; those of a site's rules are few."""


def _learned_shape(names: tuple[str, ...]) -> Shape:
    shape = shape_of(names)
    if sum(map(len, names)) <= REMEMBERED_BYTES:
        if len(_shapes) >= REMEMBERED_SHAPES:
            _shapes.clear()
        _shapes[names] = shape
    return shape


def _prose_in(raw: msgspec.Raw) -> _Prose:
    annotations = _decode_strings(raw)
    return _Prose(
        prose(annotations),
        runbooks(annotations),
        line(annotations.get("severity"), 100) if "severity" in annotations else None,
    )


@lru_cache(maxsize=20_000)
def _links_of(said: tuple[str, ...]) -> tuple[str, ...]:
    return links(*said)
