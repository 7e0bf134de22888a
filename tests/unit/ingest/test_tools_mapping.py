"""Mappings by which an administrator teaches the desk a tool that nobody knows."""

import json
from typing import Any

import pytest

from ingest.alert_mail import alerts_in_mail
from ingest.alerts import read_webhook
from ingest.event import Alert, Mail, Reading, Unreadable
from ingest.mail import read_mail
from ingest.mapping import problems
from tests.processor_time import takes_less_than

PLANT = {
    "when": "plant && readings",
    "alerts": "readings",
    "title": "join(' ', ['Sensor', name])",
    "resource": "name",
    "service": "'plant 4'",
    "status": "condition",
    "severity": "urgency",
    "description": "remark",
    "started_at": "since",
    "key": "[name, kind]",
    "link": "page",
    "firing": "too hot, too cold",
    "resolved": "as it should be",
    "critical": "red",
}
BODY = {
    "plant": 4,
    "readings": [
        {
            "name": "t1",
            "kind": "heat",
            "condition": "Too hot",
            "urgency": "red",
            "since": 1741078800,
            "page": "https://x.example.net",
        },
        {"name": "t2", "kind": "heat", "condition": "as it should be", "urgency": "green"},
    ],
}


def read(mapping: dict[str, str], payload: Any, tool: str = "plant") -> tuple[Any, ...]:
    return read_webhook(tool, json.dumps(payload).encode(), Reading(mappings={"plant": mapping}))


def test_a_mapping_reads_json() -> None:
    hot, well = read(PLANT, BODY)
    assert (hot.tool, hot.status, hot.severity, hot.tool_severity) == ("plant", "firing", "critical", "red")
    assert (hot.title, hot.resource, hot.service) == ("Sensor t1", "t1", "plant 4")
    assert hot.started_at is not None
    assert hot.links == ("https://x.example.net",)
    assert (well.index, well.status, well.severity) == (1, "resolved", "unknown")
    assert hot.fingerprint != well.fingerprint
    assert hot.fingerprint.startswith("map:plant:1:")


def test_the_key_is_the_identity() -> None:
    changed = {"plant": 4, "readings": [{**BODY["readings"][0], "condition": "as it should be", "urgency": "green"}]}  # type: ignore[index]
    assert read(PLANT, BODY)[0].fingerprint == read(PLANT, changed)[0].fingerprint


def test_auto_uses_a_mapping_whose_condition_is_met() -> None:
    assert [event.tool for event in read(PLANT, BODY, "auto")] == ["plant", "plant"]
    assert [event.tool for event in read(PLANT, {"title": "else"}, "auto")] == ["generic"]


def test_a_payload_that_the_mapping_does_not_fit_has_a_reason() -> None:
    (event,) = read({"title": "nothing.here"}, BODY)
    assert isinstance(event, Unreadable)
    assert "finds no title" in event.reason


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ({"title": "a..b"}, "is no JMESPath expression"),
        ({"resource": "a"}, 'needs a "title"'),
        ({"title": "a", "hostname": "b"}, 'has an entry "hostname"'),
        ({"subject": "(", "title": "x"}, "is no expression"),
        ({"body": "x"}, 'needs "from" or "subject"'),
        ({"subject": "x", "key": "device"}, 'names "device" in "key"'),
        ({"subject": r"(?P<a>x)\1"}, "is no expression"),
    ],
)
def test_a_mapping_that_cannot_be_used_says_what_to_change(table: dict[str, str], sentence: str) -> None:
    (problem,) = problems("plant", table)
    assert sentence in problem
    assert problem.endswith(".")


# --- mails -----------------------------------------------------------------------------------------

BOILER = {
    "from": r"@boilers\.example\.net$",
    "subject": r"^Boiler report no\. (?P<report>\d+)",
    "body": """
        ^Unit:\\s+(?P<resource>\\S+)
        ^Condition:\\s+(?P<status>.+)$
        ^Pressure:\\s+(?P<pressure>\\S+)
    """,
    "title": "Boiler {resource}",
    "severity": "major",
    "key": "resource",
    "firing": "leaks",
    "resolved": "is tight",
}


def report(text: str, sender: str = "unit@boilers.example.net", subject: str = "Boiler report no. 17") -> Mail:
    raw = f"From: {sender}\nTo: desk@example.org\nSubject: {subject}\nDate: Tue, 04 Mar 2025 09:00:03 +0000\n\n{text}"
    return read_mail(raw.encode(), Reading(), {})


def alerts(written: Mail, table: dict[str, str] = BOILER) -> tuple[Alert, ...]:
    return alerts_in_mail(written, Reading(mappings={"boilers": table}))


def test_a_mapping_reads_mails() -> None:
    (leak,) = alerts(report("Unit: b4\nCondition: leaks\nPressure: 3.2\n"))
    (tight,) = alerts(report("Unit: b4\nCondition: is tight\n", subject="Boiler report no. 18"))
    assert (leak.tool, leak.status, leak.severity, leak.title) == ("boilers", "firing", "major", "Boiler b4")
    assert leak.labels == {"report": "17", "pressure": "3.2"}
    assert tight.status == "resolved"
    assert leak.fingerprint == tight.fingerprint
    assert leak.started_at is None  # the next mail of the same leak would be another beginning
    assert tight.ended_at is not None


@pytest.mark.parametrize(
    ("sender", "subject"), [("kim@example.org", "Boiler report no. 17"), ("unit@boilers.example.net", "Hello")]
)
def test_other_mails_are_left_alone(sender: str, subject: str) -> None:
    assert alerts(report("Unit: b4\nCondition: leaks\n", sender, subject)) == ()


def test_an_expression_stays_within_its_line() -> None:
    (alert,) = alerts(report("Unit:\nb9\nUnit: b4\nCondition: leaks\n"))
    assert alert.resource == "b4"


def test_an_unknown_word_changes_nothing() -> None:
    (alert,) = alerts(report("Unit: b4\nCondition: sings\n"))
    assert alert.status == "unknown"


def test_an_expression_that_would_backtrack_for_ever_does_not() -> None:
    table = {"subject": "report", "body": r"^(?P<resource>(a+)+)$"}
    hostile = report("a" * 50_000 + "!\n")
    assert takes_less_than(500, 50_000, lambda: alerts(hostile, table))


@pytest.mark.parametrize(
    "expression",
    [" | ".join(["[@, @]"] * 30), ".".join(["{a: @, b: @}"] * 30), "map(&[@, @, @], " * 12 + "@" + ")" * 12,
     "to_string([" * 20 + "@" + "])" * 20, "join(to_string(@), [join(to_string(@), [a, b]), c])"],
    ids=lambda text: text[:12],
)  # fmt: skip
def test_an_expression_that_multiplies_its_payload_is_refused_before_it_is_used(expression: str) -> None:
    assert "times as large" in problems("x", {"title": "a", "key": expression})[0]


@pytest.mark.parametrize("expression", ["(" * 900 + "a" + ")" * 900, "!" * 900 + "a", "a || " * 300 + "a"])
def test_an_expression_within_expressions_within_expressions_is_refused(expression: str) -> None:
    assert "is no JMESPath expression" in problems("x", {"title": "a", "key": expression})[0]


def test_expressions_as_people_write_them_are_no_multiples() -> None:
    wide = "{" + ", ".join(f"k{n}: labels.k{n}" for n in range(40)) + "}"
    assert not problems("x", {"title": "join(' ', [a, to_string(b), c[0].d])", "alerts": "x[?y].z[]", "labels": wide})


def test_what_a_mail_says_is_no_template() -> None:
    """Each of these thousands of words would be replaced by thousands."""
    table = {"subject": "^Alarm", "body": "^A: (?P<a>.*)\n^B: (?P<b>.*)\n^C: (?P<c>.*)", "title": "{a} {none}"}
    body = f"A: {'{b}' * 8_000}\nB: {'{c}' * 8_000}\nC: {'x' * 8_000}\n"
    raw = f"From: a@b.example\nSubject: Alarm\nMessage-ID: <1@b.example>\n\n{body}".encode()
    (alert,) = alerts_in_mail(read_mail(raw, Reading(), {}), Reading(mappings={"x": table}), "x")
    assert alert.title is not None
    assert alert.title.startswith("{b}{b}")
