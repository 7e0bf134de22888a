"""What the tools of the companies post, each in its own shape, and raw mails of people."""

import hashlib
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from random import Random
from typing import Any

NEVER = "0001-01-01T00:00:00Z"

CHECKS = {
    "slow": ("ResponseTimeHigh", "p99 latency {n}00 ms"),
    "error": ("FailureRatio", "{n} % of calls fail"),
    "down": ("ProbeFailed", "no answer within {n} s"),
    "stale": ("SyncLag", "last sync {n} h ago"),
    "cut": ("ConnectionResets", "{n}0 resets per minute"),
    "login": ("AuthRejects", "{n}0 rejected logons"),
    "noise": ("CpuBusy", "CPU at 9{n} %"),
}


def z(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def short(*parts: str) -> str:
    return hashlib.sha256("/".join(parts).encode()).hexdigest()[:16]


def body(
    tool: str,
    service: str,
    domain: str,
    host: str,
    kind: str,
    severity: str,
    n: int,
    began: datetime,
    ended: datetime | None,
) -> dict[str, Any]:
    """One notice of one condition; `ended` is None while it fires."""
    name, template = CHECKS[kind]
    text = template.format(n=n)
    bare = host.split(".", 1)[0]
    if tool == "zabbix":
        return {
            "hostname": bare,
            "severity": "High" if severity == "critical" else "Average",
            "status": "OK" if ended else "PROBLEM",
            "item": name,
            "trigger": f"{text} on {bare}",
            "eventid": str(int(began.timestamp())),
            "triggerid": str(int(short(host, name)[:4], 16)),
            "time": z(began)[:19] + "Z",
            "tags": "",
            "link": "https://zabbix.example/",
        }
    if tool == "nagios":
        state = "OK" if ended else "CRITICAL" if severity == "critical" else "WARNING"
        return {
            "host": bare,
            "service": name,
            "state": state,
            "type": "RECOVERY" if ended else "PROBLEM",
            "output": f"{state} - {text}",
            "timestamp": int((ended or began).timestamp()),
            "hostgroup": service,
        }
    if tool == "datadog":
        return {
            "id": short(host, name, z(ended or began)),
            "title": f"[{'Recovered' if ended else 'Triggered'} on {{host:{bare}}}] {name}",
            "event_type": "query_alert_monitor",
            "alert_type": "success" if ended else "error" if severity == "critical" else "warning",
            "alert_transition": "Recovered" if ended else "Triggered",
            "alert_cycle_key": short(host, name, "c"),
            "monitor_id": str(int(short(name)[:6], 16)),
            "scope": f"host:{bare}",
            "tags": f"env:production,host:{bare},service:{service}",
            "priority": "P2",
            "last_updated": str(int((ended or began).timestamp() * 1000)),
            "body": text,
            "org": {"id": "1", "name": "main"},
        }
    if tool == "pagerduty":
        return {
            "routing_key": "desk",
            "event_action": "resolve" if ended else "trigger",
            "dedup_key": short(host, name, "pd"),
            "client": "probe",
            "payload": {
                "summary": f"{text} ({bare})",
                "source": bare,
                "severity": severity,
                "class": name,
                "timestamp": z(began),
            },
        }
    if tool == "uptime_kuma":
        return {
            "heartbeat": {
                "monitorID": int(short(service)[:3], 16),
                "status": 1 if ended else 0,
                "time": z(ended or began)[:23].replace("T", " "),
                "msg": "200 - OK" if ended else text,
                "important": True,
                "duration": 60,
                "timezone": "UTC",
                "timezoneOffset": "+00:00",
                "localDateTime": z(ended or began)[:19].replace("T", " "),
            },
            "monitor": {
                "id": int(short(service)[:3], 16),
                "name": service,
                "url": f"https://{service}.{domain}/health",
                "type": "http",
                "tags": [],
            },
            "msg": f"[{service}] [{'✅ Up' if ended else '🔴 Down'}] {text}",
        }
    if tool == "generic":
        return {
            "status": "resolved" if ended else "firing",
            "severity": severity,
            "resource": host,
            "service": service,
            "title": f"{name} on {bare}",
            "description": text,
            "starts_at": z(began),
            **({"ends_at": z(ended)} if ended else {}),
        }
    labels = {"alertname": name, "instance": f"{host}:9100", "severity": severity, "job": service if n % 3 else "node"}
    alert = {
        "status": "resolved" if ended else "firing",
        "labels": labels,
        "annotations": {"summary": text},
        "startsAt": z(began),
        "endsAt": z(ended) if ended else NEVER,
        "generatorURL": "http://monitor.example/graph",
        "fingerprint": short(host, name, "f"),
    }
    group = {
        "version": "4",
        "groupKey": f'{{}}:{{alertname="{name}"}}',
        "truncatedAlerts": 0,
        "status": alert["status"],
        "receiver": "desk",
        "groupLabels": {"alertname": name},
        "commonLabels": labels,
        "commonAnnotations": alert["annotations"],
        "externalURL": "http://monitor.example",
        "alerts": [alert],
    }
    if tool == "grafana":
        group |= {"version": "1", "orgId": 1, "state": "ok" if ended else "alerting", "title": f"[FIRING:1] {name}"}
    return group


def address(person: str, domain: str) -> str:
    plain = person.lower().translate(
        str.maketrans("äëïöüáéíóúàèìòùâêîôûãõçñßżąęłśćńź", "aeiouaeiouaeiouaeiouaocnszaelscnz")
    )
    return f"{plain.replace(chr(39), '').replace(' ', '.')}@{domain}"


def mail(
    random: Random,
    *,
    sender: str,
    name: str,
    to: str,
    subject: str,
    text: str,
    at: datetime,
    ident: str,
    reply_to: str | None = None,
) -> str:
    """A mail as a person's program sends it."""
    message = EmailMessage()
    message["From"] = f"{name} <{sender}>"
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = format_datetime(at - timedelta(seconds=random.randrange(20)))
    message["Message-ID"] = f"<{ident}>"
    if reply_to:
        message["In-Reply-To"] = f"<{reply_to}>"
        message["References"] = f"<{reply_to}>"
    if random.random() < 0.15:
        rows = text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>\n")
        message.set_content(f"<html><body><div>{rows}</div></body></html>", subtype="html")
    else:
        message.set_content(text + "\n")
    return message.as_bytes().decode("utf-8", "surrogateescape")
