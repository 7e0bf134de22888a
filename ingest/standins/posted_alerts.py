"""What clients post to Alertmanager's API: which alerts of a list it would not take, and the rest.

The rules are Alertmanager's (types.Alert.Validate, api/v2/api.go) with the names of labels of its newer versions, which
take any text for a name. It answers 400 and keeps the others; so does the desk, and has the whole post in its journal.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from ingest.alerts import read_payload
from ingest.event import Event, Reading, Unreadable
from ingest.tools.alertmanager import RESOLVE_TIMEOUT
from ingest.tools.fields import mapping
from ingest.tools.times import instant

MOST_FAULTS = 100
"""So many alerts of one post are named that are at fault; of the others nothing is read either."""


class _Posted(msgspec.Struct, gc=False):
    """What decides whether an alert is taken."""

    labels: dict[str, str]
    startsAt: str = ""  # noqa: N815
    endsAt: str = ""  # noqa: N815


_decode = msgspec.json.Decoder(list[_Posted]).decode


def faults_in(body: bytes, at: datetime) -> dict[int, str]:
    """Place in the list to a sentence, for each alert that cannot be taken; `at` is now. None in what is no list."""
    if body[:1] != b"[" and body.lstrip()[:1] != b"[":
        return {}
    try:
        posted = _decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    found: dict[int, str] = {}
    for place, alert in enumerate(posted):
        sentence = _fault(alert, at)
        if sentence is not None:
            found[place] = sentence
    return found


def _fault(alert: _Posted, at: datetime) -> str | None:
    labels = alert.labels
    if not labels or ("" in labels.values() and not any(labels.values())):
        return "an alert needs at least one label"
    if labels.get(""):
        return "the name of a label is empty"
    starts = instant(alert.startsAt, naive_is_utc=True) if alert.startsAt else None
    if starts is None:
        return None
    ends = (instant(alert.endsAt, naive_is_utc=True) if alert.endsAt else None) or at + RESOLVE_TIMEOUT
    return "an alert must start before it ends" if ends < starts else None


def told(faults: Mapping[int, str]) -> str:
    """The faults as one sentence for the client."""
    named = [f"alert {place + 1}: {sentence}" for place, sentence in list(faults.items())[:MOST_FAULTS]]
    return "; ".join([*named, *([f"and {len(faults) - len(named)} more"] if len(faults) > len(named) else [])])


def read_partly(payload: Any, faulty: object, reading: Reading, at: datetime) -> tuple[Event, ...]:
    """The alerts of a list some of which are at fault; `faulty` is what the door noted of `faults_in`."""
    if payload is None:
        return ()
    if not isinstance(payload, list):
        return (Unreadable(reason="A list of alerts was expected."),)
    faults = {int(place): str(said) for place, said in mapping(faulty).items() if str(place).isdecimal()}
    places = [place for place in range(len(payload)) if place not in faults]
    read = read_payload("alertmanager", [payload[place] for place in places], reading, at) if places else ()
    events = [_at_its_place(event, places) for event in read]
    reason = f"Of {len(payload)} alerts {len(faults)} could not be taken: {told(faults)}."
    return (*events, Unreadable(reason=reason, index=min(faults, default=None)))


def _at_its_place(event: Event, places: list[int]) -> Event:
    index = getattr(event, "index", None)
    if index is None or not index < len(places):
        return event
    return msgspec.structs.replace(event, index=places[index])
