"""Notification mails of Checkmk by its stock templates: "Checkmk: web01/CPU load OK -> WARN"."""

import re
from collections.abc import Mapping

from ingest.event import Alert, AlertStatus, Mail
from ingest.tools.fields import fold, labels, links_within, paragraphs, word
from ingest.tools.mail_lines import first, is_answer, moment_of, subject_of, values
from ingest.tools.nagios import SEVERITY, STATE
from ingest.tools.notice import MailTool, notice
from ingest.tools.times import instant

_SUBJECT = re.compile(
    r"^(?:Check_MK|Checkmk)(?:\s+\w{1,20})?:\s+(?P<what>(?P<host>[^\s/]{1,200})(?:/(?P<service>\S.{0,200}?))?"
    r"\s+(?P<event>(?:\w{2,8}\s*->\s*\w{2,8})|Acknowledge\w*.{0,40}|(?:Downtime|Flapping)\b.{0,40}|Custom\b.{0,60}))\s*$",
    re.IGNORECASE,
)
_CHANGE = re.compile(r"(?P<before>\w{2,8})\s*(?:->|→)\s*(?P<now>\w{2,11})")
_OTHER: Mapping[str, AlertStatus] = {"acknowledge": "acknowledged", "acknowledged": "acknowledged"}


def read(mail: Mail) -> Alert | None:
    """The alert in a mail of Checkmk; None for any other mail."""
    subject = _SUBJECT.match(subject_of(mail))
    if subject is None and "Event:" not in (mail.text or "")[:2_000]:
        return None
    found = values(mail.text)
    event = first(found, "event") or (subject["event"] if subject else None)
    if is_answer(mail) or event is None or (subject is None and not {"event", "host", "summary"} <= found.keys()):
        return None
    host = subject["host"] if subject else (first(found, "host") or "").partition(" ")[0] or None
    service = subject["service"] if subject else first(found, "service")
    if host is None:
        return None
    change = _CHANGE.search(event[:200])
    state = change["now"] if change else None
    status: AlertStatus = word(STATE, state, "unknown") if change else _OTHER.get(fold(event.split()[0]), "unknown")
    moment = moment_of(mail, instant(first(found, "datetime", "date")))
    return notice(
        "mail_checkmk",
        key={"host": host, "service": service},
        scheme="checkmk",
        status=status,
        severity=word(SEVERITY, state, "unknown"),
        tool_severity=state,
        resource=host,
        service=service,
        title=subject["what"] if subject else service or f"Host {host}",
        description=paragraphs(first(found, "summary", "output"), first(found, "details"), mail.text),
        started_at=moment if status == "firing" else None,
        ended_at=moment,
        labels=labels(found),
        links=links_within(mail.text),
    )


TOOL = MailTool("mail_checkmk", read)
