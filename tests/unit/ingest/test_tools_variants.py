"""What senders, relays and later versions change without changing what is meant."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingest.alert_mail import alerts_in_mail
from ingest.alerts import read_payload
from ingest.event import Alert, Event, Reading
from ingest.mail import read_mail
from ingest.tools.registry import recognise

CORPUS = Path(__file__).parents[2] / "corpora" / "payloads"
FILES = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(CORPUS.glob("*.json"))}
Change = Callable[[Any], Any]


def numbers_as_text(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: numbers_as_text(item) for name, item in value.items()}
    if isinstance(value, list):
        return [numbers_as_text(item) for item in value]
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def in_another_order(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: in_another_order(item) for name, item in reversed(value.items())}
    return [in_another_order(item) for item in value] if isinstance(value, list) else value


def with_news(value: Any) -> Any:
    return {**value, "aNewField": 7, "another": {"nested": [1, None]}} if isinstance(value, dict) else value


def in_a_list(value: Any) -> Any:
    return [value] if isinstance(value, dict) else value


def meant(events: tuple[Event, ...]) -> list[Any]:
    return [
        (event.status, event.severity, event.resource, event.service, event.fingerprint, event.kind)
        if isinstance(event, Alert)
        else event
        for event in events
    ]


@pytest.mark.parametrize("change", [numbers_as_text, in_another_order, with_news, in_a_list])
@pytest.mark.parametrize("tool", FILES)
def test_it_means_the_same(tool: str, change: Change) -> None:
    for case in FILES[tool]["cases"]:
        if not case.get("unreadable"):
            before = meant(read_payload(tool, case["payload"], Reading()))
            assert meant(read_payload(tool, change(case["payload"]), Reading())) == before, case["case"]


@pytest.mark.parametrize("change", [numbers_as_text, in_another_order, with_news, in_a_list])
@pytest.mark.parametrize("tool", FILES)
def test_it_is_recognised_all_the_same(tool: str, change: Change) -> None:
    for case in FILES[tool]["cases"]:
        before, after = recognise(case["payload"]), recognise(change(case["payload"]))
        assert (after and after.name) == (before and before.name), case["case"]


@pytest.mark.parametrize("tool", FILES)
def test_each_tool_has_its_cases(tool: str) -> None:
    assert len(FILES[tool]["cases"]) >= 3


def test_a_batch_is_read_member_by_member() -> None:
    first, second = (case["payload"] for case in FILES["uptimerobot"]["cases"][:2])

    events = read_payload("auto", [first, second], Reading())

    assert meant(events) == [
        *meant(read_payload("uptimerobot", first, Reading())), *meant(read_payload("uptimerobot", second, Reading())),
    ]  # fmt: skip
    assert [event.index for event in events if isinstance(event, Alert)] == [0, 1]


def test_a_notification_that_is_drawn_as_a_table_is_read() -> None:
    rows = "".join(
        f"<tr><th>{name}</th><td>{said}</td></tr>"
        for name, said in {"Notification Type": "PROBLEM", "Host": "db7", "Service": "lag", "State": "CRITICAL"}.items()
    )
    head = "From: i@mon.example.net\r\nSubject: [PROBLEM] lag on db7 is CRITICAL!\r\nContent-Type: text/html\r\n\r\n"
    (alert,) = alerts_in_mail(read_mail(f"{head}<table>{rows}</table>".encode(), Reading(), {}), Reading())

    assert (alert.tool, alert.status, alert.resource, alert.service) == ("mail_icinga2", "firing", "db7", "lag")
