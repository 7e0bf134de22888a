"""One record on its page: what it tells, and what people do with it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.pages_desk import PagesDesk, a_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PagesDesk]:
    with a_desk(tmp_path) as made:
        yield made


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


def test_what_is_ticked_is_moved_to_another_record(desk: PagesDesk) -> None:
    first, second = desk.request("Blank labels"), desk.request("No sound", "The speakers of the big screen hum.")
    browser = desk.browser("ann")
    browser.get(f"/records/{second}")
    assert {"s", "m"} <= set(re.findall(r'data-key="(.)"', browser.page.text))
    items = re.findall(r'name="item" value="([0-9.]+)" form="split"', browser.page.text)
    browser.post(f"/records/{second}/move", item=items[-1], into="nowhere")
    assert browser.page.status_code == 422
    browser.get(f"/records/{second}")
    browser.post(f"/records/{second}/move", item=items[-1], into=first)
    assert 'class="banner refused"' not in browser.page.text, browser.banner
    browser.get(f"/records/{first}")
    assert "The speakers of the big screen hum." in browser.text


def test_an_incident_names_its_probable_causes(desk: PagesDesk) -> None:
    number = desk.incident("shop-1")
    browser = desk.browser("ann")
    browser.get(f"/records/{number}")
    assert "Probable cause" in browser.text
    assert "The first symptom showed there." in browser.text


def test_an_incident_shows_what_was_like_it_and_what_helped(desk: PagesDesk) -> None:
    first = desk.incident("shop-1")
    desk.command("resolve", first, resolution="Restarted <b>nginx</b>.")
    desk.alerts("shop-1", status="resolved")
    desk.settle()
    desk.later(days=2)
    second = desk.incident("shop-1")
    assert second != first
    shown = desk.browser("ann").get(f"/records/{second}").text
    assert "what was like this, and what helped" in shown
    assert "Restarted &lt;b&gt;nginx&lt;/b&gt;." in shown
    assert "the same trouble, the same resource" in shown


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


def test_what_happened_stands_in_the_order_of_its_times(desk: PagesDesk) -> None:
    """Repeats of alerts are written together at the end of a batch; they happened before what came after them."""
    incident = desk.incident("shop-1")
    desk.pause()
    desk.alerts("shop-1")
    desk.pass_time(minutes=5)
    desk.mail("Una May <una@example.com>", "Shop", "The shop shows an error page.")
    desk.begin()
    desk.settle()
    browser = desk.browser("ann")
    text = browser.get(f"/records/{incident}").text
    assert text.index("again:") < text.index("shows an error page")
