"""Site24x7: webhooks in the tool's own upper-case names."""

from collections.abc import Mapping

from ingest.event import Alert, AlertStatus, Severity
from ingest.tools.fields import fields_of, labels, links, paragraphs, pick, word
from ingest.tools.notice import NotThisToolError, Payload, Tool, notice
from ingest.tools.times import instant

STATUS: Mapping[str, AlertStatus] = {
    "down": "firing", "trouble": "firing", "critical": "firing", "up": "resolved", "clear": "resolved",
    "suspended": "unknown", "maintenance": "unknown", "configuration error": "firing", "not monitored": "unknown",
    "anomaly": "firing",
}  # fmt: skip
SEVERITY: Mapping[str, Severity] = {
    "down": "critical",
    "critical": "critical",
    "trouble": "warning",
    "anomaly": "warning",
}


def parse(payload: Payload) -> list[Alert]:
    if not isinstance(payload, dict) or not pick(payload, "MONITORNAME", "MONITORURL", "MONITOR_ID"):
        raise NotThisToolError('A Site24x7 webhook has "MONITORNAME" and "STATUS".')
    said = pick(payload, "STATUS", "MONITOR_STATUS")
    status: AlertStatus = word(STATUS, said, "unknown")
    moment = instant(payload.get("INCIDENT_TIME_ISO")) or instant(payload.get("OUTAGE_TIME_UNIX_FORMAT"))
    name, url = pick(payload, "MONITORNAME", "DISPLAYNAME"), pick(payload, "MONITORURL", "HOST", "IPADDRESS")
    alert = notice(
        "site24x7",
        key={"monitor": pick(payload, "MONITOR_ID", "MONITORID") or name, "url": url},
        status=status,
        severity=word(SEVERITY, said, "unknown"),
        tool_severity=pick(payload, "SEVERITY"),
        resource=url or name,
        service=name,
        title=name or url,
        description=paragraphs(payload.get("INCIDENT_REASON"), payload.get("INCIDENT_DETAILS"), payload.get("REASON")),
        started_at=moment if status == "firing" else None,
        ended_at=moment,
        labels=labels(payload),
        links=links(payload.get("MONITOR_DASHBOARD_LINK"), payload.get("RCA_LINK"), payload.get("MONITORURL")),
    )
    return [alert]


def looks_like(payload: Payload) -> bool:
    return (
        fields_of(
            payload,
            "MONITORNAME",
            "MONITORURL",
            "MONITORTYPE",
            "INCIDENT_REASON",
            "MONITOR_DASHBOARD_LINK",
            "INCIDENT_TIME_ISO",
        )
        >= 2
    )


TOOL = Tool("site24x7", "Site24x7", parse, looks_like, 'a Site24x7 webhook with "MONITORNAME" and "STATUS"')
