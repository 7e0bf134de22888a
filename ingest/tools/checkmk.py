"""Checkmk: the fields of a notification script's context (NOTIFY_…) in the names of the common webhook scripts."""

from collections.abc import Mapping

from ingest.event import Alert, Severity
from ingest.tools import nagios
from ingest.tools.fields import fields_of, fold, folded, labels, line, links, paragraphs, pick, word
from ingest.tools.notice import VAGUE, NotThisToolError, Payload, Tool, notice
from ingest.tools.times import instant

SEVERITY: Mapping[str, Severity] = nagios.SEVERITY


def parse(payload: Payload) -> list[Alert]:
    if not isinstance(payload, dict):
        raise NotThisToolError("A Checkmk notification script posts one JSON object.")
    flat = {name.removeprefix("notify"): value for name, value in folded(payload).items()}
    host = pick(flat, "hostname", "host", "hostalias", "alias", "hostaddress", "address")
    service = pick(flat, "servicedesc", "service", "servicedescription", "servicename")
    if host is None:
        raise NotThisToolError('A Checkmk notification should say the host in "host" ($HOSTNAME$).')
    state = pick(
        flat, "servicestate" if service else "hoststate", "status", "state", "serviceshortstate", "hostshortstate"
    )
    said = pick(flat, "severity") or state
    status = nagios.status_of(pick(flat, "notificationtype", "type"), state or said)
    moment = instant(flat.get("microtime")) or instant(flat.get("longdatetime")) or instant(flat.get("timestamp"))
    alert = notice(
        "checkmk",
        key={"site": pick(flat, "site", "omdsite"), "host": host, "service": service},
        status=status,
        severity=word(SEVERITY, state, "unknown"),
        tool_severity=said,
        resource=host,
        service=service,
        title=pick(flat, "summary", "subject") or line(f"{service} on {host}" if service else f"Host {host}"),
        description=paragraphs(
            pick(flat, "output", "serviceoutput" if service else "hostoutput", "pluginoutput"),
            pick(flat, "longoutput", "longserviceoutput", "longhostoutput"),
            pick(flat, "notificationcomment", "comment"),
        ),
        started_at=moment if status == "firing" else None,
        ended_at=moment,
        labels=labels(payload),
        links=links(flat.get("url"), flat.get("hosturl"), flat.get("serviceurl")),
    )
    return [alert]


def looks_like(payload: Payload) -> bool:
    if not isinstance(payload, dict):
        return False
    if any(name.startswith("NOTIFY_") for name in payload):
        return True
    summary = pick(payload, "summary", "source") or ""
    own = fields_of(
        payload,
        "check_command",
        "contact_name",
        "long_date_time",
        "short_date_time",
        "what",
        "site",
        "notification_type",
        "event",
    )
    return own >= 3 or ("checkmk" in fold(summary) and "host" in payload)


TOOL = Tool("checkmk", "Checkmk", parse, looks_like, "the notification context of Checkmk as JSON", turn=VAGUE)
