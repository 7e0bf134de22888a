"""The SMTP door as its peers see it: real sockets, a real journal."""

import asyncio
import smtplib
import socket
import ssl
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.open_doors import DESK, MAIL, Doors, Session, Smtp, bodies

# --- accepting -----------------------------------------------------------------------------------


def test_a_mail_is_in_the_journal_when_the_answer_says_so(doors: Doors, session: Session) -> None:
    for position in (1, 2):
        assert session.mail(MAIL) == f"250 2.6.0 accepted as {position}"
        found = doors.journal.get(position)
        assert found is not None
        assert (found.kind, found.route, found.body) == ("mail", DESK, MAIL + b"\r\n")
        assert found.envelope == {
            "mail_from": "ann@example.net",
            "rcpt_to": [DESK],
            "peer": "127.0.0.1",
            "helo": "client.example.net",
            "smtputf8": False,
        }
    assert doors.outcomes == ["accepted", "accepted"]
    session.say("QUIT", "221 2.0.0")
    assert session.answer() == ""


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (b"", b"\r\n"),
        (b"..", b".\r\n"),
        (b"..\r\n..hidden\r\n\r\n...", b".\r\n.hidden\r\n\r\n..\r\n"),
        (b"\xff\xfe 8 bit \x80\0", b"\xff\xfe 8 bit \x80\0\r\n"),
        (b"a\nb\rc", b"a\nb\rc\r\n"),
        (b"x" * 50_000, b"x" * 50_000 + b"\r\n"),
    ],
    ids=["empty line", "one dot", "dots", "8 bit", "bare line ends", "a long line"],
)
def test_content_arrives_byte_for_byte(doors: Doors, session: Session, sent: bytes, kept: bytes) -> None:
    session.mail(sent)
    assert bodies(doors) == [kept]


def test_a_mail_without_a_single_line_is_a_mail(doors: Doors, session: Session) -> None:
    session.begin()
    session.send(b".\r\n")
    session.expect("250 2.6.0")
    assert bodies(doors) == [b""]


@pytest.mark.parametrize("piece", [1, 2, 3, 5, 64])
def test_it_does_not_matter_in_what_pieces_a_mail_comes(doors: Doors, session: Session, piece: int) -> None:
    wire = b"Subject: pieces\r\n\r\n..\r\n.\r.\r\n..x\r\n\r\n.\r\n"
    session.begin()
    for start in range(0, len(wire), piece):
        session.send(wire[start : start + piece])
    session.expect("250 2.6.0")
    assert bodies(doors) == [b"Subject: pieces\r\n\r\n.\r\n\r.\r\n.x\r\n\r\n"]


@pytest.mark.parametrize(
    "trick", [b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r.\r\n", b"\r\n.\r", b"\n.\r", b"\r\n\0.\r\n"]
)
def test_a_mail_ends_nowhere_else_than_at_its_end(doors: Doors, session: Session, trick: bytes) -> None:
    smuggled = f"MAIL FROM:<boss@example.com>\r\nRCPT TO:<{DESK}>\r\nDATA\r\nPay at once.".encode()
    session.mail(MAIL + trick + smuggled)
    assert len(bodies(doors)) == 1
    session.say("NOOP", "250")


def test_a_hasty_sender_is_understood(doors: Doors, session: Session) -> None:
    one = f"MAIL FROM:<ann@example.net>\r\nRCPT TO:<{DESK}>\r\nDATA\r\n".encode()
    session.send(one)
    for start in ("250 2.1.0", "250 2.1.5", "354"):
        session.expect(start)
    session.send(b"first\r\n.\r\n" + one + b"second\r\n.\r\nQUIT\r\n")
    for start in ("250 2.6.0 accepted as 1", "250", "250", "354", "250 2.6.0 accepted as 2", "221"):
        session.expect(start)
    assert bodies(doors) == [b"first\r\n", b"second\r\n"]


def test_a_bounce_has_no_sender(doors: Doors, session: Session) -> None:
    session.say("MAIL FROM:<>", "250")
    session.say(f"RCPT TO:<{DESK}>", "250")
    session.say("DATA", "354")
    session.send(MAIL + b"\r\n.\r\n")
    session.expect("250 2.6.0")
    found = doors.journal.get(1)
    assert found is not None
    assert found.envelope["mail_from"] == ""


def test_a_sender_who_leaves_in_the_middle_leaves_nothing(doors: Doors, smtp: Smtp) -> None:
    with smtp.session() as session:
        session.begin()
        session.send(MAIL)
    with smtp.session() as session:
        assert session.mail(MAIL) == "250 2.6.0 accepted as 1"


# --- whose mail ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "someone@example.com", "desk@example.org", "desk@sub.example.com", "other+desk@example.com", "desk",
        "desk%example.org@example.com", '"desk@example.com"@example.net',
    ],
)  # fmt: skip
def test_only_the_desks_own_addresses_are_accepted(doors: Doors, session: Session, address: str) -> None:
    session.say("MAIL FROM:<ann@example.net>", "250")
    session.say(f"RCPT TO:<{address}>", "550 5.1.1")
    session.say("DATA", "503 5.5.1")
    assert bodies(doors) == []
    assert doors.outcomes == ["unknown address"]


def test_an_unknown_recipient_does_not_spoil_it_for_a_known_one(doors: Doors, session: Session) -> None:
    session.say("MAIL FROM:<ann@example.net>", "250")
    session.say("RCPT TO:<stranger@example.com>", "550 5.1.1")
    session.say("RCPT TO:<Desk+INC7.k3y@Example.COM>", "250")
    session.say("DATA", "354")
    session.send(MAIL + b"\r\n.\r\n")
    session.expect("250 2.6.0")
    found = doors.journal.get(1)
    assert found is not None
    assert (found.route, found.envelope["rcpt_to"]) == (DESK, ["Desk+INC7.k3y@Example.COM"])


def test_recipients_are_limited(doors: Doors) -> None:
    with doors.smtp(max_recipients=2) as smtp, smtp.session() as session:
        session.say("MAIL FROM:<ann@example.net>", "250")
        for answer in ("250", "250", "452 4.5.3"):
            session.say(f"RCPT TO:<{DESK}>", answer)


def test_addresses_beyond_ascii_need_smtputf8(doors: Doors, session: Session) -> None:
    assert "SMTPUTF8" in session.capabilities
    session.say("MAIL FROM:<jürgen@example.net>", "553 5.6.7")
    session.say("MAIL FROM:<jürgen@example.net> SMTPUTF8", "250")
    session.say(f"RCPT TO:<{DESK}>", "250")
    session.say("DATA", "354")
    session.send(MAIL + b"\r\n.\r\n")
    session.expect("250 2.6.0")
    found = doors.journal.get(1)
    assert found is not None
    assert (found.envelope["mail_from"], found.envelope["smtputf8"]) == ("jürgen@example.net", True)


def test_an_address_that_is_no_text_is_refused(session: Session) -> None:
    session.send(b"MAIL FROM:<\xff\xfe@example.net> SMTPUTF8\r\n")
    session.expect("553 5.1.3")


# --- TLS -----------------------------------------------------------------------------------------


@pytest.fixture
def certificate(tmp_path: Path, server_program: Callable[[str], str]) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A context for the server, and one for a client that trusts it."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        [server_program("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(certificate, key)
    return server, ssl.create_default_context(cafile=str(certificate))


def test_starttls(doors: Doors, certificate: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    ours, theirs = certificate
    with doors.smtp(tls=ours, require_tls=True) as smtp:
        with smtp.session() as session:
            assert "STARTTLS" in session.capabilities
            session.say("MAIL FROM:<ann@example.net>", "530 5.7.0")
        with smtplib.SMTP("localhost", smtp.port, timeout=30) as client:
            client.starttls(context=theirs)
            client.ehlo("client.example.net")
            assert not client.has_extn("starttls")
            assert not client.has_extn("auth")
            client.sendmail("ann@example.net", [DESK], MAIL + b"\r\n")
    assert bodies(doors) == [MAIL + b"\r\n"]


def test_nothing_said_before_tls_counts_after_it(
    doors: Doors, certificate: tuple[ssl.SSLContext, ssl.SSLContext]
) -> None:
    ours, theirs = certificate
    with doors.smtp(tls=ours) as smtp, smtp.session() as session:
        injected = f"MAIL FROM:<evil@example.net>\r\nRCPT TO:<{DESK}>\r\n".encode()
        session.send(b"STARTTLS\r\n" + injected)
        session.expect("220")
        with (
            theirs.wrap_socket(session.connection.dup(), server_hostname="localhost") as secure,
            Session(secure) as inside,
        ):
            inside.say("EHLO client.example.net", "250")
            inside.say("DATA", "503")


# --- the end -------------------------------------------------------------------------------------


def test_an_idle_session_is_dismissed_when_the_desk_stops(doors: Doors) -> None:
    with doors.smtp() as smtp, smtp.session() as session:
        doors.do(smtp.server.stop())
        session.expect("421 4.3.2")
        assert session.answer() == ""
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", smtp.port), timeout=5)


def test_a_mail_in_transfer_is_still_taken_when_the_desk_stops(doors: Doors) -> None:
    with doors.smtp() as smtp, smtp.session() as session:
        session.begin()
        session.send(b"Subject: half")
        stopping = asyncio.run_coroutine_threadsafe(smtp.server.stop(), doors.loop)
        session.send(b" and whole\r\n.\r\n")
        session.expect("250 2.6.0 accepted as 1")
        session.expect("421 4.3.2")
        stopping.result(30)
    assert bodies(doors) == [b"Subject: half and whole\r\n"]


def test_a_session_that_says_nothing_is_ended(doors: Doors) -> None:
    with doors.smtp(timeout_seconds=0.2) as smtp, smtp.session() as session:
        assert session.answer() == ""
