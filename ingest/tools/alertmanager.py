"""Prometheus Alertmanager: webhook posts (versions 1 to 4), and the alert lists that clients post to its API.

Ordinary posts do not come here: `alertmanager_post` reads them faster, with the same result.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import msgspec

from ingest.event import Alert, AlertKind, AlertStatus, Severity
from ingest.fingerprint import fingerprint
from ingest.tools.fields import SEVERITY_WORDS, dig, items, line, links, mapping, paragraphs, strings, text, word
from ingest.tools.notice import NotThisToolError, Payload, Tool
from ingest.tools.times import instant

RESOURCE_LABELS = (
    "instance", "host", "hostname", "node", "nodename", "server", "server_name", "target", "url", "device", "vm", "pod",
    "pod_name", "container_name", "container", "queue", "topic", "database", "db", "datname", "cluster_name", "volume",
    "persistentvolumeclaim", "deployment", "statefulset", "daemonset", "job_name", "resource", "domain",
    "function_name", "device_name", "interface", "ip",
)  # fmt: skip
OBJECT_LABELS = (
    "pod", "persistentvolumeclaim", "statefulset", "deployment", "daemonset", "job_name", "horizontalpodautoscaler",
    "container", "node", "namespace",
)  # fmt: skip
"""kube-state-metrics reports on other things than its own instance."""
SERVICE_LABELS = (
    "service",
    "service_name",
    "app",
    "app_kubernetes_io_name",
    "application",
    "component",
    "job",
    "namespace",
    "grafana_folder",
)
HEARTBEATS = frozenset(
    {"watchdog", "deadmansswitch", "deadmanswitch", "prometheusdeadmanswitch", "deadman", "alwaysfiring", "heartbeat"}
)
NOT_IDENTITY = frozenset(
    {
        "severity",
        "priority",
        "level",
        "prometheus_replica",
        "__replica__",
        "receive_replica",
        "thanos_replica",
        "prometheus",
    }
)
"""Labels that change with the state of a condition, or name the one of two equal servers that reported it."""
STATUS: Mapping[str, AlertStatus] = {
    "firing": "firing", "resolved": "resolved", "active": "firing", "suppressed": "firing", "unprocessed": "firing",
    "inactive": "resolved", "ok": "resolved", "normal": "resolved", "alerting": "firing", "pending": "unknown",
    "nodata": "firing", "no_data": "firing", "error": "firing", "paused": "unknown",
}  # fmt: skip


SEVERITY_LABELS = ("severity", "priority", "level")
RESOLVE_TIMEOUT = timedelta(minutes=5)
"""How long an alert that a client posts without an end counts as firing (Alertmanager's own default)."""


class Meaning(msgspec.Struct, frozen=True, gc=False):
    """What follows from the labels alone."""

    labels: dict[str, str]
    fingerprint: str
    resource: str | None
    service: str | None
    title: str | None
    word: str | None
    severity: Severity
    kind: AlertKind


class Shape(msgspec.Struct, frozen=True, gc=False):
    """What follows from the names of labels, whatever they say: which of them says what."""

    resource: str | None
    watched: str | None
    """What says the resource where the job is kube-state-metrics."""
    service: str | None
    severity: str | None
    changing: tuple[str, ...]
    """Those that are not identity."""
    plain: bool
    """Nothing else about the names is of interest."""


def shape_of(names: tuple[str, ...]) -> Shape:
    """`names` are those of the labels that say something."""
    known = frozenset(names)
    return Shape(
        resource=next((name for name in RESOURCE_LABELS if name in known), None),
        watched=next((name for name in OBJECT_LABELS if name in known), None) if "job" in known else None,
        service=next((name for name in SERVICE_LABELS if name in known), None),
        severity=next((name for name in SEVERITY_LABELS if name in known), None),
        changing=tuple(name for name in names if name in NOT_IDENTITY),
        plain="alertname" in known and "rulename" not in known,
    )


def meaning_of(labels: dict[str, str], scheme: str, shape: Shape | None = None) -> Meaning:
    """What labels say of which none is empty. `shape` is that of their names, where the caller knows it."""
    if shape is None:
        shape = shape_of(tuple(labels))
    alertname = labels.get("alertname")
    named = _naming(labels, shape)
    said = None if shape.severity is None else labels[shape.severity]
    lasting = labels
    if shape.changing:
        lasting = labels.copy()
        for name in shape.changing:
            del lasting[name]
    return Meaning(
        labels,
        fingerprint(scheme, lasting),
        None if named is None else line(labels[named]),
        None if shape.service is None else _usual_line(labels[shape.service]),
        _usual_line(alertname if shape.plain else title_in(labels, alertname)),
        said[:100] if said else None,
        SEVERITY_WORDS.get(said.casefold(), "unknown") if said else "unknown",
        _kind(labels, alertname),
    )


_usual_line = lru_cache(maxsize=10_000)(line)
"""Services and rules are few, and named again and again."""


def _kind(labels: Mapping[str, str], alertname: str | None) -> AlertKind:
    if alertname == "TestAlert" and labels.get("instance") == "Grafana":
        return "test"
    return "heartbeat" if alertname and alertname.casefold() in HEARTBEATS else "alert"


def resource_in(labels: Mapping[str, str]) -> str | None:
    """What these labels are about."""
    told = {name: said for name, said in labels.items() if said}
    named = _naming(told, shape_of(tuple(told)))
    return None if named is None else told[named]


def _naming(labels: Mapping[str, str], shape: Shape) -> str | None:
    """The label that names the resource."""
    if shape.watched is not None and "kube-state-metrics" in labels["job"]:
        return shape.watched
    return shape.resource


def title_in(labels: Mapping[str, str], alertname: str | None) -> str | None:
    """Grafana names its own troubles with a rule in `alertname` and the rule in `rulename`."""
    rule = labels.get("rulename")
    return f"{alertname}: {rule}" if rule and alertname in {"DatasourceError", "DatasourceNoData"} else alertname


BASIS = ("labels",)


PROSE = ("summary", "message", "description", "details", "info", "__value_string__")
RUNBOOKS = ("runbook_url", "runbook", "dashboard_url", "dashboard", "__dashboardUrl__")
_RUNBOOKS = frozenset(RUNBOOKS)


def prose(annotations: Mapping[str, str]) -> str | None:
    return paragraphs(*map(annotations.get, PROSE))


def runbooks(annotations: Mapping[str, str]) -> tuple[str, ...]:
    if _RUNBOOKS.isdisjoint(annotations):
        return ()
    return links(*[annotations.get(name) for name in RUNBOOKS])


def read_alert(
    alert: dict[str, Any], *, tool: str, scheme: str, external: Any = None, at: datetime | None = None
) -> Alert:
    """One member of a post, whatever is missing in it. Its own status counts, never the group's."""
    labels = strings(alert.get("labels"))
    annotations = strings(alert.get("annotations"))
    said = annotations.get("severity") if labels.keys().isdisjoint(SEVERITY_LABELS) else None
    meaning = meaning_of(labels, scheme)
    ends = instant(alert.get("endsAt"), naive_is_utc=True)
    status = status_of(alert, ends, at)
    return Alert(
        tool=tool,
        status=status,
        severity=word(SEVERITY_WORDS, said, "unknown") if said else meaning.severity,
        tool_severity=line(said, 100) or meaning.word,
        resource=meaning.resource,
        service=meaning.service,
        title=meaning.title or line(alert.get("title")) or line(annotations.get("summary")),
        description=prose(annotations),
        fingerprint=meaning.fingerprint,
        started_at=instant(alert.get("startsAt"), naive_is_utc=True),
        ended_at=ends if status == "resolved" else None,
        labels=meaning.labels,
        links=links(*(alert.get(name) for name in LINK_FIELDS), *runbooks(annotations), external),
        kind=meaning.kind,
        basis=BASIS,
        expires_at=expiry(ends, at) if status == "firing" and not _has_status(alert) else None,
    )


LINK_FIELDS = ("generatorURL", "silenceURL", "dashboardURL", "panelURL", "imageURL")


def expiry(ends: datetime | None, at: datetime | None) -> datetime | None:
    """When an alert of the API, posted at `at`, is over unless it is posted again. Webhooks do not repeat theirs."""
    return ends or (at + RESOLVE_TIMEOUT if at is not None else None)


def _has_status(alert: dict[str, Any]) -> bool:
    return text(dig(alert, "status", "state") or alert.get("status") or alert.get("state")) is not None


def status_of(alert: dict[str, Any], ends: datetime | None, at: datetime | None) -> AlertStatus:
    """The API's alerts have no status: those whose end has come by `at` are over (Alertmanager API v2)."""
    said = dig(alert, "status", "state") or alert.get("status") or alert.get("state")
    if text(said) is not None:
        return word(STATUS, said, "unknown")
    return "resolved" if ends is not None and at is not None and ends <= at else "firing"


def members(payload: Payload) -> list[Any]:
    if isinstance(payload, list):
        return payload
    if isinstance(payload, dict) and isinstance(payload.get("alerts"), list):
        return items(payload["alerts"])
    return [payload] if isinstance(payload, dict) and isinstance(payload.get("labels"), dict) else []


def parse(payload: Payload, at: datetime | None = None) -> list[Alert]:
    found = members(payload)
    if not found and payload != [] and not (isinstance(payload, dict) and isinstance(payload.get("alerts"), list)):
        raise NotThisToolError('An Alertmanager post has a list "alerts", and each alert has "labels".')
    external = mapping(payload).get("externalURL")
    result = []
    for alert in found:
        if not isinstance(alert, dict) or not isinstance(alert.get("labels"), dict):
            raise NotThisToolError('Each alert of an Alertmanager post must be an object with "labels".')
        result.append(read_alert(alert, tool="alertmanager", scheme="am", external=external, at=at))
    return result


def looks_like(payload: Payload) -> bool:
    found = members(payload)
    if not found or not isinstance(found[0], dict) or not isinstance(found[0].get("labels"), dict):
        return isinstance(payload, dict) and "groupLabels" in payload and isinstance(payload.get("alerts"), list)
    if isinstance(payload, dict) and "groupLabels" in payload:
        return True
    return "alertname" in found[0]["labels"] or "startsAt" in found[0] or "annotations" in found[0]


TOOL = Tool(
    "alertmanager",
    "Prometheus Alertmanager",
    parse,
    looks_like,
    'an Alertmanager webhook post: an object with a list "alerts"',
)
