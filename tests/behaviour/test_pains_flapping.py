"""What users of other tools complain of about alerts that come and go, and what happens here instead."""

from datetime import timedelta

from tests.behaviour.harness import Desk

OWNER = "apps@fernhill.example"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def comes_and_goes(desk: Desk, times: int, every: timedelta) -> None:
    for _ in range(times):
        desk.fire("HighErrorRate", "erp-app-1")
        desk.advance(every)
        desk.resolve("HighErrorRate", "erp-app-1")
        desk.advance(every)


def test_my_flapping_alert_does_not_flood_me(desk: Desk) -> None:
    """alertmanager#204, #3048; alerta#295, #296; kibana#49412."""
    comes_and_goes(desk, 30, 4 * MINUTE)
    mails = [mail.subject for mail in desk.take_mail(OWNER)]
    assert len(mails) == 2  # that it is there, and that it comes and goes
    (record,) = desk.records()
    assert record.status == "new"
    desk.advance(3 * HOUR)
    (record,) = desk.records()
    assert record.status == "resolved"
    desk.expect_mail(OWNER, "staff")


def test_what_is_calm_whenever_somebody_would_be_told_is_told_when_it_flaps(desk: Desk) -> None:
    """Twenty seconds down and forty up, for half an hour: less than the group wait each time."""
    for _ in range(30):
        desk.fire("HighErrorRate", "erp-app-1")
        desk.advance(timedelta(seconds=20))
        desk.resolve("HighErrorRate", "erp-app-1")
        desk.advance(timedelta(seconds=40))
    desk.expect_mail(OWNER, "staff", "is open")
    desk.advance(3 * HOUR)
    desk.expect_mail(OWNER, "staff", "resolved")


def test_it_is_told_once_when_a_flapping_alert_calms_down_and_still_fires(desk: Desk) -> None:
    comes_and_goes(desk, 10, 4 * MINUTE)
    desk.fire("HighErrorRate", "erp-app-1")
    desk.take_mail(OWNER)
    for _ in range(12):
        desk.advance(15 * MINUTE)
        desk.fire("HighErrorRate", "erp-app-1")
    desk.expect_mail(OWNER, "staff", "calmed down")


def test_resolve_and_fire_again_does_not_begin_a_new_round_of_mails(desk: Desk) -> None:
    """alertmanager#3846: repeat_interval is not honoured for a flapping alert. This one is away for longer than the
    grace, and still it is one incident."""
    comes_and_goes(desk, 12, 10 * MINUTE)
    assert len(desk.records()) == 1
    assert len(desk.take_mail(OWNER)) <= 3
    desk.advance(3 * HOUR)
    assert len(desk.take_mail(OWNER)) <= 1


def test_what_fires_again_after_its_end_was_told_is_told_again(desk: Desk) -> None:
    """alertmanager#1063: a second firing is never notified."""
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(5 * MINUTE)
    first = desk.expect_mail(OWNER, "staff").about
    desk.resolve("HighErrorRate", "erp-app-1")
    desk.advance(2 * HOUR)
    desk.expect_mail(OWNER, "staff")
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(5 * MINUTE)
    assert desk.expect_mail(OWNER, "staff").about != first


def test_what_comes_back_after_its_end_and_flaps_by_then_ends_when_it_is_calm(desk: Desk) -> None:
    """Each time it has been over for longer than the grace, so that its incident was resolved and opened again."""
    for firing, calm in ((5, 18), (10, 12), (4, 14), (12, 15), (5, 0)):
        desk.fire("HighErrorRate", "erp-app-1")
        desk.advance(timedelta(minutes=firing))
        desk.resolve("HighErrorRate", "erp-app-1")
        desk.advance(timedelta(minutes=calm))
    (incident,) = desk.records()
    assert incident.status == "new"
    desk.advance(timedelta(hours=3))
    assert desk.record(incident.number).status == "resolved"
    desk.take_mail(OWNER)


def test_what_comes_and_goes_too_seldom_to_flap_is_one_trouble_with_one_end(desk: Desk) -> None:
    """Ten minutes down, ten or sixteen minutes up, for hours: nobody hears three times that it is over."""
    desk.fire("ConsumerLag", "erp-app-1")
    desk.advance(timedelta(minutes=3))
    number = desk.expect_mail("apps@fernhill.example").about
    desk.mail("ada@fernhill.example", "ERP", "The ERP shows old figures.")
    assert desk.expect_mail("ada@fernhill.example", "acknowledgement").about == number
    desk.advance(timedelta(minutes=7))
    for up in (10, 16, 10, 14, 16):
        desk.resolve("ConsumerLag", "erp-app-1")
        desk.advance(timedelta(minutes=up))
        desk.fire("ConsumerLag", "erp-app-1")
        desk.advance(timedelta(minutes=10))
    assert {mail.kind for mail in desk.take_mail("ada@fernhill.example")} <= {"resolution", "reopened"}
    desk.resolve("ConsumerLag", "erp-app-1")
    desk.advance(timedelta(hours=2))
    assert len(desk.expect_mail("ada@fernhill.example", "resolution").about) > 0
    desk.take_mail("apps@fernhill.example")
    assert [record.number for record in desk.records()] == [number]


def test_a_fault_in_several_things_that_come_and_go_is_over_when_all_are_well(desk: Desk) -> None:
    """Half an hour later the same things fail again: that is another trouble."""
    things = ("erp-app-1", "erp-app-2", "erp-db-1")
    for _ in range(3):
        for thing in things:
            desk.fire("Slow", thing)
        desk.advance(timedelta(minutes=10))
        for thing in things:
            desk.resolve("Slow", thing)
        desk.advance(timedelta(minutes=10))
    desk.advance(timedelta(minutes=20))
    (first,) = desk.records()
    for thing in things:
        desk.fire("Slow", thing)
    desk.advance(timedelta(minutes=3))
    assert len(desk.records()) == 2
    assert desk.record(first.number).status == "resolved"
    desk.take_mail("apps@fernhill.example")
