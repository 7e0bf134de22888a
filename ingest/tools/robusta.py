"""Robusta: findings that its webhook sink posts, and the body of its API for sending alerts."""

from typing import Any

from ingest.event import Alert, AlertStatus
from ingest.fingerprint import without_measurements
from ingest.tools.fields import SEVERITY_WORDS, fields_of, has, labels, line, links, mapping, pairs, pick, text, word
from ingest.tools.generic import STATUS
from ingest.tools.notice import NotThisToolError, Payload, Tool, notice
from ingest.tools.times import instant


def parse(payload: Payload) -> list[Alert]:
    if has(payload, "alerts") and isinstance(payload["alerts"], list):
        return [_read(member) for member in payload["alerts"]]
    return [_read(payload)]


def _read(alert: Any) -> Alert:
    title = line(pick(alert, "title", "name"))
    if not isinstance(alert, dict) or title is None:
        raise NotThisToolError('Each alert of a Robusta post has a "title".')
    found = {**pairs(alert.get("labels")), **pairs(alert.get("subject_labels"))}
    subject = mapping(alert.get("subject"))
    rank = pick(alert, "priority", "severity")
    said = pick(alert, "status")
    over = title.startswith(("[RESOLVED]", "RESOLVED")) or (said is None and instant(alert.get("ends_at")) is not None)
    status: AlertStatus = "resolved" if over else word(STATUS, said, "unknown" if said else "firing")
    resource = (
        pick(subject, "name")
        or pick(alert, "subject_name", "resource_name", "node", "pod")
        or pick(found, "instance", "pod", "node", "deployment")
    )
    namespace = pick(subject, "namespace") or pick(alert, "subject_namespace", "namespace") or found.get("namespace")
    named = text(alert.get("aggregation_key"))
    return notice(
        "robusta",
        key={"fingerprint": pick(alert, "fingerprint")}
        if pick(alert, "fingerprint")
        else {
            "aggregation": named or without_measurements(title),
            "resource": resource,
            "namespace": namespace,
            "cluster": pick(alert, "cluster_name", "cluster"),
            "title": without_measurements(title.removeprefix("[RESOLVED]").strip())
            if named and resource is None
            else None,
        },
        status=status,
        severity=word(SEVERITY_WORDS, rank, "unknown"),
        tool_severity=rank,
        resource=resource,
        service=pick(alert, "service_key", "service") or found.get("service") or namespace or pick(alert, "source"),
        title=title,
        description=alert.get("description"),
        started_at=instant(alert.get("starts_at")) or instant(alert.get("timestamp")),
        ended_at=instant(alert.get("ends_at")),
        labels=labels({name: value for name, value in alert.items() if not isinstance(value, (dict, list))}, found),
        links=links(
            *(pick(link, "url") for link in alert.get("links") or () if isinstance(link, dict)),
            alert.get("investigate_uri"),
        ),
    )


def looks_like(payload: Payload) -> bool:
    if has(payload, "account_id", "alerts") and isinstance(payload["alerts"], list):
        return all(has(member, "title") for member in payload["alerts"])
    return (
        fields_of(
            payload,
            "aggregation_key",
            "finding_type",
            "subject",
            "subject_name",
            "failure",
            "investigate_uri",
            "category",
        )
        >= 3
    )


TOOL = Tool("robusta", "Robusta", parse, looks_like, 'a Robusta post: a list "alerts" whose members have a "title"')
