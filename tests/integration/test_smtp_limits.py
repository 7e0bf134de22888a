"""The limits of the SMTP door: sizes, rates, sessions; and what it answers when something goes wrong."""

import asyncio
import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from ingest.event import Draft
from ingest.journal import BusyError
from tests.integration.open_doors import DESK, MAIL, Doors, Session, Smtp

# --- sizes, rates, sessions ----------------------------------------------------------------------


def test_a_mail_that_says_it_is_too_large_is_refused_at_once(session: Session) -> None:
    assert "SIZE 100000" in session.capabilities
    session.say("MAIL FROM:<ann@example.net> SIZE=100001", "552 5.3.4")
    session.say("MAIL FROM:<ann@example.net> SIZE=100000 BODY=8BITMIME", "250")


@pytest.mark.parametrize("size", [100_001, 300_000, 2_000_000])
def test_a_mail_that_turns_out_too_large_is_refused_and_the_next_is_served(
    doors: Doors, session: Session, size: int
) -> None:
    line = b"y" * 98 + b"\r\n"
    session.mail((line * (size // 100 + 1))[: size - 2], start="552 5.3.4")
    assert session.mail(line * 999 + b"y" * 98) == "250 2.6.0 accepted as 1"
    assert doors.outcomes == ["too large", "accepted"]


def test_large_mails_do_not_fill_the_memory_and_small_ones_pass_by(doors: Doors) -> None:
    lines = (b"y" * 98 + b"\r\n") * 1_500
    with doors.smtp(max_in_transfer=200_000) as smtp, smtp.session() as large, smtp.session() as another:
        large.begin()
        large.send(lines)
        while smtp.server.in_transfer < len(lines):
            another.say("NOOP", "250")
        another.mail(lines, start="452 4.3.1")
        another.mail(MAIL)
        large.send(b".\r\n")
        large.expect("250 2.6.0")
        another.mail(lines)
    assert smtp.server.in_transfer == 0
    assert doors.outcomes == ["busy", "accepted", "accepted", "accepted"]


def test_a_peer_has_so_many_sessions_and_no_more(doors: Doors) -> None:
    with doors.smtp(unlimited=(), sessions_per_peer=2) as smtp, smtp.session():
        with smtp.session() as second:
            with smtp.session(greeting="421 4.7.0") as third:
                assert third.answer() == ""
            second.say("QUIT", "221")
            assert second.answer() == ""
        with smtp.session() as again:
            again.say("NOOP", "250")


def test_all_peers_together_have_so_many_sessions(doors: Doors) -> None:
    with doors.smtp(max_sessions=1) as smtp, smtp.session(), smtp.session(greeting="421 4.3.2"):
        assert doors.outcomes == ["sessions"]


def test_a_peer_that_sends_too_fast_is_asked_to_come_back(doors: Doors) -> None:
    with doors.smtp(unlimited=(), mails_per_minute=6, burst=2) as smtp, smtp.session() as session:
        session.mail(MAIL)
        session.mail(MAIL)
        session.say("MAIL FROM:<ann@example.net>", "451 4.7.1")
        doors.later(seconds=10)
        session.mail(MAIL)
        session.say("MAIL FROM:<ann@example.net>", "451 4.7.1")


def test_a_peer_of_ones_own_is_not_limited(doors: Doors) -> None:
    with (
        doors.smtp(mails_per_minute=1, burst=1, sessions_per_peer=1) as smtp,
        smtp.session() as session,
        smtp.session(),
    ):
        for _ in range(5):
            session.mail(MAIL)


def test_nonsense_is_borne_for_a_while_only(session: Session) -> None:
    session.send(b"GET / HTTP/1.1\r\n" * 10)
    answers = []
    while answer := session.answer():
        answers.append(answer)
    assert all(answer.startswith("500 5.5.2") for answer in answers[:-1])
    assert answers[-1].startswith("502 5.5.1")
    assert len(answers) < 10


# --- failures ------------------------------------------------------------------------------------


def test_a_locked_journal_is_a_temporary_failure_and_the_session_goes_on(
    doors: Doors, session: Session, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "journal.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        session.mail(MAIL, start="451 4.3.0")
        other.execute("ROLLBACK")
    assert session.mail(MAIL) == "250 2.6.0 accepted as 1"
    assert doors.outcomes == ["not durable", "accepted"]


async def _busy(_draft: Draft) -> int:
    raise BusyError("Too much waits.")


async def _broken(_draft: Draft) -> int:
    raise ZeroDivisionError("a mistake of ours")


@pytest.mark.parametrize(("accept", "answer"), [(_busy, "451 4.3.2"), (_broken, "451 4.3.0")])
def test_what_goes_wrong_here_is_never_a_permanent_answer(
    doors: Doors, accept: Callable[[Draft], "asyncio.Future[int]"], answer: str
) -> None:
    with doors.smtp(accept) as smtp, smtp.session() as session:
        session.mail(MAIL, start=answer)
        session.mail(MAIL, start=answer)
        session.say("NOOP", "250")


@pytest.mark.parametrize(
    "line",
    [
        "MAIL FROM:<ann@example.net> XYZ=1", "MAIL", "MAIL TO:<x@example.net>",
        "RCPT TO:<desk@example.com>", "DATA", "DATA now", "NONSENSE", "RSET x", "QUIT x", "EXPN list", "STARTTLS",
        "AUTH PLAIN AGEAYg==", "EHLO", "MAIL FROM:<a@b> SIZE=many", "MAIL FROM:<a@b> BODY=9BIT", "BDAT 1 LAST",
        "x" * 2000,
    ],
)  # fmt: skip
def test_every_refusal_has_an_enhanced_code(session: Session, line: str) -> None:
    assert "ENHANCEDSTATUSCODES" in session.capabilities
    session.send(line.encode() + b"\r\n")
    answer = session.answer()
    assert answer[0] in "45"
    assert answer[4:6] == f"{answer[0]}."
    session.say("NOOP", "250 2.0.0")


def test_a_greeting_does_not_loosen_the_limits_of_others(smtp: Smtp) -> None:
    for _ in range(30):
        with smtp.session():
            pass
    with smtp.session() as session:
        session.say(f"MAIL FROM:<{'x' * 600}@example.net>", "500 5.5.2")


def mutants(count: int) -> Iterator[bytes]:
    """Sessions with bytes and lines changed, doubled, dropped and moved, always the same ones."""
    chance = random.Random(20260302)
    lines = [
        b"EHLO client.example.net\r\n", b"MAIL FROM:<ann@example.net> SIZE=100 BODY=8BITMIME SMTPUTF8\r\n",
        f"RCPT TO:<{DESK}>\r\n".encode(), b"DATA\r\n", MAIL, b"\r\n.\r\n", b"RSET\r\n", b"VRFY desk\r\n", b"HELP\r\n",
    ]  # fmt: skip
    for _ in range(count):
        mutant = list(lines)
        for _ in range(chance.randrange(1, 6)):
            place = chance.randrange(len(mutant))
            line = bytearray(mutant[place] or b"x")
            match chance.randrange(5):
                case 0:
                    line[chance.randrange(len(line))] = chance.randrange(256)
                case 1:
                    line = line[: chance.randrange(len(line))]
                case 2:
                    line *= chance.choice([2, 3, 500])
                case 3:
                    mutant.insert(chance.randrange(len(mutant)), bytes(line))
                case _:
                    line += bytes(chance.randrange(256) for _ in range(chance.randrange(300)))
            mutant[place] = bytes(line)
        yield b"".join(mutant)


def test_whatever_comes_is_answered_with_a_code_and_the_next_is_served(doors: Doors, smtp: Smtp) -> None:
    for mutant in mutants(300):
        # A session that is ended early may be reset under the rest of what was sent.
        with suppress(ConnectionError), smtp.session(hello="") as session:
            session.send(mutant + b"\r\n.\r\nQUIT\r\n")
            while answer := session.answer():
                assert answer[:3].isdigit()
                assert answer[0] in "2345"
                if answer.startswith(("221", "502 5.5.1 Too many", "421")):
                    break
    assert "failure" not in doors.outcomes
    with smtp.session() as session:
        session.mail(MAIL)
