"""What people see and do on the pages, without JavaScript."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.pages_desk import PagesDesk, a_desk
from tests.integration.rig import DESK, Urls


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PagesDesk]:
    with a_desk(tmp_path) as made:
        yield made


# --- finding ---


def test_the_overview_shows_what_is_open_and_why(desk: PagesDesk) -> None:
    number = desk.incident("shop-1")
    browser = desk.browser("ann")
    browser.get("/")
    assert number in browser.text
    assert "Most urgent" in browser.text
    assert "Lately decided" in browser.text


def test_an_empty_desk_says_so_kindly(desk: PagesDesk) -> None:
    browser = desk.browser("ann")
    assert "Nothing is open" in browser.get("/").text
    assert "No pattern stands out from chance" in browser.get("/suggestions").text
    assert "Everything that came in was understood" in browser.get("/quarantine").text


def test_the_queue_is_filtered_by_its_address(desk: PagesDesk) -> None:
    incident, request = desk.incident("shop-1"), desk.request("Blank labels")
    browser = desk.browser("ann")
    browser.get("/queue")
    assert incident in browser.text
    assert request in browser.text
    browser.get("/queue?service=shop")
    assert incident in browser.text
    assert request not in browser.text
    browser.get("/queue?words=labels")
    assert incident not in browser.text
    assert request in browser.text
    browser.get("/queue?status=closed")
    assert "No record fits this filter" in browser.text


def test_a_filter_that_makes_no_sense_is_left_out(desk: PagesDesk) -> None:
    browser = desk.browser("ann")
    assert browser.get("/queue?status=%27&sort=drop&page=-9&priority=P9").status_code == 200
    assert browser.get("/queue?page=99999999999999999999").status_code == 200


def test_several_records_are_taken_at_once(desk: PagesDesk) -> None:
    first, second = desk.request("Blank labels"), desk.request("No sound in the meeting room")
    browser = desk.browser("ann")
    browser.get("/queue")
    browser.post("/queue", action="take", number=[first, second])
    assert desk.rows("SELECT DISTINCT assignee FROM records") == [("ann",)]


def test_a_number_leads_straight_to_its_record_and_words_to_a_list(desk: PagesDesk) -> None:
    number = desk.request("Blank labels", "The ribbon is new and the fuser smells.")
    browser = desk.browser("ann")
    assert browser.get(f"/search?q={number.lower()}").headers["location"] == f"/records/{number}"
    browser.get("/search?q=fuser")
    assert number in browser.text
    browser.get("/search?q=eve%40example.com")
    assert number in browser.text
    assert "Nothing found" in browser.get("/search?q=100%25_!").text


# --- one record ---


def test_a_record_tells_its_history_with_reasons(desk: PagesDesk) -> None:
    number = desk.request("Blank labels", "The printer is broken.\r\n\r\nOn Monday Bob wrote:\r\n> Is it?\r\n")
    browser = desk.browser("ann")
    browser.get(f"/records/{number}")
    assert "The printer is broken." in browser.text
    assert "a new one was opened" in browser.text
    assert "What was quoted" in browser.text
    assert "Acknowledgement to eve@example.com" in browser.text


def test_taking_noting_answering_and_resolving(desk: PagesDesk) -> None:
    number = desk.request()
    browser = desk.browser("ann")
    browser.get(f"/records/{number}")
    browser.post(f"/records/{number}/take")
    assert "yours" in browser.text
    browser.post(f"/records/{number}/note", text="Asked the vendor.")
    assert "Asked the vendor." in browser.text
    browser.post(f"/records/{number}/reply", text="A new ribbon is on its way.")
    assert "A new ribbon is on its way." in browser.text
    browser.post(f"/records/{number}/resolve", resolution="New ribbon", text="It should print again.")
    assert desk.rows("SELECT status FROM records") == [("resolved",)]
    assert "New ribbon" in browser.text


def test_a_correction_stands_on_the_record_as_set_by_a_person(desk: PagesDesk) -> None:
    number = desk.request()
    browser = desk.browser("ann")
    browser.get(f"/records/{number}")
    browser.post(f"/records/{number}/set", field="priority", value="P1")
    assert desk.rows("SELECT priority FROM records") == [("P1",)]
    assert "set by a person" in browser.text
    assert desk.rows("SELECT target, value FROM labels") == [("priority", "P1")]


def test_waiting_closing_and_opening_again(desk: PagesDesk) -> None:
    number = desk.request()
    browser = desk.browser("ann")
    browser.get(f"/records/{number}")
    browser.post(f"/records/{number}/wait", text="Which printer is it?")
    assert "waits for its requester" in browser.banner
    assert "Which printer is it?" in browser.text
    browser.post(f"/records/{number}/resume")
    browser.post(f"/records/{number}/resolve", resolution="It was the ribbon")
    browser.post(f"/records/{number}/close")
    assert desk.rows("SELECT status FROM records") == [("closed",)]
    browser.post(f"/records/{number}/reopen")
    assert "is open again" in browser.banner


def test_joining_two_records_and_splitting_one(desk: PagesDesk) -> None:
    first, second = (
        desk.request("Blank labels"),
        desk.request("No sound in the meeting room", "The speakers of the big screen hum."),
    )
    browser = desk.browser("ann")
    browser.get(f"/records/{second}")
    browser.post(f"/records/{second}/join", into="nonsense")
    assert browser.page.status_code == 422
    browser.get(f"/records/{second}")
    browser.post(f"/records/{second}/join", into=first.lower())
    assert f"joined to {first}" in browser.text
    browser.get(f"/records/{first}")
    assert "The speakers of the big screen hum." in browser.text
    items = re.findall(r'name="item" value="([0-9.]+)" form="split"', browser.page.text)
    assert len(items) >= 2
    browser.post(f"/records/{first}/split", item=items[-1])
    assert 'class="banner refused"' not in browser.page.text, browser.banner
    assert desk.value("SELECT count(*) FROM records WHERE status != 'merged'") == 2


def test_a_long_history_is_shown_in_pieces(desk: PagesDesk) -> None:
    hosts = [f"shop-{place}" for place in range(205)]
    number = desk.incident(*hosts)
    for host in hosts:
        desk.alerts(host, status="resolved")
    desk.settle()
    browser = desk.browser("ann")
    browser.get(f"/records/{number}")
    assert "alert notices" in browser.text
    earlier = re.search(r'href="(/records/[^"]+before=\d+)"', browser.page.text)
    assert earlier is not None
    browser.get(earlier.group(1).replace("&amp;", "&"))
    assert "Back to the newest" in browser.text
    browser.get(f"/records/{number}?talk=1")
    assert "alert notices" not in browser.text


def test_alerts_that_came_together_are_shown_one_by_one(desk: PagesDesk) -> None:
    number = desk.incident("shop-1", "shop-2", "shop-3")
    desk.alerts("shop-1", "shop-2", "shop-2")
    desk.settle()
    browser = desk.browser("ann")
    browser.get(f"/records/{number}")
    for host in ("shop-1", "shop-2", "shop-3"):
        assert host in browser.text
    assert browser.page.text.count("again:") == 2
    assert "2 notices" in browser.text


def test_what_cannot_be_saved_says_so(desk: PagesDesk) -> None:
    number = desk.request()
    browser = desk.browser("ann")
    browser.get(f"/records/{number}")
    desk.commit.close()
    answer = browser.post(f"/records/{number}/take")
    assert answer.status_code == 503
    assert "nothing has happened" in browser.text
    assert desk.rows("SELECT assignee FROM records") == [(None,)]


def test_a_refused_action_says_why_and_loses_no_words(desk: PagesDesk) -> None:
    number = desk.incident("shop-1")
    browser = desk.browser("ann")
    browser.get(f"/records/{number}")
    browser.post(f"/records/{number}/resolve", resolution="Restarted it")
    browser.post(f"/records/{number}/resolve", resolution="Restarted it once more")
    assert 'class="banner refused"' in browser.page.text
    assert browser.banner


def test_while_the_worker_stands_still_an_action_is_queued_and_then_done(desk: PagesDesk) -> None:
    number = desk.request()
    browser = desk.browser("ann")
    browser.get(f"/records/{number}")
    desk.pause()
    browser.post(f"/records/{number}/take")
    assert "is safe and waits for its turn" in browser.banner
    desk.begin()
    desk.settle()
    browser.get(str(browser.page.url))
    assert "waits for its turn" not in browser.banner
    assert "yours" in browser.text


def test_others_see_who_is_writing_an_answer(desk: PagesDesk) -> None:
    number = desk.request()
    ann, bob = desk.browser("ann"), desk.browser("bob")
    ann.get(f"/records/{number}")
    assert ann.post(f"/records/{number}/writing").status_code == 204
    bob.get(f"/records/{number}")
    assert "ann is writing an answer" in bob.text
    ann.get(f"/records/{number}")
    assert "is writing" not in ann.text
    ann.post(f"/records/{number}/reply", text="Done.")
    bob.get(f"/records/{number}")
    assert "is writing" not in bob.text


def test_an_unknown_record_is_not_found(desk: PagesDesk) -> None:
    browser = desk.browser("ann")
    for path in (
        "/records/INC-999",
        "/records/nonsense",
        "/suggestions/SUG-9",
        "/problems/PRB-9",
        "/mail/99",
        "/inputs/99",
    ):
        assert browser.get(path).status_code == 404, path


def test_every_page_answers_on_both_kinds_of_database(urls: Urls) -> None:
    desk = PagesDesk(urls)
    try:
        desk.furnish()
        number, incident = desk.request("Blank labels"), desk.incident("shop-1", "shop-2")
        name = desk.suggestion(incident)
        browser = desk.browser("ada")
        paths = [
            "/", "/queue", "/queue?words=a%25&status=all", "/queue?sort=activity&assignee=nobody", f"/records/{number}",
            f"/records/{incident}?talk=1", f"/suggestions/{name}", "/suggestions?state=declined", "/problems",
            "/problems?state=closed", "/mail", "/mail?state=held", "/mail?state=sent", "/mail?state=failed",
            "/mail/1", "/sources", "/quarantine", "/health", "/search?q=labels", "/search?q=eve@example.com", "/api",
            "/rules", "/rules/edit", "/ignored", "/ignored?why=spam&before=9", "/inputs/2", "/metrics",
            "/readyz", "/live",
        ]  # fmt: skip
        answers = {path: browser.get(path).status_code for path in paths}
        assert set(answers.values()) == {200}, answers
        browser.get(f"/records/{number}")
        browser.post(f"/records/{number}/take")
        assert "was assigned" in browser.banner
    finally:
        desk.close()


# --- suggestions and problems ---


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


# --- mail ---


def test_every_mail_can_be_read_as_it_is_sent(desk: PagesDesk) -> None:
    number = desk.request("Blank labels")
    browser = desk.browser("ann")
    browser.get("/mail")
    assert "eve@example.com" in browser.text
    browser.get("/mail/1")
    assert number in browser.text
    assert "As plain text" in browser.text
    html = browser.get("/mail/1/html")
    assert "sandbox" in html.headers["content-security-policy"]
    assert number in html.text


def test_held_mail_is_released_or_dropped(desk: PagesDesk) -> None:
    desk.configure(observing=[DESK])
    desk.request("Blank labels")
    desk.request("No sound in the meeting room")
    first, second = (row[0] for row in desk.rows("SELECT message_id FROM outbox WHERE status = 'held' ORDER BY id"))
    browser = desk.browser("ann")
    browser.get("/mail?state=held")
    browser.post("/mail/held", action="release", message_id=first)
    browser.get("/mail?state=held")
    browser.post("/mail/held", action="drop", message_id=second)
    assert desk.rows("SELECT status FROM outbox ORDER BY id") == [("due",), ("dropped",)]


# --- quarantine, sources, health ---


def test_what_is_not_understood_shows_its_reason_and_can_be_tried_again(desk: PagesDesk) -> None:
    broken = desk.accept(_broken())
    desk.settle()
    browser = desk.browser("ada")
    browser.get("/quarantine")
    assert f"input {broken}" in browser.text
    assert "<b>nonsense" in browser.text
    browser.post(f"/quarantine/{broken}/replay")
    assert f"read again, as input {broken + 1}" in browser.banner
    assert f"input {broken + 1}" in browser.text, "it is still broken, so its copy is in quarantine"
    browser.post(f"/quarantine/{broken + 1}/dismiss")
    assert "Everything that came in was understood" in browser.text
    assert desk.rows("SELECT status FROM quarantine ORDER BY position") == [("replayed",), ("dismissed",)]
    browser.get("/queue")
    browser.post(f"/quarantine/{broken}/replay")
    assert "somebody has seen to it already" in browser.banner
    assert desk.value("SELECT count(*) FROM quarantine") == 2


def test_an_administrator_enables_an_observed_hook(desk: PagesDesk) -> None:
    from desk.hooks import Hooks

    Hooks(desk.engine, desk.clock).add("alertmanager", "prod")
    ann, ada = desk.browser("ann"), desk.browser("ada")
    assert "observing" in ann.get("/sources").text
    assert ann.post("/sources/prod/enable").status_code == 403
    ada.get("/sources")
    ada.post("/sources/prod/enable")
    assert "enabled" in ada.text
    assert Hooks(desk.engine, desk.clock).get("prod").observing is False


def test_health_for_people_and_for_programs(desk: PagesDesk) -> None:
    browser = desk.browser("ann")
    browser.get("/health")
    assert "all is well" in browser.text
    assert browser.get("/healthz").text == "ok\n"
    assert browser.get("/readyz").json()["ready"] is True


def _broken():  # type: ignore[no-untyped-def]
    from ingest.event import Draft

    return Draft(
        kind="webhook",
        route="hook:prod",
        envelope={"tool": "alertmanager", "hook": "prod", "content_type": "application/json"},
        body=b"<b>nonsense</b>{",
    )
