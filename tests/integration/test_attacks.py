"""What hostile outsiders and clumsy insiders have tried; each test begins with what its victim would say."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from correlate.records import Outgoing
from desk.replies import UnsendableError, _recipient
from tests.integration.pages_desk import PagesDesk, a_desk

BEYOND_EVERY_DATABASE = (2**63, -(2**63) - 1, 10**30)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PagesDesk]:
    with a_desk(tmp_path) as made:
        yield made


def outgoing(desk: PagesDesk, to: str) -> list[Outgoing]:
    rows = desk.rows("SELECT body FROM outbox ORDER BY id")
    mails = [msgspec.json.decode(body, type=Outgoing) for (body,) in rows]
    return [mail for mail in mails if mail.to == to]


def act(desk: PagesDesk, login: str, **action: Any) -> httpx.Response:
    _, token = desk.accounts.add_token(login)
    client = desk.browser().client
    headers = {"authorization": f"Bearer {token}", "accept": "application/json"}
    return desk.runner.run(client.post("/api/v1/actions", json=action, headers=headers))


def asked_often(desk: PagesDesk, who: str) -> str:
    """Somebody, in this person's name, asks for the status until the desk answers them no more."""
    number = desk.request("Blank labels", "The printer is broken.")
    desk.mail(who, "Labels are blank again", "The printer on floor 3 is broken.")
    for _ in range(14):
        desk.mail(who, f"Re: [{number}] Blank labels", "status")
    desk.settle()
    assert desk.value("SELECT count(*) FROM entries WHERE rule LIKE 'too many mails %'") > 0
    return number


# --- "the desk stands still" ---


@pytest.mark.parametrize("position", [2**63, 2**64 - 1, 10**18 * 9, 0, -1])
@pytest.mark.parametrize("action", ["quarantine-dismiss", "quarantine-replay"])
def test_one_absurd_number_stops_everything(desk: PagesDesk, action: str, position: int) -> None:
    answer = act(desk, "ada", action=action, position=position)
    assert answer.status_code in {400, 404, 409}, answer.text
    assert desk.request("Still there?", "The printer is broken.")


@pytest.mark.parametrize("until", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00"])
def test_a_date_at_the_end_of_time_is_called_done_and_was_not(desk: PagesDesk, until: str) -> None:
    name = desk.suggestion(desk.incident("shop-1"))
    assert act(desk, "ada", action="suggestion-snooze", subject=name, until=until).status_code == 409
    assert desk.rows("SELECT position FROM quarantine") == []


@pytest.mark.parametrize("number", BEYOND_EVERY_DATABASE)
def test_a_mistyped_address_is_an_error_of_the_server(desk: PagesDesk, number: int) -> None:
    record = desk.request()
    browser = desk.browser("ada")
    for path in (f"/records/{record}?before={number}", f"/mail?before={number}", f"/mail/{number}"):
        assert browser.get(path).status_code in {404, 422}, path
    browser.get("/queue")
    assert browser.post(f"/quarantine/{number}/dismiss").status_code == 422


# --- "I was never told" ---


def test_mails_in_the_name_of_those_on_call_keep_alarms_from_them(desk: PagesDesk) -> None:
    asked_often(desk, "Shop <shop-team@example.com>")
    incident = desk.incident("shop-1")
    assert [mail.about for mail in outgoing(desk, "shop-team@example.com") if mail.kind == "staff"] == [incident]


@pytest.mark.parametrize("action", ["reply", "wait"])
def test_mails_in_my_name_keep_an_agents_answer_from_me(desk: PagesDesk, action: str) -> None:
    number = asked_often(desk, "Eve Young <eve@example.com>")
    assert act(desk, "ann", action=action, subject=number, text="Which printer is it?").status_code == 200
    assert outgoing(desk, "eve@example.com")[-1].facts["text"] == "Which printer is it?"


def test_a_program_that_gives_every_mail_the_same_id_swallows_mine(desk: PagesDesk) -> None:
    desk.mail("Ana <ana@example.com>", "Printer broken", "The printer on floor 3 is broken.", message_id="0@localhost")
    payslip = ("Bob <bob@example.com>", "Payslip wrong", "My payslip of May lacks two days.")
    desk.mail(*payslip, message_id="0@localhost")
    desk.settle()
    assert len(outgoing(desk, "bob@example.com")) == 1
    desk.mail(*payslip, message_id="1@localhost")
    desk.mail(*payslip, message_id="1@localhost")
    desk.settle()
    assert desk.value("SELECT count(*) FROM entries WHERE rule = 'the same mail again'") == 1


def test_a_victims_mailbox_is_filled_under_many_spellings(desk: PagesDesk) -> None:
    for number in range(30):
        name = "".join(c.upper() if number >> place & 1 else c for place, c in enumerate("victim"))
        desk.mail(f"V <{name}@elsewhere.test>", f"Buy item {number}", f"Offer {number}")
    desk.settle()
    assert desk.value("SELECT count(*) FROM outbox WHERE lower(\"to\") = 'victim@elsewhere.test'") <= 10


# --- "how could they know?" ---


def test_a_supplier_asks_for_the_status_and_reads_our_incident(desk: PagesDesk) -> None:
    incident = desk.incident("shop-1")
    desk.mail("Eve <eve@evil.test>", "Cannot order", "The checkout fails.", message_id="a1@evil.test")
    desk.settle()
    assert act(desk, "ann", action="join", subject=desk.newest(), into=incident).status_code == 200

    def again(text: str) -> None:
        desk.mail("Eve <eve@evil.test>", "Re: Cannot order", text, In_Reply_To="<a1@evil.test>")
        desk.settle()

    again("status")
    assert act(desk, "ann", action="resolve", subject=incident, resolution="Failed over to db-07").status_code == 200
    again("status")
    again("It fails again, the basket is empty each time I open it.")
    told = outgoing(desk, "eve@evil.test")
    assert {mail.template for mail in told} >= {"bare_acknowledgement", "status", "resolution", "reopened"}
    for mail in told:
        assert not {"resource", "service", "assignee", "change", "related", "category"} & mail.facts.keys(), mail
        assert mail.facts.get("title") in {None, "Cannot order", "Re: Cannot order"}, mail
        assert mail.facts.get("resolution") is None, mail


@pytest.mark.parametrize("sign", ["\uff1e", "\uff20", "\uff1b", "\u037e", "\uff0f", "\u00a8"])
def test_an_address_looks_like_one_of_ours_and_leads_elsewhere(sign: str) -> None:
    for local in ("eve", "\u00fc"):
        with pytest.raises(UnsendableError):
            _recipient(f"{local}@evil.example{sign}.example.com")
