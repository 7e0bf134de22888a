"""Alert mails of Monit: "monit alert --  Connection failed nginx" with Date, Action, Host and Description."""

import re
from collections.abc import Mapping

from ingest.event import Alert, AlertKind, AlertStatus, Mail
from ingest.tools.fields import labels, paragraphs
from ingest.tools.mail_lines import first, is_answer, moment_of, subject_of, values
from ingest.tools.notice import MailTool, notice
from ingest.tools.times import instant

_SUBJECT = re.compile(
    r"^monit alert\s+--\s+(?P<what>(?P<event>[A-Z][\w ]{1,60}?)\s+(?P<service>\S{1,200}))$", re.IGNORECASE
)
_SERVICE = re.compile(r"^(?P<event>[A-Z][\w ]{1,60}?) Service (?P<service>\S{1,200})\s*$", re.MULTILINE)

# The table of events in Monit's manual: what fails, and what says that it is over.
OVER: Mapping[str, str] = {
    "checksum succeeded": "checksum failed", "checksum not changed": "checksum changed",
    "connection succeeded": "connection failed", "connection not changed": "connection changed",
    "content doesn't match": "content match", "content succeeded": "content failed",
    "data access succeeded": "data access error", "execution succeeded": "execution failed",
    "exists": "does not exist", "filesystem flags succeeded": "filesystem flags failed",
    "gid succeeded": "gid failed", "icmp succeeded": "icmp failed", "ping succeeded": "ping failed",
    "link up": "link down", "link data succeeded": "link data error", "pid succeeded": "pid failed",
    "pid not changed": "pid changed", "permission succeeded": "permission failed", "ppid succeeded": "ppid failed",
    "resource limit succeeded": "resource limit matched", "saturation succeeded": "saturation exceeded",
    "size succeeded": "size failed", "speed succeeded": "speed failed", "status succeeded": "status failed",
    "timeout recovery": "timeout", "timestamp succeeded": "timestamp failed", "type succeeded": "invalid type",
    "uid succeeded": "uid failed", "uptime succeeded": "uptime failed",
    "bytes received normal": "bytes received exceeded", "download bytes ok": "download bytes exceeded",
    "upload bytes ok": "upload bytes exceeded", "non-existence succeeded": "non-existence failed",
    "action done": "timeout", "existence succeeded": "existence failed",
}  # fmt: skip
NO_TROUBLE = frozenset({"instance changed", "heartbeat", "monit instance changed"})


def read(mail: Mail) -> Alert | None:
    """The alert in a mail of Monit; None for any other mail."""
    if is_answer(mail):
        return None
    subject = _SUBJECT.match(subject_of(mail))
    if subject is None and "monit" not in (mail.text or "")[-300:].casefold():
        return None
    body = _SERVICE.search((mail.text or "")[:4_000])
    # The body says where the event's name ends; the subject does not.
    told = body or subject
    if told is None:
        return None
    event, service = told.group("event", "service")
    found = values(mail.text)
    name = event.casefold()
    status: AlertStatus = "resolved" if name in OVER else "unknown" if name in NO_TROUBLE else "firing"
    kind: AlertKind = "control" if name in NO_TROUBLE else "alert"
    host = first(found, "host")
    moment = moment_of(mail, instant(first(found, "date")))
    return notice(
        "mail_monit",
        key={"host": host, "service": service, "event": OVER.get(name, name)},
        status=status,
        resource=host or service,
        service=service,
        title=f"{event} {service}",
        description=paragraphs(first(found, "description"), mail.text),
        started_at=moment if status == "firing" else None,
        ended_at=moment,
        labels=labels(found),
        kind=kind,
    )


TOOL = MailTool("mail_monit", read)
