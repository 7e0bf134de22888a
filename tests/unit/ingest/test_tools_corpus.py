"""Each tool's payloads, written from its documentation: what is read, and which notices are of one condition."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.alerts import check_webhook, read_payload, read_webhook
from ingest.event import Alert, Reading, Unreadable
from ingest.tools.alertmanager_post import read_post
from ingest.tools.registry import TOOLS

CORPUS = Path(__file__).parents[2] / "corpora" / "payloads"
FILES = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(CORPUS.glob("*.json"))}
CASES = [
    pytest.param(name, case, id=f"{name}: {case['case']}") for name, file in FILES.items() for case in file["cases"]
]


def read(tool: str, payload: Any) -> list[Any]:
    return list(read_webhook(tool, json.dumps(payload).encode(), Reading()))


def stated(alert: Alert, field: str) -> Any:
    value = getattr(alert, field)
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return list(value) if field == "links" else value


def test_every_tool_has_payloads() -> None:
    assert set(FILES) == set(TOOLS)


@pytest.mark.parametrize(("tool", "case"), CASES)
def test_what_is_read(tool: str, case: dict[str, Any]) -> None:
    events = read(tool, case["payload"])
    if case.get("unreadable"):
        assert [type(event) for event in events] == [Unreadable]
        return
    assert all(isinstance(event, Alert) for event in events), events
    assert len(events) == len(case["alerts"])
    for alert, expected in zip(events, case["alerts"], strict=True):
        fields = {name: stated(alert, name) for name in expected if name != "condition"}
        assert fields == {name: value for name, value in expected.items() if name != "condition"}
        assert alert.tool == tool
        assert alert.basis


@pytest.mark.parametrize("tool", sorted(FILES))
def test_one_condition_has_one_fingerprint_and_two_have_two(tool: str) -> None:
    seen: dict[str, set[str]] = {}
    for case in FILES[tool]["cases"]:
        events = read(tool, case["payload"])
        for alert, expected in zip(events, case.get("alerts", []), strict=False):
            if "condition" in expected:
                seen.setdefault(expected["condition"], set()).add(alert.fingerprint)
    assert all(len(fingerprints) == 1 for fingerprints in seen.values()), seen
    assert len(set().union(*seen.values())) == len(seen), seen


NEVER_SAY_THAT_IT_IS_OVER = {"airbrake", "dispatch_signal", "elastalert", "graylog", "splunk", "wazuh"}


@pytest.mark.parametrize("tool", sorted(FILES))
def test_the_corpus_has_a_beginning_and_an_end_of_one_condition_and_another_condition(tool: str) -> None:
    """So that the test above says something of every tool."""
    seen: dict[str, set[str]] = {}
    for case in FILES[tool]["cases"]:
        for alert, expected in zip(read(tool, case["payload"]), case.get("alerts", []), strict=False):
            if "condition" in expected:
                seen.setdefault(expected["condition"], set()).add(alert.status)
    assert len(seen) >= 2
    whole = any({"firing", "resolved"} <= statuses for statuses in seen.values())
    assert whole == (tool not in NEVER_SAY_THAT_IT_IS_OVER)


@pytest.mark.parametrize(("tool", "case"), CASES)
def test_auto_recognises_the_tool(tool: str, case: dict[str, Any]) -> None:
    if case.get("unreadable") or case.get("vague"):
        return
    named = {event.tool for event in read("auto", case["payload"]) if isinstance(event, Alert)}
    handshake = tool == "cloudwatch" and case["payload"].get("Type") == "SubscriptionConfirmation"
    assert named == {tool} or (handshake and named <= {"cloudwatch", "aws_sns"})


@pytest.mark.parametrize(("tool", "case"), CASES)
def test_the_door_accepts_what_the_tool_sends(tool: str, case: dict[str, Any]) -> None:
    if not case.get("unreadable"):
        assert check_webhook(tool, json.dumps(case["payload"]).encode()) is None


def test_the_door_says_whose_payload_it_is() -> None:
    body = json.dumps(FILES["zabbix"]["cases"][0]["payload"]).encode()
    refusal = check_webhook("alertmanager", body)
    assert refusal is not None
    assert "Zabbix" in refusal
    assert refusal.startswith("This hook expects")


@pytest.mark.parametrize("tool", ["alertmanager", "grafana"])
def test_the_fast_way_and_the_careful_way_agree(tool: str) -> None:
    compared = 0
    for case in FILES[tool]["cases"]:
        fast = read_post(tool, json.dumps(case["payload"]).encode())
        if fast is not None:
            compared += 1
            assert tuple(fast) == read_payload(tool, case["payload"], Reading())
    assert compared >= 3


def test_the_fast_way_leaves_the_unusual_to_the_careful_way() -> None:
    post = FILES["alertmanager"]["cases"][0]["payload"]
    for odd in ({"status": "odd"}, {"labels": {"instance": "x"}}, {"labels": {"alertname": 7}}, {"startsAt": None}):
        changed = {**post, "alerts": [{**post["alerts"][0], **odd}]}
        assert read_post("alertmanager", json.dumps(changed).encode()) is None
        assert len(read("alertmanager", changed)) == 1
