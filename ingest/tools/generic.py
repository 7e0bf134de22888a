"""Any JSON object (or form) that uses common names: `{"title": …, "status": …, "resource": …}` in many spellings.

This is what scripts should post. A payload that says nothing of its status is firing: whoever writes to a desk
without further words has a trouble to tell.
"""

from collections.abc import Mapping
from typing import Any

from ingest.event import Alert, AlertStatus
from ingest.fingerprint import without_measurements
from ingest.tools.fields import SEVERITY_WORDS, folded, items, labels, line, links, mapping, pairs, text, word
from ingest.tools.notice import LAST, NotThisToolError, Payload, Tool, notice
from ingest.tools.times import instant

_FIRING = """firing fire open opened new active activated alert alerting alarm trigger triggered problem down critical
    error failed failure fail warning bad raise raised set create created start started in_alarm unhealthy offline
    breach breached fired"""
_RESOLVED = """resolved resolve ok okay up closed close clear cleared recovered recovery normal good success healthy
    online end ended inactive fixed done deactivated green passed"""
STATUS: Mapping[str, AlertStatus] = {
    **dict.fromkeys(_FIRING.split(), "firing"),
    **dict.fromkeys(_RESOLVED.split(), "resolved"),
    **dict.fromkeys(["acknowledged", "acknowledge", "ack", "acked"], "acknowledged"),
    **dict.fromkeys(
        ["unknown", "insufficient_data", "nodata", "no_data", "suppressed", "pending", "paused"], "unknown"
    ),
}

_SPELLINGS: Mapping[str, str] = {
    "status": "status state alertstatus alertstate currentstate eventaction action eventtype eventstatus",
    "severity": "severity level priority criticality urgency alertlevel importance loglevel",
    "resource": """resource resourcename host hostname instance node nodename server servername device devicename
        machine target url monitorurl entity entityid source ip ipaddress address container pod object asset
        computer""",
    "service": """service servicename application app appname component check checkname job project system product group
        cluster namespace environment""",
    "title": """title summary alertname name subject event eventname alert headline problem trigger rulename monitorname
        displayname message msg text description reason error body""",
    "description": """description details detail message msg text body longdescription reason error output comment
        summary info""",
    "started": """startsat startedat starttime startdate start firedat triggeredat openedat createdat created
        timestamp time datetime date occurredat eventtime at""",
    "ended": "endsat endedat endtime enddate end resolvedat closedat clearedat recoveredat",
    "key": """fingerprint dedupkey deduplicationkey dedup incidentkey alertkey groupingkey alias key correlationid
        uniqueid alertuid alertid incidentid monitorid checkid ruleid triggerid""",
    "links": """url link href permalink dashboardurl alerturl generatorurl runbookurl runbook externalurl weburl htmlurl
        detailsurl incidenturl linktoupstreamdetails""",
}
_NAMES: Mapping[str, tuple[str, ...]] = {field: tuple(names.split()) for field, names in _SPELLINGS.items()}
_WRAPPERS = (
    "alert",
    "event",
    "data",
    "payload",
    "incident",
    "raw",
    "notification",
    "monitor",
    "problem",
    "body",
    "detail",
)


def parse(payload: Payload) -> list[Alert]:
    if isinstance(payload, dict):
        many = next(
            (payload[name] for name in ("alerts", "events", "problems") if isinstance(payload.get(name), list)), None
        )
        if many is not None and all(isinstance(member, dict) for member in many):
            outer = {name: value for name, value in payload.items() if value is not many}
            return [read({**_shareable(outer), **member}) for member in many]
        return [read(payload)]
    if isinstance(payload, list) and all(isinstance(member, dict) for member in payload):
        return [read(member) for member in payload]
    raise NotThisToolError(
        'Post a JSON object with at least a "title"; "status", "severity", "resource" and "service" help.'
    )


def _shareable(outer: dict[str, Any]) -> dict[str, Any]:
    """What a post says of all its members; its state is the group's and says nothing of a member."""
    return {
        name: value
        for name, value in outer.items()
        if isinstance(value, str) and name.casefold() not in {"status", "state"}
    }


def read(payload: dict[str, Any], tool: str = "generic") -> Alert:
    """Read one object by the common names, looking into the usual wrappers for what the top does not say."""
    levels = [folded(payload)]
    levels += [
        folded(payload[name]) for name in payload if isinstance(payload[name], dict) and name.casefold() in _WRAPPERS
    ]
    levels += [folded(inner) for level in levels[1:3] for inner in level.values() if isinstance(inner, dict)][:6]
    levels += [folded(pairs(payload[name])) for name in ("labels", "tags") if name in payload]
    title, description = _named(levels, "title"), _named(levels, "description")
    if title is None:
        raise NotThisToolError('Nothing here says what is wrong; post a JSON object with at least a "title".')
    resource, service = _named(levels, "resource"), _named(levels, "service")
    stated = _named(levels, "status")
    said = _named(levels, "severity")
    status: AlertStatus = word(STATUS, stated, "unknown" if stated else "firing")
    key = _named(levels, "key")
    if service == title:
        service = None
    return notice(
        tool,
        key={"key": key} if key else {"resource": resource, "service": service, "title": without_measurements(title)},
        status=_by_severity(status, stated, said),
        severity=word(SEVERITY_WORDS, said, "unknown"),
        tool_severity=said,
        resource=resource,
        service=service,
        title=title,
        description=description,
        started_at=_moment(levels, "started"),
        ended_at=_moment(levels, "ended"),
        labels=labels(
            {name: value for name, value in payload.items() if name != "labels"}, pairs(payload.get("labels"))
        ),
        links=links(
            *(
                value
                for level in levels
                for name in _NAMES["links"]
                for value in items(level.get(name)) or [level.get(name)]
            )
        ),
        kind="heartbeat" if (text(payload.get("kind")) or "").casefold() == "heartbeat" else "alert",
    )


def _by_severity(status: AlertStatus, stated: str | None, severity: str | None) -> AlertStatus:
    """Some have one word for both: a severity of "ok" or "normal" is a resolve where no status is stated."""
    if (
        stated is None
        and severity is not None
        and severity.casefold() in {"ok", "normal", "clear", "cleared", "resolved", "recovered"}
    ):
        return "resolved"
    return status


def _named(levels: list[dict[str, Any]], field: str) -> str | None:
    for level in levels:
        for name in _NAMES[field]:
            value = level.get(name)
            if isinstance(value, (str, int, float)) and (said := text(value)) is not None:
                return line(said) if field != "description" else said
            if (
                isinstance(value, dict)
                and field in {"service", "resource", "title"}
                and (said := line(mapping(value).get("name")))
            ):
                return said
    return None


def _moment(levels: list[dict[str, Any]], field: str) -> Any:
    found = (instant(level.get(name)) for level in levels for name in _NAMES[field])
    return next((moment for moment in found if moment is not None), None)


def looks_like(payload: Payload) -> bool:
    return isinstance(payload, dict) or (
        isinstance(payload, list) and bool(payload) and all(isinstance(item, dict) for item in payload)
    )


TOOL = Tool("generic", "Generic JSON", parse, looks_like, 'a JSON object with at least a "title"', turn=LAST)
