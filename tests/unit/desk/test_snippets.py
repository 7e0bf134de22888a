"""What is pasted into each tool: it names the address and the key, and what it posts is understood as it is meant."""

import re
from typing import Any

import msgspec
import pytest

from desk.snippets import snippet
from ingest.alerts import read_payload
from ingest.event import Alert, Reading
from ingest.tools.registry import TOOLS

URL = "https://desk.example.com"
NAMES = sorted(getattr(tool, "name", tool) for tool in TOOLS)


@pytest.mark.parametrize("tool", NAMES)
def test_each_tool_is_told_its_address_and_its_key(tool: str) -> None:
    text = snippet(tool, "prod", "qd_SECRET", URL)
    assert "qd_SECRET" in text
    assert f"{URL}/" in text
    assert "PLACE" not in text
    assert not re.search(r"\{(?:url|key|name|tool|path)\}", text)


def test_every_tool_has_words_of_its_own() -> None:
    assert not [tool for tool in NAMES if snippet(tool, "p", "k", URL).startswith(f"Let {tool} post")]


@pytest.mark.parametrize(("state", "status"), [("CRITICAL", "firing"), ("OK", "resolved")])
def test_icinga_posts_its_macros_as_a_form(state: str, status: str) -> None:
    filled = {
        "$notification.type$": "RECOVERY" if state == "OK" else "PROBLEM", "$host.name$": "web-1",
        "$service.name$": "http", "$service.state$": state, "$service.output$": 'a "quoted" & odd = output',
        "$icinga.timet$": "1772440000",
    }  # fmt: skip
    fields = re.findall(
        r'"--data-urlencode", "(\w+)=(\$[\w.]+\$)"', snippet("icinga2", "p", "k", URL).split("quietdesk-host")[0]
    )
    form = {name: filled[macro] for name, macro in fields}
    (alert,) = read_payload("icinga2", form, Reading())
    assert isinstance(alert, Alert)
    assert (alert.status, alert.resource, alert.service) == (status, "web-1", "http")
    assert alert.description == 'a "quoted" & odd = output'


MACROS = {
    "$NOTIFICATIONTYPE$": "PROBLEM", "$HOSTNAME$": "web-1", "$SERVICEDESC$": "Disk /", "$SERVICESTATE$": "CRITICAL",
    "$SERVICEOUTPUT$": "98 %", "$HOSTSTATE$": "DOWN", "$HOSTOUTPUT$": "no answer", "<ip>": "203.0.113.9",
    "<name>": "sshd", "<failures>": "5",
}  # fmt: skip


def bodies(tool: str) -> list[dict[str, Any]]:
    """The JSON that a snippet posts, its macros filled in as the tool does."""
    text = snippet(tool, "prod", "qd_SECRET", URL)
    for macro, value in MACROS.items():
        text = text.replace(macro, value)
    return [msgspec.json.decode(found) for found in re.findall(r"-d '(\{.*?\})'", text)]


@pytest.mark.parametrize(
    ("tool", "statuses", "resource"),
    [("nagios", ["firing", "firing"], "web-1"), ("fail2ban", ["firing", "resolved"], "sshd")],
)
def test_what_a_snippet_posts_is_understood(tool: str, statuses: list[str], resource: str) -> None:
    found = [event for body in bodies(tool) for event in read_payload(tool, body, Reading())]
    assert [(alert.status, alert.resource) for alert in found if isinstance(alert, Alert)] == [
        (status, resource) for status in statuses
    ]


def test_zabbix_posts_its_parameters() -> None:
    text = snippet("zabbix", "prod", "qd_SECRET", URL)
    names = re.findall(r"([a-z]+) +\{[A-Z.]+\}", text)
    said = {
        "status": "PROBLEM", "severity": "High", "host": "web-1", "name": "Disk full", "triggerid": "13491",
        "opdata": "98 %",
    }  # fmt: skip
    assert set(names) == set(said)
    (alert,) = read_payload("zabbix", said, Reading())
    (over,) = read_payload("zabbix", {**said, "status": "OK"}, Reading())
    assert isinstance(alert, Alert)
    assert isinstance(over, Alert)
    assert (alert.status, alert.severity, alert.resource, over.status) == ("firing", "major", "web-1", "resolved")
    assert alert.fingerprint == over.fingerprint
