"""Honeycomb: triggers and burn alerts. The trigger is the condition; which groups fire changes from post to post."""

from collections.abc import Mapping

from ingest.event import Alert, AlertStatus
from ingest.tools.fields import dig, fields_of, items, labels, line, links, mapping, paragraphs, pick, text, word
from ingest.tools.notice import NotThisToolError, Payload, Tool, notice
from ingest.tools.times import instant

STATUS: Mapping[str, AlertStatus] = {"triggered": "firing", "ok": "resolved", "resolved": "resolved"}
SECRET = "shared_secret"  # noqa: S105 (the name of a field that is left out of the labels)


def parse(payload: Payload) -> list[Alert]:
    if not isinstance(payload, dict) or not pick(payload, "name", "id"):
        raise NotThisToolError('A Honeycomb webhook has "name", "id" and "status".')
    groups = [
        mapping(item) for item in items(payload.get("result_groups_triggered")) or items(payload.get("result_groups"))
    ]
    first = mapping(dig(groups, 0, "Group"))
    status: AlertStatus = word(STATUS, payload.get("status"), "unknown")
    moment = instant(payload.get("timestamp"))
    alert = notice(
        "honeycomb",
        key={
            "trigger": pick(payload, "id") or pick(payload, "name"),
            "environment": pick(payload, "environment"),
            "dataset": pick(payload, "dataset"),
        },
        status=status,
        resource=next((said for value in first.values() if (said := text(value))), None),
        service=pick(first, "service.name", "service") or pick(payload, "dataset", "dataset_name"),
        title=line(pick(payload, "name")),
        description=paragraphs(payload.get("summary"), payload.get("description"), payload.get("trigger_description")),
        started_at=moment if status == "firing" else None,
        ended_at=moment,
        labels=labels(
            {name: value for name, value in payload.items() if name != SECRET and not isinstance(value, (dict, list))},
            first,
        ),
        links=links(payload.get("result_url"), payload.get("trigger_url"), payload.get("url")),
        kind="test" if payload.get("is_test") is True or payload.get("isTest") is True else "alert",
    )
    return [alert]


def looks_like(payload: Payload) -> bool:
    return (
        fields_of(
            payload,
            "trigger_description",
            "trigger_url",
            "result_groups",
            "result_url",
            "result_groups_triggered",
            "shared_secret",
        )
        >= 2
    )


TOOL = Tool("honeycomb", "Honeycomb", parse, looks_like, 'a Honeycomb trigger with "name", "id" and "status"')
