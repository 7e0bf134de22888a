"""Changes before troubles: named where chance does not explain it, and only there."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from correlate.effects import ChangeRecorded
from correlate.reasons import sentence
from ingest.event import Authentication, ChangeNotice
from ingest.rule import Ruled
from tests.unit.correlate.world import ADA, POLICY, TestDesk, alert, at, mail

DAY = 24 * 60


def notice(minutes: float, ident: str | None, service: str = "ledger") -> ChangeNotice:
    return ChangeNotice(id=ident, service=service, title="New release", start=at(minutes), end=None)


def told(desk: TestDesk, number: str = "INC-1") -> str:
    return " ".join(sentence(reason) for reason in desk.record(number).reasons)


def test_a_change_shortly_before_is_named() -> None:
    desk = TestDesk()
    desk.take(0, notice(0, "C-1"))
    desk.take(20, alert("a", resource="led-1"))
    assert desk.record("INC-1").change == "C-1"
    assert "20 minutes before" in told(desk)


def test_a_change_beneath_it_is_named_too_and_in_what_people_write() -> None:
    desk = TestDesk()
    desk.take(0, notice(0, "C-1", "ledger-db"))
    desk.take(20, mail(ADA, "ledger", "ledger shows nothing but errors", "1@x"))
    assert desk.record("INC-1").change == "C-1"


def test_where_there_is_a_change_before_anything_none_is_blamed() -> None:
    desk = TestDesk()
    for day in range(12):
        desk.take(day * DAY, notice(day * DAY, f"C-{day}"))
    desk.take(11 * DAY + 20, alert("a", resource="led-1"))
    assert desk.record("INC-1").change is None


def test_a_rare_change_is_blamed_and_says_how_rare_it_is() -> None:
    desk = TestDesk()
    desk.take(0, notice(0, "C-0", "intranet-pages"))
    desk.take(11 * DAY, notice(11 * DAY, "C-1"))
    desk.take(11 * DAY + 20, alert("a", resource="led-1"))
    assert desk.record("INC-1").change == "C-1"
    assert "at 0 of 11 other times" in told(desk)


def test_a_change_that_is_told_of_late_is_named_at_the_incident_that_it_came_before() -> None:
    desk = TestDesk()
    desk.take(20, alert("a", resource="led-1"))
    desk.take(25, notice(0, "C-1", "ledger-db"))
    assert desk.record("INC-1").change == "C-1"


def test_a_second_notice_says_that_it_is_over_and_keeps_what_was_said() -> None:
    desk = TestDesk()
    desk.take(0, notice(0, "C-1"))
    desk.take(9, ChangeNotice(id="C-1", service=None, title=None, start=None, end=at(9)))
    change = desk.situation.changes["C-1"]
    assert (change.service, change.title, change.start) == ("ledger", "New release", at(0))
    assert change.end == at(0) + timedelta(minutes=9)


def test_changes_without_an_id_are_counted() -> None:
    desk = TestDesk()
    desk.take(0, notice(0, None))
    desk.take(5, notice(5, None))
    assert [effect.change.id for effect in desk.of(ChangeRecorded)] == ["CHG-1", "CHG-2"]


SAID = "Service: ledger\nStart: 2026-03-02T10:00:00+01:00\nEnd: 2026-03-02T09:30:00Z\n\nThe usual one."
PROVEN = Authentication(verified=True, rule="dmarc passed")
KIM = "kim@fernhill.example"


def a_desk_with_kim() -> TestDesk:
    return TestDesk(replace(POLICY, staff=(KIM,)))


def test_a_proven_agent_announces_a_change_by_mail_and_an_incident_after_it_says_so() -> None:
    desk = a_desk_with_kim()
    desk.take(5, mail(KIM, "Change: new release", SAID, "1@x", authentication=PROVEN))
    (change,) = [effect.change for effect in desk.of(ChangeRecorded)]
    assert (change.id, change.service, change.title) == ("1@x", "ledger", "new release")
    assert (change.start, change.end) == (at(0), at(30))
    desk.take(20, alert("a", resource="led-1"))
    assert desk.record("INC-1").change == "1@x"
    assert set(desk.situation.records) == {"INC-1"}, "the announcement itself is no matter of its own"


def test_a_tool_that_a_rule_trusts_announces_changes_by_mail() -> None:
    desk = TestDesk()
    trusted = Ruled(names=("ci",), trust="tool", trusted_by="ci")
    desk.take(5, mail("ci@build.example", "[change] deploy 41", SAID, "1@x", ruled=trusted))
    assert [effect.change.title for effect in desk.of(ChangeRecorded)] == ["deploy 41"]


@pytest.mark.parametrize(
    ("sender", "subject", "text", "authentication"),
    [
        (KIM, "Change: new release", SAID, None),
        (KIM, "Change: new release", SAID, Authentication(verified=False, rule="dmarc failed")),
        (ADA, "Change: new release", SAID, PROVEN),
        (KIM, "Change: new release", "On Monday we deploy.", PROVEN),
        (KIM, "A change of plan", SAID, PROVEN),
    ],
    ids=["unproven", "disproved", "no agent", "no service", "no such subject"],
)
def test_other_mails_announce_nothing(
    sender: str, subject: str, text: str, authentication: Authentication | None
) -> None:
    desk = a_desk_with_kim()
    desk.take(0, mail(sender, subject, text, "1@x", authentication=authentication))
    assert not desk.of(ChangeRecorded)
