"""Airbrake: a new or returning error group."""

from ingest.event import Alert
from ingest.tools.fields import (
    SEVERITY_WORDS,
    dig,
    fields_of,
    labels,
    line,
    links,
    mapping,
    paragraphs,
    pick,
    text,
    word,
)
from ingest.tools.notice import NotThisToolError, Payload, Tool, notice
from ingest.tools.times import instant


def parse(payload: Payload) -> list[Alert]:
    error = mapping(dig(payload, "error"))
    kind, message = pick(error, "error_class"), pick(error, "error_message", "message")
    if kind is None and message is None:
        raise NotThisToolError('An Airbrake webhook has "error" with "error_class" and "error_message".')
    last = mapping(error.get("last_notice"))
    rank = pick(error, "severity", "level")
    project = pick(error.get("project"), "name") or pick(error, "project_name")
    number = text(error.get("line_number"))
    place = pick(error, "file")
    alert = notice(
        "airbrake",
        key={"group": text(error.get("id")), "project": pick(error.get("project"), "id", "name")}
        if error.get("id")
        else {"project": project, "class": kind, "file": place, "message": message},
        status="resolved" if text(error.get("resolved")) == "true" else "firing",
        severity=word(SEVERITY_WORDS, rank, "unknown"),
        tool_severity=rank,
        resource=pick(last, "request_url")
        or (f"{place}:{number}" if place and number and number != "0" else place)
        or pick(error, "component", "action"),
        service=project,
        title=line(f"{kind}: {message}" if kind and message and not message.startswith(kind) else message or kind),
        description=paragraphs(message, text(dig(last, "backtrace", 0))),
        started_at=instant(error.get("first_occurred_at")),
        ended_at=instant(error.get("last_occurred_at")),
        labels=labels(
            {name: value for name, value in error.items() if not isinstance(value, (dict, list))},
            {"project": error.get("project")},
        ),
        links=links(payload.get("airbrake_error_url"), last.get("request_url")),
    )
    return [alert]


def looks_like(payload: Payload) -> bool:
    error = dig(payload, "error")
    return isinstance(error, dict) and (
        "airbrake_error_url" in payload
        or fields_of(error, "error_class", "error_message", "last_notice", "times_occurred") >= 2
    )


TOOL = Tool("airbrake", "Airbrake", parse, looks_like, 'an Airbrake webhook with "error"')
