"""Dash0: issues of check rules. The issue's identifier names the series and lives on; its id is one occurrence."""

from collections.abc import Mapping
from typing import Any

from ingest.event import Alert, AlertStatus, Severity
from ingest.tools.fields import SEVERITY_WORDS, dig, has, items, labels, links, mapping, paragraphs, pick, text, word
from ingest.tools.notice import NotThisToolError, Payload, Tool, notice
from ingest.tools.times import instant

STATUS: Mapping[str, AlertStatus] = {
    "critical": "firing", "degraded": "firing", "failed": "firing", "ongoing": "firing", "open": "firing",
    "triggered": "firing", "resolved": "resolved", "closed": "resolved", "test": "unknown",
}  # fmt: skip
SEVERITY: Mapping[str, Severity] = {"critical": "critical", "failed": "critical", "degraded": "warning"}


def parse(payload: Payload) -> list[Alert]:
    issue = mapping(dig(payload, "data", "issue"))
    kind = text(dig(payload, "type")) or ""
    if not issue and kind == "test":
        return [
            notice(
                "dash0",
                key={"type": kind},
                status="unknown",
                title="Dash0: test notification",
                labels=labels(payload),
                kind="test",
            )
        ]
    if not issue:
        raise NotThisToolError('A Dash0 notification has "data" with an "issue".')
    found = _attributes(issue.get("labels"))
    said = pick(issue, "status") or kind.rpartition(".")[2]
    rank = found.get("severity") or (said if said in SEVERITY else None)
    rule = mapping(dig(issue, "checkrules", 0))
    alert = notice(
        "dash0",
        key={"issue": pick(issue, "issueIdentifier") or pick(issue, "id"), "dataset": pick(issue, "dataset")},
        status=word(STATUS, said, "unknown"),
        severity=word(SEVERITY, rank, word(SEVERITY_WORDS, rank, "unknown")),
        tool_severity=rank,
        resource=pick(
            found, "host.name", "k8s.pod.name", "k8s.node.name", "service.instance.id", "dash0.resource.name"
        ),
        service=pick(found, "service.name", "service_name"),
        title=pick(issue, "summary") or pick(rule, "name"),
        description=paragraphs(issue.get("description"), rule.get("name"), rule.get("expression")),
        started_at=instant(issue.get("start")),
        ended_at=instant(issue.get("end")),
        labels=labels(found, _attributes(issue.get("annotations")), {"rule": rule.get("name")}),
        links=links(issue.get("url"), rule.get("url")),
        kind="test" if kind == "test" else "alert",
    )
    return [alert]


def _attributes(value: Any) -> dict[str, str]:
    """OpenTelemetry's key and value, the value under the name of its type."""
    found: dict[str, str] = {}
    for item in items(value)[:400]:
        name, held = pick(item, "key"), dig(item, "value")
        said = (
            next((said for inner in held.values() if (said := text(inner))), None)
            if isinstance(held, dict)
            else text(held)
        )
        if name and said:
            found[name] = said
    return found


def looks_like(payload: Payload) -> bool:
    issue = dig(payload, "data", "issue")
    return has(issue, "issueIdentifier") or has(issue, "checkrules")


TOOL = Tool("dash0", "Dash0", parse, looks_like, 'a Dash0 notification with "data" and "issue"')
