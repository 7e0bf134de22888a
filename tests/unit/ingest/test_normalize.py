"""One journal row to its events: every kind, and never an exception."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from ingest import normalize as module
from ingest.event import (
    Alert,
    ChangeNotice,
    Command,
    Configured,
    Delivered,
    Input,
    Mail,
    ModelInForce,
    Reading,
    SetAside,
    Tick,
    Unreadable,
)
from ingest.normalize import ERASED, Stated, draft_of, normalize

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def item(kind: Any, body: bytes | None, **envelope: Any) -> Input:
    return Input(position=1, accepted_at=START, kind=kind, route="test", envelope=envelope, body=body)


@pytest.mark.parametrize(
    "event",
    [
        Command(action="take", actor="kim", subject="INC-1", arguments={"text": "é"}),
        Configured(settings={"group_wait": 10}),
        Delivered(message_id="a@b", result="failed", answer="550 no"),
        SetAside(position=7, attempts=2, reason="It hung."),
        ModelInForce(digest="ab" * 32),
        ModelInForce(digest=None, note="none"),
        Tick(),
        ChangeNotice(id="C-1", service="shop", title="Release", start=START, end=None),
    ],
)
def test_what_the_desk_states_is_read_back_as_it_was(event: Stated) -> None:
    draft = draft_of(event, "test")
    assert normalize(item(draft.kind, draft.body), Reading()) == (event,)


def test_a_mail_and_a_post_are_read_by_their_readers() -> None:
    (mail,) = normalize(item("mail", b"From: ada@example.com\r\nSubject: Hi\r\n\r\nHello\r\n"), Reading())
    assert isinstance(mail, Mail)
    assert mail.subject == "Hi"
    body = msgspec.json.encode({"title": "Disk full", "status": "firing", "host": "db-1"})
    (alert,) = normalize(item("webhook", body, tool="generic", content_type="application/json"), Reading())
    assert isinstance(alert, Alert)


@pytest.mark.parametrize("kind", ["command", "config", "delivery", "set-aside", "model", "change"])
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"x": 1}', b"\xff\xfe", b'{"position": "no"}'])
def test_broken_bodies_are_unreadable(kind: str, body: bytes) -> None:
    (event,) = normalize(item(kind, body), Reading())
    assert isinstance(event, Unreadable)
    assert event.reason


def test_an_erased_input_says_so() -> None:
    assert normalize(item("mail", None), Reading()) == (Unreadable(reason=ERASED),)


def test_a_kind_of_a_later_version_is_unreadable() -> None:
    (event,) = normalize(item("hologram", b"{}"), Reading())
    assert isinstance(event, Unreadable)
    assert "hologram" in event.reason


def test_times_of_changes_are_in_utc() -> None:
    body = b'{"service": "shop", "start": "2026-03-02T10:00:00+02:00", "end": "2026-03-02T09:00:00", "id": 12}'
    (event,) = normalize(item("change", body), Reading())
    assert event == ChangeNotice(
        id="12", service="shop", title=None, start=START, end=datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    )


def test_no_string_holds_what_a_database_cannot() -> None:
    body = b'{"title": "a\\u0000b", "status": "firing", "host": "x\\ud800y"}'
    for event in normalize(item("webhook", body, tool="generic", content_type="application/json"), Reading()):
        text = msgspec.json.encode(event)
        assert b"\\u0000" not in text
    (mail,) = normalize(item("mail", b"From: a@b.example\r\nSubject: =?utf-8?q?a=00b?=\r\n\r\nc\0d\r\n"), Reading())
    assert b"\\u0000" not in msgspec.json.encode(mail)


def test_a_fault_of_a_reader_is_told_and_goes_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("object at 0x7f13fe7f63d0 divided")

    monkeypatch.setitem(module._READERS, "mail", fail)  # type: ignore[arg-type]
    (event,) = normalize(item("mail", b"x"), Reading())
    assert isinstance(event, Unreadable)
    assert event.reason == "The reader failed: ZeroDivisionError: object at 0x divided"


def test_running_out_of_memory_is_no_property_of_the_input(monkeypatch: pytest.MonkeyPatch) -> None:
    def starve(*_: object) -> None:
        raise MemoryError

    monkeypatch.setitem(module._READERS, "mail", starve)  # type: ignore[arg-type]
    with pytest.raises(MemoryError):
        normalize(item("mail", b"x"), Reading())
