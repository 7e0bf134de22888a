"""Coralogix: the generic webhook, whose template leaves its variables in place where an alert has no value for them."""

from collections.abc import Mapping

from ingest.event import Alert, AlertStatus, Severity
from ingest.tools.fields import SEVERITY_WORDS, fields_of, labels, line, links, pairs, paragraphs, pick, text, word
from ingest.tools.notice import NotThisToolError, Payload, Tool, notice
from ingest.tools.times import instant

ACTION: Mapping[str, AlertStatus] = {
    "trigger": "firing", "triggered": "firing", "resolve": "resolved", "resolved": "resolved",
    "acknowledge": "acknowledged",
}  # fmt: skip
SEVERITY: Mapping[str, Severity] = {**SEVERITY_WORDS, "verbose": "info"}
_NAME = ("name", "alert_name")


def parse(payload: Payload) -> list[Alert]:
    if not isinstance(payload, dict) or not pick(payload, *_NAME, "alert_id", "uuid"):
        raise NotThisToolError('A Coralogix webhook has "name", "alert_action" and a list "fields".')
    fields = pairs(payload.get("fields"))
    rank = pick(fields, "severity", "severityLowercase", "priority", "opsgeniePriority") or pick(
        payload, "severity", "alert_severity", "priority"
    )
    status: AlertStatus = word(ACTION, payload.get("alert_action"), "firing")
    groups = {
        fields[f"Group-by Field{number}"]: fields.get(f"Group-by Value{number}", "")
        for number in (1, 2)
        if f"Group-by Field{number}" in fields
    }
    host = (
        pick(groups, "host", "hostname", "instance", "pod", "computer")
        or pick(fields, "computer")
        or next(iter(groups.values()), None)
    )
    moment = (
        instant(fields.get("timestampISO")) or instant(fields.get("timestampMs")) or instant(fields.get("timestamp"))
    )
    dedup = pick(fields, "dedupKey")
    alert = notice(
        "coralogix",
        key={"dedup": dedup}
        if dedup
        else {
            "alert": pick(fields, "alertUniqueIdentifier") or text(payload.get("alert_id")) or pick(payload, *_NAME),
            "groups": groups,
        },
        status=status,
        severity=word(SEVERITY, rank, "unknown"),
        tool_severity=rank,
        resource=host or (fields.get("ipAddress") if "." in fields.get("ipAddress", "") else None),
        service=pick(fields, "application") or pick(payload, "service") or pick(fields, "subsystem"),
        title=line(pick(payload, *_NAME)),
        description=paragraphs(payload.get("description"), fields.get("text")),
        started_at=moment if status == "firing" else None,
        ended_at=moment,
        labels=labels(
            {name: payload.get(name) for name in ("alert_id", "alert_action", "threshold", "timewindow")}, fields
        ),
        links=links(payload.get("alert_url"), payload.get("log_url")),
    )
    return [alert]


def looks_like(payload: Payload) -> bool:
    return (
        fields_of(
            payload, "alert_action", "alert_url", "log_url", "icon_url", "group_by_labels", "timewindow", "alert_id"
        )
        >= 3
    )


TOOL = Tool("coralogix", "Coralogix", parse, looks_like, 'a Coralogix webhook with "name", "alert_action" and "fields"')
