"""StatusCake: uptime alerts, posted as a form (Token, Status, Name, URL) or as JSON."""

from collections.abc import Mapping

from ingest.event import Alert, AlertStatus
from ingest.tools.fields import folded, labels, links, paragraphs, pick, word
from ingest.tools.notice import NotThisToolError, Payload, Tool, notice
from ingest.tools.times import instant

STATUS: Mapping[str, AlertStatus] = {"up": "resolved", "down": "firing"}
SECRET = frozenset({"token"})
"""An MD5 over name and key of the account: no label."""


def parse(payload: Payload) -> list[Alert]:
    flat = folded(payload) if isinstance(payload, dict) else {}
    name, url = pick(flat, "name", "websitename", "testname"), pick(flat, "url", "websiteurl", "ip")
    said = pick(flat, "status")
    if said is None or (name is None and url is None):
        raise NotThisToolError('A StatusCake webhook sends "Status", "Name" and "URL".')
    status: AlertStatus = word(STATUS, said, "unknown")
    moment = instant(flat.get("statuschangedat")) or instant(flat.get("timestamp"))
    alert = notice(
        "statuscake",
        key={"test": pick(flat, "testid", "id") or name, "url": url},
        status=status,
        resource=url or name,
        service=name,
        title=name or url,
        description=paragraphs(
            flat.get("message"), f"Status code {code}" if (code := pick(flat, "statuscode")) else None
        ),
        started_at=moment if status == "firing" else None,
        ended_at=moment,
        labels=labels({name: value for name, value in payload.items() if name.casefold() not in SECRET}),
        links=links(url),
    )
    return [alert]


def looks_like(payload: Payload) -> bool:
    if not isinstance(payload, dict):
        return False
    names = folded(payload).keys()
    return {"status", "statuscode", "name"} <= names and bool({"token", "checkrate", "url"} & names)


TOOL = Tool("statuscake", "StatusCake", parse, looks_like, 'a StatusCake webhook with "Status", "Name" and "URL"')
