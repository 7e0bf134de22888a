"""What is known of a problem works for people: they get the workaround at once, and hear once when it is fixed."""

from datetime import timedelta

import pytest

from tests.behaviour.conftest import Lived
from tests.behaviour.harness import Desk

ADA, BEN, CAT = "ada@fernhill.example", "ben@fernhill.example", "cat@fernhill.example"
WORKAROUND = "Use the printer on the second floor."


def an_outage(desk: Desk) -> str:
    """The spooler stops for forty minutes; the number of its incident."""
    desk.fire("spooler stopped", "prn-hq")
    desk.advance(timedelta(minutes=40))
    number = desk.records()[-1].number
    desk.resolve("spooler stopped", "prn-hq")
    desk.advance(timedelta(days=2) - timedelta(minutes=40))
    return number


def a_problem_is_known(desk: Desk) -> None:
    """The spooler has stopped every other day; the problem is accepted and its workaround known."""
    for _ in range(16):
        an_outage(desk)
    suggestion = next(s for s in desk.suggestions() if s.service == "print")
    desk.command("suggestion-accept", "maria", suggestion.id)
    desk.command("problem-set", "maria", "PRB-1", status="known error", workaround=WORKAROUND)
    desk.take_mail()


@pytest.fixture
def known(lived: Lived) -> Desk:
    return lived(a_problem_is_known)


def it_stops_now(desk: Desk) -> str:
    desk.fire("spooler stopped", "prn-hq")
    desk.advance(timedelta(minutes=2))
    desk.take_mail()
    return desk.records()[-1].number


def test_a_new_incident_that_matches_is_linked(known: Desk) -> None:
    number = it_stops_now(known)
    assert known.record(number).problem == "PRB-1"
    assert number in known.problems()[0].incidents
    assert any("belongs to that problem" in reason for reason in known.reasons(number))


def test_whoever_writes_gets_the_workaround_in_the_first_answer_and_is_asked(known: Desk) -> None:
    it_stops_now(known)
    known.mail(ADA, "Printing", "The printer in my office does not print anything.")
    told = known.expect_mail(ADA, "acknowledgement", WORKAROUND, "Did this help?")
    known.reply(ADA, told, "No, that one is broken as well.")
    known.advance(timedelta(minutes=1))
    assert (known.problems()[0].helped, known.problems()[0].failed) == (0, 1)
    known.reply(ADA, told, "Yes")
    assert known.problems()[0].failed + known.problems()[0].helped == 1, "one word for each person"
    known.take_mail()


def test_a_workaround_that_does_not_help_stops_being_sent(known: Desk) -> None:
    it_stops_now(known)
    for number in range(9):
        person = f"colleague{number}@fernhill.example"
        known.mail(person, "Printing", "The printer in my office does not print anything.")
        told = known.expect_mail(person, "acknowledgement")
        if WORKAROUND not in told.text:
            break
        known.reply(person, told, "no")
    else:
        pytest.fail("it was sent to the end")
    assert number >= 3
    known.command("problem-set", "maria", "PRB-1", workaround="Use the one in the lobby.")
    known.mail(CAT, "Printing", "The printer in my office does not print anything.")
    known.expect_mail(CAT, "acknowledgement", "Use the one in the lobby.")
    known.take_mail()


def test_an_outsider_hears_nothing_of_it(known: Desk) -> None:
    it_stops_now(known)
    known.mail("eve@elsewhere.example", "Printing", "The printer in my office does not print anything.")
    told = known.expect_mail("eve@elsewhere.example", "acknowledgement")
    assert WORKAROUND not in told.text


def test_when_it_is_fixed_its_open_incidents_end_and_everybody_is_told_once(known: Desk) -> None:
    number = it_stops_now(known)
    for person in (ADA, BEN):
        known.mail(person, "Printing", "The printer in my office does not print anything.")
        known.expect_mail(person, "acknowledgement")
    known.command("problem-set", "maria", "PRB-1", status="closed", outcome="fixed")
    assert known.record(number).status == "resolved"
    for person in (ADA, BEN):
        known.expect_mail(person, "resolution")
    known.resolve("spooler stopped", "prn-hq")
    known.advance(timedelta(days=1))
    assert not known.take_mail(ADA) + known.take_mail(BEN)
    known.take_mail()


def under_observation(desk: Desk) -> None:
    desk.command("problem-set", "maria", "PRB-1", status="fix in progress", change="CHG-7")
    desk.command("problem-set", "maria", "PRB-1", status="under observation")


def test_after_a_fix_that_works_the_desk_says_gone(known: Desk) -> None:
    under_observation(known)
    known.advance(timedelta(days=21))
    assert (known.problems()[0].status, known.problems()[0].verdict) == ("under observation", "gone")
    known.take_mail()


def test_after_a_fix_that_does_not_work_the_problem_is_reopened_by_itself(known: Desk) -> None:
    under_observation(known)
    for _ in range(12):
        an_outage(known)
    problem = known.problems()[0]
    assert (problem.status, problem.verdict) == ("investigating", "still there")
    known.take_mail()


def test_what_was_closed_as_fixed_and_comes_back_is_reopened_too(known: Desk) -> None:
    under_observation(known)
    known.command("problem-set", "maria", "PRB-1", status="closed", outcome="fixed")
    for _ in range(12):
        an_outage(known)
    assert known.problems()[0].status == "investigating"
    known.take_mail()
