"""VMware vRealize (Aria) Operations: the REST notification plugin. A cancel date alone does not end an alert."""

from collections.abc import Mapping

from ingest.event import Alert, AlertStatus, Severity
from ingest.tools.fields import fields_of, labels, line, links, paragraphs, pick, word
from ingest.tools.notice import NotThisToolError, Payload, Tool, notice
from ingest.tools.times import instant

STATUS: Mapping[str, AlertStatus] = {
    "active": "firing", "new": "firing", "updated": "firing", "open": "firing", "canceled": "resolved",
    "cancelled": "resolved", "inactive": "resolved", "cancel": "resolved", "closed": "resolved", "suspended": "unknown",
}  # fmt: skip
SEVERITY: Mapping[str, Severity] = {
    "critical": "critical",
    "immediate": "major",
    "warning": "warning",
    "info": "info",
    "information": "info",
}


def parse(payload: Payload) -> list[Alert]:
    if not isinstance(payload, dict) or not pick(payload, "resourceName", "resourceId", "alertId", "alertName"):
        raise NotThisToolError('A vRealize notification has "resourceName", "criticality" and "status".')
    rank = pick(payload, "criticality", "alertLevel", "severity")
    status: AlertStatus = word(STATUS, payload.get("status"), "unknown")
    named = pick(payload, "alertDefinitionId", "alertDefinitionName", "alertName")
    resource = pick(payload, "resourceId", "resourceName")
    alert = notice(
        "vmware_vrealize",
        key={"resource": resource, "definition": named}
        if named and resource
        else {"alert": pick(payload, "alertId"), "resource": resource},
        status=status,
        severity=word(SEVERITY, (rank or "").casefold().removeprefix("alert_criticality_level_"), "unknown"),
        tool_severity=rank,
        resource=pick(payload, "resourceName", "resourceId"),
        service=pick(payload, "resourceKind", "adapterKind"),
        title=line(pick(payload, "alertName", "alertDefinitionName")) or pick(payload, "subType", "type"),
        description=paragraphs(payload.get("info"), payload.get("description"), payload.get("alertDescription")),
        started_at=instant(payload.get("startDate")),
        ended_at=instant(payload.get("cancelDate")) or instant(payload.get("updateDate")),
        labels=labels(payload),
        links=links(payload.get("url"), payload.get("alertUrl")),
    )
    return [alert]


def looks_like(payload: Payload) -> bool:
    return (
        fields_of(
            payload, "adapterKind", "resourceKind", "criticality", "alertId", "subType", "cancelDate", "resourceName"
        )
        >= 4
    )


TOOL = Tool(
    "vmware_vrealize",
    "VMware vRealize Operations",
    parse,
    looks_like,
    'a vRealize notification with "resourceName" and "criticality"',
)
