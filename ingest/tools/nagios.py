"""Nagios and its family (Naemon, Icinga, Centreon): JSON of a notification command, filled from macros.

The type of the notification decides, not the state: an ACKNOWLEDGEMENT or DOWNTIMESTART carries the same CRITICAL as
the problem. Notes on flapping, downtime and custom notifications change no state.
"""

from collections.abc import Mapping
from typing import Any

from ingest.event import Alert, AlertStatus, Severity
from ingest.tools.fields import fold, folded, labels, links, mapping, pick, text, word
from ingest.tools.notice import VAGUE, NotThisToolError, Payload, Tool, notice
from ingest.tools.times import instant

TYPE: Mapping[str, AlertStatus] = {
    "problem": "firing", "recovery": "resolved", "acknowledgement": "acknowledged", "acknowledgment": "acknowledged",
    "flappingstart": "unknown", "flappingstop": "unknown", "flappingend": "unknown", "flappingdisabled": "unknown",
    "downtimestart": "unknown", "downtimeend": "unknown", "downtimestop": "unknown", "downtimecancelled": "unknown",
    "downtimeremoved": "unknown", "custom": "unknown",
}  # fmt: skip
STATE: Mapping[str, AlertStatus] = {
    "ok": "resolved", "up": "resolved", "warning": "firing", "critical": "firing", "unknown": "firing",
    "down": "firing", "unreachable": "firing", "pending": "unknown", "warn": "firing", "crit": "firing",
    "unreach": "firing", "0": "resolved", "1": "firing", "2": "firing", "3": "firing",
}  # fmt: skip
SEVERITY: Mapping[str, Severity] = {
    "critical": "critical", "crit": "critical", "down": "critical", "unreachable": "major", "unreach": "major",
    "warning": "warning", "warn": "warning", "unknown": "unknown", "ok": "info", "up": "info",
}  # fmt: skip
TYPE_NAMES = ("notificationtype", "type", "notification", "action", "event")
SERVICE_NAMES = ("servicedesc", "servicedescription", "service", "servicename", "servicedisplayname", "check")
HOST_NAMES = ("hostname", "host", "hostdisplayname", "hostalias", "hostaddress", "address")


def parse(payload: Payload) -> list[Alert]:
    return [read(payload, "nagios")]


def read(payload: Payload, tool: str) -> Alert:
    """Read the macros of one notification, under the macros' names or the usual short ones."""
    if not isinstance(payload, dict):
        raise NotThisToolError("A notification command posts one JSON object.")
    flat = folded(_unnested(payload))
    host, service = pick(flat, *HOST_NAMES), pick(flat, *SERVICE_NAMES)
    if host is None and service is None:
        raise NotThisToolError(
            'A notification should say in "host" and "service" ($HOSTNAME$, $SERVICEDESC$) what it is about.'
        )
    state = _state(flat, service)
    kind = pick(flat, *TYPE_NAMES)
    status = status_of(kind, state)
    moment = instant(flat.get("timestamp")) or instant(flat.get("timet")) or instant(flat.get("longdatetime"))
    return notice(
        tool,
        key={"host": host, "service": service},
        scheme="nagios",
        status=status,
        severity=word(SEVERITY, state, "unknown"),
        tool_severity=state,
        resource=host,
        service=service or pick(flat, "hostgroup", "hostgroupname"),
        title=service or f"Host {host}",
        description=_prose(flat, service),
        started_at=_started(flat, status, moment),
        ended_at=moment,
        labels=labels(payload),
        links=links(
            *(
                flat.get(name)
                for name in ("url", "link", "serviceactionurl", "hostactionurl", "servicenotesurl", "hostnotesurl")
            )
        ),
    )


def _unnested(payload: dict[str, Any]) -> dict[str, Any]:
    """Icinga's own JSON nests: {"host": {"name": …}, "service": {"name": …}}; a script that posts its environment
    has the macros under NAGIOS_."""
    flat = {name.removeprefix("NAGIOS_").removeprefix("ICINGA_"): value for name, value in payload.items()}
    for name in ("host", "service"):
        if isinstance(payload.get(name), dict):
            flat[name] = pick(payload[name], "name", "display_name", "description")
    if isinstance(payload.get("check_result"), dict):
        flat.setdefault("output", payload["check_result"].get("output"))
        flat.setdefault("state", payload["check_result"].get("state"))
    return flat


def _state(flat: dict[str, Any], service: str | None) -> str | None:
    first = ("servicestate", "state", "hoststate", "status") if service else ("hoststate", "state", "status")
    said = pick(flat, *first)
    if said in {"0", "1", "2", "3"}:
        return (
            ("OK", "WARNING", "CRITICAL", "UNKNOWN")[int(said)]
            if service
            else ("UP", "DOWN", "DOWN", "UNREACHABLE")[int(said)]
        )
    return said


def status_of(kind: str | None, state: str | None) -> AlertStatus:
    """The status that a type of notification and a state make together."""
    # Icinga says "PROBLEM", Checkmk "FLAPPINGSTART (WARNING)", Nagios XI "DOWNTIMESTART".
    word_of_kind = fold((kind or "").split("(")[0])
    by_state: AlertStatus = word(STATE, state, "unknown")
    if word_of_kind in TYPE:
        stated = TYPE[word_of_kind]
        return by_state if stated == "firing" and by_state == "resolved" else stated
    return by_state if state else "firing"


def _started(flat: dict[str, Any], status: AlertStatus, moment: Any) -> Any:
    changed = (
        instant(flat.get("lastservicestatechange"))
        or instant(flat.get("lasthoststatechange"))
        or instant(flat.get("laststatechange"))
    )
    return (changed or moment) if status == "firing" else None


def _prose(flat: dict[str, Any], service: str | None) -> str | None:
    names = ("serviceoutput", "output") if service else ("hostoutput", "output", "serviceoutput")
    long = ("longserviceoutput", "longoutput", "longhostoutput")
    parts = [
        pick(flat, *names, "message", "description"),
        pick(flat, *long),
        pick(flat, "comment", "notificationcomment", "ackcomment"),
    ]
    return "\n".join(part for part in parts if part) or None


def looks_like(payload: Payload) -> bool:
    if not isinstance(payload, dict):
        return False
    flat = folded(_unnested(payload))
    kind = fold(text(flat.get("notificationtype")) or text(flat.get("type")) or "")
    if kind not in TYPE:
        return False
    named = bool(mapping(flat).keys() & {*HOST_NAMES, *SERVICE_NAMES})
    return named and bool(flat.keys() & {"state", "servicestate", "hoststate", "output", "serviceoutput", "hostoutput"})


TOOL = Tool(
    "nagios",
    "Nagios",
    parse,
    looks_like,
    'the macros of a Nagios notification: "host", "service", "state", "type", "output"',
    turn=VAGUE,
)
