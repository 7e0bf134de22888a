"""What keeps coming back is put before the problem manager, and their word holds."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from correlate.policy import Agent
from tests.behaviour.conftest import Lived
from tests.behaviour.harness import Desk
from tests.behaviour.post_office import SentMail

MANAGER = "pm@fernhill.example"


def eight_weeks(desk: Desk) -> None:
    """Eight weeks in which the spooler stops every other day while everything else stays quiet."""
    for day in range(56):
        if day % 2 == 0:
            desk.fire("spooler stopped", "prn-hq")
            desk.advance(timedelta(minutes=40))
            desk.resolve("spooler stopped", "prn-hq")
            desk.advance(timedelta(days=1) - timedelta(minutes=40))
        else:
            desk.advance(timedelta(days=1))
    desk.take_mail()


@pytest.fixture
def recurring(lived: Lived) -> Desk:
    return lived(eight_weeks)


def test_a_recurrence_is_suggested_with_its_evidence(recurring: Desk) -> None:
    suggestions = [s for s in recurring.suggestions() if s.service == "print"]
    assert suggestions
    suggestion = suggestions[0]
    assert suggestion.status == "proposed"
    assert len(suggestion.incidents) >= 3
    assert suggestion.p_value is not None
    assert suggestion.p_value < 0.01
    assert suggestion.evidence


def test_accepting_makes_a_problem_record_with_the_incidents_linked(recurring: Desk) -> None:
    suggestion = next(s for s in recurring.suggestions() if s.service == "print")
    recurring.command("suggestion-accept", "maria", suggestion.id)
    (problem,) = recurring.problems()
    assert problem.number.startswith("PRB-")
    assert set(suggestion.incidents) <= set(problem.incidents)
    assert recurring.record(suggestion.incidents[0]).problem == problem.number


def test_a_declined_suggestion_does_not_come_back_while_the_evidence_stays_the_same(recurring: Desk) -> None:
    suggestion = next(s for s in recurring.suggestions() if s.service == "print")
    recurring.command("suggestion-decline", "maria", suggestion.id, reason="The printer is being replaced.")
    recurring.advance(timedelta(days=10))
    recurring.take_mail()
    assert not [s for s in recurring.suggestions() if s.service == "print" and s.status == "proposed"]


def it_stops_on_days(desk: Desk, days: int) -> None:
    for _ in range(days):
        desk.fire("spooler stopped", "prn-hq")
        desk.advance(timedelta(minutes=40))
        desk.resolve("spooler stopped", "prn-hq")
        desk.advance(timedelta(days=1) - timedelta(minutes=40))
    desk.take_mail()


def test_what_was_declined_is_known_again_by_what_it_is_until_the_evidence_is_materially_stronger(desk: Desk) -> None:
    while not desk.suggestions():
        it_stops_on_days(desk, 1)
    first = desk.suggestions()[0]
    desk.command("suggestion-decline", "maria", first.id, reason="The printer is being replaced.")
    strength = len(first.incidents)
    enough = max(2 * strength, strength + 5)
    it_stops_on_days(desk, enough - strength - 1)
    assert [s.id for s in desk.suggestions()] == [first.id], "under another name it would be asked again"
    assert desk.suggestion(first.id).status == "declined"
    it_stops_on_days(desk, 3)
    assert [s.id for s in desk.suggestions()] == [first.id]
    assert desk.suggestion(first.id).status == "proposed"


def test_a_snoozed_suggestion_returns_on_its_day(recurring: Desk) -> None:
    suggestion = next(s for s in recurring.suggestions() if s.service == "print")
    until = recurring.now + timedelta(days=3)
    recurring.command("suggestion-snooze", "maria", suggestion.id, until=until.isoformat())
    recurring.advance(timedelta(days=2))
    assert recurring.suggestion(suggestion.id).status == "snoozed"
    recurring.advance(timedelta(days=2))
    recurring.take_mail()
    assert recurring.suggestion(suggestion.id).status == "proposed"


def test_the_weekly_digest_names_what_is_suggested(desk: Desk) -> None:
    for _ in range(30):
        desk.fire("spooler stopped", "prn-hq")
        desk.advance(timedelta(minutes=40))
        desk.resolve("spooler stopped", "prn-hq")
        desk.advance(timedelta(days=1))
    digests = [mail for mail in desk.take_mail() if mail.kind == "digest"]
    assert digests
    assert all(mail.to == MANAGER for mail in digests)
    assert "print" in digests[-1].text


def test_quiet_weeks_bring_no_suggestion(desk: Desk) -> None:
    desk.fire("spooler stopped", "prn-hq")
    desk.advance(timedelta(hours=1))
    desk.resolve("spooler stopped", "prn-hq")
    desk.advance(timedelta(days=30))
    desk.take_mail()
    assert not desk.suggestions()


def test_a_suggestion_snoozed_until_it_escalates_returns_when_it_has_grown(recurring: Desk) -> None:
    suggestion = next(s for s in recurring.suggestions() if s.service == "print")
    recurring.command("suggestion-snooze", "maria", suggestion.id, until="escalates")
    recurring.advance(timedelta(days=3))
    assert recurring.suggestion(suggestion.id).status == "snoozed"
    for _ in range(20):
        recurring.fire("spooler stopped", "prn-hq")
        recurring.advance(timedelta(minutes=40))
        recurring.resolve("spooler stopped", "prn-hq")
        recurring.advance(timedelta(days=1) - timedelta(minutes=40))
    recurring.take_mail()
    assert recurring.suggestion(suggestion.id).status == "proposed"


def test_a_decision_is_taken_back(recurring: Desk) -> None:
    suggestion = next(s for s in recurring.suggestions() if s.service == "print")
    recurring.command("suggestion-accept", "maria", suggestion.id)
    recurring.command("suggestion-undo", "maria", suggestion.id)
    assert recurring.suggestion(suggestion.id).status == "proposed"
    assert recurring.record(suggestion.incidents[0]).problem is None
    assert recurring.refused("suggestion-undo", "maria", suggestion.id)


def test_what_was_merged_goes_on_growing_the_problem(recurring: Desk) -> None:
    suggestion = next(s for s in recurring.suggestions() if s.service == "print")
    recurring.command("suggestion-accept", "maria", suggestion.id)
    before = len(recurring.problems()[0].incidents)
    for _ in range(4):
        recurring.fire("spooler stopped", "prn-hq")
        recurring.advance(timedelta(minutes=40))
        recurring.resolve("spooler stopped", "prn-hq")
        recurring.advance(timedelta(days=1))
    recurring.take_mail()
    assert len(recurring.problems()[0].incidents) > before
    assert len([s for s in recurring.suggestions() if s.service == "print"]) == 1


def a_month(desk: Desk) -> None:
    """A problem manager who has a login, and a month in which the spooler stops every day."""
    desk.configure(agents=(Agent(login="pia", address=MANAGER, roles=("problem-manager",)),))
    for _ in range(22):
        desk.fire("spooler stopped", "prn-hq")
        desk.advance(timedelta(minutes=40))
        desk.resolve("spooler stopped", "prn-hq")
        desk.advance(timedelta(days=1))


@pytest.fixture
def with_manager(lived: Lived) -> Desk:
    return lived(a_month)


def the_digest(desk: Desk) -> SentMail:
    return [mail for mail in desk.take_mail() if mail.kind == "digest" and "SUG-" in mail.text][-1]


def answer(
    desk: Desk, sender: str, digest: SentMail, text: str, *, key: bool = True, headers: Mapping[str, str] | None = None
) -> None:
    """A reply as mail programs send it, with the digest quoted beneath; the digest's Message-ID bears the key."""
    quoted = "\n".join(f"> {line}" for line in digest.text.splitlines())
    body = f"{text}\n\nOn Monday, Fernhill IT wrote:\n{quoted}\n"
    own = digest.header("Message-ID") if key else "<guessed@fernhill.example>"
    desk.mail(sender, f"Re: {digest.subject}", body, in_reply_to=own, headers=headers)


def test_the_digest_has_the_evidence_and_plain_replies_decide(with_manager: Desk) -> None:
    desk = with_manager
    digest = the_digest(desk)
    (suggestion,) = desk.suggestions()
    assert "cost so far" in digest.text
    assert "█" in digest.text
    assert f"/suggestions/{suggestion.id}" in digest.text
    answer(desk, MANAGER, digest, "decline: the printer is being replaced")
    declined = desk.suggestion(suggestion.id)
    assert (declined.status, declined.declined_reason) == ("declined", "the printer is being replaced")
    answer(desk, MANAGER, digest, f"accept {suggestion.id}")
    assert desk.suggestion(suggestion.id).status == "declined", "each suggestion once"
    desk.expect_mail(MANAGER, "refusal", "used already")


def test_a_plain_accept_makes_the_problem_record(with_manager: Desk) -> None:
    desk = with_manager
    digest = the_digest(desk)
    answer(desk, MANAGER, digest, "Accept\n\nThanks, Pia")
    assert [problem.owner for problem in desk.problems()] == ["pia"]


def test_nobody_else_decides_by_the_digest(with_manager: Desk) -> None:
    desk = with_manager
    digest = the_digest(desk)
    answer(desk, "ada@fernhill.example", digest, "accept")
    assert not desk.problems()
    answer(desk, MANAGER, digest, "accept", key=False)
    assert not desk.problems(), "an address in From proves nobody"
    desk.take_mail()


def test_whoever_was_put_in_copy_has_the_key_and_decides_nothing_in_the_readers_name(with_manager: Desk) -> None:
    desk = with_manager
    desk.configure(authserv_ids=("mx.fernhill.example",))
    digest = the_digest(desk)
    found = {"Authentication-Results": "mx.fernhill.example; dmarc=fail header.from=fernhill.example"}
    answer(desk, MANAGER, digest, "accept", headers=found)
    assert not desk.problems()
    desk.expect_mail(MANAGER, "refusal", "DMARC")
    answer(desk, MANAGER, digest, "accept")
    assert len(desk.problems()) == 1, "what was not taken has not used the suggestion up"
