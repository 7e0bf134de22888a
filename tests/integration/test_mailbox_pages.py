"""Mailboxes on the pages: how they are, and the button that lets answers out."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desk.mailbox_settings import MailboxSettings
from desk.mailbox_store import Health, MailboxStore
from desk.mailboxes import Mailboxes
from tests.integration.pages_desk import PagesDesk, a_desk

USER = "help@example.com"
TROUBLE = "imap.example.com does not accept the password of help@example.com: <b>no</b>"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PagesDesk]:
    with a_desk(tmp_path) as made:
        made.settings.mailboxes["support"] = MailboxSettings(
            host="imap.example.com", username=USER, password_file="x", folders=("INBOX", "Sales")
        )
        yield made


def failing(desk: PagesDesk) -> Health:
    store = MailboxStore(desk.engine, "support")
    health = Health(store, store.connect(USER, desk.clock()), desk.clock)
    health.failed(TROUBLE)
    return health


def test_an_administrator_lets_the_answers_of_a_mailbox_out_and_holds_them_again(desk: PagesDesk) -> None:
    ann, ada = desk.browser("ann"), desk.browser("ada")
    ann.get("/sources")
    assert "support" in ann.text
    assert "INBOX, Sales" in ann.text
    assert "not connected yet" in ann.text
    assert ann.post("/sources/mailboxes/support/enable").status_code == 403
    ada.get("/sources")
    ada.post("/sources/mailboxes/support/enable")

    mailboxes = Mailboxes(desk.settings.mailboxes, desk.engine, desk.clock)
    assert not mailboxes.get("support").observing
    assert mailboxes.observing() == ()
    ada.post("/sources/mailboxes/support/observe")
    assert mailboxes.get("support").observing
    assert ada.post("/sources/mailboxes/nobody/enable").status_code == 404
    ada.get("/sources")
    assert ada.post("/sources/mailboxes/support/delete").status_code == 404


def test_why_a_mailbox_cannot_be_read_is_said_to_who_has_logged_in(desk: PagesDesk) -> None:
    health = failing(desk)
    browser = desk.browser("ann")

    assert TROUBLE in browser.get("/sources").text.replace("&lt;", "<").replace("&gt;", ">")
    assert "<b>no</b>" not in browser.page.text
    assert "failing" in browser.text
    browser.get("/health")
    assert "support cannot be read" in browser.text
    assert "needs somebody" in browser.text
    said = desk.browser().get("/readyz").text
    assert "support cannot be read" in said
    assert "password" not in said

    desk.pass_time(minutes=5)
    health.well()
    browser.get("/health")
    assert "support cannot be read" not in browser.text
    assert "failing" not in browser.get("/sources").text


def test_a_mailbox_that_the_settings_name_no_longer_is_not_shown(desk: PagesDesk) -> None:
    failing(desk)
    del desk.settings.mailboxes["support"]
    browser = desk.browser("ann")

    browser.get("/sources")

    assert "Mailboxes" not in browser.text
    assert "all is well" in browser.get("/health").text
