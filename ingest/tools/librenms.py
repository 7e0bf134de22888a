"""LibreNMS: the API transport's posts. The state is a number; 0 is recovered, whatever else the text says."""

from collections.abc import Mapping

from ingest.event import Alert, AlertStatus
from ingest.tools.fields import SEVERITY_WORDS, fields_of, labels, paragraphs, pick, text, word
from ingest.tools.notice import NotThisToolError, Payload, Tool, notice
from ingest.tools.times import instant

STATE: Mapping[str, AlertStatus] = {
    "0": "resolved", "1": "firing", "2": "acknowledged", "3": "firing", "4": "firing", "5": "firing",
}  # fmt: skip
"""0 clear, 1 active, 2 acknowledged, 3 got worse, 4 got better, 5 changed."""


def parse(payload: Payload) -> list[Alert]:
    if (
        not isinstance(payload, dict)
        or not pick(payload, "name", "title")
        or not pick(payload, "hostname", "display", "sysName", "device_id")
    ):
        raise NotThisToolError('A LibreNMS post has "hostname", "name" (of the rule), "state" and "severity".')
    rank = pick(payload, "severity")
    stated = text(payload.get("state"))
    recovered = (rank or "").casefold() in {"ok", "recovered", "clear"} or "recovered from" in (
        text(payload.get("title")) or ""
    ).casefold()
    status: AlertStatus = STATE.get(stated or "", "resolved" if recovered else "firing")
    moment = instant(payload.get("timestamp"))
    alert = notice(
        "librenms",
        key={
            "device": pick(payload, "hostname", "device_id"),
            "rule": pick(payload, "rule_id") or pick(payload, "name"),
        },
        status=status,
        severity=word(SEVERITY_WORDS, rank, "unknown"),
        tool_severity=rank,
        resource=pick(payload, "hostname", "display", "sysName", "ip"),
        title=pick(payload, "name", "title"),
        description=paragraphs(payload.get("msg"), payload.get("title"), payload.get("proc")),
        started_at=moment if status == "firing" else None,
        ended_at=moment,
        labels=labels(
            {
                name: payload.get(name)
                for name in (
                    "sysName",
                    "display",
                    "os",
                    "type",
                    "ip",
                    "hardware",
                    "location",
                    "alert_id",
                    "rule_id",
                    "uid",
                )
            }
        ),
    )
    return [alert]


def looks_like(payload: Payload) -> bool:
    return (
        fields_of(
            payload, "sysName", "sysDescr", "device_id", "rule_id", "alert_id", "faults", "builder", "uid", "elapsed"
        )
        >= 3
    )


TOOL = Tool("librenms", "LibreNMS", parse, looks_like, "the alert variables of LibreNMS's API transport")
