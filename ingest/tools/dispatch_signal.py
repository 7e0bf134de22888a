"""Netflix Dispatch: signal instances, which wrap another tool's event in `raw`."""

from ingest.event import Alert, AlertStatus
from ingest.tools.fields import SEVERITY_WORDS, dig, folded, has, labels, line, mapping, paragraphs, pick, text, word
from ingest.tools.generic import STATUS
from ingest.tools.notice import VAGUE, NotThisToolError, Payload, Tool, notice
from ingest.tools.times import instant


def parse(payload: Payload) -> list[Alert]:
    raw = mapping(dig(payload, "raw"))
    if not raw:
        raise NotThisToolError('A Dispatch signal has "project" and "raw".')
    details = folded({**mapping(raw.get("additionalMetadata")), **mapping(raw.get("attributes"))})
    flat = folded(raw)
    variant = pick(flat, "variant", "id", "externalid") or pick(details, "alertvariant")
    title = (
        line(
            pick(flat, "name", "title", "alertname", "summary")
            or pick(details, "alertname", "name", "eventname", "title")
        )
        or variant
    )
    if title is None:
        raise NotThisToolError('A Dispatch signal should hold a "name" in "raw".')
    said = pick(flat, "status", "state")
    status: AlertStatus = word(STATUS, said, "firing")
    rank = pick(flat, "severity", "priority") or pick(details, "severity", "priority")
    host = pick(details, "hostname", "host", "resource", "instanceid", "accountid")
    alert = notice(
        "dispatch_signal",
        key={
            "project": text(dig(payload, "project", "name")),
            "variant": variant or title,
            "resource": host or pick(details, "useremail", "ipaddress"),
        },
        status=status,
        severity=word(SEVERITY_WORDS, rank, "unknown"),
        tool_severity=rank,
        resource=host or pick(details, "ipaddress", "useremail"),
        service=text(dig(payload, "project", "name")),
        title=title,
        description=paragraphs(flat.get("description"), pick(details, "description", "eventname")),
        started_at=instant(flat.get("createdat")) or instant(details.get("timestamp")),
        labels=labels(raw),
    )
    return [alert]


def looks_like(payload: Payload) -> bool:
    return has(payload, "project", "raw") and isinstance(payload["raw"], dict) and isinstance(payload["project"], dict)


TOOL = Tool("dispatch_signal", "Dispatch", parse, looks_like, 'a Dispatch signal with "project" and "raw"', turn=VAGUE)
