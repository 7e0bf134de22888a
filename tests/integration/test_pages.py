"""What people see and do on the pages, without JavaScript."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from desk import room
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


def test_a_full_disk_is_told_before_anything_is_refused(desk: PagesDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = desk.browser("ann")
    monkeypatch.setattr(room, "SCARCE", sys.maxsize)
    assert "make room" in browser.get("/health").text
    assert browser.get("/readyz").status_code == 200
    monkeypatch.setattr(room, "NONE_LEFT", sys.maxsize)
    assert browser.get("/readyz").status_code == 503


def _broken():  # type: ignore[no-untyped-def]
    from ingest.event import Draft

    return Draft(
        kind="webhook",
        route="hook:prod",
        envelope={"tool": "alertmanager", "hook": "prod", "content_type": "application/json"},
        body=b"<b>nonsense</b>{",
    )
