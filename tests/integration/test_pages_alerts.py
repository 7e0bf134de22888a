"""The pages that show what monitoring says: what fires, why nobody is told of it, and the history of one condition."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest.event import Draft
from tests.integration.pages_desk import PagesDesk, a_desk
from tests.integration.test_pages_api import Program


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PagesDesk]:
    with a_desk(tmp_path) as made:
        yield made


def post(desk: PagesDesk, *alerts: dict[str, Any], hook: str = "other") -> None:
    """Alerts in the desk's own words."""
    envelope = {"tool": "generic", "hook": hook, "content_type": "application/json"}
    desk.accept(Draft(kind="webhook", route=f"hook:{hook}", envelope=envelope, body=json.dumps(alerts).encode()))
    desk.settle()


def alert(title: str, resource: str, severity: str = "critical", **more: Any) -> dict[str, Any]:
    return {"title": title, "resource": resource, "severity": severity, "status": "firing", **more}


def first_link(text: str) -> str:
    found = re.search(r'class="title" href="(/alerts/[^"]+)"', text)
    assert found
    return found.group(1)


def test_nothing_fires(desk: PagesDesk) -> None:
    assert "Nothing fires. Enjoy the quiet." in desk.browser("ann").get("/alerts").text
    assert desk.browser().get("/alerts").headers["location"].startswith("/login")


def test_alerts_are_listed_by_severity_and_filtered_by_the_address(desk: PagesDesk) -> None:
    desk.incident("shop-1")
    post(desk, alert("Disk almost full", "db-1", "warning"), alert("Fan stopped", "db-2", "major"))
    browser = desk.browser("ann")
    shown = browser.get("/alerts").text
    assert shown.index("shop-1") < shown.index("Fan stopped") < shown.index("Disk almost full")
    for address, there in (
        ("/alerts?severity=warning", {"Disk"}),
        ("/alerts?tool=generic", {"Disk", "Fan"}),
        ("/alerts?source=other", {"Disk", "Fan"}),
        ("/alerts?service=shop", {"shop-1"}),
        ("/alerts?record=inc-1", {"shop-1"}),
        ("/alerts?words=db-2", {"Fan"}),
        ("/alerts?words=100%25_", set()),
        ("/alerts?status=over", set()),
        ("/alerts?quiet=suppressed", set()),
    ):
        browser.get(address)
        rows = " ".join(re.findall(r"(?s)<tr data-row.*?</tr>", browser.page.text))
        assert {word for word in ("shop-1", "Disk", "Fan") if word in rows} == there, address


def test_a_filter_that_makes_no_sense_is_left_out(desk: PagesDesk) -> None:
    browser = desk.browser("ann")
    nonsense = "/alerts?status=%27&sort=drop&severity=9&quiet=x&since=y&after=%00&words=%00"
    assert browser.get(nonsense).status_code == 200
    for key in (
        "W10",
        "WzEsMl0",
        "WyJhIiwxLCJiIl0",
        "WzFlOTksMiwiYSJd",
        "Wy05MjIzMzcyMDM2ODU0Nzc1ODA5LDEsImEiXQ",
        "é",
        "a",
    ):
        assert browser.get("/alerts", params={"after": key}).status_code == 200


@pytest.mark.parametrize("sort", ["severity", "newest", "oldest", "heard", "notices", "resource"])
def test_pages_follow_each_other_without_gap_or_doubling(desk: PagesDesk, sort: str) -> None:
    severities = ("critical", "major", "minor", "warning")
    post(desk, *(alert(f"Trouble {n}", f"host-{n % 7}-{n}", severities[n % 4]) for n in range(120)))
    browser, address, seen = desk.browser("ann"), f"/alerts?sort={sort}", []
    for _ in range(3):
        browser.get(address)
        seen += re.findall(r'data-number="([^"]+)"', browser.page.text)
        following = re.search(r'rel="next" href="([^"]+)"', browser.page.text)
        address = following.group(1).replace("&amp;", "&") if following else ""
    assert not address
    assert len(seen) == len(set(seen)) == 120


def test_what_is_over_is_listed_for_a_while(desk: PagesDesk) -> None:
    desk.incident("shop-1")
    desk.alerts("shop-1", status="resolved")
    desk.settle()
    browser = desk.browser("ann")
    assert "shop-1" not in browser.get("/alerts").text
    assert "shop-1:9100" in browser.get("/alerts?status=over").text
    desk.later(hours=30)
    browser = desk.browser("ann")
    assert "shop-1:9100" not in browser.get("/alerts?status=over").text
    assert "shop-1:9100" in browser.get("/alerts?status=over&since=7d").text


# --- why nobody is told ---


def test_every_condition_that_is_quiet_says_why(desk: PagesDesk) -> None:
    ann = desk.browser("ann")
    ann.get("/silences")
    ann.post("/silences", matchers='resource="db-1"', hours="2", comment="moving <b>racks</b>")
    post(desk, alert("Disk full", "db-1"), alert("Backup done", "db-2", "info"))
    post(desk, alert("Fan stopped", "db-3", labels={"env": "staging"}))
    ann.get("/alerts")
    assert "SIL-1 holds it back until" in ann.text
    assert "ann: moving <b>racks</b>" in ann.text
    assert "moving <b>" not in ann.page.text
    assert "It only informs (severity info)" in ann.text
    assert "It is not about production" in ann.text
    rows = re.findall(r"(?s)<tr data-row.*?</tr>", ann.page.text)
    assert all("‖" in row for row in rows)
    assert "Disk full" in ann.get("/alerts?quiet=silenced").text
    assert "Backup done" not in ann.text
    assert "Backup done" in ann.get("/alerts?quiet=suppressed").text
    assert "No condition fits" in ann.get("/alerts?quiet=told").text


def test_what_may_be_over_in_a_moment_waits(desk: PagesDesk) -> None:
    post(desk, alert("Slow", "db-4", "warning"))
    browser = desk.browser("ann")
    browser.get("/alerts?quiet=waiting")
    assert "It may be over in a moment" in browser.text


def test_what_another_trouble_explains_names_it(desk: PagesDesk) -> None:
    rule = {
        "name": "dead hosts",
        "source": [{"name": "title", "op": "=", "value": "Host down"}],
        "target": [{"name": "title", "op": "!=", "value": "Host down"}],
        "equal": ["resource"],
    }
    services = [{"name": name, "owner": f"{name}@example.com", "resources": []} for name in ("hosts", "mailing")]
    desk.configure(inhibit=[rule], services=services)
    post(desk, alert("Host down", "box-7", service="hosts"))
    post(desk, alert("Queue stuck", "box-7", service="mailing"))
    desk.later(minutes=10)
    browser = desk.browser("ann")
    browser.get("/alerts?quiet=inhibited")
    rows = re.findall(r"(?s)<tr data-row.*?</tr>", browser.page.text)
    assert len(rows) == 1
    assert "Queue stuck" in rows[0]
    assert "Host down on box-7 explains it (rule dead hosts)." in browser.text
    (told,) = Program(desk, "ann").get("/api/v1/alerts?quiet=told").json()["alerts"]
    assert told["title"] == "Host down"


def test_a_service_without_an_owner_is_named_as_the_reason(desk: PagesDesk) -> None:
    desk.configure(services=[{"name": "shop", "resources": ["shop-*"]}])
    desk.incident("shop-1")
    assert "The service shop has no owner who could be told." in desk.browser("ann").get("/alerts").text


def test_a_source_that_is_observed_only_says_so(desk: PagesDesk) -> None:
    post(desk, alert("Disk full", "db-1"), hook="new")
    desk.later(minutes=10)
    assert "Its source is only observed" in desk.browser("ann").get("/alerts?quiet=observed").text


def test_whoever_was_told_of_it_is_not_said_to_be_quiet(desk: PagesDesk) -> None:
    desk.incident("shop-1")
    browser = desk.browser("ann")
    browser.get("/alerts?quiet=told")
    assert "shop-1:9100" in browser.text
    assert "‖" not in browser.page.text.partition("<tbody>")[2].partition("</tbody>")[0]


def test_a_link_proposes_the_silence_and_the_form_makes_it(desk: PagesDesk) -> None:
    post(desk, alert('Disk "full", {really}', "db-1"))
    ann = desk.browser("ann")
    ann.get("/alerts")
    proposed = re.search(r'href="(/silences\?[^"]+)" aria-label="Silence', ann.page.text)
    assert proposed
    ann.get(proposed.group(1).replace("&amp;", "&"))
    given = re.search(r'name="matchers" maxlength="4000" value="([^"]+)"', ann.page.text)
    assert given
    assert given.group(1).startswith("fingerprint=&#34;generic:")
    matchers = given.group(1).replace("&#34;", '"')
    ann.post("/silences", matchers=matchers, hours="2", comment="known")
    assert "SIL-1 holds it back" in " ".join(ann.get("/alerts").text.split())


# --- filters of one's own ---


def test_people_keep_filters_of_their_own(desk: PagesDesk) -> None:
    ann, bob = desk.browser("ann"), desk.browser("bob")
    ann.get("/alerts?severity=critical&words=a+b")
    ann.post("/alerts/filters", name="Grave <ones>", query="words=a+b&severity=critical&sort=drop&next=//evil")
    assert "Grave <ones>" in ann.text
    assert 'href="/alerts?severity=critical&amp;words=a+b" aria-current="true"' in ann.page.text
    assert "Grave" not in bob.get("/alerts").text
    ((number,),) = desk.rows("SELECT id FROM saved_filters")
    bob.post(f"/alerts/filters/{number}/remove")
    assert desk.rows("SELECT login, query FROM saved_filters") == [("ann", "severity=critical&words=a+b")]
    ann.post("/alerts/filters", name="Grave <ones>", query="severity=major")
    assert desk.rows("SELECT query FROM saved_filters") == [("severity=major",)]
    ann.post(f"/alerts/filters/{number}/remove")
    assert desk.rows("SELECT * FROM saved_filters") == []
    assert ann.post("/alerts/filters", csrf="wrong", name="x").status_code == 403


# --- one condition ---


def test_a_condition_tells_its_history_across_incidents(desk: PagesDesk) -> None:
    first = desk.incident("shop-1", "shop-2")
    desk.alerts("shop-1", "shop-2")
    desk.settle()
    desk.alerts("shop-1", "shop-2", status="resolved")
    desk.later(hours=30)
    desk.alerts("shop-1", status="resolved")
    desk.settle()
    second = desk.incident("shop-1")
    browser = desk.browser("ann")
    address = first_link(browser.get("/alerts?words=shop-1").text)
    browser.get(address)
    assert browser.page.status_code == 200
    assert first != second
    for words in (first, second, "again", "resolved", "It does not flap", "Made of", "alertname InstanceDown"):
        assert words in browser.text, words
    positions = re.findall(r'href="/inputs/(\d+)" title="The raw input"', browser.page.text)
    assert positions
    assert browser.get(f"/inputs/{positions[0]}").status_code == 200


def test_a_condition_that_opened_nothing_has_a_history_too(desk: PagesDesk) -> None:
    post(desk, alert("Backup done", "db-2", "info", description="<script>alert(1)</script>"))
    browser = desk.browser("ann")
    browser.get(first_link(browser.get("/alerts").text))
    assert "suppressed" in browser.text
    assert "It belongs to none." in browser.text
    assert "&lt;script&gt;alert(1)" in browser.page.text
    assert "<script>alert" not in browser.page.text


def test_links_of_an_alert_are_only_shown_where_they_lead_to_a_page(desk: PagesDesk) -> None:
    post(desk, alert("Disk full", "db-1", url="javascript:alert(1)", link="https://grafana.example.com/d/7"))
    browser = desk.browser("ann")
    browser.get(first_link(browser.get("/alerts").text))
    assert 'href="javascript' not in browser.page.text


def test_there_is_no_such_condition(desk: PagesDesk) -> None:
    browser = desk.browser("ann")
    for address in ("/alerts/nothing", "/alerts/%00", "/alerts/" + "x" * 3_000):
        assert browser.get(address).status_code == 404


# --- by the API, and for Prometheus ---


def test_a_program_reads_the_same(desk: PagesDesk) -> None:
    number = desk.incident("shop-1")
    post(desk, alert("Backup done", "db-2", "info"))
    program = Program(desk, "ann")
    listed = program.get("/api/v1/alerts?sort=resource&limit=1").json()
    following = program.get(f"/api/v1/alerts?sort=resource&limit=1&after={listed['after']}").json()
    assert following["after"] is None
    quiet, told = listed["alerts"][0], following["alerts"][0]
    assert (quiet["title"], quiet["not_told"][0]["reason"]["rule"]) == ("Backup done", "informational")
    assert (told["record"], told["not_told"], told["source"]) == (number, [], "hook:prod")
    found = program.get(f"/api/v1/alerts/{told['fingerprint']}").json()
    assert found["alert"] == told
    assert found["incidents"] == [{"number": number, "title": found["incidents"][0]["title"]}]
    assert all(step["reason"]["sentence"] for step in found["history"])
    assert program.get("/api/v1/alerts/none").status_code == 404
    assert program.get("/api/v1/alerts?limit=0").status_code == 422
    assert Program(desk, None).get("/api/v1/alerts").status_code == 401


def test_the_document_names_every_type_that_it_refers_to(desk: PagesDesk) -> None:
    text = Program(desk, "ann").get("/api/openapi.json").text
    known = json.loads(text)["components"]["schemas"]
    assert set(re.findall(r'"#/components/schemas/(\w+)"', text)) <= known.keys()
    assert {"AlertList", "AlertDetail"} <= known.keys()


def test_sources_and_tools_are_measured(desk: PagesDesk) -> None:
    desk.alerts("shop-1", "shop-2")
    post(desk, alert("Disk full", "db-1"))
    text = desk.app.state.metrics.text().decode()
    assert 'desk_source_conditions{source="prod",tool="alertmanager"} 2.0' in text
    assert 'desk_source_conditions{source="other",tool="generic"} 1.0' in text
    assert re.search(r'desk_source_last_input_timestamp_seconds\{kind="webhook",source="other"\} 1\.', text)
