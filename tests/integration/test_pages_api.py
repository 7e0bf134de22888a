"""The API has the same records and the same actions as the pages; metrics and counters agree with the tables."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args

import httpx
import pytest

from desk.metrics import DoorCounters, Metrics
from desk.web.api.actions import Action
from tests.integration.pages_desk import PagesDesk, a_desk


class Program:
    """Calls the API with the token of a login."""

    def __init__(self, desk: PagesDesk, login: str | None) -> None:
        headers = {} if login is None else {"authorization": f"Bearer {desk.accounts.add_token(login)[1]}"}
        self.desk = desk
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=desk.app), base_url="http://desk.example.com", headers=headers
        )

    def get(self, path: str) -> httpx.Response:
        return self.desk.runner.run(self.client.get(path))

    def act(self, action: str, **arguments: Any) -> httpx.Response:
        return self.desk.runner.run(self.client.post("/api/v1/actions", json={"action": action, **arguments}))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PagesDesk]:
    with a_desk(tmp_path) as made:
        yield made


def test_without_a_valid_token_there_is_a_sentence_and_401(desk: PagesDesk) -> None:
    assert Program(desk, None).get("/api/v1/records").status_code == 401
    token, _ = desk.accounts.add_token("ann")
    program = Program(desk, "ann")
    assert program.get("/api/v1/whoami").json() == {"login": "ann", "name": "Ann", "roles": ["agent"]}
    for known in desk.accounts.tokens("ann"):
        desk.accounts.revoke_token(known.id)
    answer = program.get("/api/v1/whoami")
    assert answer.status_code == 401
    assert "desk user token" in answer.json()["error"]
    assert token.login == "ann"


def test_a_session_cookie_is_no_token(desk: PagesDesk) -> None:
    assert desk.browser("ann").get("/api/v1/records").status_code == 401


def test_records_are_listed_read_and_acted_on(desk: PagesDesk) -> None:
    number = desk.request("Blank labels")
    program = Program(desk, "ann")
    assert [record["number"] for record in program.get("/api/v1/records").json()["records"]] == [number]
    done = program.act("take", subject=number)
    assert done.status_code == 200
    assert done.json()["state"] == "done"
    found = program.get(f"/api/v1/records/{number}").json()
    assert found["assignee"] == "ann"
    assert found["people"][0]["address"] == "eve@example.com"
    assert all(reason["sentence"] for reason in found["reasons"])
    history = program.get(f"/api/v1/records/{number}/history").json()["entries"]
    assert {"mail-filed", "record-changed"} <= {entry["kind"] for entry in history}
    assert all(entry["reason"]["sentence"] for entry in history)


def test_a_refused_action_is_a_conflict_with_a_sentence(desk: PagesDesk) -> None:
    answer = Program(desk, "ann").act("take", subject="INC-999")
    assert answer.status_code == 409
    assert answer.json()["error"]


def test_an_action_that_cannot_be_read_is_refused_before_the_journal(desk: PagesDesk) -> None:
    program, head = Program(desk, "ada"), desk.journal.head().position
    for action, arguments in (
        ("dance", {}),
        ("take", {}),
        ("set", {"subject": "INC-1", "field": "colour", "value": "red"}),
    ):
        answer = program.act(action, **arguments)
        assert answer.status_code == 400, action
        assert "cannot be read" in answer.json()["error"]
    assert desk.journal.head().position == head


def test_roles_hold_for_programs_too(desk: PagesDesk) -> None:
    name = desk.suggestion(desk.incident("shop-1"))
    assert Program(desk, "ann").act("suggestion-accept", subject=name).status_code == 403
    assert Program(desk, "pia").act("suggestion-accept", subject=name).status_code == 200
    problem = Program(desk, "ann").get("/api/v1/problems").json()["problems"][0]
    assert problem["suggestion"] == name


def test_a_queued_action_is_202(desk: PagesDesk) -> None:
    number = desk.request()
    desk.pause()
    answer = Program(desk, "ann").act("take", subject=number)
    assert answer.status_code == 202
    assert answer.json()["state"] == "queued"
    desk.begin()


def test_suggestions_mail_and_quarantine_can_be_read(desk: PagesDesk) -> None:
    name = desk.suggestion(desk.incident("shop-1"))
    desk.request()
    program = Program(desk, "ann")
    assert program.get("/api/v1/suggestions").json()["suggestions"][0]["claim"]
    assert program.get(f"/api/v1/suggestions/{name}").json()["p_value"] == 0.0002
    assert program.get("/api/v1/mail").json()["mails"][0]["to"]
    assert program.get("/api/v1/quarantine").json() == {"inputs": []}
    assert program.get("/api/v1/status").json()["processed"] > 0
    assert program.get("/api/v1/suggestions?state=x").status_code == 400


def test_the_openapi_document_names_every_operation_and_type(desk: PagesDesk) -> None:
    document = desk.browser().get("/api/openapi.json").json()
    schemas = document["components"]["schemas"]
    assert {"Record", "Suggestion", "Problem", "Action"} <= schemas.keys()
    assert len(schemas["Action"]["anyOf"]) == len(get_args(Action)) > 20
    assert all(path.startswith("/api/v1/") for path in document["paths"])
    assert all(operation.get("summary") for methods in document["paths"].values() for operation in methods.values())


# --- metrics ---


def value(text: str, name: str) -> float:
    return next(float(line.rpartition(" ")[2]) for line in text.splitlines() if line.startswith(f"{name} "))


def test_metrics_say_what_the_tables_say(desk: PagesDesk) -> None:
    desk.request()
    text = desk.browser().get("/metrics").text
    assert value(text, "desk_inputs_accepted_total") == desk.journal.head().position
    assert value(text, "desk_inputs_waiting") == 0
    assert "desk_records_open{kind=" in text
    assert 'desk_outbox_mails{status="due"} 1.0' in text
    assert 'desk_decisions_total{change="",effect="record-opened",reason="new matter"} 1.0' in text


def test_two_processes_count_the_same_and_nothing_twice(desk: PagesDesk) -> None:
    desk.request()
    first, second = (Metrics(desk.engine, desk.journal) for _ in range(2))

    def decisions(metrics: Metrics) -> list[str]:
        return [line for line in metrics.text().decode().splitlines() if line.startswith("desk_decisions_total")]

    assert decisions(first) == decisions(first)
    desk.request("Another matter", "The beamer is broken.")
    assert decisions(first) == decisions(second)


@pytest.mark.server
def test_promtool_finds_nothing_to_mend(desk: PagesDesk, server_program: Callable[[str], str]) -> None:
    promtool = server_program("promtool")
    assert shutil.which(promtool)
    desk.suggestion(desk.incident("shop-1"))
    desk.request()
    doors = DoorCounters()
    doors.mail("accepted")
    doors.webhook("401")
    doors.source("prod", "alertmanager", "400", "No.", desk.clock())
    text = Metrics(desk.engine, desk.journal, doors).text()
    text += (
        b"\n".join(line for line in desk.app.state.metrics.text().splitlines() if b"desk_source_last" in line) + b"\n"
    )
    checked = subprocess.run([promtool, "check", "metrics"], input=text, capture_output=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert not checked.stdout + checked.stderr


def test_whether_a_sender_is_proven_stands_on_the_page_and_in_the_api_with_the_reason(desk: PagesDesk) -> None:
    number = desk.request("Blank labels")
    entries = Program(desk, "ann").get(f"/api/v1/records/{number}/history").json()["entries"]
    (mail,) = [entry for entry in entries if entry["kind"] == "mail-filed"]
    assert mail["detail"]["sender"]["verified"] is False
    assert "authserv_ids" in mail["detail"]["sender"]["sentence"]
    page = desk.browser("ann").get(f"/records/{number}").text
    assert "unverified" in page
    assert mail["detail"]["sender"]["sentence"] in page
