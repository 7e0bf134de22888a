"""Nobody and nothing can make the desk write without end, and machines are never answered."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from classify.model import StoredModel
from correlate.policy import Limit
from tests.behaviour.harness import Desk, company_policy
from tests.behaviour.post_office import SentMail

ADA = "ada@fernhill.example"
BEN = "ben@fernhill.example"
STRANGER = "someone@elsewhere.example"
OTHER = "support@millbrook.example"


def opened(desk: Desk, who: str = ADA) -> SentMail:
    desk.mail(who, "Laptop screen", "There is a line across the screen of my laptop.")
    return desk.expect_mail(who, "acknowledgement")


# --- limits ---


def test_who_asks_again_and_again_about_one_record_gets_so_many_answers_in_ten_minutes(desk: Desk) -> None:
    answer = opened(desk)
    for _ in range(20):
        desk.reply(ADA, answer, "status")
        desk.advance(timedelta(seconds=5))
    assert len(desk.take_mail(ADA)) == 4, "with the acknowledgement five"
    assert any("5 in 10 minutes" in why for why in desk.withheld(ADA))
    desk.advance(timedelta(minutes=11))
    desk.reply(ADA, answer, "status")
    desk.expect_mail(ADA, "update")


def test_the_limits_over_hours_hold_even_for_the_patient_and_after_a_restart(desk: Desk) -> None:
    desk.configure(address_limits=(Limit(36_000, 12),), record_limits=())
    answer = opened(desk)
    for _ in range(30):
        desk.advance(timedelta(minutes=15))
        desk.reply(ADA, answer, "status")
        desk.restart()
    assert len(desk.take_mail(ADA)) == 11
    desk.command("reply", "kim", answer.about, text="What a person writes is not held back.")
    desk.expect_mail(ADA, "update", "not held back")
    desk.command("resolve", "kim", answer.about, resolution="Cable replaced.")
    desk.expect_mail(ADA, "resolution")


def test_forged_senders_do_not_make_the_desk_flood_strangers(desk: Desk) -> None:
    desk.configure(strangers_per_hour=3)
    for n in range(8):
        desk.mail(f"victim{n}@elsewhere.example", f"Offer {n}", "Please call me about the offer that I sent.")
        desk.restart()
    told = desk.take_mail()
    assert [mail.to for mail in told] == [f"victim{n}@elsewhere.example" for n in range(3)]
    assert [mail.to for mail in desk.held()] == [f"victim{n}@elsewhere.example" for n in range(3, 8)]
    assert len(desk.records()) == 8, "nothing is lost"
    opened(desk)
    desk.command("mail-release", "kim", desk.held()[0].message_id)
    desk.expect_mail("victim3@elsewhere.example", "acknowledgement")
    desk.advance(timedelta(hours=1))
    desk.mail("late@elsewhere.example", "A question", "When do you open on Saturday?")
    desk.expect_mail("late@elsewhere.example", "acknowledgement")


def test_outsiders_with_an_open_record_are_no_strangers(desk: Desk) -> None:
    desk.configure(strangers_per_hour=1)
    opened(desk, STRANGER)
    desk.mail(STRANGER, "Invoice 4711", "Your invoice of May names the wrong address.")
    desk.expect_mail(STRANGER, "acknowledgement")


# --- machines ---


def test_a_storm_of_a_thousand_out_of_office_replies_changes_nothing(desk: Desk) -> None:
    answer = opened(desk)
    desk.command("resolve", "kim", answer.about, resolution="Cable replaced.")
    resolution = desk.expect_mail(ADA, "resolution")
    before = desk.record(answer.about)

    def away(n: int) -> bytes:
        mail = EmailMessage()
        mail["From"] = f"colleague{n}@fernhill.example"
        mail["To"] = "help@fernhill.example"
        mail["Subject"] = f"Automatic reply: {resolution.subject}"
        mail["Message-ID"] = f"<away{n}@fernhill.example>"
        mail["In-Reply-To"] = resolution.header("Message-ID")
        # Every clue is missing in some of them.
        if n % 3:
            mail["Auto-Submitted"] = "auto-replied"
        if n % 3 != 1:
            mail["X-Auto-Response-Suppress"] = "All"
        mail.set_content("I am out of the office until Monday.")
        return mail.as_bytes(policy=policy.SMTP)

    desk.flood([away(n) for n in range(1_000)])
    assert desk.outbox_is_empty()
    assert desk.record(answer.about) == before
    assert len(desk.records()) == 1


def test_a_mailing_list_is_not_answered_and_opens_nothing(desk: Desk) -> None:
    answer = opened(desk)
    through_list = {"List-Id": "<it.fernhill.example>", "List-Post": "<mailto:it-all@fernhill.example>"}
    desk.mail(BEN, "[it-all] Lunch?", "Who comes along?", headers=through_list)
    desk.mail(ADA, "[it-all] Re: Laptop screen", "Mine too!", headers=through_list,
              in_reply_to=answer.header("Message-ID"))  # fmt: skip
    desk.mail(BEN, "[it-all] Re: Laptop screen", "Buy a new one.", headers=through_list,
              in_reply_to=answer.header("Message-ID"))  # fmt: skip
    assert len(desk.records()) == 1
    assert desk.outbox_is_empty()
    assert "Mine too!" in desk.timeline(answer.about), "whose matter it is may write through a list"
    assert "Buy a new one." not in desk.timeline(answer.about)


# --- refusals ---


TOO_LARGE = {"not_fetched": "It has 38 MB, and max_size is 25 MB.", "too_large": 40_000_000}


def test_who_sends_too_much_hears_so_once_a_day(desk: Desk) -> None:
    for n in range(6):
        desk.mail(STRANGER, f"Holiday film {n}", "", envelope=TOO_LARGE)
        desk.advance(timedelta(hours=5))
        if n == 0:
            notice = desk.expect_mail(STRANGER, "refusal", "larger than we can accept")
            assert notice.header("In-Reply-To") == desk.last_message_id
            assert notice.header("Auto-Submitted") == "auto-replied"
    desk.expect_mail(STRANGER, "refusal")  # the last one came a day after the first
    assert sum("same reason today" in why for why in desk.withheld(STRANGER)) == 4
    assert not desk.records()


def test_machines_hear_of_no_refusal(desk: Desk) -> None:
    desk.mail(STRANGER, "Your report", "", envelope=TOO_LARGE, auto_submitted="auto-generated")
    assert desk.outbox_is_empty()
    assert not desk.records()


# --- two desks ---

Gateway = Callable[[bytes], bytes]


@pytest.fixture
def other(tmp_path: Path, starter_model: StoredModel) -> Iterator[Desk]:
    """A second desk, of another house, that answers just like the first."""
    folder = tmp_path / "other"
    folder.mkdir()
    domain = OTHER.partition("@")[2]
    own = {"address": OTHER, "own_addresses": (OTHER,), "own_domains": (domain,), "message_id_domain": domain}
    desk = Desk(folder, None, starter_model, **own)
    try:
        yield desk
    finally:
        desk.close()


def as_it_is(raw: bytes) -> bytes:
    return raw


def without_signs(raw: bytes) -> bytes:
    """A gateway that takes out every field by which a machine gives itself away."""
    mail = message_from_bytes(raw, EmailMessage, policy=policy.SMTP)
    for name in ("Auto-Submitted", "X-Auto-Response-Suppress", "X-Quietdesk", "Precedence", "List-Id"):
        del mail[name]
    return mail.as_bytes()


def without_anything(raw: bytes) -> bytes:
    """A gateway that makes a new mail of each: no thread, no Message-ID of ours, no number in the subject."""
    mail = message_from_bytes(without_signs(raw), EmailMessage, policy=policy.SMTP)
    for name in ("References", "In-Reply-To", "Message-ID"):
        del mail[name]
    subject = re.sub(r"\[[A-Z]+-[0-9]+\]", "", str(mail["Subject"]))
    del mail["Subject"]
    mail["Subject"] = subject
    return mail.as_bytes()


def correspond(one: Desk, two: Desk, gateway: Gateway, rounds: int) -> int:
    """What each writes to the other is delivered, until neither has anything to say; returns how many mails it took."""
    carried = 0
    for _ in range(rounds):
        letters = [(two, mail) for mail in one.take_mail(OTHER)]
        letters += [(one, mail) for mail in two.take_mail("help@fernhill.example")]
        for desk, mail in letters:
            raw = gateway(mail.mail.as_bytes(policy=policy.SMTP))
            to, sender = mail.to, str(mail.mail["From"].addresses[0].addr_spec)
            desk.raw_mail(raw, sender=sender, to=to)
        carried += len(letters)
        one.advance(timedelta(seconds=30))
        two.advance(timedelta(seconds=30))
        if not letters:
            break
    return carried


@pytest.mark.parametrize("gateway", [as_it_is, without_signs])
def test_two_desks_that_write_to_each_other_are_soon_silent(desk: Desk, other: Desk, gateway: Gateway) -> None:
    desk.mail(OTHER, "Your delivery", "The pallets of order 4711 did not arrive yesterday.")
    assert correspond(desk, other, gateway, 50) == 1
    number = desk.records()[0].number
    desk.command("reply", "kim", number, text="Which gate were they to come to?")
    assert correspond(desk, other, gateway, 50) <= 2
    desk.command("resolve", "kim", number, resolution="Found at gate two.")
    assert correspond(desk, other, gateway, 50) <= 2
    assert desk.record(number).status == "resolved"
    assert len(desk.records()) == 1


def test_where_a_gateway_takes_every_sign_away_the_limits_end_it(desk: Desk, other: Desk) -> None:
    desk.mail(OTHER, "Your delivery", "The pallets of order 4711 did not arrive yesterday.")
    assert correspond(desk, other, without_anything, 200) <= 2 * company_policy().address_limits[0].mails
