"""Mails of cron and anacron: a job wrote something, which is usually a complaint. They never say that it is over."""

import re

from ingest.event import Alert, Mail
from ingest.tools.fields import labels, line
from ingest.tools.mail_lines import is_answer, subject_of
from ingest.tools.notice import VAGUE, MailTool, notice

_CRON = re.compile(r"^Cron <(?P<user>[^@<>]{1,64})@(?P<host>[^<>]{1,200})>\s+(?P<command>\S.{0,400})$")
_ANACRON = re.compile(r"^Anacron job '(?P<command>[^']{1,200})' on (?P<host>\S{1,200})$")


def read(mail: Mail) -> Alert | None:
    """The alert in a mail of cron; None for any other mail."""
    subject = subject_of(mail)
    match = _CRON.match(subject) or _ANACRON.match(subject)
    if match is None or is_answer(mail):
        return None
    parts = match.groupdict()
    host, command = parts["host"], parts["command"].strip()
    return notice(
        "mail_cron",
        key={"host": host, "user": parts.get("user"), "command": command},
        status="firing",
        resource=host,
        service="cron",
        title=line(f"Cron job on {host}: {command}", 200),
        description=mail.text,
        started_at=mail.date,
        labels=labels(parts),
    )


TOOL = MailTool("mail_cron", read, turn=VAGUE)
