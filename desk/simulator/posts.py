"""What the company's tools and people put on the wire: webhook bodies in each tool's own shape, and raw mails."""

import hashlib
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from desk.simulator.company import DESK_ADDRESS, DOMAIN, Site, address_of

SEVERITIES = {1: "critical", 2: "warning", 3: "warning"}
_NEVER = "0001-01-01T00:00:00Z"


def _z(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def alert_body(
    site: Site, host: str, check: tuple[str, str], started: datetime, ended: datetime | None
) -> dict[str, Any]:
    """The body that `site.tool` posts for one condition; `ended` is None while it fires."""
    name, summary = check
    severity = SEVERITIES[site.criticality]
    if site.tool == "generic":
        return {
            "status": "resolved" if ended else "firing",
            "severity": severity,
            "resource": host,
            "service": site.name,
            "title": f"{name} on {host}",
            "description": summary,
            "starts_at": _z(started),
            **({"ends_at": _z(ended)} if ended else {}),
        }
    labels = {"alertname": name, "instance": f"{host}:9100", "job": site.name, "severity": severity}
    if site.tool == "grafana":
        labels = {"alertname": name, "host": host, "service": site.name, "grafana_folder": site.owner}
    alert: dict[str, Any] = {
        "status": "resolved" if ended else "firing",
        "labels": labels,
        "annotations": {"summary": summary, "description": f"{summary} ({host})"},
        "startsAt": _z(started),
        "endsAt": _z(ended) if ended else _NEVER,
        "generatorURL": f"http://monitor.{DOMAIN}/alerting/{hashlib.sha256(name.encode()).hexdigest()[:8]}/view",
        "fingerprint": hashlib.sha256(repr(sorted(labels.items())).encode()).hexdigest()[:16],
    }
    group: dict[str, Any] = {
        "receiver": "quietdesk",
        "status": alert["status"],
        "alerts": [alert],
        "groupLabels": {"alertname": name},
        "commonLabels": labels,
        "commonAnnotations": alert["annotations"],
        "externalURL": f"http://monitor.{DOMAIN}",
        "groupKey": f'{{}}:{{alertname="{name}"}}',
        "truncatedAlerts": 0,
    }
    if site.tool == "grafana":
        firing = "RESOLVED" if ended else "FIRING:1"
        alert |= {"values": {"B": 12.5}, "dashboardURL": "", "panelURL": "", "silenceURL": ""}
        group |= {"version": "1", "orgId": 1, "title": f"[{firing}] {name}", "state": "ok" if ended else "alerting"}
        return group
    return group | {"version": "4"}


def person_mail(name: str, subject: str, text: str, at: datetime, *, serial: int, to: str = DESK_ADDRESS) -> bytes:
    """A mail as a person at the company sends it."""
    mail = EmailMessage()
    mail["From"] = f"{name} <{address_of(name)}>"
    mail["To"] = to
    mail["Subject"] = subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{serial:08x}.{int(at.timestamp())}@{DOMAIN}>"
    mail.set_content(text + "\n")
    return mail.as_bytes()


def newsletter(subject: str, text: str, at: datetime, *, serial: int) -> bytes:
    mail = EmailMessage()
    mail["From"] = "Trade Weekly <news@tradeweekly.example>"
    mail["To"] = DESK_ADDRESS
    mail["Subject"] = subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<news-{serial:08x}@tradeweekly.example>"
    mail["List-Unsubscribe"] = "<https://tradeweekly.example/unsubscribe>"
    mail["List-Id"] = "<weekly.tradeweekly.example>"
    mail["Precedence"] = "bulk"
    mail.set_content(text + "\n")
    return mail.as_bytes()


def out_of_office(name: str, at: datetime, *, serial: int, back: timedelta) -> bytes:
    mail = EmailMessage()
    mail["From"] = f"{name} <{address_of(name)}>"
    mail["To"] = DESK_ADDRESS
    mail["Subject"] = "Automatic reply: away from my desk"
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<ooo-{serial:08x}@{DOMAIN}>"
    mail["Auto-Submitted"] = "auto-replied"
    mail.set_content(f"I am out of the office until {(at + back):%d %B}. In urgent cases call my colleagues.\n")
    return mail.as_bytes()
