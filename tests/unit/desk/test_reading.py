"""What was read once is not read again, and comes out as if it had been."""

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from correlate.packing import PackedAlert, received, sent
from desk.reading import InputReader
from ingest.event import Event, Input, Reading
from ingest.normalize import normalize
from tests.unit.correlate.world import START

READING = Reading()


def member(number: int, **fields: Any) -> dict[str, Any]:
    labels = {"alertname": "Down", "instance": f"web-{number}", "severity": "critical"}
    return {"status": "firing", "labels": labels, "startsAt": "2026-03-02T07:55:00Z", **fields}


def post(*alerts: Any, tool: str = "alertmanager", **fields: Any) -> Input:
    body = msgspec.json.encode({"version": "4", "status": "firing", "alerts": alerts, **fields})
    return an_input("webhook", body, tool=tool)


def an_input(kind: Any, body: bytes | None, **envelope: str) -> Input:
    return Input(position=1, accepted_at=START, kind=kind, route="hook:am", envelope=envelope, body=body)


def came(reader: InputReader, item: Input) -> Sequence[Event]:
    (passed,) = received(sent([reader.read(item, READING)]))
    return [event.alert(place) if isinstance(event, PackedAlert) else event for place, event in enumerate(passed)]


@pytest.mark.parametrize(
    "item",
    [
        post(member(1), member(2), externalURL="http://am.example/"),
        post(member(1), member(1)),
        post(),
        post(member(1), {"status": "firing", "labels": {}}),
        post(member(1), {"labels": 7}),
        post(member(1, startsAt="once\0upon")),
        post(member(1, status="odd")),
        post(member(1, values={"A": 2}, dashboardURL="https://g.example/d"), tool="grafana"),
        post(member(1), tool="zabbix"),
        an_input("webhook", b"{", tool="alertmanager"),
        an_input("webhook", None, tool="alertmanager"),
        an_input("tick", b""),
    ],
)
def test_the_first_and_the_second_time_it_is_what_normalize_gives(item: Input) -> None:
    reader = InputReader()
    expected = list(normalize(item, READING))
    assert came(reader, item) == expected
    assert came(reader, item) == expected


def test_an_alert_is_known_again_at_another_place_of_another_post() -> None:
    reader = InputReader()
    came(reader, post(member(1), member(2)))
    item = post(member(3), member(2), member(1))
    assert came(reader, item) == list(normalize(item, READING))


def test_the_same_bytes_by_another_tool_or_server_are_another_alert() -> None:
    reader = InputReader()
    for item in (post(member(1)), post(member(1), tool="grafana"), post(member(1), externalURL="http://two.example/")):
        assert came(reader, item) == list(normalize(item, READING))


def test_what_is_remembered_is_bounded_and_what_is_asked_again_stays() -> None:
    reader = InputReader(kept_bytes=40_000)
    for number in range(500):
        came(reader, post(member(0), member(number)))
    kept = {**reader._old, **reader._young}
    assert sum(map(len, kept.values())) < 40_000
    first = reader.read(post(member(0)), READING).alerts[0]
    assert any(value is first for value in kept.values())
