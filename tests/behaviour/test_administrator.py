"""What an administrator must be able to rely on while asleep."""

from datetime import timedelta

from tests.behaviour.harness import Desk

ADA = "ada@fernhill.example"
OWNER = "apps@fernhill.example"


def test_a_mail_server_that_is_down_for_an_hour_loses_nothing_and_doubles_nothing(desk: Desk) -> None:
    desk.mail_server_is_down(True)
    desk.mail(ADA, "Laptop screen", "There is a line across the screen of my laptop.")
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(timedelta(hours=1))
    assert desk.outbox_is_empty()
    desk.mail_server_is_down(False)
    desk.advance(timedelta(hours=2))
    desk.expect_mail(ADA, "acknowledgement")
    desk.expect_mail(OWNER, "staff")


def test_a_restart_in_the_middle_changes_nothing(desk: Desk) -> None:
    desk.fire("HighErrorRate", "erp-app-1")
    desk.restart()
    desk.mail(ADA, "ERP error", "The erp shows an error page whenever I post something.")
    desk.restart()
    desk.advance(timedelta(minutes=5))
    number = desk.expect_mail(OWNER, "staff").about
    assert desk.expect_mail(ADA, "acknowledgement").about == number
    desk.restart()
    desk.resolve("HighErrorRate", "erp-app-1")
    desk.restart()
    desk.advance(timedelta(minutes=30))
    assert desk.expect_mail(ADA, "resolution").about == number
    desk.take_mail(OWNER)


def test_garbage_of_every_kind_is_set_aside_and_the_next_mail_is_answered(desk: Desk) -> None:
    for body in (b"", b"\0\xff\xfe", b"[" * 5000, b'{"alerts": 7}', b"<xml/>"):
        desk.post("alertmanager", body)
    desk.raw_mail(b"\0\r\n\r\n\xff", sender="x@elsewhere.example")
    desk.mail(ADA, "Laptop screen", "There is a line across the screen of my laptop.")
    desk.expect_mail(ADA, "acknowledgement")
    desk.take_mail("x@elsewhere.example")
    assert len(desk.quarantine()) >= 4
    assert all(desk.sentence(row.reason) for row in desk.quarantine())
