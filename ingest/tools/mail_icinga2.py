"""Notification mails of Icinga 2 by its stock scripts, the present ones and those before 2.7."""

import re

from ingest.event import Alert, Mail
from ingest.tools.fields import labels, links_within, paragraphs, word
from ingest.tools.mail_lines import first, is_answer, moment_of, plain, subject_of, values
from ingest.tools.mail_nagios import BANNER
from ingest.tools.nagios import SEVERITY, status_of
from ingest.tools.notice import MailTool, notice
from ingest.tools.times import instant

_TYPE = r"(?P<type>PROBLEM|RECOVERY|ACKNOWLEDGEMENT|FLAPPING\w{0,10}|DOWNTIME\w{0,10}|CUSTOM)"
_SUBJECTS = (
    re.compile(
        rf"^\[{_TYPE}\]\s*(?P<what>Host\s+(?P<host>\S.{{0,200}}?)\s+is\s+(?P<state>[A-Z]{{2,11}}))\b", re.IGNORECASE
    ),
    re.compile(
        rf"^\[{_TYPE}\]\s*(?P<what>(?P<service>\S.{{0,200}}?)\s+on\s+(?P<host>\S.{{0,200}}?)\s+is\s+(?P<state>[A-Z]{{2,11}}))\b",
        re.IGNORECASE,
    ),
    re.compile(
        rf"^{_TYPE}\s+-\s+(?P<what>(?P<host>\S{{1,200}})\s+-\s+(?P<service>\S.{{0,200}}?)\s+is\s+(?P<state>[A-Z]{{2,11}}))\b",
        re.IGNORECASE,
    ),
    re.compile(rf"^{_TYPE}\s+-\s+(?P<what>(?P<host>\S{{1,200}})\s+is\s+(?P<state>[A-Z]{{2,11}}))\b", re.IGNORECASE),
)


def read(mail: Mail) -> Alert | None:
    """The alert in a mail of Icinga 2; None for any other mail."""
    if is_answer(mail):
        return None
    subject = next((match for pattern in _SUBJECTS if (match := pattern.match(subject_of(mail)))), None)
    banner = BANNER.search((mail.text or "")[:2_000])
    said = banner["tool"].casefold() if banner else ""
    named = said.startswith(("icinga", "service monitoring", "host monitoring"))
    if subject is None and not named:
        return None
    found = values(mail.text)
    parts = subject.groupdict() if subject else {}
    if not named and not (subject and first(found, "host", "hostname", "when")):
        return None
    host, service = (
        plain(first(found, "host", "hostname")) or parts.get("host"),
        plain(first(found, "service")) or parts.get("service"),
    )
    kind = first(found, "notificationtype") or parts.get("type")
    if host is None or kind is None:
        return None
    state = first(found, "state") or parts.get("state")
    status = status_of(kind, state)
    moment = moment_of(mail, instant(first(found, "when", "datetime", "date")))
    return notice(
        "mail_icinga2",
        key={"host": host, "service": service},
        scheme="nagios",
        status=status,
        severity=word(SEVERITY, state, "unknown"),
        tool_severity=state,
        resource=host,
        service=service,
        title=parts.get("what") or service or f"Host {host}",
        description=paragraphs(first(found, "info", "additionalinfo"), first(found, "comment"), mail.text),
        started_at=moment if status == "firing" else None,
        ended_at=moment,
        labels=labels(found),
        links=links_within(mail.text),
    )


TOOL = MailTool("mail_icinga2", read)
