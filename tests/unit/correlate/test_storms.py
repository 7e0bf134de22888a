"""What a storm is depends on what is usual; while it lasts it takes in what would open an incident."""

from datetime import timedelta

from msgspec.structs import replace

from correlate.effects import MailDue, RecordOpened
from correlate.policy import Policy, Service
from correlate.rates import Rate
from tests.unit.correlate.world import START, TestDesk, alert, at

SERVICES = tuple(Service(name=f"s{n}", resources=(f"h{n}-*",), owner="ops@fernhill.example") for n in range(3_000))
BUSY = Policy(services=SERVICES, storm_incidents=3, resolve_grace=0, rejoin_window=0)


def trouble(number: int, **fields: object) -> object:
    return alert(f"f{number}", resource=f"h{number}-x", **fields)


def open_together(desk: TestDesk, minute: float, first: int, count: int) -> int:
    before = len(desk.of(RecordOpened))
    for number in range(first, first + count):
        desk.take(minute, trouble(number), route="hook:am")
    return len(desk.of(RecordOpened)) - before


def test_many_incidents_in_a_minute_are_one_storm_where_few_are_usual() -> None:
    desk = TestDesk(BUSY)
    open_together(desk, 0, 0, 50)
    storms = [record for record in desk.incidents() if record.storm == "hook:am"]
    assert len(storms) == 1
    assert len(desk.situation.members[storms[0].number].firing) == 50
    desk.wait_until(5)
    assert len(desk.of(MailDue)) == 1


def test_warnings_of_many_services_are_one_storm_when_they_have_lasted() -> None:
    desk = TestDesk(BUSY)
    for number in range(300):
        desk.take(number / 300, trouble(number, severity="warning"), route="hook:am")
    desk.wait_until(30)
    assert len([record for record in desk.incidents() if record.storm or "storm" in record.title]) == 1
    assert len(desk.of(MailDue)) == 1


def test_what_was_opened_long_ago_and_again_just_now_does_not_hide_what_is_young() -> None:
    desk = TestDesk(replace(BUSY, rejoin_window=10_000))
    desk.take(0, trouble(2_900), route="hook:am")
    desk.take(1, trouble(2_900, status="resolved"), route="hook:am")
    desk.take(100, trouble(1), route="hook:am")
    desk.take(100.1, trouble(2_900), route="hook:am")
    open_together(desk, 100.2, 10, 20)
    assert sorted(record.status for record in desk.incidents()) == ["new", "new"]


def test_a_desk_that_is_used_to_many_incidents_calls_less_a_storm() -> None:
    desk = TestDesk(BUSY)
    for minute in range(1_440):
        desk.take(minute, trouble(minute), route="hook:am")
        desk.take(minute + 0.4, trouble(minute, status="resolved"), route="hook:am")
    before = [record for record in desk.incidents() if record.title.startswith("Alert storm")]
    assert open_together(desk, 1_441, 2_000, 5) == 5
    assert open_together(desk, 1_460, 2_100, 60) < 20
    assert not before


def test_of_two_sources_only_the_unusual_one_has_a_storm() -> None:
    desk = TestDesk(replace(BUSY, storm_incidents=10))
    for number in range(12):
        desk.take(0, trouble(number), route="hook:am")
    desk.take(0.1, trouble(500), route="hook:nagios")
    assert [record.storm for record in desk.incidents()] == ["hook:am", None]


def test_the_same_events_give_the_same_rate_however_they_are_counted() -> None:
    once = Rate(START, START).after(at(1), 1).after(at(2), 1)
    assert once.recent == Rate(START, START).after(at(1), 1).after(at(2), 1).recent
    assert once.after(at(600)).recent < 1e-6
    assert once.after(at(600)).usual > 1.8


def test_a_rate_does_not_run_backwards() -> None:
    rate = Rate(START, START).after(at(1), 1)
    assert rate.after(at(1) - timedelta(hours=1)).at == at(1)
