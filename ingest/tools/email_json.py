"""Mails that a relay passes on as JSON or a form: Mailgun, SendGrid, Postmark, Amazon SES, and plain scripts.

What the mail says is read by the readers of notification mails; a mail of no tool they know is an alert under its
subject, with the state that the subject's first word names.
"""

import re
from collections.abc import Iterable
from email.utils import parseaddr
from typing import Any

import msgspec

from ingest.event import Address, Alert, AlertStatus, Mail
from ingest.fingerprint import without_measurements
from ingest.html import html_to_marked, strip_marks
from ingest.tools.fields import SEVERITY_WORDS, dig, folded, items, labels, line, links_within, pick, text, word
from ingest.tools.generic import STATUS
from ingest.tools.mail_lines import first, values
from ingest.tools.mail_readers import READERS
from ingest.tools.notice import VAGUE, NotThisToolError, Payload, Tool, notice
from ingest.tools.times import instant

_STATE = re.compile(
    r"^\W*(?P<state>firing|resolved|problem|recovery|recovered|ok|up|down|critical|warning|alert|alarm|error|closed|opened"
    r"|triggered|acknowledged|acknowledgement|cleared|fixed)\b(?:\s*:\s*\d{1,4})?[\]\s:|>*-]*",
    re.IGNORECASE,
)
_OVER = re.compile(r"\b(?:recovered|resolved|is (?:back )?(?:up|ok)|back to normal|cleared|is now ok)\b", re.IGNORECASE)


def parse(payload: Payload) -> list[Alert]:
    if not isinstance(payload, dict):
        raise NotThisToolError("A relayed mail is one JSON object or form.")
    mail = mail_in(payload)
    if mail.subject is None and mail.text is None:
        raise NotThisToolError('A relayed mail needs "subject" and "text" (or "body-plain", "TextBody").')
    for tool in READERS.values():
        if (alert := tool.read(mail)) is not None:
            return [msgspec.structs.replace(alert, tool="email_json")]
    return [_plain(payload, mail)]


_FROM = ("from", "sender", "fromemail", "fromaddress", "fromfull", "envelopefrom")
_SUBJECT = ("subject", "title")
_PLAIN = (
    "bodyplain", "textbody", "text", "plain", "body", "content", "strippedtext", "message", "snippet", "bodytext",
    "textpart",
)  # fmt: skip
_HTML = ("bodyhtml", "htmlbody", "html", "strippedhtml", "htmlpart")
_DATE = ("timestamp", "date", "receivedat", "receiveddate", "time")


def mail_in(payload: dict[str, Any]) -> Mail:
    """The mail in a relay's post, under the names of the known relays; some put it one level deeper."""
    levels = [folded(payload)]
    levels += [
        folded(payload[name]) for name in ("email", "data", "message", "payload") if isinstance(payload.get(name), dict)
    ]
    levels.append(folded(dig(payload, "mail", "commonHeaders") or {}))
    levels += [folded(_headers(level.get(name))) for level in levels[:3] for name in ("headers", "messageheaders")]
    html = _first(levels, _HTML)
    plain = _first(levels, _PLAIN)
    if plain is None and html is not None:
        plain = strip_marks(html_to_marked(html)).strip() or None
    name, address = parseaddr(_first(levels, _FROM) or "")
    return Mail(
        sender=Address(name or None, address) if address else None,
        subject=line(_first(levels, _SUBJECT)),
        date=next((found for level in levels for name in _DATE if (found := instant(level.get(name)))), None),
        text=plain,
    )


def _first(levels: list[dict[str, Any]], names: Iterable[str]) -> str | None:
    """The first that says something; addresses also come as objects and in lists."""
    for level in levels:
        for name in names:
            value = level.get(name)
            value = value[0] if isinstance(value, list) and value else value
            said = pick(value, "Email", "email", "address", "text") if isinstance(value, dict) else text(value)
            if said is not None:
                return said
    return None


def _headers(value: Any) -> dict[str, str]:
    """Headers come as pairs, as objects, or as one text."""
    if isinstance(value, str):
        value = [[part.partition(":")[0], part.partition(":")[2]] for part in value.splitlines()[:200]]
    elif isinstance(value, dict):
        value = [[name, held] for name, held in value.items()]
    found: dict[str, str] = {}
    for item in items(value)[:200]:
        if isinstance(item, dict):
            item = [item.get("Name") or item.get("name"), item.get("Value") or item.get("value")]
        if isinstance(item, list) and len(item) == 2 and (name := text(item[0])) and (said := text(item[1])):
            found.setdefault(name.casefold(), said)
    return found


def _plain(payload: dict[str, Any], mail: Mail) -> Alert:
    title = mail.subject or line(mail.text) or "Mail"
    found = values(mail.text)
    state = _STATE.match(title)
    flat = folded(payload)
    stated = first(found, "status", "state", "alertstatus") or pick(flat, "alertstatus", "status", "state")
    said = stated or (state["state"] if state else None)
    status: AlertStatus = word(STATUS, said, "firing")
    if status != "resolved" and said is None and _OVER.search(title):
        status = "resolved"
    rank = first(found, "severity", "priority", "level") or pick(flat, "severity", "priority")
    bare = (title[state.end() :] if state else title).strip() or title
    moment = mail.date
    resource = first(
        found, "host", "hostname", "server", "instance", "resource", "node", "device", "source", "url", "monitorurl"
    )
    address = mail.sender.address if mail.sender else None
    return notice(
        "email_json",
        key={"from": address, "resource": resource, "subject": without_measurements(_OVER.sub("", bare))},
        status=status,
        severity=word(SEVERITY_WORDS, rank, "unknown"),
        tool_severity=rank,
        resource=resource or address,
        service=first(found, "service", "application", "check", "monitor"),
        title=title,
        description=mail.text,
        started_at=moment if status == "firing" else None,
        ended_at=moment,
        labels=labels({"from": address, "to": pick(flat, "recipient", "to")}, found),
        links=links_within(mail.text),
    )


def looks_like(payload: Payload) -> bool:
    if not isinstance(payload, dict):
        return False
    names = folded(payload).keys()
    if isinstance(dig(payload, "mail", "commonHeaders"), dict):
        return True
    if "envelope" in names and "headers" in names and {"plain", "html"} & names:
        return True
    told = {"bodyplain", "textbody", "strippedtext", "bodyhtml", "htmlbody", "messageheaders"} & names
    if told and {"subject", "from", "sender"} & names:
        return True
    if "subject" not in names or not {"from", "sender"} & names:
        return False
    return bool({"text", "html", "body", "plain", "message", "content"} & names) or "headers" in names


TOOL = Tool(
    "email_json",
    "A mail relayed as JSON",
    parse,
    looks_like,
    'a relayed mail with "from", "subject" and "text"',
    turn=VAGUE,
)
