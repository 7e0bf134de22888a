"""Prometheus Alertmanager: webhook posts (versions 1 to 4), and the alert lists that clients post to its API.

A post of a hundred alerts is read in one pass over typed structures; labels and annotations are kept as the bytes
they came as, and what follows from them is remembered, because a firing alert says the same again and again.
Anything unusual goes through the careful reading in `parse`.
"""

from collections.abc import Mapping
from datetime import datetime
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


def meaning_of(labels: dict[str, str], scheme: str) -> Meaning:
    alertname = labels.get("alertname")
    said = first_of(labels, ("severity", "priority", "level"))
    return Meaning(
        labels=labels,
        fingerprint=fingerprint(scheme, {name: value for name, value in labels.items() if name not in NOT_IDENTITY}),
        resource=line(resource_in(labels)),
        service=line(first_of(labels, SERVICE_LABELS)),
        title=line(title_in(labels, alertname)),
        word=line(said, 100),
        severity=SEVERITY_WORDS.get(said.casefold(), "unknown") if said else "unknown",
        kind="heartbeat" if alertname and alertname.casefold() in HEARTBEATS else "alert",
    )


def first_of(labels: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    for name in names:
        if said := labels.get(name):
            return said
    return None


def resource_in(labels: Mapping[str, str]) -> str | None:
    if "kube-state-metrics" in labels.get("job", "") and (said := first_of(labels, OBJECT_LABELS)):
        return said
    return first_of(labels, RESOURCE_LABELS)


def title_in(labels: Mapping[str, str], alertname: str | None) -> str | None:
    """Grafana names its own troubles with a rule in `alertname` and the rule in `rulename`."""
    rule = labels.get("rulename")
    return f"{alertname}: {rule}" if rule and alertname in {"DatasourceError", "DatasourceNoData"} else alertname


# --- the fast way ----------------------------------------------------------------------------------


class _Alert(msgspec.Struct, gc=False):
    labels: msgspec.Raw
    status: str
    annotations: msgspec.Raw = msgspec.Raw(b"{}")
    startsAt: str = ""  # noqa: N815
    endsAt: str = ""  # noqa: N815
    generatorURL: str = ""  # noqa: N815


class _Post(msgspec.Struct, gc=False):
    alerts: list[_Alert]
    version: str
    externalURL: str = ""  # noqa: N815


_decode_post = msgspec.json.Decoder(_Post).decode
_decode_strings = msgspec.json.Decoder(dict[str, str]).decode


@lru_cache(maxsize=20_000)
def _meaning_of_bytes(raw: bytes, scheme: str) -> Meaning:
    return meaning_of({name: said for name, said in _decode_strings(raw).items() if said}, scheme)


@lru_cache(maxsize=20_000)
def _prose_of_bytes(raw: bytes) -> tuple[str | None, tuple[str, ...]]:
    annotations = _decode_strings(raw)
    return prose(annotations), runbooks(annotations)


@lru_cache(maxsize=20_000)
def _links_of(generator: str, external: str, runbook: tuple[str, ...]) -> tuple[str, ...]:
    return links(generator, *runbook, external)


def read_post(body: bytes) -> list[Alert] | None:
    """The alerts of an ordinary webhook post, or None where it needs the careful way."""
    try:
        post = _decode_post(body)
        return [_fast_alert(index, alert, post.externalURL) for index, alert in enumerate(post.alerts)]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, LookupError):
        return None


class _Envelope(msgspec.Struct, gc=False):
    alerts: list[msgspec.Raw]
    version: str
    status: str


_decode_envelope = msgspec.json.Decoder(_Envelope).decode


def is_post(body: bytes) -> bool:
    """Is this an ordinary webhook post? Looks no deeper than the list of alerts."""
    try:
        _decode_envelope(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


_FAST_STATUS: Mapping[str, AlertStatus] = {"firing": "firing", "resolved": "resolved"}


def _fast_alert(index: int, alert: _Alert, external: str) -> Alert:
    meaning = _meaning_of_bytes(bytes(alert.labels), "am")
    description, runbook = _prose_of_bytes(bytes(alert.annotations))
    status = _FAST_STATUS[alert.status]
    return Alert(
        index=index,
        tool="alertmanager",
        status=status,
        severity=meaning.severity,
        tool_severity=meaning.word,
        resource=meaning.resource,
        service=meaning.service,
        title=meaning.title,
        description=description,
        fingerprint=meaning.fingerprint,
        started_at=instant(alert.startsAt),
        ended_at=instant(alert.endsAt) if status == "resolved" else None,
        labels=meaning.labels,
        links=_links_of(alert.generatorURL, external, runbook),
        kind=meaning.kind,
        basis=BASIS,
        expires_at=instant(alert.endsAt) if status == "firing" else None,
    )


# --- the careful way -------------------------------------------------------------------------------

BASIS = ("labels",)


def prose(annotations: Mapping[str, str]) -> str | None:
    return paragraphs(
        *(
            annotations.get(name)
            for name in ("summary", "message", "description", "details", "info", "__value_string__")
        )
    )


def runbooks(annotations: Mapping[str, str]) -> tuple[str, ...]:
    return links(
        *(
            annotations.get(name)
            for name in ("runbook_url", "runbook", "dashboard_url", "dashboard", "__dashboardUrl__")
        )
    )


def read_alert(
    alert: dict[str, Any], *, tool: str, scheme: str, external: Any = None, at: datetime | None = None
) -> Alert:
    """One member of a post, whatever is missing in it. Its own status counts, never the group's."""
    labels = strings(alert.get("labels"))
    annotations = strings(alert.get("annotations"))
    if not labels.get("severity") and not first_of(labels, ("priority", "level")) and annotations.get("severity"):
        said: str | None = annotations["severity"]
    else:
        said = None
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
        expires_at=ends if status == "firing" else None,
    )


LINK_FIELDS = ("generatorURL", "silenceURL", "dashboardURL", "panelURL", "imageURL")


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
    if not found and not (isinstance(payload, dict) and isinstance(payload.get("alerts"), list)):
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
