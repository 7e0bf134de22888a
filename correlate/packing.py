"""Alerts on their way from the process that reads to the one that decides.

Most alerts say again what is known, and of the others most begin what the one before began. What tells such a repeat
from news lies open; what a new condition is made of is worked out by the reader, and packed; so is the alert itself,
until somebody asks for it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast, final

import msgspec
from msgspec import Struct

from correlate.environments import ordinary
from correlate.levels import level_of
from correlate.templates import template_of
from ingest.event import Alert, AlertKind, AlertStatus, Event, Severity

MAX_LABELS = 6_000
SHORT_LABEL = 200

_json = msgspec.json.encode
_encode = msgspec.msgpack.Encoder().encode
_labels = msgspec.json.Decoder(dict[str, str]).decode


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


class Remark(Struct, frozen=True, array_like=True, gc=False):
    """What only the alert itself says, and no condition needs."""

    tool_severity: str | None
    description: str | None
    ended_at: datetime | None
    links: tuple[str, ...]
    basis: tuple[str, ...]
    labels: Mapping[str, str] | None = None
    """All of them, where the condition keeps only the short ones."""


_news = msgspec.msgpack.Decoder(News).decode
_remark = msgspec.msgpack.Decoder(Remark).decode


class _Open(Struct, frozen=True, array_like=True, gc=False):
    """What tells a repeat from news; for the fields see `Alert`."""

    fingerprint: str
    status: AlertStatus
    severity: Severity
    kind: AlertKind
    started_at: datetime | None
    expires_at: datetime | None


class _ToPack(_Open, frozen=True, array_like=True, gc=False):
    news: News
    remark: Remark


@final
class PackedAlert(_Open, frozen=True, array_like=True, gc=False):
    """An alert whose place within its input is its `index`, which is not packed."""

    its_news: msgspec.Raw
    its_remark: msgspec.Raw

    def news(self) -> News:
        """What a condition would be made of."""
        return _news(self.its_news)

    def alert(self, index: int) -> Alert:
        """All of it, as the alert at this place of its input."""
        news, remark = _news(self.its_news), _remark(self.its_remark)
        labels = remark.labels
        if labels is None:
            labels = _labels(news.labels) if news.labels else {}
        return Alert(
            index=index,
            tool=news.tool,
            status=self.status,
            severity=self.severity,
            tool_severity=remark.tool_severity,
            resource=news.resource,
            service=news.service,
            title=news.title,
            description=remark.description,
            fingerprint=self.fingerprint,
            started_at=self.started_at,
            ended_at=remark.ended_at,
            labels=labels,
            links=remark.links,
            kind=self.kind,
            basis=remark.basis,
            expires_at=self.expires_at,
        )


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
    return _news_of(alert, _labels_of(alert.labels))


def _news_of(alert: Alert, labels: str) -> News:
    level = level_of(alert)
    return News(
        alert.tool,
        alert.resource,
        alert.service,
        alert.title,
        template_of(alert.title, alert.resource),
        labels if len(labels) <= MAX_LABELS else _short(alert.labels),
        () if level is None else (level,),
        ordinary(alert),
    )


def _labels_of(labels: Mapping[str, str]) -> str:
    return _json(labels).decode() if labels else ""


def _short(labels: Mapping[str, str]) -> str:
    """Of very long labels those that are kept with the condition: the first that are short."""
    short = [(name, value) for name, value in labels.items() if len(name) + len(value) <= SHORT_LABEL]
    return _json(dict(short[: MAX_LABELS // SHORT_LABEL])).decode()


def pack(alert: Alert) -> msgspec.Raw:
    """A `PackedAlert` as bytes. The place within its input is left out: the same alert comes at another one too."""
    labels = _labels_of(alert.labels)
    news = _news_of(alert, labels)
    whole = alert.labels if len(labels) > MAX_LABELS else None
    return msgspec.Raw(
        _encode(
            _ToPack(
                alert.fingerprint,
                alert.status,
                alert.severity,
                alert.kind,
                alert.started_at,
                alert.expires_at,
                news,
                Remark(alert.tool_severity, alert.description, alert.ended_at, alert.links, alert.basis, whole),
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
    alerts = [
        event
        for place, event in enumerate(events)
        if isinstance(event, Alert) and event.index == place and not event.released
    ]
    if len(alerts) < len(events):
        return Parcel(events=tuple(events))
    return Parcel(alerts=tuple(map(pack, alerts)))


def sent(batch: Sequence[Parcel]) -> bytes:
    """The events of a batch of inputs as bytes."""
    return _encode(batch)


def received(content: bytes) -> list[Passed]:
    """The same on the other side."""
    return [each.alerts or each.events for each in _arrived(content)]
