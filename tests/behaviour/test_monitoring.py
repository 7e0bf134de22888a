"""A monitoring tool posts alerts, and people write about the same trouble."""

from datetime import timedelta

from correlate.policy import Service
from tests.behaviour.harness import Desk

ADA = "ada@fernhill.example"
BEN = "ben@fernhill.example"
OUTSIDER = "customer@elsewhere.example"
OWNER = "apps@fernhill.example"


def test_an_alert_becomes_an_incident_and_its_owner_is_told_once_after_the_group_wait(desk: Desk) -> None:
    desk.fire("HighErrorRate", "erp-app-1")
    assert desk.outbox_is_empty()
    desk.advance(timedelta(minutes=2))
    told = desk.expect_mail(OWNER, "staff", "HighErrorRate")
    incident = desk.record(told.about)
    assert incident.kind == "incident"
    assert incident.service == "erp"
    desk.advance(timedelta(hours=1))


def test_repeats_are_absorbed(desk: Desk) -> None:
    for _ in range(5):
        desk.fire("HighErrorRate", "erp-app-1")
        desk.advance(timedelta(minutes=5))
    desk.expect_mail(OWNER, "staff")
    assert len(desk.records()) == 1


def test_when_all_is_fine_for_the_grace_the_incident_is_resolved_and_the_owner_hears(desk: Desk) -> None:
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(timedelta(minutes=5))
    number = desk.expect_mail(OWNER, "staff").about
    desk.resolve("HighErrorRate", "erp-app-1")
    assert desk.record(number).status != "resolved"
    desk.advance(timedelta(minutes=30))
    assert desk.record(number).status == "resolved"
    desk.expect_mail(OWNER)


def test_what_is_back_within_the_grace_is_the_same_incident(desk: Desk) -> None:
    desk.fire("HighErrorRate", "erp-app-1")
    desk.resolve("HighErrorRate", "erp-app-1")
    desk.advance(timedelta(seconds=60))
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(timedelta(minutes=30))
    desk.expect_mail(OWNER, "staff")
    assert [record.status for record in desk.records()] == ["new"]


def test_a_resolve_before_its_alert_opens_nothing(desk: Desk) -> None:
    desk.resolve("HighErrorRate", "erp-app-1")
    desk.advance(timedelta(hours=1))
    assert not desk.records()


def test_a_late_firing_notice_older_than_the_resolve_does_not_reopen(desk: Desk) -> None:
    desk.resolve("HighErrorRate", "erp-app-1", began=-timedelta(minutes=10))
    desk.fire("HighErrorRate", "erp-app-1", began=-timedelta(minutes=10))
    desk.advance(timedelta(minutes=1))
    assert not [record for record in desk.records() if record.status == "new" and desk.firing(record.number)]
    desk.take_mail()


def test_alerts_of_one_service_close_in_time_are_one_incident(desk: Desk) -> None:
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(timedelta(seconds=20))
    desk.fire("HeapNearlyFull", "erp-app-2")
    desk.advance(timedelta(minutes=5))
    desk.expect_mail(OWNER, "staff")
    assert len(desk.records()) == 1


def test_alerts_of_unrelated_services_are_two_incidents(desk: Desk) -> None:
    desk.fire("trunk registration lost", "pbx-1")
    desk.fire("spooler stopped", "prn-hq")
    desk.advance(timedelta(minutes=5))
    assert len(desk.records()) == 2
    desk.take_mail()


def test_an_alert_of_what_it_depends_on_joins(desk: Desk) -> None:
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(timedelta(seconds=30))
    desk.fire("ConnectionsExhausted", "pg-orders-1")
    desk.advance(timedelta(minutes=5))
    assert len(desk.records()) == 1
    desk.take_mail()


def test_a_mail_about_an_open_incident_joins_it_and_its_writer_hears_the_end(desk: Desk) -> None:
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(timedelta(minutes=5))
    number = desk.expect_mail(OWNER, "staff").about
    desk.mail(ADA, "ERP error", "The erp shows an error page whenever I post something.")
    known = desk.expect_mail(ADA, "acknowledgement", number)
    assert known.about == number
    desk.resolve("HighErrorRate", "erp-app-1")
    desk.advance(timedelta(minutes=30))
    assert desk.expect_mail(ADA, "resolution").about == number
    desk.take_mail(OWNER)


def test_an_outsider_is_told_nothing_of_other_peoples_trouble(desk: Desk) -> None:
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(timedelta(minutes=5))
    number = desk.expect_mail(OWNER, "staff").about
    desk.mail(OUTSIDER, "ERP error", "The erp shows an error page whenever I post something.")
    answer = desk.expect_mail(OUTSIDER, "acknowledgement")
    assert answer.about != number
    assert number not in answer.text
    assert "HighErrorRate" not in answer.text
    assert ADA not in answer.text


def test_a_mail_about_something_else_does_not_join(desk: Desk) -> None:
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(timedelta(minutes=5))
    number = desk.expect_mail(OWNER, "staff").about
    desk.mail(BEN, "Keyboard", "The e key of my keyboard is stuck.")
    assert desk.expect_mail(BEN, "acknowledgement").about != number


def test_a_source_that_is_only_observed_sends_nothing_until_it_is_let_out(desk: Desk) -> None:
    desk.configure(observing=("hook:alertmanager",))
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(timedelta(minutes=5))
    assert len(desk.records()) == 1
    (held,) = desk.held()
    assert held.to == OWNER
    desk.command("mail-release", "kim", held.message_id, message_id=held.message_id)
    desk.expect_mail(OWNER, "staff")


def test_a_source_that_is_switched_on_tells_of_what_it_opened_before_from_then_on(desk: Desk) -> None:
    desk.configure(observing=("hook:alertmanager", "mailbox:support"))
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(timedelta(minutes=5))
    (record,) = desk.records()
    desk.configure(observing=("hook:alertmanager",))
    assert desk.record(record.number).held, "another source was switched on"
    desk.configure(observing=())
    assert not desk.record(record.number).held
    desk.command("assign", "kim", record.number, assignee="kim")
    desk.advance(timedelta(minutes=5))
    desk.command("resolve", "kim", record.number, resolution="Restarted.")
    assert [mail.to for mail in desk.held()] == [OWNER], "what was held stays held"
    desk.take_mail(OWNER)


def test_a_test_notice_opens_nothing(desk: Desk) -> None:
    desk.post("alertmanager", desk.alertmanager("Watchdog", "prometheus-1", severity="none"))
    desk.advance(timedelta(minutes=5))
    assert not desk.records()


def test_a_body_that_cannot_be_read_is_set_aside_with_its_reason_and_holds_nobody_up(desk: Desk) -> None:
    desk.post("alertmanager", b"{not json")
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(timedelta(minutes=5))
    desk.expect_mail(OWNER, "staff")
    (row,) = desk.quarantine()
    assert desk.sentence(row.reason)


def test_five_thousand_alerts_in_a_minute_lead_to_few_mails(desk: Desk) -> None:
    for minute in range(10):
        alerts = [
            desk.alertmanager_alert(f"Check{i}", f"erp-app-{1 + i % 3}")
            for i in range(minute * 100, minute * 100 + 100)
        ]
        desk.post("alertmanager", desk.alertmanager_group(alerts))
        desk.advance(timedelta(seconds=6))
    desk.advance(timedelta(minutes=10))
    assert len(desk.records()) == 1
    assert 1 <= len(desk.take_mail()) <= 3


def test_an_incident_whose_end_nobody_reports_is_over_when_its_alert_begins_anew(desk: Desk) -> None:
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(timedelta(days=1))
    desk.forget_start("HighErrorRate", "erp-app-1")
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(timedelta(hours=1))
    desk.take_mail()
    assert [record.status for record in desk.records()] == ["resolved", "new"]


def test_a_declaration_that_means_no_stage_does_not_make_a_host_of_a_test_system_matter(desk: Desk) -> None:
    desk.configure(
        services=(Service(name="lake", resources=("*-lake-*",)), Service(name="trial", resources=("stg-t*",)))
    )
    desk.fire("DiskFull", "stg-lake-1")
    desk.advance(timedelta(hours=3))
    assert desk.records() == []
    desk.fire("DiskFull", "ham-lake-1")
    desk.fire("DiskFull", "stg-trial-1")
    desk.advance(timedelta(hours=3))
    assert sorted(record.service for record in desk.records()) == ["lake", "trial"]
