"""Telegram: what relays send in its shapes. Chat commands and buttons are control; a message is an alert in prose."""

import re
from collections.abc import Mapping
from typing import Any

from ingest.event import Alert, AlertStatus
from ingest.fingerprint import without_measurements
from ingest.tools.fields import dig, encodable, has, labels, line, links_within, mapping, pick, text
from ingest.tools.notice import VAGUE, NotThisToolError, Payload, Tool, notice
from ingest.tools.times import instant

_MARKS = re.compile(r"[*_`<>]|</?[a-z]{1,10}>")
_OVER = re.compile(r"\b(?:resolved|recovered|recovery|ok|up again|cleared|closed)\b|✅|🟢", re.IGNORECASE)
_STATE: Mapping[str, str] = {"state": r"\[?(?:firing|resolved|problem|ok|recovery|alerting)(?::\d{1,5})?\]?"}
_STATE_WORD = re.compile(rf"^\W*{_STATE['state']}[\s:|-]*", re.IGNORECASE)


def parse(payload: Payload) -> list[Alert]:
    if has(payload, "callback_query"):
        return [_control(payload, text(dig(payload, "callback_query", "data")))]
    message = next(
        (
            mapping(payload.get(name))
            for name in ("message", "channel_post", "edited_message")
            if isinstance(dig(payload, name), dict)
        ),
        None,
    )
    if message is None and isinstance(payload, dict) and ("chat_id" in payload or "text" in payload):
        message = payload
    said = pick(message or {}, "text", "caption")
    if said is None:
        if has(payload, "update_id"):
            return [_control(payload, None)]
        raise NotThisToolError('A Telegram relay sends "text", or an update with a "message".')
    if said.startswith("/"):
        return [_control(payload, said)]
    return [_prose(message or {}, said)]


def _control(payload: dict[str, Any], command: str | None) -> Alert:
    return notice(
        "telegram",
        key={"command": command or "update"},
        status="unknown",
        title=line(command) or "Telegram update",
        labels=labels({"update_id": payload.get("update_id"), "command": command}),
        kind="control",
    )


def _prose(message: dict[str, Any], said: str) -> Alert:
    lines = [cleaned for part in said.splitlines()[:200] if (cleaned := _MARKS.sub("", part).strip())]
    title = line(lines[0] if lines else said) or said[:100]
    status: AlertStatus = "resolved" if _OVER.search(title) else "firing"
    bare = _STATE_WORD.sub("", title) or title
    chat = text(dig(message, "chat", "id")) or text(message.get("chat_id"))
    return notice(
        "telegram",
        key={"chat": chat, "title": without_measurements(bare)},
        status=status,
        service=text(dig(message, "chat", "title")),
        title=encodable(title),
        description=said,
        started_at=instant(message.get("date")) if status == "firing" else None,
        ended_at=instant(message.get("date")),
        labels=labels({"chat": chat, "message_id": message.get("message_id")}),
        links=links_within(said),
    )


def looks_like(payload: Payload) -> bool:
    return (
        has(payload, "update_id")
        or has(payload, "chat_id", "text")
        or (has(payload, "message_id", "chat") and isinstance(payload["chat"], dict))
    )


TOOL = Tool(
    "telegram", "Telegram", parse, looks_like, 'a Telegram update or a message with "chat_id" and "text"', turn=VAGUE
)
