"""Mails of a tool that nobody knows but that a rule trusts: one alert for each, about what its subject names. Pure."""

import re
from collections.abc import Mapping

from ingest.event import Alert, AlertStatus, Mail, Severity
from ingest.fingerprint import without_measurements
from ingest.tools.fields import SEVERITY_WORDS, links_within
from ingest.tools.generic import STATUS
from ingest.tools.notice import notice

_WORD = re.compile(r"[A-Za-z]+")
_SAID = frozenset({"failed", "failure", "fail", "error", "problem", "down", "alert", "critical", "warning", "alarm"})
"""What a subject must say to be of trouble where it also says something that could mean the end of one."""


def alert_of(mail: Mail) -> Alert:
    """The alert that the mail is taken for. The same subject but for its measurements and words of state, by the same
    sender, is the same condition; a subject that speaks of an end and of no trouble says that it is over."""
    sender = mail.sender.address if mail.sender is not None else None
    subject = mail.subject or ""
    words = [word.lower() for word in _WORD.findall(subject)]
    states: Mapping[str, AlertStatus] = STATUS
    ends = any(states.get(word) == "resolved" for word in words) and not _SAID.intersection(words)
    severity: Severity = next((SEVERITY_WORDS[word] for word in words if word in SEVERITY_WORDS), "unknown")
    about = _WORD.sub(lambda hit: "" if _is_state(hit[0].lower()) else hit[0].lower(), subject)
    return notice(
        "mail_trusted",
        key={"sender": sender, "about": " ".join(without_measurements(about).split())},
        status="resolved" if ends else "firing",
        severity=severity,
        title=subject or f"Mail of {sender}",
        description=mail.text,
        started_at=None if ends else mail.date,
        ended_at=mail.date if ends else None,
        labels={"sender": sender} if sender else {},
        links=links_within(mail.text),
    )


def _is_state(word: str) -> bool:
    return word in STATUS or word in SEVERITY_WORDS
