"""The desk and Alertmanager itself, side by side: the same calls, the same answers."""

import http.client
import json
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.integration.real_alertmanager import RealAlertmanager
from tests.integration.running_desk import RunningDesk, a_desk, until

pytestmark = [pytest.mark.server, pytest.mark.slow, pytest.mark.waits]
FindProgram = Callable[..., str]
RULE = """
[inhibit.top]
source = ['alertname="Top"']
target = ['alertname="Low"']
equal = ["dc"]
"""
ALERTS = "/api/v2/alerts"


class Api:
    """Alertmanager's API at one address."""

    def __init__(self, port: int, prefix: str = "") -> None:
        self._port = port
        self._prefix = prefix
        self.url = f"http://127.0.0.1:{port}{prefix}"

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        try:
            content = None if body is None else json.dumps(body)
            connection.request(method, self._prefix + path, content, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            said = answer.read()
            return answer.status, json.loads(said) if said.strip() else None
        finally:
            connection.close()

    def alerts(self, query: str = "") -> dict[str, dict[str, Any]]:
        status, found = self.ask("GET", f"{ALERTS}?{query}")
        assert status == 200, found
        return {alert["labels"]["alertname"]: alert for alert in found}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[RunningDesk]:
    with a_desk(tmp_path, RULE) as desk:
        yield desk


@pytest.fixture
def ours(desk: RunningDesk) -> Api:
    key = desk.hook("alertmanager")
    desk.start()
    return Api(desk.http_port, f"/hooks/alertmanager/{key}")


@pytest.fixture
def theirs(tmp_path: Path, server_program: FindProgram) -> Iterator[Api]:
    alertmanager = RealAlertmanager(server_program("prometheus-alertmanager"), tmp_path, "http://127.0.0.1:9/")
    alertmanager.start()
    yield Api(alertmanager.port)
    alertmanager.stop()


def moment(minutes: float) -> str:
    return (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat()


def an_alert(alertname: str, **labels: str) -> dict[str, Any]:
    return {"labels": {"alertname": alertname, **labels}, "annotations": {"summary": f"{alertname} is there"},
            "generatorURL": "http://prometheus.example/graph"}  # fmt: skip


POSTS: dict[str, Any] = {
    "two, one of which is held back by the other": [an_alert("Top", dc="1"), an_alert("Low", dc="1")],
    "one elsewhere, with a label that says nothing": [an_alert("Low2", dc="2", pad="")],
    "one without labels beside one that is good": [an_alert("Kept", dc="3"), {"labels": {}}],
    "one whose labels are all empty": [{"labels": {"alertname": ""}}],
    "one that ends before it starts": [{**an_alert("Early"), "startsAt": moment(-5), "endsAt": moment(-7)}],
    "one that starts long after now": [{**an_alert("Future"), "startsAt": moment(30)}],
    "one that is over": [{**an_alert("Over"), "startsAt": moment(-5), "endsAt": moment(-1)}],
    "times that say nothing": [{**an_alert("Zero"), "startsAt": "0001-01-01T00:00:00Z"}],
    "nothing": [],
}
QUERIES = (
    "", "active=false", "inhibited=false", "silenced=false", "unprocessed=false", "active=no", "active=1",
    "filter=" + quote('alertname="Low"'), "filter=" + quote('alertname=~"L.*"') + "&filter=" + quote('dc!="2"'),
    "filter=" + quote('dc!~"[23]"'), "filter=" + quote('dc=""'), "filter=" + quote("alertname=Low,dc=1"),
    "receiver=other", "receiver=.*",
)  # fmt: skip
BAD_QUERIES = ("filter=nonsense", "filter=", "filter=" + quote('alertname=~"("'), "receiver=(", "filter=%3D1")


def essence(alert: dict[str, Any]) -> dict[str, Any]:
    """What of an alert is the same wherever it was posted."""
    told = {name: alert[name] for name in ("labels", "annotations", "generatorURL", "fingerprint")}
    status = alert["status"]
    return {**told, "state": status["state"], "by": status["inhibitedBy"], "silences": len(status["silencedBy"])}


def test_the_same_posts_get_the_same_answers_and_leave_the_same_alerts(
    desk: RunningDesk, ours: Api, theirs: Api
) -> None:
    for name, post in POSTS.items():
        statuses = [api.ask("POST", ALERTS, post)[0] for api in (theirs, ours)]
        assert statuses[0] == statuses[1], (name, statuses)
    until(lambda: sorted(ours.alerts()) == ["Kept", "Low", "Low2", "Top", "Zero"])
    silence = {
        "matchers": [{"name": "alertname", "value": "K.*", "isRegex": True}], "startsAt": moment(-1),
        "endsAt": moment(60), "createdBy": "ada", "comment": "racks",
    }  # fmt: skip
    assert [api.ask("POST", "/api/v2/silences", silence)[0] for api in (theirs, ours)] == [200, 200]
    for query in QUERIES:
        expected, found = (
            {name: essence(alert) for name, alert in api.alerts(query).items()} for api in (theirs, ours)
        )
        assert found == expected, query
    for query in BAD_QUERIES:
        assert [api.ask("GET", f"{ALERTS}?{query}")[0] for api in (theirs, ours)] == [400, 400], query
        assert ours.ask("GET", f"{ALERTS}/groups?{query}")[0] == 400
    groups = ours.ask("GET", f"{ALERTS}/groups")[1]
    assert sorted(alert["labels"]["alertname"] for group in groups for alert in group["alerts"]) == sorted(
        ours.alerts()
    )
    # What Alertmanager forgets is not lost here.
    waiting = desk.rows("SELECT evidence FROM quarantine ORDER BY position")
    assert len(waiting) == 4 and "at least one label" in str(waiting[0])


SILENCE: dict[str, Any] = {
    "matchers": [{"name": "alertname", "value": "Low", "isRegex": False}], "startsAt": moment(0), "endsAt": moment(60),
    "createdBy": "ada", "comment": "racks",
}  # fmt: skip
BAD_SILENCES: dict[str, Any] = {
    "without matchers": {"matchers": []},
    "that fits everything": {"matchers": [{"name": "a", "value": ".*", "isRegex": True}]},
    "with a broken pattern": {"matchers": [{"name": "a", "value": "(", "isRegex": True}]},
    "whose matcher does not say what it is": {"matchers": [{"name": "a", "value": "x"}]},
    "that is over": {"startsAt": moment(-10), "endsAt": moment(-5)},
    "that ends before it starts": {"startsAt": moment(10), "endsAt": moment(5)},
    "without a comment": {"comment": None},
    "that nobody knows": {"id": "71756965-7464-4573-8b01-00000000ffff"},
    "at no time": {"startsAt": "soon"},
}


def test_a_silence_that_alertmanager_refuses_is_refused_here_in_the_same_way(ours: Api, theirs: Api) -> None:
    for name, change in BAD_SILENCES.items():
        said = {key: value for key, value in {**SILENCE, **change}.items() if value is not None}
        statuses = [api.ask("POST", "/api/v2/silences", said)[0] for api in (theirs, ours)]
        assert statuses[0] == statuses[1], (name, statuses)
    assert ours.ask("GET", "/api/v2/silences") == (200, [])


def test_amtool_adds_finds_changes_and_ends_silences(desk: RunningDesk, ours: Api, server_program: FindProgram) -> None:
    amtool = server_program("amtool")

    def run(*words: str, wrong: bool = False) -> str:
        command = [amtool, f"--alertmanager.url={ours.url}", "--output=json", *words]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert (done.returncode != 0) == wrong, done.stderr
        return done.stderr if wrong else done.stdout

    run("alert", "add", "DiskFull", "instance=erp-app-1:9100", "severity=critical", "--annotation=summary=Disk full")
    until(lambda: "DiskFull" in ours.alerts())
    name = run("silence", "add", "alertname=DiskFull", "instance=~erp-.*", "--comment=racks", "--author=ada").strip()
    (silence,) = json.loads(run("silence", "query"))
    assert (silence["id"], silence["createdBy"], silence["comment"]) == (name, "ada", "racks")
    assert [one["name"] for one in silence["matchers"]] == ["alertname", "instance"]
    assert json.loads(run("alert", "query")) == []
    (held,) = json.loads(run("alert", "query", "--silenced"))
    assert (held["status"]["state"], held["status"]["silencedBy"]) == ("suppressed", [name])
    assert held["annotations"] == {"summary": "Disk full"}

    run("silence", "update", name, "--duration=3h", "--comment=more racks")
    (silence,) = json.loads(run("silence", "query", "alertname=DiskFull"))
    assert (silence["id"], silence["comment"]) == (name, "more racks")
    run("silence", "expire", name)
    assert json.loads(run("silence", "query")) == []
    assert [one["id"] for one in json.loads(run("silence", "query", "--expired"))] == [name]
    (free,) = json.loads(run("alert", "query"))
    assert free["status"] == {"state": "active", "silencedBy": [], "inhibitedBy": []}
    assert "already expired" in run("silence", "expire", name, wrong=True)
    assert "hook alertmanager" in str(desk.rows("SELECT actor FROM entries WHERE kind = 'silence-changed'"))


def test_a_silence_with_other_matchers_takes_the_place_of_the_one_that_it_changes(ours: Api, theirs: Api) -> None:
    for api in (theirs, ours):
        first = api.ask("POST", "/api/v2/silences", SILENCE)[1]["silenceID"]
        other = {**SILENCE, "id": first, "matchers": [{"name": "alertname", "value": "Top", "isRegex": False}]}
        second = api.ask("POST", "/api/v2/silences", other)[1]["silenceID"]
        assert second != first
        states = {one["id"]: one["status"]["state"] for one in api.ask("GET", "/api/v2/silences")[1]}
        assert states == {first: "expired", second: "active"}
        assert api.ask("GET", f"/api/v2/silence/{second}")[1]["comment"] == "racks"
        assert api.ask("DELETE", f"/api/v2/silence/{second}")[0] == 200
        assert api.ask("GET", f"/api/v2/silence/{second}")[1]["status"]["state"] == "expired"
