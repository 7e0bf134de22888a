"""Alerts on their way from the process that reads to the one that decides.

Most alerts say again what is known, and of the others most begin what the one before began. What tells such a repeat
from news lies open; what a new condition is made of is worked out by the reader, and packed; so is the alert itself,
until somebody asks for it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import cast, final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from correlate.environments import ordinary
from correlate.levels import level_of
from correlate.templates import template_of
from ingest.event import Alert, AlertKind, AlertStatus, Event, Severity

MAX_LABELS = 6_000
SHORT_LABEL = 200

_json = msgspec.json.encode
_encode = msgspec.msgpack.Encoder().encode
_alert = msgspec.msgpack.Decoder(Alert).decode


class News(Struct, frozen=True, array_like=True, gc=False):
    """What a condition that begins with an alert is made of, as far as it follows from the alert alone."""

    tool: str
    resource: str | None
    service: str | None
    title: str | None
    template: str
    labels: str
    """As they are kept with the condition: JSON, or empty."""
    levels: tuple[str, ...]
    ordinary: bool
    """Nothing in it, its severity apart, could keep it from opening an incident."""


_news = msgspec.msgpack.Decoder(News).decode


@final
class PackedAlert(Struct, frozen=True, array_like=True, gc=False):
    """An alert whose place within its input is its `index`, which is not packed; for the fields see `Alert`."""

    fingerprint: str
    status: AlertStatus
    severity: Severity
    kind: AlertKind
    started_at: datetime | None
    expires_at: datetime | None
    its_news: msgspec.Raw
    all: msgspec.Raw

    def news(self) -> News:
        """What a condition would be made of."""
        return _news(self.its_news)

    def alert(self, index: int) -> Alert:
        """All of it, as the alert at this place of its input."""
        alert = _alert(self.all)
        return replace(alert, index=index) if index else alert


Passed = tuple[Event, ...] | tuple[PackedAlert, ...]
"""The events of one input as they reach the process that decides."""


def packed_in(passed: Passed) -> tuple[PackedAlert, ...]:
    """The alerts of an input, where they are packed; nothing otherwise."""
    return passed if passed and type(passed[0]) is PackedAlert else ()


def events_in(passed: Passed) -> tuple[Event, ...]:
    """The events of an input, where they are no packed alerts; nothing otherwise."""
    return () if packed_in(passed) else cast("tuple[Event, ...]", passed)


def news_of(alert: Alert) -> News:
    """What a condition that begins with this alert is made of."""
    level = level_of(alert)
    return News(
        alert.tool,
        alert.resource,
        alert.service,
        alert.title,
        template_of(alert.title, alert.resource),
        _labels_of(alert),
        () if level is None else (level,),
        ordinary(alert),
    )


def _labels_of(alert: Alert) -> str:
    """The labels as they are kept with the condition; where they are very long, those that are short."""
    if not alert.labels:
        return ""
    text = _json(alert.labels)
    if len(text) > MAX_LABELS:
        short = [(name, value) for name, value in alert.labels.items() if len(name) + len(value) <= SHORT_LABEL]
        text = _json(dict(short[: MAX_LABELS // SHORT_LABEL]))
    return text.decode()


def pack(alert: Alert) -> msgspec.Raw:
    """A `PackedAlert` as bytes. The place within its input is left out: the same alert comes at another one too."""
    return msgspec.Raw(
        _encode(
            PackedAlert(
                alert.fingerprint,
                alert.status,
                alert.severity,
                alert.kind,
                alert.started_at,
                alert.expires_at,
                msgspec.Raw(_encode(news_of(alert))),
                msgspec.Raw(_encode(replace(alert, index=0) if alert.index else alert)),
            )
        )
    )


# --- between the processes -------------------------------------------------------------------------------------------


class Parcel(Struct, frozen=True, array_like=True, gc=False):
    """The events of one input: packed where all of them are alerts in their order, as they are otherwise."""

    events: tuple[Event, ...] = ()
    alerts: tuple[msgspec.Raw, ...] = ()


class _Arrived(Struct, frozen=True, array_like=True, gc=False):
    events: tuple[Event, ...]
    alerts: tuple[PackedAlert, ...]


_arrived = msgspec.msgpack.Decoder(list[_Arrived]).decode


def parcel(events: Sequence[Event]) -> Parcel:
    """These events, packed where they can be."""
    alerts = [event for place, event in enumerate(events) if isinstance(event, Alert) and event.index == place]
    if len(alerts) < len(events):
        return Parcel(events=tuple(events))
    return Parcel(alerts=tuple(map(pack, alerts)))


def sent(batch: Sequence[Parcel]) -> bytes:
    """The events of a batch of inputs as bytes."""
    return _encode(batch)


def received(content: bytes) -> list[Passed]:
    """The same on the other side."""
    return [each.alerts or each.events for each in _arrived(content)]
