"""Notification mails of LAVA (Linaro Automated Validation Architecture): the end of a job on a test device.

The server's default template writes one sentence ("The job with ID # 7 is now in state Finished and health
Incomplete.") and blocks of "Name: value" about the device. A health check tells how the device is; another job tells
how its own test went, and is a condition of its own.
"""

import re
from datetime import timedelta

from msgspec.structs import replace

from ingest.event import Alert, AlertStatus, Mail
from ingest.tools.fields import labels, line
from ingest.tools.mail_lines import first, is_answer, moment_of, subject_of, values
from ingest.tools.notice import MailTool, notice
from ingest.tools.times import instant

_SUBJECT = re.compile(r"\bLAVA notification for Test Job (?P<job>[\d.]{1,20})(?: (?P<about>\S.{0,200}))?$")
_STATE = re.compile(r"\bis now in state (?P<state>[A-Z][a-z]{2,20})(?: and health (?P<health>[A-Z][a-z]{2,20}))?")
_HEALTH: dict[str, AlertStatus] = {"Complete": "resolved", "Incomplete": "firing"}
_CHECKED_WITHIN = timedelta(days=7)
_HEALTH_CHECK = "lava-health"


def read(mail: Mail) -> Alert | None:
    """The alert in a mail of LAVA; None for any other mail. A job that is not over, or was cancelled, says nothing."""
    subject = _SUBJECT.search(subject_of(mail))
    told = (mail.text or "")[:4_000]
    state = _STATE.search(told)
    if subject is None or state is None or is_answer(mail):
        return None
    found = values(mail.text)
    health, host, kind = state["health"], first(found, "hostname"), first(found, "type")
    checked = f"submitted by {_HEALTH_CHECK}" in told
    about = first(found, "description") or subject["about"] or "job"
    status = _HEALTH.get(health or "", "unknown") if state["state"] == "Finished" else "unknown"
    over = moment_of(mail, instant((first(found, "finished") or "").replace("(", "").removesuffix(" UTC)")))
    alert = notice(
        "mail_lava",
        key={"host": host, "check": _HEALTH_CHECK if checked else about},
        status=status,
        severity="major" if status == "firing" else "unknown",
        tool_severity=health,
        resource=host or kind,
        service=kind,
        title=line(f"Health check of {host or kind}" if checked else f"{about} on {host or kind}", 200),
        description=told[: state.end()],
        ended_at=over if status == "resolved" else None,
        labels=labels(found) | {"job": subject["job"]},
        kind="alert" if status != "unknown" else "control",
    )
    # A device stays ill from check to check; each of them says so anew, a day or some days apart.
    return replace(alert, expires_at=over + _CHECKED_WITHIN) if status == "firing" and over is not None else alert


TOOL = MailTool("mail_lava", read)
