"""Azure Monitor: the common alert schema, the older ones (metric, log, activity log, classic) and cost alerts.

The common schema has four essentials that may all be null; a service-health alert says "Fired" of a trouble that its
own context calls resolved, and the context is nearer to the trouble.
"""

from collections.abc import Mapping
from typing import Any

from ingest.event import Alert, AlertStatus, Severity
from ingest.tools.fields import dig, items, labels, links, mapping, pairs, paragraphs, pick, text, word
from ingest.tools.notice import NotThisToolError, Payload, Tool, notice
from ingest.tools.times import instant

STATUS: Mapping[str, AlertStatus] = {
    "fired": "firing", "activated": "firing", "active": "firing", "alert": "firing", "new": "firing",
    "updated": "firing", "resolved": "resolved", "deactivated": "resolved", "closed": "resolved",
    "complete": "resolved", "acknowledged": "acknowledged",
}  # fmt: skip
SEVERITY: Mapping[str, Severity] = {
    "sev0": "critical", "sev1": "major", "sev2": "warning", "sev3": "info", "sev4": "info",
    "0": "critical", "1": "major", "2": "warning", "3": "info", "4": "info",
    "critical": "critical", "error": "major", "warning": "warning", "informational": "info", "verbose": "info",
}  # fmt: skip


def parse(payload: Payload) -> list[Alert]:
    if not isinstance(payload, dict):
        raise NotThisToolError("Azure Monitor posts one JSON object.")
    data = mapping(payload.get("data"))
    if isinstance(data.get("essentials"), dict):
        return [_common(data["essentials"], mapping(data.get("alertContext")), mapping(data.get("customProperties")))]
    if "BudgetName" in data:
        return [_budget(data)]
    if "SearchQuery" in data or "SearchResult" in data or "SearchResults" in data or "AlertRuleName" in data:
        return [_log_alert(data)]
    if "AlertRuleName" in payload:
        return [_log_alert(payload)]
    activity = dig(data, "context", "activityLog")
    if isinstance(activity, dict):
        return [_activity(data, activity)]
    context = mapping(data.get("context")) or mapping(payload.get("context"))
    if context:
        return [_metric(data or payload, context, text(payload.get("operation")))]
    raise NotThisToolError('An Azure Monitor post has "data" with "essentials" (common schema) or "context".')


def _name_in_path(path: Any) -> str | None:
    said = text(path)
    return said.rstrip("/").rsplit("/", 1)[-1] if said else None


def _type_in_path(path: Any) -> str | None:
    """ "Microsoft.Compute/virtualMachines" in a resource id."""
    parts = (text(path) or "").strip("/").split("/")
    place = next((number for number, part in enumerate(parts) if part.casefold() == "providers"), None)
    return "/".join(parts[place + 1 : place + 3]) if place is not None and len(parts) > place + 2 else None


def _common(essentials: dict[str, Any], context: dict[str, Any], custom: dict[str, Any]) -> Alert:
    properties = mapping(context.get("properties"))
    configured = text(dig(essentials, "configurationItems", 0))
    target = dig(essentials, "alertTargetIDs", 0)
    health = (text(context.get("eventSource")) or "") in {"ServiceHealth", "2"} or text(
        essentials.get("monitoringService")
    ) == "ServiceHealth"
    condition = text(essentials.get("monitorCondition"))
    status: AlertStatus = word(STATUS, condition, "firing" if condition is None else "unknown")
    if status == "firing" and "resolved" in {
        (text(said) or "").casefold() for said in (context.get("status"), properties.get("stage"))
    }:
        status = "resolved"
    rank = text(essentials.get("severity"))
    dimensions = pairs(dig(context, "condition", "allOf", 0, "dimensions"), key="name")
    rule = text(essentials.get("alertRule"))
    resource = configured if rule or _type_in_path(target) else None
    return notice(
        "azure_monitor",
        key={
            "rule": rule or text(dig(context, "AlertData", "BudgetId")) or text(essentials.get("alertId")),
            "targets": [said.casefold() for item in items(essentials.get("alertTargetIDs")) if (said := text(item))],
            "item": configured,
            "dimensions": dimensions,
            "tracking": text(properties.get("trackingId")),
        },
        status=status,
        severity=word(SEVERITY, rank, "unknown"),
        tool_severity=rank,
        resource=resource or (None if health or not _type_in_path(target) else _name_in_path(target)),
        service=text(properties.get("service"))
        or text(properties.get("impactedServices"))
        or _type_in_path(target)
        or text(essentials.get("monitoringService")),
        title=rule or pick(essentials, "description") or text(essentials.get("monitoringService")),
        description=paragraphs(
            essentials.get("description"),
            properties.get("title"),
            properties.get("communication"),
            _condition(context),
            context.get("operationName"),
            dig(context, "AlertData", "BudgetName"),
        ),
        started_at=(instant(properties.get("impactStartTime")) if health else None)
        or instant(essentials.get("firedDateTime")),
        ended_at=instant(essentials.get("resolvedDateTime")) or instant(properties.get("impactMitigationTime")),
        labels=labels(
            {
                name: essentials.get(name)
                for name in ("signalType", "monitoringService", "alertId", "originAlertId", "alertTargetIDs")
            },
            {name: value for name, value in properties.items() if not isinstance(value, (dict, list))},
            dimensions,
            custom,
        ),
        links=links(
            dig(context, "condition", "allOf", 0, "linkToSearchResultsUI"),
            context.get("LinkToSearchResults"),
            essentials.get("investigationLink"),
        ),
    )


def _condition(context: dict[str, Any]) -> str | None:
    found = mapping(dig(context, "condition", "allOf", 0))
    parts = (
        text(found.get(name)) for name in ("timeAggregation", "metricName", "searchQuery", "operator", "threshold")
    )
    return " ".join(part for part in parts if part) or None


def _metric(data: dict[str, Any], context: dict[str, Any], operation: str | None) -> Alert:
    """Metric alerts of the older schema, classic alerts, and autoscale notices (with an `operation`)."""
    status: AlertStatus = word(STATUS, data.get("status"), "unknown")
    condition = mapping(dig(context, "condition", "allOf", 0)) or mapping(context.get("condition"))
    rank = text(context.get("severity"))
    path = pick(context, "resourceId", "id")
    moment = instant(context.get("timestamp"))
    metric = pick(condition, "metricName")
    return notice(
        "azure_monitor",
        key={
            "rule": pick(context, "id", "name"),
            "resource": (text(context.get("resourceId")) or "").casefold(),
            "dimensions": pairs(condition.get("dimensions"), key="name"),
        },
        status=status,
        severity=word(SEVERITY, rank, "unknown"),
        tool_severity=rank,
        resource=pick(context, "resourceName") or _name_in_path(path),
        service=pick(context, "resourceType") or _type_in_path(path),
        title=pick(context, "name") or operation or metric,
        description=paragraphs(
            context.get("description"),
            context.get("details"),
            " ".join(part for name in ("metricName", "operator", "threshold") if (part := text(condition.get(name)))),
        ),
        started_at=moment if status == "firing" else None,
        ended_at=moment,
        labels=labels(
            {
                name: context.get(name)
                for name in ("resourceGroupName", "subscriptionId", "conditionType", "resourceRegion")
            },
            {"metric": metric, "value": condition.get("metricValue")},
            mapping(data.get("properties")),
        ),
        links=links(context.get("portalLink")),
        kind="control" if operation else "alert",
    )


def _activity(data: dict[str, Any], activity: dict[str, Any]) -> Alert:
    """Something was done, or happened, to a resource (activity log, resource health, service health)."""
    properties = mapping(activity.get("properties"))
    said = {(text(value) or "").casefold() for value in (activity.get("status"), properties.get("stage"))}
    status: AlertStatus = "resolved" if "resolved" in said else word(STATUS, data.get("status"), "firing")
    rank = text(activity.get("level"))
    path = text(activity.get("resourceId"))
    return notice(
        "azure_monitor",
        key={
            "operation": text(activity.get("operationName")),
            "resource": (path or "").casefold(),
            "tracking": text(properties.get("trackingId")),
            "source": text(activity.get("eventSource")),
        },
        status=status,
        severity=word(SEVERITY, rank, "unknown"),
        tool_severity=rank,
        resource=_name_in_path(path),
        service=pick(properties, "service")
        or pick(activity, "resourceType", "resourceProviderName")
        or _type_in_path(path),
        title=pick(properties, "title") or pick(activity, "operationName", "description"),
        description=paragraphs(
            activity.get("description"),
            properties.get("communication"),
            properties.get("cause"),
            activity.get("caller"),
        ),
        started_at=instant(properties.get("impactStartTime")) or instant(activity.get("eventTimestamp")),
        ended_at=instant(properties.get("impactMitigationTime")) or instant(activity.get("eventTimestamp")),
        labels=labels(
            {name: value for name, value in activity.items() if not isinstance(value, (dict, list))},
            mapping(data.get("properties")),
        ),
    )


def _log_alert(data: dict[str, Any]) -> Alert:
    rank = text(data.get("Severity"))
    rows = dig(data, "SearchResult", "tables", 0, "rows") or dig(data, "SearchResults", "tables", 0, "rows")
    columns = dig(data, "SearchResult", "tables", 0, "columns") or dig(data, "SearchResults", "tables", 0, "columns")
    first = dict(zip([pick(column, "name") or "" for column in items(columns)], items(dig(rows, 0)), strict=False))
    dimensions = pairs(data.get("Dimensions"), key="name")
    return notice(
        "azure_monitor",
        key={
            "rule": pick(data, "AlertRuleName"),
            "workspace": pick(data, "WorkspaceId", "ResourceId", "ApplicationId"),
            "dimensions": dimensions,
        },
        status="firing",
        severity=word(SEVERITY, rank, "unknown"),
        tool_severity=rank,
        resource=pick(first, "Computer", "HostName", "_ResourceId", "cloud_RoleInstance")
        or text(dig(data, "AffectedConfigurationItems", 0)),
        service=pick(data, "ResourceName", "WorkspaceName", "ApplicationName") or _type_in_path(data.get("ResourceId")),
        title=pick(data, "AlertRuleName"),
        description=paragraphs(data.get("Description"), data.get("SearchQuery")),
        started_at=instant(data.get("SearchIntervalStartTimeUtc")),
        labels=labels({name: value for name, value in data.items() if not isinstance(value, (dict, list))}, dimensions),
        links=links(data.get("LinkToSearchResults")),
    )


def _budget(data: dict[str, Any]) -> Alert:
    return notice(
        "azure_monitor",
        key={
            "subscription": pick(data, "SubscriptionId"),
            "group": pick(data, "ResourceGroup"),
            "budget": pick(data, "BudgetName"),
            "threshold": pick(data, "NotificationThresholdAmount"),
        },
        status="firing",
        resource=pick(data, "ResourceGroup", "SubscriptionName"),
        service=pick(data, "SubscriptionName"),
        title=pick(data, "BudgetName"),
        description=" ".join(pick(data, name) or "?" for name in ("SpendingAmount", "Unit")) + " are spent.",
        labels=labels(data),
    )


def looks_like(payload: Payload) -> bool:
    if not isinstance(payload, dict):
        return False
    schema, data = text(payload.get("schemaId")) or "", payload.get("data")
    if isinstance(data, dict) and (schema or isinstance(data.get("essentials"), dict)):
        return True
    if "AlertRuleName" in payload and any(name.startswith("SearchInterval") for name in payload):
        return True
    context = payload.get("context") if "status" in payload else None
    return isinstance(context, dict) and bool({"resourceName", "subscriptionId", "resourceGroupName"} & context.keys())


TOOL = Tool(
    "azure_monitor",
    "Azure Monitor",
    parse,
    looks_like,
    'an Azure Monitor alert ("data" with "essentials" or "context")',
)
