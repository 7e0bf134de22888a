"""Notification mails of Zabbix by the default message templates of its actions, old and new."""

import re
from collections.abc import Mapping

from ingest.event import Alert, AlertStatus, Mail
from ingest.fingerprint import without_measurements
from ingest.tools.fields import labels, links_within, word
from ingest.tools.mail_lines import first, is_answer, moment_of, subject_of, values
from ingest.tools.notice import MailTool, notice
from ingest.tools.times import instant
from ingest.tools.zabbix import SEVERITY

_SUBJECT = re.compile(
    r"^(?P<state>Problem|Resolved(?: in [^:]{1,40})?|Updated problem(?: in [^:]{1,40})?|PROBLEM|OK)\s*:"
    r"\s*(?P<name>\S.{0,400})$"
)
_STATE: Mapping[str, AlertStatus] = {
    "problem": "firing",
    "resolved": "resolved",
    "updated problem": "unknown",
    "ok": "resolved",
}
_WHEN = re.compile(r"\bat (?P<clock>\d{1,2}:\d\d:\d\d) on (?P<date>\d{4}\.\d\d\.\d\d)")
_ITEM = re.compile(r"^\s*1\.\s.{0,200}?\((?P<host>[\w.-]{1,100}):", re.MULTILINE)


def read(mail: Mail) -> Alert | None:
    """The alert in a mail of Zabbix; None for any other mail."""
    subject = _SUBJECT.match(subject_of(mail))
    if subject is None or is_answer(mail):
        return None
    found = values(mail.text)
    own = {"problemname", "originalproblemid", "triggerstatus", "triggerseverity", "operationaldata"} & found.keys()
    if not own:
        return None
    item = _ITEM.search((mail.text or "")[:20_000])
    host = first(found, "host", "hostname") or (item["host"] if item else None)
    title = first(found, "problemname", "trigger") or subject["name"]
    rank = first(found, "severity", "triggerseverity")
    status: AlertStatus = word(_STATE, subject["state"].split(" in ")[0], "unknown")
    if status == "unknown" and "acknowledged" in (mail.text or "")[:2_000].casefold():
        status = "acknowledged"
    when = _WHEN.search((mail.text or "")[:2_000])
    moment = moment_of(mail, instant(f"{when['clock']} {when['date']}") if when else None)
    return notice(
        "mail_zabbix",
        key={"host": host, "name": without_measurements(title)},
        scheme="zabbix",
        status=status,
        severity=word(SEVERITY, rank, "unknown"),
        tool_severity=rank,
        resource=host,
        title=title,
        description=mail.text,
        started_at=moment if status == "firing" else None,
        ended_at=moment,
        labels=labels(found),
        links=links_within(mail.text),
    )


TOOL = MailTool("mail_zabbix", read)
