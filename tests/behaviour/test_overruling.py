"""People overrule the desk: what they join, split and move holds, tells nobody twice, and teaches the weights."""

from datetime import timedelta

from desk import fitting
from tests.behaviour.harness import Desk

ADA, BEN = "ada@fernhill.example", "ben@fernhill.example"
OWNER = "apps@fernhill.example"


def incident_with_a_mail(desk: Desk) -> tuple[str, int]:
    """An incident of monitoring, and the position of Ada's mail that joined it."""
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(timedelta(minutes=5))
    number = desk.expect_mail(OWNER, "staff").about
    position = desk.mail(ADA, "ERP error", "The erp shows an error page whenever I post something.")
    desk.expect_mail(ADA, "acknowledgement", number)
    assert number is not None
    return number, position


def test_a_mail_is_moved_to_another_record_and_its_thread_follows_after_a_restart(desk: Desk) -> None:
    number, position = incident_with_a_mail(desk)
    asked = desk.last_message_id
    desk.mail(BEN, "Garage", "My badge does not open the garage any more.")
    other = desk.expect_mail(BEN, "acknowledgement").about
    desk.command("move", "kim", number, items=[[position, 0]], into=other)
    desk.restart()
    desk.mail(ADA, "Re: ERP error", "And the barrier is shut as well.", in_reply_to=asked)
    assert other is not None
    assert "the barrier is shut" in desk.timeline(other)
    desk.command("resolve", "kim", other, resolution="Reader replaced.")
    desk.expect_mail(ADA, "resolution", other)
    desk.expect_mail(BEN, "resolution", other)
    desk.resolve("HighErrorRate", "erp-app-1")
    desk.advance(timedelta(hours=1))
    desk.take_mail(OWNER)


def test_what_people_corrected_is_found_with_its_evidence(desk: Desk) -> None:
    number, position = incident_with_a_mail(desk)
    desk.command("split", "kim", number, items=[[position, 0]])
    with desk.database.connect() as connection:
        examples, corrections = fitting.examples_in(connection)
    assert corrections == 1
    (example,) = examples
    assert not example.right
    assert {"mail.start", "mail.service"} <= example.pieces.keys()
    desk.resolve("HighErrorRate", "erp-app-1")
    desk.advance(timedelta(hours=1))
    desk.take_mail(OWNER)
