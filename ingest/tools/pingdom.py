"""Pingdom: uptime and transaction checks. The importance of a check is not the severity of its being up."""

from collections.abc import Mapping

from ingest.event import Alert, AlertStatus
from ingest.tools.fields import SEVERITY_WORDS, dig, has, labels, links, mapping, paragraphs, pick, text, word
from ingest.tools.notice import NotThisToolError, Payload, Tool, notice
from ingest.tools.times import instant

STATUS: Mapping[str, AlertStatus] = {
    "down": "firing", "up": "resolved", "failing": "firing", "success": "resolved", "unconfirmed_down": "unknown",
    "unknown": "unknown", "paused": "unknown",
}  # fmt: skip


def parse(payload: Payload) -> list[Alert]:
    if not isinstance(payload, dict) or not pick(payload, "check_name", "check_id"):
        raise NotThisToolError('A Pingdom webhook has "check_name", "check_id" and "current_state".')
    params = mapping(payload.get("check_params"))
    state, rank = pick(payload, "current_state"), pick(payload, "importance_level")
    status: AlertStatus = word(STATUS, state, "unknown")
    moment = instant(payload.get("state_changed_timestamp")) or instant(
        payload.get("state_changed_utc_time"), naive_is_utc=True
    )
    alert = notice(
        "pingdom",
        key={"check": text(payload.get("check_id")) or pick(payload, "check_name")},
        status=status,
        severity="info" if status == "resolved" else word(SEVERITY_WORDS, rank, "unknown"),
        tool_severity=rank,
        resource=pick(params, "hostname", "full_url", "url", "ip") or pick(payload, "hostname"),
        service=pick(payload, "check_name"),
        title=pick(payload, "check_name"),
        description=paragraphs(payload.get("description"), payload.get("long_description")),
        started_at=moment if status == "firing" else None,
        ended_at=moment,
        labels=labels(
            {
                name: payload.get(name)
                for name in ("check_id", "check_type", "current_state", "previous_state", "tags", "custom_message")
            },
            {
                "first_probe": dig(payload, "first_probe", "location"),
                "second_probe": dig(payload, "second_probe", "location"),
            },
        ),
        links=links(params.get("full_url")),
    )
    return [alert]


def looks_like(payload: Payload) -> bool:
    return has(payload, "check_id", "current_state", "check_name") or has(payload, "check_params", "previous_state")


TOOL = Tool("pingdom", "Pingdom", parse, looks_like, 'a Pingdom webhook with "check_name" and "current_state"')
