"""ElastAlert (2): the HTTP POST alerters, which send the matched document and whatever the rule adds to it.

There is no fixed shape: the fields of the document come as they are, with names like "@timestamp". A rule that wants
to be recognised adds its name as a static field.
"""

from collections.abc import Mapping

from ingest.event import Alert, AlertStatus, Severity
from ingest.tools import generic
from ingest.tools.fields import SEVERITY_WORDS, dig, fields_of, folded, labels, line, links, paragraphs, pick, word
from ingest.tools.notice import VAGUE, NotThisToolError, Payload, Tool, notice
from ingest.tools.times import instant

RULE = (
    "rule_name",
    "rulename",
    "rule",
    "name",
    "alert_name",
    "alertname",
    "title",
    "alert_subject",
    "subject",
    "alert",
    "event",
)

PRIORITY: Mapping[str, Severity] = {"1": "critical", "2": "major", "3": "minor", "4": "warning", "5": "info"}


def parse(payload: Payload) -> list[Alert]:
    if not isinstance(payload, dict) or not payload:
        raise NotThisToolError("ElastAlert posts one JSON object: the matched document and the rule's static fields.")
    flat = folded(payload)
    rule = line(pick(payload, *RULE))
    message = pick(payload, "message", "alert_text", "msg", "text", "description", "log", "body")
    if rule is None and message is None and not fields_of(payload, "@timestamp", "num_hits", "num_matches"):
        raise NotThisToolError(
            'An ElastAlert post should hold the rule\'s name ("http_post_static_payload": {"rule_name": …}).'
        )
    host = (
        pick(
            payload,
            "host",
            "hostname",
            "host.name",
            "agent.hostname",
            "beat.hostname",
            "instance",
            "resource",
            "source",
        )
        or pick(dig(payload, "host"), "name", "hostname")
        or pick(dig(payload, "agent"), "hostname", "name")
        or pick(dig(payload, "kubernetes", "pod"), "name")
    )
    rank = pick(payload, "severity", "level", "priority", "log.level") or pick(dig(payload, "log"), "level")
    urgency = pick(payload, "alert_priority")
    said = pick(payload, "state", "status", "alert_state")
    status: AlertStatus = word(generic.STATUS, said, "firing")
    moment = instant(payload.get("@timestamp"), naive_is_utc=True) or instant(flat.get("timestamp"), naive_is_utc=True)
    uid = pick(payload, "alert_uid", "alert_key", "dedup_key")
    alert = notice(
        "elastalert",
        key={"uid": uid} if uid else {"rule": rule or line(message, 200), "host": host},
        status=status,
        severity=word(SEVERITY_WORDS, rank, "unknown") if rank else word(PRIORITY, urgency, "unknown"),
        tool_severity=rank or urgency,
        resource=host,
        service=pick(payload, "service", "service.name", "app", "application", "job")
        or pick(dig(payload, "service"), "name"),
        title=rule or line(message) or "ElastAlert match",
        description=paragraphs(message, pick(payload, "alert_text", "description")),
        started_at=moment if status == "firing" else None,
        ended_at=moment,
        labels=labels(payload),
        links=links(
            *(
                payload.get(name)
                for name in (
                    "kibana_url",
                    "kibana_link",
                    "kibana_discover_url",
                    "opensearch_discover_url",
                    "url",
                    "link_to_upstream_details",
                )
            )
        ),
    )
    return [alert]


def looks_like(payload: Payload) -> bool:
    if fields_of(payload, "num_hits", "num_matches", "elastalert_rule") >= 1:
        return True
    if fields_of(payload, "rule_name", "alert_text", "alert_subject", "alert_priority") >= 2:
        return True
    return fields_of(payload, "@timestamp") == 1 and fields_of(payload, "rule", "agent", "decoder") < 3


TOOL = Tool(
    "elastalert",
    "ElastAlert",
    parse,
    looks_like,
    "an ElastAlert HTTP post: the matched document with the rule's name",
    turn=VAGUE + 1,
)
