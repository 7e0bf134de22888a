"""`desk hook`: what an administrator sees of payloads, trust and subscriptions."""

import argparse
import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from correlate.policy import Policy
from desk.__main__ import main
from desk.clock import MovableClock
from desk.commands.console import CommandError
from desk.commands.hook_trust import confirm_subscription
from desk.database import migrate, open_database, writing
from desk.hook_door import KnownTools
from desk.hook_keys import HookKeys
from desk.hooks import Hooks
from desk.sns import Inspector, handshakes
from desk.tables import state
from ingest.event import Draft
from ingest.http_body import Refusal
from ingest.journal import Journal
from ingest.journal_sql import open_journal
from ingest.trust import Admission

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
TOPIC = "arn:aws:sns:eu-west-1:1:alarms"
URL = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=a&Token=t"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(folder: Path, content: object, name: str = "payload.json") -> str:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return str(path)


def shown(capsys: pytest.CaptureFixture[str], *words: str, status: int = 0) -> str:
    assert main(["hook", *words]) == status
    said = capsys.readouterr()
    return said.out + said.err


# --- try -----------------------------------------------------------------------------------------


def test_a_payload_is_shown_with_its_tool_fields_and_identity(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    labels = {"alertname": "DiskFull", "instance": "db-1", "severity": "critical"}
    file = written(folder, {"version": "4", "groupLabels": {}, "alerts": [{"status": "firing", "labels": labels}]})

    said = shown(capsys, "try", file)

    assert "shape is that of Prometheus Alertmanager" in said
    assert "would open an incident" in said
    assert "db-1" in said
    assert "made of: labels" in said
    assert not list(folder.glob("desk-data*")), "nothing is stored"


def test_what_is_not_understood_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "Not understood" in shown(capsys, "try", written(folder, {"a": 1}), status=1)
    assert "cannot be read" in shown(capsys, "try", str(folder / "none"), status=1)
    assert "No tool is called" in shown(capsys, "try", "--tool", "nosuch", written(folder, {}), status=1)


def test_a_mapping_shows_what_each_expression_found(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mapping = written(folder, 'title = "what"\nresource = "at.host"\nstatus = "nothing.here"\n', "boilers.toml")
    file = written(folder, {"what": "Leak", "at": {"host": "unit-7"}})

    said = shown(capsys, "try", "--mapping", mapping, file)

    assert "unit-7" in said
    assert "nothing.here" not in said
    assert [line.split() for line in said.splitlines() if line.startswith("status ")][-1] == ["status", "(not", "said)"]


def test_a_mapping_for_mails_is_tried_on_a_mail(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mapping = written(folder, "[mappings.boilers]\nsubject = 'Unit (?P<resource>\\S+) (?P<status>\\w+)'\n", "m.toml")
    mail = written(folder, "From: b@boilers.example\nSubject: Unit u-7 down\n\nIt is.\n", "mail.eml")

    said = shown(capsys, "try", "--mapping", mapping, mail)

    assert "This is a mail" in said
    assert [line.split()[1] for line in said.splitlines() if line.startswith("resource")] == ["u-7", "u-7"]


def test_a_mapping_that_cannot_be_used_says_why(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = written(folder, {})
    assert 'needs a "title"' in shown(
        capsys, "try", "--mapping", written(folder, 'status = "a"', "x.toml"), file, status=1
    )
    assert "is no TOML" in shown(capsys, "try", "--mapping", written(folder, "[[", "y.toml"), file, status=1)


# --- trust ---------------------------------------------------------------------------------------


def test_a_hook_is_made_to_ask_for_signatures(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown(capsys, "add", "sentry")
    assert "no secret yet" in shown(capsys, "trust", "sentry", "--signature", "sentry", "--allow", "192.0.2.0/24")
    assert "knows the secret" in shown(
        capsys, "secret", "sentry", "--file", written(folder, "the client secret\n", "secret")
    )
    listed = shown(capsys, "list")
    assert "signed (sentry); from 192.0.2.0/24" in listed
    assert "the client secret" not in (folder / "desk-data" / "desk.db").read_bytes().decode("latin-1")
    assert "secret" in shown(capsys, "keys", "sentry")
    assert "no network" in shown(capsys, "trust", "sentry", "--allow", "everywhere", status=1)
    assert "known are" in shown(capsys, "trust", "sentry", "--signature", "md5", status=1)


def test_prometheus_is_another_name_for_who_sends_to_alertmanager(capsys: pytest.CaptureFixture[str]) -> None:
    said = shown(capsys, "add", "prometheus")

    assert "Hook alertmanager is made" in said
    assert "path_prefix: /hooks/alertmanager/" in said


# --- subscriptions of Amazon SNS -----------------------------------------------------------------


@pytest.fixture
def journal(folder: Path) -> Iterator[Journal]:
    with closing(open_journal(f"sqlite:///{folder / 'journal.db'}")) as journal:
        yield journal


def handshake(topic: str = TOPIC, url: str = URL, route: str = "hook:aws_sns") -> Draft:
    body = {"Type": "SubscriptionConfirmation", "TopicArn": topic, "SubscribeURL": url, "Token": "t"}
    return Draft(kind="webhook", route=route, envelope={}, body=json.dumps(body).encode())


def test_only_handshakes_of_sns_itself_wait_for_a_confirmation(journal: Journal) -> None:
    journal.append(
        [
            handshake(), handshake("arn:aws:sns:eu-west-1:1:other", "https://evil.example/?Action=ConfirmSubscription"),
            handshake(route="hook:elsewhere"), Draft(kind="webhook", route="hook:aws_sns", body=b"{}"),
        ],
        AT,
    )  # fmt: skip

    assert [(one.topic, one.url) for one in handshakes(journal, "hook:aws_sns")] == [(TOPIC, URL)]


def test_a_subscription_is_confirmed_when_somebody_says_so_and_not_before(
    folder: Path, journal: Journal, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = open_database(f"sqlite:///{folder / 'desk.db'}", durable=False)
    migrate(engine)
    hooks = Hooks(engine, MovableClock(AT))
    hooks.add("aws_sns")
    journal.append([handshake()], AT)
    asked: list[str] = []

    def get(url: str) -> bytes:
        asked.append(url)
        return b"<ConfirmSubscriptionResponse/>"

    confirm_subscription(hooks, journal, argparse.Namespace(hook="aws_sns", topic=None), get)
    assert TOPIC in capsys.readouterr().out
    assert asked == []
    with pytest.raises(CommandError, match="waits"):
        confirm_subscription(hooks, journal, argparse.Namespace(hook="aws_sns", topic="arn:other"), get)
    confirm_subscription(hooks, journal, argparse.Namespace(hook="aws_sns", topic=TOPIC), get)
    assert asked == [URL]
    assert hooks.get("aws_sns").trust.topics == (TOPIC,)
    with pytest.raises(CommandError, match="did not confirm"):
        confirm_subscription(hooks, journal, argparse.Namespace(hook="aws_sns", topic=TOPIC), lambda _: b"<Error/>")
    engine.dispose()


def test_what_cannot_be_proven_now_may_be_sent_again() -> None:
    def unreachable(url: str) -> bytes:
        raise OSError("no route")

    inspect = Inspector(lambda: AT, unreachable)
    certificate = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem"
    message = {"Type": "Notification", "SignatureVersion": "2", "Signature": "AAAA", "SigningCertURL": certificate}
    for body, status in ((message, 503), (message | {"SigningCertURL": "https://evil.example/x.pem"}, 403), ({}, 403)):
        with pytest.raises(Refusal) as refused:
            inspect(Admission(hook="a", sns=True), json.dumps(body).encode())
        assert refused.value.status == status


def test_a_hook_may_read_by_a_mapping_of_the_page(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown(capsys, "add", "plant", status=1)
    policy = Policy(page_mappings={"plant": {"title": "unit"}})
    (file,) = folder.rglob("desk.db")
    engine = open_database(f"sqlite:///{file}", durable=False)
    with writing(engine) as connection:
        connection.execute(sa.delete(state).where(state.c.name == "policy"))
        connection.execute(sa.insert(state).values(name="policy", value=msgspec.json.encode(policy).decode()))

    said = shown(capsys, "add", "plant")

    assert "Hook plant is made" in said
    keys = HookKeys(engine)
    known = KnownTools(frozenset({"generic"}), keys)
    assert "plant" in known
    assert "generic" in known
    assert "unheard-of" not in known
    (folder / "desk.toml").write_text('[desk]\naddress = "help@fernhill.example"\n', encoding="utf-8")
    assert "B1" in shown(capsys, "try", written(folder, {"unit": "B1"}), "--tool", "plant")
    engine.dispose()
