"""What would a mapping make of what came last? It is tried on inputs of the journal; nothing is decided or sent."""

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from desk.web.rule_trial import last_inputs
from ingest import mapping
from ingest.alert_mail import alerts_in_mail
from ingest.alerts import read_webhook
from ingest.event import Alert, Event, Input, Mail, Reading, Unreadable
from ingest.journal import Journal
from ingest.mail import read_mail
from ingest.payload import PayloadError, decode_payload

SHOWN = 5
"""Inputs on which a mapping is tried; of mails, so many that it reads."""
LOOKED_AT = 200
LARGEST = 256 * 1024
"""Bytes; a larger payload is left out of the preview."""
PATIENCE_S = 2.0
MOST_ALERTS = 5
_MOST_TEXT = 4_000
_FIELDS = ("status", "severity", "resource", "service", "title", "description", "started_at", "ended_at", "kind")


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One input and what the mapping makes of it: fields for each alert, what each entry or group gave, and what went
    wrong. `text` is the payload or the mail, made readable and cut."""

    position: int
    at: datetime
    source: str
    subject: str | None
    text: str
    alerts: tuple[tuple[tuple[str, str], ...], ...]
    entries: tuple[tuple[str, str], ...]
    trouble: str | None


def sources(journal: Journal) -> tuple[str, ...]:
    """Where the last posts came from, as routes of hooks, sorted."""
    return tuple(sorted({item.route for item in last_inputs(journal, LOOKED_AT, ("webhook",))}))


def samples(
    journal: Journal, name: str, entries: Mapping[str, str], *, source: str | None = None, at: int | None = None
) -> tuple[Sample, ...]:
    """Try the mapping on the input at `at`, or on the last ones of its kind; of the `source`, where that is given.

    A mapping with mistakes gives the inputs as they are. Of mails, those that it reads come first.
    """
    for_mails = mapping.is_for_mails(entries)
    usable = bool(entries) and not mapping.problems(name, entries)
    found = [_sample(item, name, entries if usable else {}) for item in _inputs(journal, for_mails, source, at)]
    if for_mails:
        found.sort(key=lambda sample: (not sample.alerts, -sample.position))
    return tuple(found[:SHOWN])


def _inputs(journal: Journal, for_mails: bool, source: str | None, at: int | None) -> Iterator[Input]:
    if at is not None:
        one = journal.get(at) if 0 < at < 2**62 else None
        if one is not None and one.kind in ("mail", "webhook") and one.body is not None:
            yield one
        return
    until = time.monotonic() + PATIENCE_S
    kind = "mail" if for_mails else "webhook"
    newest = sorted(last_inputs(journal, LOOKED_AT, (kind,)), key=lambda item: -item.position)
    given = 0
    for item in newest:
        if item.body is None or len(item.body) > LARGEST or (source and item.route != source):
            continue
        if given >= (SHOWN * 8 if for_mails else SHOWN) or time.monotonic() > until:
            return
        given += 1
        yield item


def _sample(item: Input, name: str, entries: Mapping[str, str]) -> Sample:
    body = item.body or b""
    if item.kind == "mail":
        return _of_mail(item, body, name, entries)
    content_type = item.envelope.get("content_type")
    try:
        payload = decode_payload(body, content_type)
    except PayloadError as problem:
        return _made(item, None, body[:_MOST_TEXT].decode("utf-8", "replace"), (), {}, str(problem))
    text = json.dumps(payload, indent=2, ensure_ascii=False)
    if not entries:
        return _made(item, None, text, (), {}, None)
    if mapping.is_for_mails(entries):
        return _made(item, None, text, (), {}, "This is a post; the mapping reads mails.")
    events = read_webhook(name, body, Reading(mappings={name: entries}), content_type, item.accepted_at)
    return _made(item, None, text, events, mapping.evaluated(name, entries, payload), None)


def _of_mail(item: Input, body: bytes, name: str, entries: Mapping[str, str]) -> Sample:
    mail = read_mail(body, Reading(), {**item.envelope, "route": item.route})
    sender = mail.sender.address if mail.sender else "nobody"
    text = f"From: {sender}\nSubject: {mail.subject or ''}\n\n{mail.text or ''}"
    if not entries or not mapping.is_for_mails(entries):
        return _made(item, mail, text, (), {}, "This is a mail; the mapping reads posts." if entries else None)
    alerts = alerts_in_mail(mail, Reading(mappings={name: entries}), name)
    return _made(item, mail, text, alerts, mapping.groups_in(name, entries, mail), None)


def _made(
    item: Input, mail: Mail | None, text: str, events: tuple[Event, ...], given: Mapping[str, Any], trouble: str | None
) -> Sample:
    alerts = [event for event in events if isinstance(event, Alert)]
    unread = next((event.reason for event in events if isinstance(event, Unreadable)), None)
    return Sample(
        position=item.position,
        at=item.accepted_at,
        source=item.route,
        subject=mail.subject if mail is not None else None,
        text=text if len(text) <= _MOST_TEXT else f"{text[:_MOST_TEXT]}…",
        alerts=tuple(_fields(alert) for alert in alerts[:MOST_ALERTS]),
        entries=tuple((entry, _short(said)) for entry, said in given.items()),
        trouble=trouble or unread,
    )


def _fields(alert: Alert) -> tuple[tuple[str, str], ...]:
    told = tuple((field, _short(getattr(alert, field))) for field in _FIELDS)
    return (*told, ("identity", f"{alert.fingerprint}, made of {', '.join(alert.basis)}"))


def _short(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, datetime):
        value = value.isoformat()
    # An expression may give an expression (`&a`), which is no JSON.
    said = value if isinstance(value, str) else json.dumps(value, default=lambda _: "an expression")
    return said if len(said) <= 300 else f"{said[:300]}…"
