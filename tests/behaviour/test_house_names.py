"""What people here call a service, though nobody declared it: the desk learns it from when they write."""

from datetime import timedelta

from tests.behaviour.harness import Desk

WRITERS = [f"writer-{number}@fernhill.example" for number in range(12)]


def trouble(desk: Desk, host: str, resolved: bool = True) -> str:
    desk.fire("Errors", host)
    desk.advance(timedelta(minutes=3))
    (number,) = {mail.about for mail in desk.take_mail()}
    if resolved:
        desk.resolve("Errors", host)
        desk.advance(timedelta(minutes=30))
        desk.take_mail()
    return number


def written(desk: Desk, who: str, subject: str, text: str) -> str:
    desk.mail(who, subject, text)
    return desk.expect_mail(who, "acknowledgement").about


def test_a_word_of_the_house_leads_to_the_incident_once_it_was_learned(desk: Desk) -> None:
    found = []
    for number, who in enumerate(WRITERS[:7]):
        desk.advance(timedelta(days=4))
        desk.take_mail()
        incident = trouble(desk, "pg-orders-1", resolved=False)
        found.append(written(desk, who, "Turnbook", "The Turnbook shows me nothing but an empty page.") == incident)
        desk.resolve("Errors", "pg-orders-1")
        desk.advance(timedelta(hours=9))
        written(desk, WRITERS[7 + number % 5], f"Cupboard {number}", f"The cupboard door {number} squeaks.")
        desk.take_mail()
    assert found[0] is False
    assert found[-1] is True
