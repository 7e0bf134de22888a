"""The card that a digest's link opens: for its reader, without a login; it shows, and decides nothing."""

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import msgspec
import pytest

from correlate.records import Outgoing
from desk.plus_addresses import PlusAddresses, secret_in
from desk.replies import Composer
from tests.integration.pages_desk import PagesDesk, a_desk
from tests.integration.rig import DESK
from tests.integration.test_pages_mail import MANAGERS, digests


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PagesDesk]:
    with a_desk(tmp_path) as made:
        yield made


def card_of(desk: PagesDesk, name: str = "SUG-1") -> str:
    """The address of the card in pia's newest digest."""
    query = "SELECT id, body FROM outbox WHERE kind = 'digest' AND \"to\" = 'pia@example.com' ORDER BY id DESC LIMIT 1"
    ((number, body),) = desk.rows(query)
    keys = PlusAddresses(DESK, secret_in(desk.settings.data_dir))
    letter = Composer(desk.settings, keys).compose(msgspec.json.decode(body, type=Outgoing), desk.clock(), number)
    text = message_from_bytes(letter.message, policy=policy.default).get_body(("plain",))
    assert text is not None
    (found,) = re.findall(rf"/suggestions/{name}/card/\S+", text.get_content())
    return str(found).rstrip(")>.")


@pytest.fixture
def suggested(desk: PagesDesk) -> PagesDesk:
    incident = desk.incident("shop-1")
    row = {"what": "place", "is": "hall b", "members": 4, "of": 5, "others": 1, "of_others": 30, "is_not": []}
    desk.suggestion(incident, evidence={"is_is_not": [row], "workaround": "<b>Restart it.</b>"})
    desk.configure(problem_managers=MANAGERS)
    digests(desk)
    return desk


def test_a_link_of_the_digest_opens_the_card_without_a_login_and_decides_nothing(suggested: PagesDesk) -> None:
    page, before = card_of(suggested), suggested.rows("SELECT status, body FROM suggestions")
    head = suggested.journal.head()
    browser = suggested.browser()
    assert browser.get(page).status_code == 200
    assert "shop" in browser.text
    assert "4 of 5" in browser.text
    assert "&lt;b&gt;Restart it." in browser.page.text
    assert browser.get(f"{page}/chart.svg").text.startswith("<svg")
    assert browser.post(page, action="accept").status_code == 405
    assert suggested.rows("SELECT status, body FROM suggestions") == before
    assert suggested.journal.head() == head


def test_who_is_logged_in_gets_the_card_with_the_buttons(suggested: PagesDesk) -> None:
    browser = suggested.browser("pia")
    assert browser.follow(card_of(suggested)).status_code == 200
    assert browser.page.url.path == "/suggestions/SUG-1"


def test_a_link_that_was_made_up_is_for_something_else_or_is_old_opens_nothing(suggested: PagesDesk) -> None:
    suggested.suggestion("INC-1", name="SUG-2")
    page, browser = card_of(suggested), suggested.browser()
    made_up = page.rpartition("/")[0] + "/a1-aaaaaaaaaaaaaaaa"
    for wrong in (made_up, page.replace("SUG-1", "SUG-2"), page.replace("SUG-1", "SUG-99"), page[:-1] + "!"):
        assert browser.get(wrong).status_code == 404, wrong
        assert browser.get(f"{wrong}/chart.svg").status_code == 404
    suggested.pass_time(days=8)
    assert browser.get(page).status_code == 410
    assert "Log in to see SUG-1" in browser.text


def test_who_is_no_problem_manager_any_more_opens_nothing(suggested: PagesDesk) -> None:
    page, browser = card_of(suggested), suggested.browser()
    assert browser.get(page).status_code == 200
    suggested.configure(problem_managers=tuple(one for one in MANAGERS if one != "pia@example.com"), agents=())
    suggested.settle()
    assert browser.get(page).status_code == 404
    assert browser.get(f"{page}/chart.svg").status_code == 404
