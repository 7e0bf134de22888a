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


def test_a_problem_is_offered_the_states_that_may_follow_and_told_what_they_need(desk: PagesDesk) -> None:
    name = desk.suggestion(desk.incident("shop-1"))
    browser = desk.browser("pia")
    browser.get(f"/suggestions/{name}")
    browser.post(f"/suggestions/{name}/accept")
    number = browser.page.url.path.rpartition("/")[2]
    source = browser.page.text
    assert "<option selected>accepted</option>" in source
    assert '<option data-needs="workaround">known error</option>' in source
    assert "under observation</option>" not in source, "nothing is fixed yet"
    browser.post(f"/problems/{number}", status="known error", was_status="accepted")
    assert "“known error” needs the workaround: write it, and save again." in browser.text
    assert desk.value("SELECT status FROM problems") == "accepted"


def test_how_many_of_each_kind_were_taken_up_stands_at_the_top(desk: PagesDesk) -> None:
    incident = desk.incident("shop-1")
    browser = desk.browser("pia")
    desk.suggestion(incident, name="SUG-1")
    browser.get("/suggestions")
    assert "None has been judged yet" in browser.text
    for place, status in enumerate(("accepted", "merged", "declined", "snoozed", "proposed"), 2):
        desk.suggestion(incident, name=f"SUG-{place}", status=status)
    desk.suggestion(incident, name="SUG-7", status="declined", kind="periodic")
    browser.get("/suggestions")
    assert "recurring: 67 % of 3 taken up" in browser.text
    assert "periodic: 0 % of 1 taken up" in browser.text
    assert "None has been judged yet" not in browser.text


def test_the_list_begins_with_what_costs_people_most(desk: PagesDesk) -> None:
    incident = desk.incident("shop-1")
    for name, cost in (("SUG-1", 3.0), ("SUG-2", 40.0), ("SUG-3", 11.0)):
        desk.suggestion(incident, name=name, title=f"Pattern {name}", evidence={"people_hours": cost})
    browser = desk.browser("pia")
    text = browser.get("/suggestions").text
    places = [text.index(f'href="/suggestions/{name}"') for name in ("SUG-2", "SUG-3", "SUG-1")]
    assert places == sorted(places)


def test_the_weights_of_the_cost_are_tried_on_the_card_and_nothing_is_decided_by_it(desk: PagesDesk) -> None:
    spent = {"hours": 20.0, "incidents": 6, "months": 2.0}
    name = desk.suggestion(desk.incident("shop-1"), evidence={"people_hours": 9.0, "spent": spent})
    browser = desk.browser("pia")
    browser.get(f"/suggestions/{name}")
    assert "Cost so far 9 h of people's time A fix saves 4.5 h a month" in browser.text
    before = desk.journal.head()
    browser.get(f"/suggestions/{name}?lost=50&handling=60")
    assert "Cost so far 16 h of people's time A fix saves 8 h a month" in browser.text
    assert 'name="lost" inputmode="decimal" value="50"' in browser.page.text
    for odd in ("lost=-1&handling=x", "lost=1e9&handling=nan", "lost=" + "9" * 40):
        browser.get(f"/suggestions/{name}?{odd}")
        assert "Cost so far 9 h" in browser.text
    assert desk.journal.head() == before
    desk.configure(cost_time_lost=1.0, cost_handling=0)
    desk.settle()
    browser.get(f"/suggestions/{name}")
    assert "Cost so far 20 h" in browser.text, "by the settings as they are now"


def test_an_incident_that_was_taken_out_by_mistake_is_put_back(desk: PagesDesk) -> None:
    incident = desk.incident("shop-1")
    name = desk.suggestion(incident)
    browser = desk.browser("pia")
    browser.get(f"/suggestions/{name}")
    browser.post(f"/suggestions/{name}/remove", incident=incident)
    assert "it can be put back" in browser.banner
    assert f'aria-label="Put {incident} back"' in browser.page.text
    browser.post(f"/suggestions/{name}/restore", incident=incident)
    assert f"belongs to {name} again" in browser.banner
    assert f'aria-label="Remove {incident}"' in browser.page.text


def test_an_agent_reads_a_suggestion_and_decides_nothing(desk: PagesDesk) -> None:
    name = desk.suggestion(desk.incident("shop-1"))
    browser = desk.browser("ann")
    assert "Accept" not in browser.get(f"/suggestions/{name}").text
    for what in ("accept", "decline", "snooze", "merge", "remove", "restore", "undo"):
        assert browser.post(f"/suggestions/{name}/{what}", reason="x", until="escalates").status_code == 403
    assert desk.rows("SELECT status FROM suggestions") == [("proposed",)]
