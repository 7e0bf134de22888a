"""What an administrator does at the terminal, from an empty directory on."""

import json
import stat
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import NamedTuple

import pytest

from desk.__main__ import main
from desk.accounts import Accounts
from desk.clock import SystemClock
from desk.config_file import load_settings
from desk.config_sections import DeadmanSettings
from desk.database import open_database
from desk.deadman import DeadMan
from desk.hooks import HookKeys
from desk.publish import policy_draft
from ingest.journal_sql import open_journal


class Said(NamedTuple):
    status: int
    out: str
    err: str


Desk = Callable[..., Said]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    """Runs `desk WORDS` in an empty directory."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> Said:
        capsys.readouterr()
        try:
            status = main(words)
        except SystemExit as end:
            status = int(end.code or 0)
        return Said(status, *capsys.readouterr())

    return run


@pytest.fixture
def ready(desk: Desk, tmp_path: Path) -> Desk:
    """The same, where `desk init` has been run and a password lies in a file."""
    desk("init", "--address", "servicedesk@example.com", "--name", "IT Desk")
    (tmp_path / "password").write_text("correct horse battery\n")
    return desk


def test_init_writes_a_file_that_check_finds_fine_and_serve_can_read(desk: Desk, tmp_path: Path) -> None:
    made = desk("init", "--address", "servicedesk@example.com", "--data-dir", str(tmp_path / "data"))

    assert made.status == 0
    assert "desk check" in made.out
    settings = load_settings(tmp_path / "desk.toml")
    assert settings.desk.address == "servicedesk@example.com"
    assert settings.data_dir == tmp_path / "data"
    checked = desk("check")
    assert checked.status == 0
    assert checked.out.splitlines()[-1] == "desk.toml can be used."


def test_init_overwrites_nothing(ready: Desk, tmp_path: Path) -> None:
    before = (tmp_path / "desk.toml").read_text()

    refused = ready("init", "--address", "other@example.com")

    assert refused.status == 1
    assert "is there already" in refused.err
    assert (tmp_path / "desk.toml").read_text() == before
    assert ready("init", "--address", "other@example.com", "--force").status == 0
    assert "other@example.com" in (tmp_path / "desk.toml").read_text()


def test_init_refuses_an_address_that_is_none(desk: Desk, tmp_path: Path) -> None:
    refused = desk("init", "--address", "servicedesk")

    assert refused.status == 1
    assert "it needs a name, an @ and a domain" in refused.err
    assert not (tmp_path / "desk.toml").exists()


def test_every_command_says_what_is_wrong_with_the_configuration(ready: Desk, tmp_path: Path) -> None:
    (tmp_path / "desk.toml").write_text('[desk]\nadress = "x"\n')

    for words in (["user", "list"], ["hook", "list"], ["backup", "b"]):
        said = ready(*words)
        assert (said.status, "did you mean 'address'?" in said.err) == (1, True), words
    checked = ready("check")
    assert checked.status == 1
    assert checked.out == "error: [desk]: there is no setting 'adress': did you mean 'address'?\n"
    assert (
        ready("--config", "nothing.toml", "check").out
        == "error: nothing.toml cannot be read: No such file or directory.\n"
    )


def test_a_login_is_made_changed_and_shut_out(ready: Desk, tmp_path: Path) -> None:
    assert (
        ready("user", "add", "Kim", "--role", "agent", "--name", "Kim Larsen", "--password-file", "password").status
        == 0
    )
    accounts = Accounts(open_database(load_settings(tmp_path / "desk.toml").database_url()), SystemClock())

    assert accounts.sign_in("kim", "correct horse battery")
    assert "Kim Larsen" in ready("user", "list").out
    assert "already a login" in ready("user", "add", "kim", "--role", "agent", "--password-file", "password").err
    assert ready("user", "roles", "kim", "--role", "administrator").status == 0
    token = ready("user", "token", "kim").out.split("\n\n")[1].strip()
    user = accounts.token_user(token)
    assert user is not None
    assert user.roles == {"administrator"}
    token_id = ready("user", "tokens").out.splitlines()[1].split()[0]
    assert ready("user", "revoke", token_id).status == 0
    assert accounts.token_user(token) is None
    assert ready("user", "disable", "kim").status == 0
    assert accounts.sign_in("kim", "correct horse battery") is None
    assert ready("user", "disable", "nobody").status == 1


def test_who_has_a_login_is_in_the_journal_for_decisions_ask_for_it(ready: Desk, tmp_path: Path) -> None:
    def agents() -> list[list[tuple[str, str]]]:
        journal = open_journal(load_settings(tmp_path / "desk.toml").journal_url())
        try:
            bodies = [json.loads(item.body or b"") for item in journal.read(0, 100) if item.kind == "config"]
        finally:
            journal.close()
        return [[(a["login"], a["address"]) for a in body["settings"]["agents"]] for body in bodies]

    made = ("--role", "agent", "--address", "Kim@Example.com", "--password-file", "password")
    assert ready("user", "add", "kim", *made).status == 0
    assert agents()[-1] == [("kim", "kim@example.com")]
    assert ready("user", "disable", "kim").status == 0
    assert agents()[-1] == []


def test_a_password_is_never_taken_from_the_command_line(ready: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)

    said = ready("user", "add", "kim", "--role", "agent")

    assert said.status == 1
    assert "--password-file" in said.err
    assert ready("user", "add", "kim", "secret", "--role", "agent").status == 2


def test_a_hook_observes_until_it_is_enabled_and_the_journal_says_so(ready: Desk, tmp_path: Path) -> None:
    made = ready("hook", "add", "alertmanager")
    key = made.out.split("shown this once only: ")[1].split()[0]
    settings = load_settings(tmp_path / "desk.toml")
    engine = open_database(settings.database_url())

    assert "credentials:" in made.out
    admission = HookKeys(engine).lookup("alertmanager", key)
    assert admission is not None
    assert admission.hook == "alertmanager"

    def observed() -> list[list[str]]:
        journal = open_journal(settings.journal_url())
        try:
            bodies = [json.loads(item.body or b"") for item in journal.read(0, 100) if item.kind == "config"]
        finally:
            journal.close()
        return [body["settings"]["observing"] for body in bodies]

    assert observed() == [["hook:alertmanager"]]
    assert ready("hook", "enable", "alertmanager").status == 0
    assert observed() == [["hook:alertmanager"], []]
    assert ready("hook", "enable", "alertmanager").status == 0
    assert observed() == [["hook:alertmanager"], []], "nothing changed, so nothing is written"
    assert ready("hook", "disable", "alertmanager").status == 0
    assert observed()[-1] == ["hook:alertmanager"]
    assert json.loads(policy_draft(settings, engine, SystemClock()).body)["settings"]["observing"] == [
        "hook:alertmanager"
    ]
    listed = ready("hook", "list").out
    assert "observing" in listed
    assert key not in listed


def test_a_tool_that_nobody_knows_gets_a_hint(ready: Desk, tmp_path: Path) -> None:
    assert "did you mean alertmanager?" in ready("hook", "add", "alertmanger").err
    assert "did you mean aws_eventbridge or aws_sns?" in ready("hook", "add", "aws").err
    unknown = ready("hook", "add", "nosuch").err
    assert "did you mean" not in unknown
    assert "it knows airbrake, alertmanager" in unknown
    assert "desk hook add generic" in unknown
    with (tmp_path / "desk.toml").open("a") as file:
        file.write('[mappings.mytool]\ntitle = "what"\n')
    assert ready("hook", "add", "mytool").status == 0


def test_backup_and_restore(ready: Desk, tmp_path: Path) -> None:
    ready("user", "add", "kim", "--role", "agent", "--password-file", "password")
    ready("hook", "add", "grafana")
    made = ready("backup", "copies")
    (copy,) = (tmp_path / "copies").iterdir()

    assert made.status == 0
    assert str(copy.relative_to(tmp_path)) in made.out
    assert ready("restore", str(copy)).status == 1
    (tmp_path / "desk-data").rename(tmp_path / "lost")
    back = ready("restore", str(copy))
    assert back.status == 0
    assert "This is epoch 1." in back.out
    assert "kim" in ready("user", "list").out
    assert "grafana" in ready("hook", "list").out
    assert stat.S_IMODE((tmp_path / "desk-data").stat().st_mode) == 0o700
    assert ready("restore").status == 2


# --- the sign of life ---------------------------------------------------------------------------


class _Watcher(BaseHTTPRequestHandler):
    heard: list[str]

    def do_GET(self) -> None:
        self.heard.append(self.path)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Nothing is printed."""


def test_the_sign_of_life_is_given_while_the_desk_is_well_and_only_then() -> None:
    _Watcher.heard = []
    server = HTTPServer(("127.0.0.1", 0), _Watcher)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}/alive"
    trouble: list[str | None] = [None]
    man = DeadMan(DeadmanSettings(url=url), threading.Event(), lambda: trouble[0])

    assert man.beat(url)
    trouble[0] = "inputs wait"
    assert not man.beat(url)
    server.shutdown()
    thread.join()
    server.server_close()
    trouble[0] = None
    assert not man.beat(url), "nobody answers, and the desk goes on"
    assert _Watcher.heard == ["/alive"]
