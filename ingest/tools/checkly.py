"""Checkly: the default template of its webhooks and templates with the same variables."""

from collections.abc import Mapping

from ingest.event import Alert, AlertStatus, Severity
from ingest.tools.fields import fields_of, folded, labels, links, pairs, paragraphs, pick, word
from ingest.tools.notice import NotThisToolError, Payload, Tool, notice
from ingest.tools.times import instant

STATUS: Mapping[str, AlertStatus] = {
    "alert_failure": "firing", "alert_failure_remain": "firing", "alert_failure_degraded": "firing",
    "alert_degraded": "firing", "alert_degraded_remain": "firing", "alert_degraded_failure": "firing",
    "alert_ssl": "firing", "alert_recovery": "resolved", "alert_degraded_recovery": "resolved", "no_alert": "unknown",
}  # fmt: skip
SEVERITY: Mapping[str, Severity] = {
    "alert_failure": "critical", "alert_failure_remain": "critical", "alert_degraded_failure": "critical",
    "alert_degraded": "warning", "alert_degraded_remain": "warning", "alert_failure_degraded": "warning",
    "alert_ssl": "warning",
}  # fmt: skip


def parse(payload: Payload) -> list[Alert]:
    flat = folded(payload) if isinstance(payload, dict) else {}
    name, kind = pick(flat, "checkname", "name"), pick(flat, "alerttype", "type")
    title = name or pick(flat, "alerttitle", "event", "title")
    if title is None:
        raise NotThisToolError('A Checkly webhook has "check_name" and "alert_type".')
    status: AlertStatus = (
        word(STATUS, kind, "unknown") if kind else _in_words(pick(flat, "event", "alerttitle", "title") or "")
    )
    moment = instant(flat.get("startedat"))
    tags = pairs(flat.get("tags"))
    alert = notice(
        "checkly",
        key={
            "check": pick(flat, "checkid") or name,
            "about": "certificate" if (kind or "").upper() == "ALERT_SSL" else None,
        },
        status=status,
        severity=word(SEVERITY, kind, "unknown"),
        resource=pick(flat, "sslcheckdomain", "requesturl", "url") or name,
        service=pick(flat, "groupname") or tags.get("service") or name,
        title=title,
        description=paragraphs(flat.get("checkerrormessage"), flat.get("event") or flat.get("alerttitle")),
        started_at=moment if status == "firing" else None,
        ended_at=moment,
        labels=labels({name: value for name, value in payload.items() if name != "event"}, tags),
        links=links(flat.get("link"), flat.get("resultlink")),
    )
    return [alert]


def _in_words(said: str) -> AlertStatus:
    said = said.casefold()
    return (
        "resolved"
        if "recovered" in said
        else "firing"
        if "failed" in said or "degraded" in said or "failing" in said
        else "unknown"
    )


def looks_like(payload: Payload) -> bool:
    if (
        fields_of(
            payload, "check_id", "check_name", "check_type", "check_result_id", "run_location", "check_error_message"
        )
        >= 3
    ):
        return "current_state" not in payload
    flat = folded(payload) if isinstance(payload, dict) else {}
    return (pick(flat, "alerttype") or "").startswith("ALERT_") and "checkname" in flat


TOOL = Tool("checkly", "Checkly", parse, looks_like, 'a Checkly webhook with "check_name" and "alert_type"')
