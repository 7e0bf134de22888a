"""Notification mails of monitoring that nobody wrote a reader for: "Name: value" lines, sent by a machine.

A mail is one if a machine sent it (it says so, or its sender is called so), if nearly all of it are such lines, and if
they or the subject name a thing and a state. A form that a person fills in has the first at most.
"""

import re

from ingest.event import Alert, AlertStatus, Mail
from ingest.fingerprint import without_measurements
from ingest.tools.fields import SEVERITY_WORDS, fold, labels, line, links_within
from ingest.tools.generic import STATUS
from ingest.tools.mail_lines import first, is_answer, moment_of, subject_of, values
from ingest.tools.notice import LAST, MailTool, notice
from ingest.tools.times import instant

_MACHINE_WORDS = """
monitor monitoring monitors mon alert alerts alerting alarm alarms alarma alarmas alarme alarmes alarmi sensor sensors
probe watch watcher watchdog uptime status checks healthcheck nms noc snmp syslog scom prtg nagios icinga zabbix checkmk
centreon netdata pandora sitescope whatsup observium cacti munin xymon sensu solarwinds ueberwachung überwachung
supervision supervisión monitoreo monitorización monitoraggio bewaking nadzór vigilancia surveillance övervakning
"""
_MACHINES = frozenset(_MACHINE_WORDS.split())
"""Words in the name or address of a sender that watches over machines."""


def _folded(*names: str) -> tuple[str, ...]:
    return tuple(map(fold, names))


_THINGS = _folded(
    "host", "hostname", "host name", "device", "node", "node name", "server", "server name", "machine", "computer",
    "resource", "target", "instance", "system", "asset", "ip address", "address", "url",
)  # fmt: skip
_CHECKS = _folded(
    "sensor", "check", "check name", "service", "service name", "monitor", "monitor name", "alert", "alert name",
    "alarm", "alarm name", "trigger", "rule", "rule name", "metric", "condition", "test", "probe",
)  # fmt: skip
_STATES = _folded(
    "new status", "status", "new state", "state", "current state", "current status", "alert state", "alert status",
    "alarm state", "alarm status", "condition state", "transition", "event", "result",
)  # fmt: skip
_GRAVITY = _folded("severity", "priority", "level", "importance", "criticality")
_MOMENTS = _folded(
    "date/time", "time", "date", "when", "at", "timestamp", "last scan", "event time", "since", "started"
)
_WORD = re.compile(r"[^\W\d_]+")
_AT_MOMENT = re.compile(r" (?:at|since|on) \d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?=:)")
"""A moment within a name: "New Status at 2026-03-02 03:13:17: Down"."""
_FEWEST = 3
_FEWEST_UNDECLARED = 5
_MOST_OTHER = 0.25
"""Of the lines that say something, those that are no "Name: value"."""
_LONGEST_NAME = 120
_LONGEST_TEXT = 20_000


def read(mail: Mail) -> Alert | None:
    """The alert in a mail of this kind; None for any other mail."""
    if is_answer(mail) or mail.in_reply_to is not None or not (_declared(mail) or _called_so(mail)):
        return None
    text = _AT_MOMENT.sub("", (mail.text or "")[:_LONGEST_TEXT])
    found = values(text)
    if not _all_lines(text, len(found), _FEWEST if _declared(mail) else _FEWEST_UNDECLARED):
        return None
    thing, check = line(first(found, *_THINGS), _LONGEST_NAME), line(first(found, *_CHECKS), 200)
    said = first(found, *_STATES)
    status = _state(said) or _state(subject_of(mail))
    if thing is None or status is None:
        return None
    gravity = first(found, *_GRAVITY)
    moment = moment_of(mail, instant(first(found, *_MOMENTS)))
    return notice(
        "mail_generic",
        key={"resource": thing, "check": check or _without_state(subject_of(mail))},
        status=status,
        severity=SEVERITY_WORDS.get(fold(gravity or said or ""), "unknown"),
        tool_severity=gravity or said,
        resource=thing,
        service=check,
        title=line(check or subject_of(mail), 200),
        description=mail.text,
        started_at=moment if status == "firing" else None,
        ended_at=moment,
        labels=labels(found),
        links=links_within(mail.text),
    )


def _declared(mail: Mail) -> bool:
    return mail.automatic == "notification"


def _called_so(mail: Mail) -> bool:
    if mail.automatic is not None or mail.sender is None:
        return False
    local, _, domain = mail.sender.address.rpartition("@")
    names = f"{local} {domain.partition('.')[0]} {mail.sender.name or ''}"
    return not _MACHINES.isdisjoint(word.lower() for word in _WORD.findall(names))


def _all_lines(text: str, named: int, fewest: int) -> bool:
    """Whether nearly all that the mail says stands in so many named lines."""
    lines = sum(1 for said in text.splitlines() if any(map(str.isalnum, said)))
    return named >= fewest and lines - named <= max(2, lines * _MOST_OTHER)


def _state(said: str | None) -> AlertStatus | None:
    """Of a change ("Up -> Down") the last state; None where no word or more than one state is said."""
    now = re.split(r"->|→|=>", said or "")[-1]
    states = {STATUS[word] for word in map(str.lower, _WORD.findall(now)) if word in STATUS}
    return states.pop() if len(states) == 1 else None


def _without_state(subject: str) -> str:
    kept = (word for word in without_measurements(subject).split() if word.strip("[]():!*").lower() not in STATUS)
    return " ".join(kept)


TOOL = MailTool("mail_generic", read, turn=LAST)
