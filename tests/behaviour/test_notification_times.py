"""When the staff hears of an incident again: of what joined it, that it goes on; and how services differ."""

from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest

from correlate.declared import Route
from correlate.matchers import parse
from correlate.policy import Service
from tests.behaviour.harness import Desk

APPS = "apps@fernhill.example"
PHONES = "collaboration@fernhill.example"


def fails(desk: Desk, name: str = "ErpDown", host: str = "erp-app-1") -> None:
    desk.fire(name, host)
    desk.advance(timedelta(seconds=31))


def test_without_further_settings_one_trouble_is_one_mail(desk: Desk) -> None:
    fails(desk)
    desk.expect_mail(APPS, "staff", "is open")
    for host in ("erp-app-2", "erp-app-3"):
        desk.advance(timedelta(minutes=5))
        desk.fire("ErpDown", host)
    desk.advance(timedelta(hours=12))


def test_what_is_over_before_the_group_wait_and_stays_so_is_not_told(desk: Desk) -> None:
    desk.fire("ErpDown", "erp-app-1")
    desk.advance(timedelta(seconds=20))
    desk.resolve("ErpDown", "erp-app-1")
    desk.advance(timedelta(hours=1))
    assert [record.status for record in desk.records()] == ["resolved"]


def test_what_was_over_when_the_group_wait_was_and_comes_back_is_told_after_another(desk: Desk) -> None:
    desk.fire("ErpDown", "erp-app-1")
    desk.advance(timedelta(seconds=20))
    desk.resolve("ErpDown", "erp-app-1")
    desk.advance(timedelta(seconds=60))
    desk.fire("ErpDown", "erp-app-1")
    desk.advance(timedelta(seconds=29))
    assert desk.outbox_is_empty()
    desk.advance(timedelta(seconds=2))
    desk.expect_mail(APPS, "staff", "is open")


def test_what_joins_is_told_once_when_the_group_interval_has_passed(desk: Desk) -> None:
    desk.configure(group_interval=300)
    fails(desk)
    desk.expect_mail(APPS, "staff", "is open")
    for host in ("erp-app-2", "erp-app-3"):
        desk.advance(timedelta(minutes=1))
        desk.fire("ErpDown", host)
    desk.advance(timedelta(minutes=2))
    assert desk.outbox_is_empty()
    desk.advance(timedelta(minutes=1))
    desk.expect_mail(APPS, "staff", "more alerts", "erp-app-3")
    desk.advance(timedelta(hours=6))


def test_what_joined_and_is_over_again_is_not_told(desk: Desk) -> None:
    desk.configure(group_interval=300)
    fails(desk)
    desk.expect_mail(APPS, "staff", "is open")
    desk.fire("ErpSlow", "erp-app-2")
    desk.advance(timedelta(minutes=1))
    desk.resolve("ErpSlow", "erp-app-2")
    desk.resolve("ErpDown", "erp-app-1")
    desk.advance(timedelta(minutes=4, seconds=30))
    assert desk.outbox_is_empty()
    desk.advance(timedelta(minutes=30))
    desk.expect_mail(APPS, "staff", "resolved")


def test_it_is_told_again_when_the_repeat_interval_has_passed_and_not_before(desk: Desk) -> None:
    desk.configure(repeat_interval=4 * 3600)
    fails(desk)
    desk.expect_mail(APPS, "staff", "is open")
    desk.advance(timedelta(hours=3, minutes=59))
    assert desk.outbox_is_empty()
    desk.advance(timedelta(minutes=1))
    desk.expect_mail(APPS, "staff", "still goes on")
    desk.advance(timedelta(hours=4))
    desk.expect_mail(APPS, "staff", "still goes on")


def test_the_repeat_interval_is_not_begun_anew_by_a_resolve_and_a_refire(desk: Desk) -> None:
    """alertmanager#3846."""
    desk.configure(repeat_interval=4 * 3600)
    fails(desk)
    desk.expect_mail(APPS, "staff", "is open")
    for _ in range(3):
        desk.advance(timedelta(minutes=50))
        desk.resolve("ErpDown", "erp-app-1")
        desk.advance(timedelta(minutes=2))
        desk.fire("ErpDown", "erp-app-1")
    desk.advance(timedelta(hours=1, minutes=23))
    assert desk.outbox_is_empty()
    desk.advance(timedelta(minutes=2))
    desk.expect_mail(APPS, "staff", "still goes on")


def test_it_is_repeated_though_nothing_fires_at_the_very_moment_of_the_repeat(desk: Desk) -> None:
    desk.configure(repeat_interval=4 * 3600)
    fails(desk)
    desk.expect_mail(APPS, "staff", "is open")
    desk.advance(timedelta(hours=3, minutes=58))
    desk.resolve("ErpDown", "erp-app-1")
    desk.advance(timedelta(minutes=4))
    desk.fire("ErpDown", "erp-app-1")
    desk.advance(timedelta(minutes=10))
    desk.expect_mail(APPS, "staff", "still goes on")
    desk.advance(timedelta(hours=4))
    desk.expect_mail(APPS, "staff", "still goes on")


def test_it_is_repeated_though_it_seemed_to_be_over_for_longer_than_the_grace(desk: Desk) -> None:
    desk.configure(repeat_interval=4 * 3600)
    fails(desk)
    desk.expect_mail(APPS, "staff", "is open")
    desk.advance(timedelta(hours=1))
    desk.resolve("ErpDown", "erp-app-1")
    desk.advance(timedelta(minutes=8))
    assert [record.status for record in desk.records()] == ["resolved"]
    desk.fire("ErpDown", "erp-app-1")
    desk.advance(timedelta(hours=2, minutes=50))
    assert desk.outbox_is_empty()
    desk.advance(timedelta(minutes=5))
    desk.expect_mail(APPS, "staff", "still goes on")


def test_what_joined_is_told_though_nothing_fires_at_the_very_moment_of_the_group_interval(desk: Desk) -> None:
    desk.configure(group_interval=300)
    fails(desk)
    desk.expect_mail(APPS, "staff", "is open")
    desk.fire("ErpDown", "erp-app-2")
    desk.advance(timedelta(minutes=4))
    for host in ("erp-app-1", "erp-app-2"):
        desk.resolve("ErpDown", host)
    desk.advance(timedelta(minutes=2))
    for host in ("erp-app-1", "erp-app-2"):
        desk.fire("ErpDown", host)
    desk.advance(timedelta(minutes=10))
    desk.expect_mail(APPS, "staff", "more alerts", "erp-app-2")


def test_it_is_not_repeated_while_all_of_it_is_acknowledged_in_its_tool(desk: Desk) -> None:
    desk.configure(repeat_interval=3600)
    alert = {"id": "erp", "host": "erp-app-1", "severity": "major", "title": "ERP slow"}
    desk.post("generic", {**alert, "status": "firing"})
    desk.advance(timedelta(seconds=31))
    desk.expect_mail(APPS, "staff", "is open")
    desk.post("generic", {**alert, "status": "acknowledged"})
    desk.advance(timedelta(hours=3))
    assert desk.outbox_is_empty()
    desk.post("generic", {**alert, "status": "firing", "severity": "critical"})
    desk.advance(timedelta(hours=1))
    desk.expect_mail(APPS, "staff", "still goes on")


def test_it_is_not_repeated_to_somebody_who_has_it_in_hand(desk: Desk) -> None:
    desk.configure(repeat_interval=3600)
    fails(desk)
    number = desk.expect_mail(APPS, "staff", "is open").about
    desk.command("take", "kim", number)
    desk.advance(timedelta(hours=12))


def test_a_service_has_times_of_its_own(desk: Desk) -> None:
    desk.configure(routes=(Route(name="erp", services=("erp",), group_wait=300, repeat_interval=3600),))
    fails(desk)
    assert desk.outbox_is_empty()
    fails(desk, "TrunkLost", "pbx-1")
    desk.expect_mail(PHONES, "staff", "is open")
    desk.advance(timedelta(minutes=5))
    desk.expect_mail(APPS, "staff", "is open")
    desk.advance(timedelta(hours=1))
    desk.expect_mail(APPS, "staff", "still goes on")


def test_a_route_may_ask_for_labels_and_the_first_that_fits_counts(desk: Desk) -> None:
    desk.configure(
        routes=(
            Route(name="grave", matchers=parse('severity="critical"'), group_wait=0),
            Route(name="rest", group_wait=600),
        )
    )
    desk.fire("ErpDown", "erp-app-1")
    desk.expect_mail(APPS, "staff", "is open")


def test_with_a_group_wait_of_nothing_the_first_mail_leaves_at_once(desk: Desk) -> None:
    desk.configure(group_wait=0)
    fired = desk.now
    desk.fire("ErpDown", "erp-app-1")
    mail = desk.expect_mail(APPS, "staff", "is open")
    assert parsedate_to_datetime(mail.header("Date")) == fired


def test_two_troubles_within_a_moment_are_two_mails_also_with_a_group_wait_of_nothing(desk: Desk) -> None:
    desk.configure(group_wait=0)
    desk.fire("ErpDown", "erp-app-1")
    desk.expect_mail(APPS, "staff", "is open")
    desk.fire("TrunkLost", "pbx-1")
    desk.advance(timedelta(seconds=30))
    desk.expect_mail(PHONES, "staff", "is open")


@pytest.mark.slow
def test_a_storm_with_a_group_wait_of_nothing_is_two_mails_and_not_twenty(desk: Desk) -> None:
    """The first trouble is told at once, since nobody can know what follows; the storm is told once."""
    services = tuple(
        Service(name=f"svc-{n:03}", owner="everything@fernhill.example", resources=(f"svc{n:03}-*",))
        for n in range(600)
    )
    desk.configure(group_wait=0, services=services)
    for place in range(600):
        desk.fire("Unreachable", f"svc{place:03}-host")
        desk.advance(timedelta(milliseconds=100))
    desk.advance(timedelta(minutes=3))
    told = desk.take_mail()
    assert len(told) == 2
    assert sum("Alert storm" in mail.subject for mail in told) == 1
    for place in range(600):
        desk.resolve("Unreachable", f"svc{place:03}-host")
    desk.advance(timedelta(minutes=40))
    assert len(desk.take_mail()) == 2


def test_an_alert_of_what_people_wrote_of_first_is_told_to_the_owner(desk: Desk) -> None:
    desk.mail("ada@fernhill.example", "ERP is down", "The ERP does not start, for nobody here.")
    desk.expect_mail("ada@fernhill.example", "acknowledgement", "INC-1")
    desk.advance(timedelta(minutes=2))
    fails(desk)
    desk.expect_mail(APPS, "staff", "is open")
