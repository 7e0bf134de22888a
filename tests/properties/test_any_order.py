"""In whatever order the notices of a condition arrive, it is one condition of at most one incident, and it ends."""

from datetime import timedelta
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from correlate.effects import RecordOpened
from ingest.alerts import read_webhook
from ingest.event import Alert, Reading
from tests.unit.correlate.world import START, TestDesk, alert, at

FIRE = alert(severity="major", started_at=at(0))
REPEAT = alert(severity="major", started_at=at(0))
WORSE = alert(severity="critical", started_at=at(0))
OVER = alert(status="resolved", severity="critical", started_at=at(0), ended_at=at(9))
NOTICES = (FIRE, REPEAT, WORSE, OVER)


@given(st.permutations(NOTICES), st.lists(st.sampled_from(NOTICES), max_size=3), st.integers(1, 40))
@settings(max_examples=200)
def test_in_any_order_and_however_often_it_is_over_in_the_end(
    order: list[Alert], again: list[Alert], apart: int
) -> None:
    desk = TestDesk()
    for step, notice in enumerate((*order, *again)):
        desk.take(10 + step * apart / 10, notice)
    assert desk.situation.conditions["a"].status == "resolved"
    desk.wait_until(600)
    assert len(desk.of(RecordOpened)) <= 1
    assert all(record.status == "resolved" for record in desk.incidents())


@given(st.permutations([*NOTICES, alert(severity="critical", started_at=at(9.5))]))
@settings(max_examples=100)
def test_a_later_firing_stays_whatever_is_late(order: list[Alert]) -> None:
    desk = TestDesk()
    for step, notice in enumerate(order):
        desk.take(10 + step / 10, notice)
    assert desk.situation.conditions["a"].status == "firing"


def prometheus(severity: str, status: str, host: str = "web-1") -> dict[str, Any]:
    return {
        "status": status,
        "labels": {"alertname": "DiskFull", "instance": host, "severity": severity},
        "annotations": {"summary": f"{severity} at 93.{len(status)} %"},
        "startsAt": START.isoformat(),
        "endsAt": (START + timedelta(hours=1)).isoformat() if status == "resolved" else "0001-01-01T00:00:00Z",
    }


def read(member: dict[str, Any]) -> Alert:
    post = {"version": "4", "status": "firing", "alerts": [member]}
    (found,) = read_webhook("alertmanager", msgspec.json.encode(post), Reading())
    assert isinstance(found, Alert)
    return found


def test_the_identity_is_the_same_through_fire_repeat_severity_change_and_resolve() -> None:
    said = [
        read(prometheus(severity, status)) for severity in ("warning", "critical") for status in ("firing", "resolved")
    ]
    assert len({one.fingerprint for one in said}) == 1
    assert all(one.basis == ("labels",) for one in said)
    assert said[0].fingerprint.split(":")[1].isdigit()  # the version of the scheme
    assert read(prometheus("warning", "firing", "web-2")).fingerprint != said[0].fingerprint
