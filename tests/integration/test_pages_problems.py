"""Suggestions and problem records on their pages."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.pages_desk import PagesDesk, a_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PagesDesk]:
    with a_desk(tmp_path) as made:
        yield made


def test_accepting_a_suggestion_leads_to_the_problem_record(desk: PagesDesk) -> None:
    incident = desk.incident("shop-1")
    name = desk.suggestion(incident)
    browser = desk.browser("pia")
    browser.get("/suggestions")
    assert "4.2 times what is usual" in browser.text
    assert "about 1 in 5" in browser.text
    assert incident in browser.text
    browser.post(f"/suggestions/{name}/accept")
    assert browser.page.url.path.startswith("/problems/PRB-")
    assert incident in browser.text


def test_declining_needs_a_reason_and_leads_to_the_next_card(desk: PagesDesk) -> None:
    incident = desk.incident("shop-1")
    first, second = desk.suggestion(incident), desk.suggestion(incident, name="SUG-2", p_value=0.01)
    browser = desk.browser("pia")
    browser.get(f"/suggestions/{first}")
    assert browser.post(f"/suggestions/{first}/decline", reason="").status_code == 422
    browser.get(f"/suggestions/{first}")
    browser.post(f"/suggestions/{first}/decline", reason="Planned work.", next=f"/suggestions/{second}")
    assert browser.page.url.path == f"/suggestions/{second}"
    browser.get("/suggestions?state=declined")
    assert "Planned work." in browser.text


def test_snoozing_until_a_day(desk: PagesDesk) -> None:
    name = desk.suggestion(desk.incident("shop-1"))
    browser = desk.browser("pia")
    browser.get(f"/suggestions/{name}")
    assert browser.post(f"/suggestions/{name}/snooze", until="yesterday").status_code == 422
    browser.get(f"/suggestions/{name}")
    assert browser.post(f"/suggestions/{name}/snooze", until="2020-01-01").status_code == 422
    browser.get(f"/suggestions/{name}")
    browser.post(f"/suggestions/{name}/snooze", until="2026-06-01")
    assert desk.rows("SELECT status FROM suggestions") == [("snoozed",)]


def test_the_chart_is_svg_and_has_a_table_beside_it(desk: PagesDesk) -> None:
    name = desk.suggestion(desk.incident("shop-1"))
    browser = desk.browser("pia")
    assert "As a table" in browser.get(f"/suggestions/{name}").text
    chart = browser.get(f"/suggestions/{name}/chart.svg?theme=dark")
    assert chart.headers["content-type"] == "image/svg+xml"
    assert chart.text.startswith("<svg")


def test_a_problem_record_moves_through_its_life(desk: PagesDesk) -> None:
    name = desk.suggestion(desk.incident("shop-1"))
    browser = desk.browser("pia")
    browser.get(f"/suggestions/{name}")
    browser.post(f"/suggestions/{name}/accept")
    number = browser.page.url.path.rpartition("/")[2]
    browser.post(f"/problems/{number}", status="investigating", was_status="accepted", owner="pia", was_owner="")
    assert "investigating" in browser.text
    browser.post(f"/problems/{number}", workaround="Restart the queue.", was_workaround="")
    assert "Restart the queue." in browser.text
    browser.get("/problems")
    assert "has a workaround" in browser.text
