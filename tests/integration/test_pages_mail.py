"""Mail on the pages: what came in, shown safely; what went out, with all that became of it; how a digest is left."""

import base64
import re
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from desk.attribution import attributing
from desk.outbox import Result, lease, settle, tell_of_templates
from desk.plus_addresses import PlusAddresses, secret_in
from ingest.event import Delivered, Draft
from ingest.normalize import draft_of
from tests.integration.pages_desk import PagesDesk, a_desk
from tests.integration.rig import DESK

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
HTML_MAIL = (
    b"From: Eve <eve@example.com>\r\nSubject: Look\r\nMessage-ID: <look@example.com>\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/related; boundary="b"\r\n\r\n'
    b"--b\r\nContent-Type: text/html\r\n\r\n<p>The screen is green:</p><img src='cid:shot@eve'>"
    b"<img src='https://tracker.example/1.gif'><img src='HTTP://tracker.example/2.gif' onerror='x()'>"
    b"<script src='https://tracker.example/x.js'></script><link rel=stylesheet href='https://tracker.example/x.css'>"
    b"<video src='https://tracker.example/v'></video>\r\n"
    b"--b\r\nContent-Type: image/png\r\nContent-ID: <shot@eve>\r\nContent-Transfer-Encoding: base64\r\n"
    b'Content-Disposition: inline; filename="shot.png"\r\n\r\n' + base64.b64encode(PNG) + b"\r\n--b--\r\n"
)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PagesDesk]:
    with a_desk(tmp_path) as made:
        yield made


# --- what came in ---


def test_pictures_from_elsewhere_are_loaded_only_when_asked_for(desk: PagesDesk) -> None:
    desk.raw_mail(HTML_MAIL)
    position, browser = desk.journal.head().position, desk.browser("ann")

    page = browser.get(f"/inputs/{position}?view=html")
    assert "2 pictures from elsewhere are not loaded" in browser.text
    (frame,) = re.findall(r'<iframe sandbox="" src="([^"]+)"', page.text)
    (more,) = re.findall(r'<a href="([^"]+)">Load them</a>', page.text)
    shown = browser.get(frame)
    assert "tracker.example" not in shown.text
    assert "img-src data:;" in shown.headers["content-security-policy"]

    page = browser.get(more.replace("&amp;", "&"))
    assert "not loaded" not in browser.text
    (frame,) = re.findall(r'<iframe sandbox="" src="([^"]+)"', page.text)
    loaded = browser.get(frame)
    assert re.findall(r'src="(h[^"]*)"', loaded.text, re.IGNORECASE) == [
        "https://tracker.example/1.gif", "HTTP://tracker.example/2.gif"
    ]  # fmt: skip
    assert not re.search(r"<script|<link|<video|onerror", loaded.text)
    policy = loaded.headers["content-security-policy"]
    assert policy.startswith("default-src 'none';")
    assert "img-src data: https: http:;" in policy
    assert policy.endswith("sandbox")
    assert loaded.headers["referrer-policy"] == "no-referrer"


def test_pictures_that_came_with_the_mail_are_in_it_and_previewed(desk: PagesDesk) -> None:
    number = desk.raw_mail(HTML_MAIL)
    position, browser = desk.journal.head().position, desk.browser("ann")

    assert (
        f'src="data:image/png;base64,{base64.b64encode(PNG).decode()}"' in browser.get(f"/inputs/{position}/html").text
    )
    (preview,) = re.findall(r'<img loading="lazy" alt="" src="([^"]+)"', browser.get(f"/records/{number}").text)
    picture = browser.get(preview)
    assert (picture.content, picture.headers["content-type"]) == (PNG, "image/png")
    assert "sandbox" in picture.headers["content-security-policy"]


def test_what_is_odd_about_a_mail_is_said_below_it(desk: PagesDesk) -> None:
    odd = b"From: Eve <eve@example.com>\r\nSubject: Fenster\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n"
    number = desk.raw_mail(odd + "Das Fenster schließt nicht, das ist ärgerlich.".encode("cp1252"))
    page = desk.browser("ann").get(f"/records/{number}").text
    assert "Odd about this mail: how its characters are written was guessed" in page


def test_the_raw_message_is_one_click_away(desk: PagesDesk) -> None:
    number = desk.raw_mail(HTML_MAIL)
    position, browser = desk.journal.head().position, desk.browser("ann")
    assert f'href="/inputs/{position}/raw"' in browser.get(f"/records/{number}").text

    raw = browser.get(f"/inputs/{position}/raw")

    assert raw.content == HTML_MAIL
    assert raw.headers["content-type"].startswith("text/plain")
    assert raw.headers["content-disposition"].startswith(f'attachment; filename="input-{position}.eml"')
    assert raw.headers["x-content-type-options"] == "nosniff"


def test_what_outlook_wrapped_up_is_downloaded_as_the_file_it_was(desk: PagesDesk) -> None:
    def attribute(name: int, data: bytes) -> bytes:
        return struct.pack("<BHHI", 2, name, 6, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)

    files = [(b"one.csv", b"1;2"), (b"one.csv", b"3;4"), (b"photo.png", PNG)]
    wrapped = struct.pack("<IH", 0x223E9F78, 1)
    for name, content in files:
        wrapped += attribute(0x9002, bytes(14)) + attribute(0x8010, name + b"\0") + attribute(0x800F, content)
    number = desk.raw_mail(
        b"From: ada@example.com\r\nSubject: Figures\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/plain\r\n\r\nThe figures are attached.\r\n"
        b"--b\r\nContent-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(wrapped)
        + b"--b--\r\n"
    )
    browser = desk.browser("ann")

    links = re.findall(r'<a class="file" href="([^"]+)"', browser.get(f"/records/{number}").text)

    found = [browser.get(link) for link in links]
    assert [answer.content for answer in found] == [content for _, content in files]
    assert "one.csv" in found[0].headers["content-disposition"]
    assert found[2].headers["content-type"] == "image/png"


def test_what_was_cut_from_a_mail_is_there_folded(desk: PagesDesk) -> None:
    number = desk.request("Printer", "It is stuck again.\r\n\r\nOn Monday, Kim wrote:\r\n> Please restart it.\r\n")

    text = desk.browser("ann").get(f"/records/{number}").text

    (folded,) = re.findall(r'(?s)<details class="quoted"><summary>What was quoted</summary><div>(.*?)</div>', text)
    assert "Please restart it." in folded
    assert "It is stuck again." not in folded


# --- what went out ---


def attempt(desk: PagesDesk, outcome: str, answer: str, server: str = "smtp.example.com") -> None:
    """One attempt at every mail that is due."""
    for due in lease(desk.engine, "test", desk.clock(), 10, per_domain=10, busy={}):
        result = Result(id=due.id, attempts=due.attempts, outcome=outcome, server=server, answer=f"{server}: {answer}")  # type: ignore[arg-type]
        for final in settle(desk.engine, "test", [result], desk.clock()):
            told = Delivered(message_id=final.message_id, result=final.result, answer=final.answer)
            desk.accept(draft_of(told, "outbox"))
    desk.settle()


def test_the_record_and_the_api_tell_each_attempt(desk: PagesDesk) -> None:
    number = desk.request()
    attempt(desk, "again", "451 4.3.0 greylisted")
    desk.later(minutes=2)
    attempt(desk, "again", "451 4.3.0 greylisted")
    desk.later(minutes=10)
    attempt(desk, "sent", "250 2.0.0 queued as 7")

    browser = desk.browser("ann")
    browser.get(f"/records/{number}")
    for words in ("queued", "deferred 2 times", "451 4.3.0 greylisted", "smtp.example.com", "250 2.0.0 queued as 7"):
        assert words in browser.text, words

    program = desk.browser()
    token = {"authorization": f"Bearer {desk.accounts.add_token('ann')[1]}"}
    entries = program.get(f"/api/v1/records/{number}/history", headers=token).json()["entries"]
    (sent,) = (entry["mail"] for entry in entries if entry["mail"])
    told = [(step["what"], step["count"], step["server"], step["answer"]) for step in sent["deliveries"]]
    assert told == [
        ("queued", 1, None, None),
        ("deferred", 2, "smtp.example.com", "451 4.3.0 greylisted"),
        ("sent", 1, "smtp.example.com", "250 2.0.0 queued as 7"),
    ]
    one = program.get(f"/api/v1/mail/{sent['id']}", headers=token).json()
    assert (one["status"], one["to"], len(one["deliveries"])) == ("sent", "eve@example.com", 3)
    assert program.get("/api/v1/mail/999", headers=token).status_code == 404


def test_a_mail_that_is_given_up_shows_on_the_record_and_in_the_metrics(desk: PagesDesk) -> None:
    number = desk.request()
    attempt(desk, "failed", "550 5.1.1 no such user")

    browser = desk.browser("ann")
    browser.get(f"/records/{number}")
    assert "A mail was given up: smtp.example.com: 550 5.1.1 no such user" in browser.text
    metrics = browser.get("/metrics").text
    assert 'desk_outbox_mails{status="failed"} 1.0' in metrics
    assert 'desk_deliveries_total{outcome="failed"} 1.0' in metrics


def test_a_bounce_shows_at_the_mail_and_at_the_person(desk: PagesDesk) -> None:
    number = desk.request()
    attempt(desk, "sent", "250 2.0.0 queued as 7")
    message_id = desk.value("SELECT message_id FROM outbox")
    desk.raw_mail(
        b"From: MAILER-DAEMON@mx.example.org\r\nTo: " + DESK.encode() + b"\r\nSubject: Undelivered Mail\r\n"
        b'MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/plain\r\n\r\nI am sorry.\r\n"
        b"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\r\n"
        b"Final-Recipient: rfc822; Eve@example.com\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        b"Diagnostic-Code: smtp; 550 no mailbox here\r\n\r\n"
        b"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <" + message_id.encode() + b">\r\n\r\n--b--\r\n"
    )

    browser = desk.browser("ann")
    browser.get(f"/records/{number}")

    assert desk.newest() == number, "it opened nothing"
    assert "came back" in browser.text
    assert re.search(r"mail comes back 5\.1\.1 .*550 no mailbox here", browser.text)
    assert desk.rows("SELECT status FROM records") == [("new",)]

    desk.mail("Eve Young <eve@example.com>", "Re: Blank labels", "I have mail again.", in_reply_to=f"<{message_id}>")
    desk.settle()
    browser.get(f"/records/{number}")
    assert "mail comes back" not in browser.text


def test_a_broken_template_of_ones_own_shows_on_the_health_page(desk: PagesDesk) -> None:
    browser = desk.browser("ann")
    browser.get("/health")
    assert "those that are shipped are used" in browser.text
    tell_of_templates(desk.engine, "Your own template for “taken” failed, the shipped one was used: division by zero")

    browser.get("/health")

    assert "needs somebody" in browser.text
    assert "the shipped one was used: division by zero" in browser.text
    assert browser.get("/readyz").status_code == 200, "mail is accepted all the same"


# --- the digest ---

MANAGERS = ("pia@example.com", "kim@example.com")


def digests(desk: PagesDesk) -> list[str]:
    """Who gets the digest of the next week."""
    before = desk.value("SELECT count(*) FROM outbox WHERE kind = 'digest'")
    desk.later(days=7)
    rows = desk.rows(f"""SELECT "to" FROM outbox WHERE kind = 'digest' ORDER BY id LIMIT 10 OFFSET {before}""")
    return sorted(row[0] for row in rows)


def ticket(desk: PagesDesk) -> str:
    """What stands in the links of pia's digest."""
    query = "SELECT id, message_id FROM outbox WHERE kind = 'digest' AND \"to\" = 'pia@example.com' LIMIT 1"
    ((number, message_id),) = desk.rows(query)
    return PlusAddresses(DESK, secret_in(desk.settings.data_dir)).ticket("stop", number, message_id)


@pytest.fixture
def weekly(desk: PagesDesk) -> PagesDesk:
    desk.configure(problem_managers=MANAGERS)
    assert digests(desk) == sorted(MANAGERS)
    return desk


def test_the_page_of_a_digest_stops_it_and_resumes_it_without_a_login(weekly: PagesDesk) -> None:
    browser, page = weekly.browser(), f"/unsubscribe/{ticket(weekly)}"

    browser.get(page)
    assert "The weekly digest is sent to pia@example.com." in browser.text
    assert digests(weekly) == sorted(MANAGERS), "looking at the page stops nothing"

    browser.post(page, **{"List-Unsubscribe": "One-Click"})
    assert "no longer sent to pia@example.com" in browser.text
    assert digests(weekly) == ["kim@example.com"]

    browser.post(page, resume="1")
    assert digests(weekly) == sorted(MANAGERS)


def test_a_mail_program_stops_it_with_one_click(weekly: PagesDesk) -> None:
    client = weekly.browser().client
    body = b'--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n'
    kind = {"content-type": "multipart/form-data; boundary=b"}

    answer = weekly.runner.run(client.post(f"/unsubscribe/{ticket(weekly)}", content=body, headers=kind))

    assert answer.status_code == 200
    assert digests(weekly) == ["kim@example.com"]
    weekly.configure(problem_managers=MANAGERS, group_wait=31)
    assert digests(weekly) == ["kim@example.com"], "a new configuration does not undo it"


def test_a_mail_with_the_ticket_stops_it_and_is_not_answered(weekly: PagesDesk) -> None:
    keys = PlusAddresses(DESK, secret_in(weekly.settings.data_dir))
    raw = f"From: Pia <pia@example.com>\r\nSubject: unsubscribe {ticket(weekly)}\r\n\r\n".encode()
    draft = Draft(kind="mail", route=DESK, envelope={"mail_from": "pia@example.com", "rcpt_to": [DESK]}, body=raw)

    async def hand_in() -> None:
        await attributing(weekly.commit.accept, weekly.engine, keys)(draft)

    weekly.runner.run(hand_in())
    weekly.settle()

    assert digests(weekly) == ["kim@example.com"]
    assert weekly.rows("SELECT number FROM records") == []


@pytest.mark.parametrize("wrong", ["u1-aaaaaaaaaaaaaaaa", "x", "u99-aaaaaaaaaaaaaaaa", "r1-aaaaaaaaaaaaaaaa"])
def test_without_the_ticket_nothing_stops(weekly: PagesDesk, wrong: str) -> None:
    browser = weekly.browser()

    assert browser.get(f"/unsubscribe/{wrong}").status_code == 404
    assert browser.post(f"/unsubscribe/{wrong}").status_code == 404

    assert digests(weekly) == sorted(MANAGERS)
