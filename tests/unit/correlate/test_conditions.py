"""Notices as they really come: twice, late, out of order, coming and going."""

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from correlate.effects import AlertRepeated, MailDue, RecordOpened
from ingest.event import Alert
from tests.unit.correlate.world import POLICY, TestDesk, alert, at


def test_a_resolve_never_opens() -> None:
    desk = TestDesk()
    desk.take(0, alert(status="resolved", ended_at=at(-1)))
    desk.wait_until(600)
    assert not desk.incidents()


def test_an_alert_that_its_resolve_overtook_opens_nothing() -> None:
    desk = TestDesk()
    desk.take(0, alert(status="resolved", ended_at=at(-1)))
    desk.take(1, alert(started_at=at(-10)))
    desk.wait_until(600)
    assert not desk.incidents()


def test_a_late_firing_older_than_the_last_resolve_changes_nothing() -> None:
    desk = TestDesk()
    desk.take(0, alert(started_at=at(0)))
    desk.take(10, alert(status="resolved", ended_at=at(9)))
    desk.take(11, alert(started_at=at(0)))
    assert desk.situation.conditions["a"].status == "resolved"


def test_a_resolve_older_than_the_last_firing_is_ignored() -> None:
    desk = TestDesk()
    desk.take(0, alert(started_at=at(0)))
    desk.take(10, alert(status="resolved", ended_at=at(9)))
    desk.take(12, alert(started_at=at(12)))
    desk.take(13, alert(status="resolved", ended_at=at(9)))
    assert desk.situation.conditions["a"].status == "firing"


def test_what_began_anew_while_the_desk_was_away_is_no_late_notice() -> None:
    """Both notices waited for ten minutes, and that of the end has no time: the new beginning counts all the same."""
    desk = TestDesk()
    desk.take(0, alert(started_at=at(0)))
    desk.take(20, alert(status="resolved", started_at=at(0)))
    desk.take(20.1, alert(started_at=at(14)))
    assert desk.situation.conditions["a"].status == "firing"


def test_a_doubled_beginning_after_an_end_without_a_time_changes_nothing() -> None:
    desk = TestDesk()
    desk.take(0, alert(started_at=at(0)))
    desk.take(20, alert(status="resolved", started_at=at(0)))
    desk.take(20.1, alert(started_at=at(0)))
    desk.take(21, alert(started_at=at(-1)))
    assert desk.situation.conditions["a"].status == "resolved"


def test_a_tool_whose_clock_is_behind_is_heard() -> None:
    desk = TestDesk()
    desk.take(0, alert(started_at=at(-5)))
    desk.take(20, alert(status="resolved", started_at=at(-5)))
    desk.take(23, alert(started_at=at(18)))
    assert desk.situation.conditions["a"].status == "firing"


def test_a_new_beginning_whose_end_was_lost_is_another_incident() -> None:
    desk = TestDesk()
    desk.take(0, alert(started_at=at(0)))
    desk.take(60 * 24, alert(started_at=at(60 * 24)))
    assert len(desk.incidents()) == 2


def test_a_repeat_after_days_with_the_same_start_is_the_same_incident() -> None:
    desk = TestDesk()
    desk.take(0, alert(started_at=at(0)))
    desk.take(60 * 24, alert(started_at=at(0)))
    assert len(desk.incidents()) == 1


def test_what_comes_and_goes_is_one_incident_with_one_end() -> None:
    desk = TestDesk()
    for minute in range(0, 120, 8):
        desk.take(minute, alert(started_at=at(minute)))
        desk.take(minute + 4, alert(status="resolved", ended_at=at(minute + 4)))
    assert desk.situation.conditions["a"].flapping
    desk.wait_until(300)
    assert [record.status for record in desk.incidents()] == ["resolved"]
    assert not desk.situation.conditions["a"].flapping
    assert len(desk.of(MailDue)) == 3


def test_an_acknowledged_condition_fires_again_only_when_it_gets_worse() -> None:
    desk = TestDesk()
    desk.take(0, alert(severity="major"))
    desk.take(1, alert(status="acknowledged", severity="major"))
    desk.take(2, alert(severity="major"))
    assert desk.situation.conditions["a"].status == "acknowledged"
    desk.take(3, alert(severity="critical"))
    assert desk.situation.conditions["a"].status == "firing"


def test_a_lone_warning_that_is_over_at_once_opens_nothing() -> None:
    desk = TestDesk()
    desk.take(0, alert(severity="warning"))
    desk.take(1, alert(status="resolved", severity="warning"))
    desk.wait_until(60)
    assert not desk.incidents()


def test_a_lone_warning_that_lasts_opens_an_incident() -> None:
    desk = TestDesk()
    desk.take(0, alert(severity="warning"))
    desk.wait_until(60)
    assert len(desk.incidents()) == 1


def test_warnings_that_always_go_away_by_themselves_open_nothing_any_more() -> None:
    desk = TestDesk()
    for day in range(12):
        desk.take(day * 1440, alert(f"w{day}", severity="warning", title="Memory is low"))
        desk.take(day * 1440 + 1, alert(f"w{day}", status="resolved", severity="warning", title="Memory is low"))
    desk.take(20_000, alert("last", severity="warning", title="Memory is low"))
    desk.wait_until(20_100)
    assert not desk.incidents()


def test_information_and_test_systems_open_nothing() -> None:
    desk = TestDesk()
    desk.take(0, alert("i", severity="info"), alert("s", labels={"env": "staging"}), alert("h", resource="stg-web-1"))
    desk.wait_until(60)
    assert not desk.incidents()


def test_a_declared_end_of_most_alerts_ends_the_rest_that_is_quiet() -> None:
    desk = TestDesk()
    desk.take(0, alert("a"), alert("b"), alert("c"))
    desk.take(30, alert("a", status="resolved"), alert("b", status="resolved"))
    desk.wait_until(30 + POLICY.quiet_after / 60 + 10)
    assert [record.status for record in desk.incidents()] == ["resolved"]


NOTICES = st.lists(
    st.tuples(
        st.sampled_from("abc"),
        st.sampled_from(("firing", "resolved", "acknowledged", "unknown")),
        st.integers(0, 300),
        st.booleans(),
        st.sampled_from(("critical", "warning", "info")),
    ),
    max_size=30,
)


def notices(drawn: list[tuple[str, str, int, bool, str]]) -> list[tuple[float, Alert]]:
    ordered = sorted(drawn, key=lambda notice: notice[2])
    return [
        (
            minute,
            alert(
                name,
                status,
                severity=severity,
                started_at=at(minute) if dated and status == "firing" else None,
                ended_at=at(minute) if dated and status == "resolved" else None,
            ),
        )
        for name, status, minute, dated, severity in ordered
    ]


@given(NOTICES)
@settings(max_examples=150, deadline=None)
def test_every_notice_twice_is_as_good_as_once(drawn: list[tuple[str, str, int, bool, str]]) -> None:
    once, twice = TestDesk(), TestDesk()
    for minute, notice in notices(drawn):
        once.take(minute, notice)
        twice.take(minute, notice, notice)
    assert [r.number for r in once.incidents()] == [r.number for r in twice.incidents()]
    assert {f: c.status for f, c in once.situation.conditions.items()} == {
        f: c.status for f, c in twice.situation.conditions.items()
    }
    assert len(once.of(MailDue)) == len(twice.of(MailDue))


@given(NOTICES)
@settings(max_examples=150, deadline=None)
def test_without_a_firing_notice_nothing_opens(drawn: list[tuple[str, str, int, bool, str]]) -> None:
    desk = TestDesk()
    for minute, notice in notices(drawn):
        if notice.status != "firing":
            desk.take(minute, notice)
    desk.wait_until(2_000)
    assert not desk.of(RecordOpened)


@given(NOTICES)
@settings(max_examples=100, deadline=None)
def test_an_alert_belongs_to_at_most_one_open_incident(drawn: list[tuple[str, str, int, bool, str]]) -> None:
    desk = TestDesk()
    for minute, notice in notices(drawn):
        desk.take(minute, notice)
        for number, members in desk.situation.members.items():
            for fingerprint in members.conditions:
                assert desk.situation.conditions[fingerprint].record == number
            assert members.firing <= members.conditions


def test_repeats_say_nothing_but_that_they_came() -> None:
    desk = TestDesk()
    desk.take(0, alert())
    for minute in range(1, 20):
        assert {type(effect) for effect in desk.direct(minute / 10, alert())} == {AlertRepeated}


@pytest.mark.parametrize("says_when_it_began", [True, False])
@pytest.mark.parametrize("fires", [True, False])
def test_in_whatever_order_notices_come_what_is_true_at_last_is_known_at_last(
    fires: bool, says_when_it_began: bool
) -> None:
    """Three times it begins at the tens of minutes and ends five minutes later, or goes on; hours later all is told."""
    begun = [alert(started_at=at(ten)) for ten in (0, 10, 20)]
    ended = [
        alert(status="resolved", ended_at=at(ten + 5), started_at=at(ten) if says_when_it_began else None)
        for ten in (0, 10, 20)
    ]
    told = [*begun, *(ended[:2] if fires else ended)]
    for order in permutations(told):
        desk = TestDesk()
        for place, notice in enumerate(order):
            desk.take(60 + place, notice)
        assert desk.situation.conditions["a"].status == ("firing" if fires else "resolved"), order
