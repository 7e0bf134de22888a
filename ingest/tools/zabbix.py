"""Zabbix: JSON of a webhook media type or a script, whose field names the administrator chose; and streamed events.

Zabbix has no fixed shape: people post the macros they like under names they like. The names of the macros
({TRIGGER.NAME}, {HOST.NAME}, {EVENT.SEVERITY}) and of the common templates are read in any spelling.
"""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ingest.event import Alert, AlertStatus, Severity
from ingest.fingerprint import without_measurements
from ingest.tools.fields import dig, fold, folded, labels, line, links, mapping, pairs, pick, text, word
from ingest.tools.mail_lines import values
from ingest.tools.notice import VAGUE, NotThisToolError, Payload, Tool, notice
from ingest.tools.times import instant

STATUS: Mapping[str, AlertStatus] = {
    "problem": "firing", "1": "firing", "firing": "firing", "trigger": "firing", "active": "firing",
    "alerting": "firing",
    "ok": "resolved", "resolved": "resolved", "0": "resolved", "recovery": "resolved", "recovered": "resolved",
    "up": "resolved", "acknowledged": "acknowledged", "ack": "acknowledged", "unknown": "unknown",
    "updated problem": "unknown",
}  # fmt: skip
SEVERITY: Mapping[str, Severity] = {
    "disaster": "critical", "high": "major", "average": "minor", "warning": "warning", "information": "info",
    "info": "info", "not classified": "unknown", "5": "critical", "4": "major", "3": "minor", "2": "warning",
    "1": "info", "0": "unknown", "critical": "critical",
}  # fmt: skip
HOST = ("hostname", "host", "hosthost", "hostname1", "hostvisiblename", "hostdns", "resource", "hostip", "ip")
NAME = ("trigger", "triggername", "eventname", "problemname", "problem", "name", "alertsubject", "subject", "title")
STATE = ("triggerstatus", "eventstatus", "problemstatus", "status", "triggervalue", "eventvalue", "value", "state")
RANK = ("eventseverity", "triggerseverity", "severity", "triggernseverity", "eventnseverity", "nseverity", "priority")
PROSE = ("item", "itemname", "opdata", "eventopdata", "operationaldata", "alertmessage", "message",
    "triggerdescription", "description", "itemvalue", "itemlastvalue")  # fmt: skip
IDS = ("triggerid", "objectid")
_SUBJECT = re.compile(
    r"^(?P<state>Problem|Resolved(?: in [^:]{1,40})?|Updated problem(?: in [^:]{1,40})?|OK)\s*:", re.IGNORECASE
)
SERVICE_TAGS = ("service", "application", "app", "component", "scope")


def parse(payload: Payload) -> list[Alert]:
    if not isinstance(payload, dict):
        raise NotThisToolError("A Zabbix webhook posts one JSON object.")
    return [_read(payload)]


def _read(payload: dict[str, Any]) -> Alert:
    flat = _fields(payload)
    tags = _tags(payload)
    title = line(pick(flat, *NAME))
    host = pick(flat, *HOST) or text(dig(payload, "hosts", 0, "name")) or text(dig(payload, "hosts", 0, "host"))
    if title is None:
        raise NotThisToolError('A Zabbix post should hold {TRIGGER.NAME} as "trigger" (or "name").')
    found = links(*(flat.get(name) for name in ("link", "url", "triggerurl", "eventurl", "zabbixurl")))
    said, rank = pick(flat, *STATE), pick(flat, *RANK)
    status = _status(flat, said)
    moment = _moment(flat)
    return notice(
        "zabbix",
        key=_key(flat, host, title, found),
        status=status,
        severity=word(SEVERITY, rank, "unknown"),
        tool_severity=rank,
        resource=host,
        service=pick(folded(tags), *SERVICE_TAGS) or pick(flat, "service", "application", "hostgroup", "hostgroupname"),
        title=title,
        description="\n".join(dict.fromkeys(part for name in PROSE if (part := text(flat.get(name))))),
        started_at=moment if status != "resolved" else None,
        ended_at=_recovered(flat) or moment,
        labels=labels({name: value for name, value in payload.items() if name != "tags"}, tags),
        links=found,
        kind="test" if fold(title) in {"test", "testsubject"} and host is None else "alert",
    )


def _fields(payload: dict[str, Any]) -> dict[str, Any]:
    """The payload's fields under folded names. {"event": {"name": …}} is the same as {"event_name": …}, and the lines
    of the default message ("Host: web-1") tell what has no field of its own."""
    flat = folded(payload)
    for group in ("event", "trigger", "host", "item", "problem"):
        if isinstance(held := flat.get(group), dict):
            del flat[group]
            flat = {**{f"{group}{name}": value for name, value in folded(held).items()}, **flat}
    subject, told = pick(flat, "subject", "alertsubject", "title"), pick(flat, "message", "alertmessage", "body")
    begins = _SUBJECT.match(subject or "")
    if begins and told and not set(STATE) & flat.keys():
        flat = {**values(told), **flat, "status": begins["state"].split(" in ")[0]}
    return flat


def _status(flat: dict[str, Any], said: str | None) -> AlertStatus:
    update = (pick(flat, "eventupdatestatus", "updatestatus") or "").casefold()
    acknowledged = (pick(flat, "eventackstatus", "ackstatus", "acknowledged") or "").casefold()
    status: AlertStatus = word(STATUS, said, "unknown" if said else "firing")
    action = (pick(flat, "eventupdateaction", "updateaction") or "").casefold()
    taken = acknowledged in {"yes", "true", "1"} or action.startswith("acknowledged")
    return "acknowledged" if status == "firing" and update == "1" and taken else status


def _tags(payload: dict[str, Any]) -> dict[str, str]:
    """{EVENT.TAGS} is "name:value, name:value"; {EVENT.TAGSJSON} and exports are lists of {tag, value}."""
    for name, value in payload.items():
        if fold(name) in {"tags", "eventtags", "tagsjson", "eventtagsjson"}:
            if isinstance(value, str) and value.lstrip().startswith("["):
                value = _listed(value)
            if isinstance(value, list) and value and isinstance(value[0], dict):
                return pairs(value, key="tag" if "tag" in value[0] else "name")
            return pairs(value)
    return {}


def _listed(said: str) -> Any:
    """{EVENT.TAGSJSON} that a template put between quotes."""
    try:
        return json.loads(said)
    except (ValueError, RecursionError):
        return said


def _key(flat: dict[str, Any], host: str | None, title: str, found: tuple[str, ...]) -> dict[str, object]:
    """A trigger belongs to one host and lives on; the event's id is that of one occurrence."""
    ids = [text(flat.get(name)) for name in IDS] + [_in_query(link, "triggerid") for link in found]
    trigger = next((said for said in ids if said and said != "0"), None)
    return {"host": host, "trigger": trigger} if trigger else {"host": host, "name": without_measurements(title)}


def _in_query(link: str, name: str) -> str | None:
    try:
        return text(parse_qs(urlsplit(link).query, max_num_fields=50).get(name, [None])[0])
    except ValueError:
        return None


def _moment(flat: dict[str, Any]) -> Any:
    for name in (
        "eventtimestamp",
        "timestamp",
        "clock",
        "time",
        "eventdatetime",
        "datetime",
        "lastreceived",
        "startedat",
    ):
        if moment := instant(flat.get(name)):
            return moment
    day, clock = pick(flat, "eventdate", "date"), pick(flat, "eventtime", "time")
    return instant(f"{day} {clock}") if day and clock else None


def _recovered(flat: dict[str, Any]) -> Any:
    return instant(flat.get("eventrecoverytimestamp")) or instant(flat.get("recoverytime"))


def looks_like(payload: Payload) -> bool:
    if not isinstance(payload, dict):
        return False
    flat = folded(payload)
    if {"triggerid", "triggerstatus", "eventnseverity", "triggernseverity", "triggerseverity"} & flat.keys():
        return True
    if _SUBJECT.match(text(flat.get("subject")) or "") and "problem ID:" in (text(flat.get("message")) or ""):
        return True
    if all(isinstance(flat.get(group), dict) for group in ("event", "trigger", "host")):
        return True
    if isinstance(flat.get("hosts"), list) and "eventid" in flat and "groups" in flat:
        return True
    link = text(flat.get("link")) or text(flat.get("url")) or ""
    if "tr_events.php" in link or "zabbix" in link.casefold():
        return True
    said = (text(flat.get("status")) or "").casefold()
    return "trigger" in flat and bool(mapping(flat).keys() & set(HOST)) and said in STATUS


TOOL = Tool(
    "zabbix",
    "Zabbix",
    parse,
    looks_like,
    'the macros of a Zabbix event: "trigger", "status", "severity", "hostname"',
    turn=VAGUE,
)
