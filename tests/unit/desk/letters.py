"""A letter to look at: facts for every template, and what the desk composes of them."""

import email
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from typing import Any, cast

from correlate.records import Outgoing
from desk.config import Settings
from desk.config_file import parse_settings
from desk.rendering import TEMPLATES, House, Renderer
from desk.replies import Composer

AT = datetime(2026, 3, 2, 8, 15, tzinfo=UTC)
NOT_ABOUT_A_RECORD = {"refusal", "digest", "plain", *(name for name in TEMPLATES if name.startswith("mailbox_"))}
FACTS: dict[str, Any] = {
    "number": "INC-7",
    "title": "Printer on floor 3",
    "type": "incident",
    "category": "printing",
    "service": "print",
    "resource": "printer-3",
    "priority": "P3",
    "impact": "low",
    "urgency": "high",
    "status": "assigned",
    "reason": "One person is affected.",
    "next": "Somebody will take it up.",
    "text": "First line\n  indented\n\nlast line",
    "resolution": "The toner was changed.",
    "workaround": "Use the printer on floor 2.",
    "assignee": "Kim Larsen",
    "requester": "ana@example.com",
    "opened_at": "2026-03-02T08:15:00+00:00",
    "updated_at": "2026-03-02T09:15:00Z",
    "resolved_at": "2026-03-03T08:15:00+00:00",
    "since": "2026-02-23T07:00:00+00:00",
    "until": "2026-03-02T07:00:00+00:00",
    "related": ["INC-3", "INC-5"],
    "actor": "Kim Larsen",
    "survivor": "INC-2",
    "change": "CHG-7",
    "happened": "reopened",
    "code": "too_large",
    "alerts": [{"title": "HighLoad", "resource": "db-1", "severity": "critical", "opened_at": "2026-03-02T08:15:00Z"}],
    "incidents": ["INC-1", "INC-2"],
    "suggestions": [
        {"id": "SUG-1", "title": "db-1 restarts", "sentence": "6 where 0.7 are expected.", "incidents": ["INC-1"]}
    ],
    "counts": {"incidents": 12, "requests": 30, "failed": 1},
    "head": "41873:9f2c",
}


def outgoing(template: str = "acknowledgement", **changes: Any) -> Outgoing:
    values: dict[str, Any] = {
        "message_id": "ack.7.1@example.com",
        "kind": "staff" if template.startswith("staff") else "digest" if template == "digest" else "update",
        "to": "ana@example.com",
        "to_name": "Ana Silva",
        "about": "INC-7",
        "subject": "[INC-7] Printer on floor 3",
        "template": template,
        "facts": FACTS,
    }
    return Outgoing(**(values | changes))


def settings(**sections: Any) -> Settings:
    desk = {"name": "IT Desk", "address": "it@example.com", "timezone": "Europe/Berlin"}
    return parse_settings({"desk": desk, "http": {"public_url": "https://desk.example.com"}, **sections}, Path("/tmp"))


def composed(mail: Outgoing, **sections: Any) -> EmailMessage:
    composer = Composer(settings(**sections)) if sections else composer_of_the_house()
    letter = composer.compose(mail, AT, 17)
    return cast("EmailMessage", email.message_from_bytes(letter.message, policy=policy.default))


@cache
def composer_of_the_house() -> Composer:
    return Composer(settings())


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


@cache
def renderer(own: Path | None = None) -> Renderer:
    house = House(
        desk_name="IT Desk", address="it@example.com", public_url="https://d.example", timezone="Europe/Berlin"
    )
    return Renderer(house, own)
