"""Which record a mail belongs to: by the strongest proof, and never because a stranger says so."""

from datetime import timedelta

import pytest

from correlate.identity import known_as
from tests.behaviour.harness import Desk
from tests.behaviour.post_office import SentMail

ADA = "ada@fernhill.example"
BEN = "ben@fernhill.example"
KIM = "kim@fernhill.example"
PRIVATE = "ada.byron@home.example"
STRANGER = "someone@elsewhere.example"
PROVEN = {"Authentication-Results": "mx.fernhill.example; dmarc=pass header.from=fernhill.example"}


def opened(desk: Desk, who: str = ADA) -> SentMail:
    desk.mail(who, "Laptop screen", "There is a line across the screen of my laptop.")
    return desk.expect_mail(who, "acknowledgement")


def unknown_user(mail: SentMail) -> str:
    """What comes back where the address is not known."""
    return (
        "From: MAILER-DAEMON@mx.fernhill.example\r\nTo: help@fernhill.example\r\nSubject: Undelivered mail\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\nMIME-Version: 1.0\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.fernhill.example\r\n\r\n"
        f"Final-Recipient: rfc822; {ADA}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        "--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"Message-ID: {mail.header('Message-ID')}\r\nSubject: x\r\n\r\n--b--\r\n"
    )


# --- proof ---


def test_the_key_in_a_reply_address_proves_it_whoever_writes(desk: Desk) -> None:
    answer = opened(desk)
    key = {"answers": known_as(answer.header("Message-ID").strip("<>"))}
    desk.mail(PRIVATE, "the laptop", "It flickers as well, from home now.", envelope=key)
    assert "from home now" in desk.timeline(answer.about)
    assert len(desk.records()) == 1
    told = desk.expect_mail(PRIVATE, "acknowledgement")
    assert "Laptop screen" not in told.text, "an outsider gets a bare acknowledgement"


def test_the_message_id_with_its_key_proves_it_whoever_writes(desk: Desk) -> None:
    answer = opened(desk)
    desk.reply(PRIVATE, answer, "It flickers as well, from home now.")
    assert "from home now" in desk.timeline(answer.about)
    assert len(desk.records()) == 1
    told = desk.expect_mail(PRIVATE, "acknowledgement")
    assert "Laptop screen" not in told.text, "an outsider gets a bare acknowledgement"


@pytest.mark.parametrize("key", ["", ".r1-aaaaaaaaaaaaaaaa"])
def test_a_message_id_of_ours_without_its_key_proves_nothing_from_a_stranger(desk: Desk, key: str) -> None:
    answer = opened(desk)
    local, _, domain = known_as(answer.header("Message-ID")).partition("@")
    forged = f"{local}{key}@{domain}"
    desk.mail(STRANGER, f"Re: {answer.subject}", "Please tell me all about it.", in_reply_to=forged)
    assert "tell me all" not in desk.timeline(answer.about)
    theirs = desk.expect_mail(STRANGER, "acknowledgement")
    assert theirs.about != answer.about
    assert answer.about in desk.record(theirs.about).related
    desk.command("resolve", "kim", answer.about, resolution="Cable replaced.")
    desk.expect_mail(ADA, "resolution")


def test_a_number_in_the_subject_is_enough_from_a_participant_however_they_spell_themselves(desk: Desk) -> None:
    number = opened(desk).about
    desk.mail("Ada@Fernhill.example", f"{number.lower()} again", "Now it is two lines.")
    assert "two lines" in desk.timeline(number)
    assert len(desk.records()) == 1


def test_one_person_is_one_participant_however_they_spell_themselves(desk: Desk) -> None:
    desk.mail("Ada@Fernhill.EXAMPLE", "Laptop screen", "There is a line across the screen of my laptop.")
    answer = desk.expect_mail(ADA, "acknowledgement")
    desk.reply("ADA@fernhill.example", answer, "Now it is two lines.")
    desk.command("resolve", "kim", answer.about, resolution="Cable replaced.")
    desk.expect_mail(ADA, "resolution")
    assert desk.record(answer.about).requester == ADA


def test_a_bounce_is_shown_in_its_record_and_never_reopens_it(desk: Desk) -> None:
    answer = opened(desk)
    desk.command("resolve", "kim", answer.about, resolution="Cable replaced.")
    resolution = desk.expect_mail(ADA, "resolution")
    desk.raw_mail(unknown_user(resolution).encode(), sender="")
    assert "could not be delivered" in desk.timeline(answer.about)
    assert desk.record(answer.about).status == "resolved"
    assert len(desk.records()) == 1


def test_to_an_address_that_takes_no_mail_only_people_write_until_it_writes_again(desk: Desk) -> None:
    answer = opened(desk)
    desk.raw_mail(unknown_user(answer).encode(), sender="")
    desk.command("assign", "kim", answer.about, assignee="kim")
    desk.command("resolve", "kim", answer.about, resolution="Cable replaced.")
    assert desk.outbox_is_empty()
    assert any("comes back" in why for why in desk.withheld(ADA))
    desk.command("reopen", "kim", answer.about)
    desk.command("reply", "kim", answer.about, text="Are you there?")
    desk.expect_mail(ADA, "update", "Are you there?")
    desk.reply(ADA, answer, "My mailbox was gone for a day, and the line across the screen is still there.")
    desk.command("resolve", "kim", answer.about, resolution="Screen replaced.")
    desk.expect_mail(ADA, "resolution")


# --- once ---


def test_one_mail_to_two_of_our_addresses_is_one_record_with_one_answer(desk: Desk) -> None:
    for to in ("help@fernhill.example", "it@fernhill.example"):
        desk.mail(ADA, "Laptop screen", "There is a line.", to=to, message_id="<one@fernhill.example>")
    desk.expect_mail(ADA, "acknowledgement")
    assert len(desk.records()) == 1


def test_a_mail_that_is_delivered_again_after_a_week_is_still_the_same(desk: Desk) -> None:
    desk.mail(ADA, "Laptop screen", "There is a line across the screen.", message_id="<one@fernhill.example>")
    number = desk.expect_mail(ADA, "acknowledgement").about
    desk.command("resolve", "kim", number, resolution="Cable replaced.")
    desk.expect_mail(ADA, "resolution")
    desk.advance(timedelta(days=9))
    desk.take_mail("pm@fernhill.example")
    desk.restart()
    desk.mail(ADA, "Laptop screen", "There is a line across the screen.", message_id="<one@fernhill.example>")
    assert desk.record(number).status == "closed"
    assert len(desk.records()) == 1


# --- over ---


def test_a_reply_to_a_closed_record_reopens_it_for_so_long_and_then_opens_one_that_names_it(desk: Desk) -> None:
    desk.configure(reopen_for=10 * 86_400, close_after=5 * 86_400)
    answer = opened(desk)
    desk.command("resolve", "kim", answer.about, resolution="Cable replaced.")
    resolution = desk.expect_mail(ADA, "resolution")
    desk.advance(timedelta(days=8))
    assert desk.record(answer.about).status == "closed"
    desk.reply(ADA, resolution, "Sorry, the line is back.")
    assert desk.record(answer.about).status == "new"
    desk.expect_mail(ADA, "reopened")
    desk.command("resolve", "kim", answer.about, resolution="Screen replaced.")
    resolution = desk.expect_mail(ADA, "resolution")
    desk.advance(timedelta(days=11))
    desk.take_mail("pm@fernhill.example")
    desk.reply(ADA, resolution, "And it is back once more.")
    new = desk.expect_mail(ADA, "acknowledgement").about
    assert desk.record(answer.about).status == "closed"
    assert desk.record(new).related == (answer.about,)


def test_thanks_reopen_nothing(desk: Desk) -> None:
    answer = opened(desk)
    desk.command("resolve", "kim", answer.about, resolution="Cable replaced.")
    desk.reply(ADA, desk.expect_mail(ADA, "resolution"), "Thank you, works again!")
    assert desk.record(answer.about).status == "resolved"


def test_what_was_joined_leads_to_the_survivor_by_thread_and_by_number(desk: Desk) -> None:
    first = opened(desk)
    desk.mail(BEN, "Badge", "My badge does not open the garage any more.")
    second = desk.expect_mail(BEN, "acknowledgement")
    desk.command("join", "kim", second.about, into=first.about)
    desk.take_mail(BEN)
    desk.reply(BEN, second, "By the thread.")
    desk.mail(BEN, f"[{second.about}] a word more", "By the number.")
    assert "By the thread." in desk.timeline(first.about)
    assert "By the number." in desk.timeline(first.about)
    assert len(desk.records()) == 2


# --- forwarded ---


def forwarded(comment: str, who: str, name: str, text: str) -> str:
    return (
        f"{comment}\n\n---------- Forwarded message ---------\nFrom: {name} <{who}>\n"
        f"Date: Mon, 2 Mar 2026 at 08:55\nSubject: Badge reader\nTo: <kim@fernhill.example>\n\n{text}\n"
    )


FRAUD = "Dear customer, your account is blocked. Send us your card number within the hour."
BADGE = "The badge reader at the garage does not let me in any more."


def test_an_agents_forward_makes_its_writer_the_requester_and_the_comment_a_note(desk: Desk) -> None:
    desk.configure(authserv_ids=("mx.fernhill.example",))
    text = forwarded("He has been waiting since Friday, please hurry.", STRANGER, "Sam One", BADGE)
    desk.mail(KIM, "Fwd: Badge reader", text, headers=PROVEN)
    answer = desk.expect_mail(STRANGER, "acknowledgement")
    record = desk.record(answer.about)
    assert (record.requester, record.title) == (STRANGER, "Badge reader")
    assert not answer.header("In-Reply-To")
    assert "since Friday" in desk.timeline(answer.about)
    desk.command("reply", "kim", answer.about, text="Please come to the desk.")
    told = desk.expect_mail(STRANGER, "update", "Please come to the desk.")
    assert "since Friday" not in answer.text + told.text
    desk.reply(STRANGER, told, "I will.")
    assert "I will." in desk.timeline(answer.about)


def test_a_colleague_passes_on_what_a_colleague_wrote_and_hears_no_more_of_it(desk: Desk) -> None:
    desk.mail(BEN, "Fwd: Badge reader", forwarded("Can you help Ada?", ADA, "Ada Byron", BADGE))
    number = desk.expect_mail(ADA, "acknowledgement").about
    assert desk.record(number).requester == ADA
    desk.mail(BEN, "Re: Fwd: Badge reader", "She is at gate two.", in_reply_to=desk.last_message_id)
    assert "gate two" in desk.timeline(number)
    desk.command("resolve", "kim", number, resolution="Reader replaced.")
    desk.expect_mail(ADA, "resolution")


def test_who_shows_a_strangers_mail_asks_for_themselves(desk: Desk) -> None:
    desk.mail(BEN, "Fwd: Badge reader", forwarded("Is this fraud?", STRANGER, "The Bank", FRAUD))
    assert desk.record(desk.expect_mail(BEN, "acknowledgement").about).requester == BEN


def test_nobody_can_have_the_desk_write_to_others_by_a_forward_in_an_agents_name(desk: Desk) -> None:
    desk.mail(KIM, "Fwd: Badge reader", forwarded("Please answer him.", STRANGER, "Sam One", BADGE))
    assert any("not proven" in why for why in desk.withheld(STRANGER))


@pytest.mark.parametrize("whose", ["help@fernhill.example", KIM])
def test_a_forward_of_our_own_mail_is_its_senders(desk: Desk, whose: str) -> None:
    desk.mail(KIM, "Fwd: Badge reader", forwarded("I need this again.", whose, "Fernhill IT", BADGE))
    desk.expect_mail(KIM, "acknowledgement")


def test_what_an_agent_forwards_into_a_record_is_for_agents(desk: Desk) -> None:
    desk.configure(authserv_ids=("mx.fernhill.example",))
    number = opened(desk).about
    text = forwarded("The vendor says this.", STRANGER, "Vendor", "A part is on its way.")
    desk.mail(KIM, f"Fwd: [{number}] parts", text, headers=PROVEN)
    assert "vendor says" in desk.timeline(number)


# --- who hears of what ---


def test_only_our_own_people_hear_of_others_incidents(desk: Desk) -> None:
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(timedelta(minutes=5))
    incident = desk.expect_mail("apps@fernhill.example", "staff").about
    desk.mail(STRANGER, "ERP error", "The erp shows an error page whenever I post something.")
    theirs = desk.expect_mail(STRANGER, "acknowledgement")
    assert theirs.about != incident
    assert incident not in theirs.text
    assert "erp" not in theirs.text.lower().replace(theirs.subject.lower(), "")


def test_an_outsider_whose_matter_was_joined_to_a_colleagues_hears_how_it_stands_and_no_words(desk: Desk) -> None:
    theirs, number = opened(desk, STRANGER), opened(desk).about
    desk.command("join", "kim", theirs.about, into=number)
    desk.command("reply", "kim", number, text="The vendor of our screens is in trouble.")
    desk.expect_mail(ADA, "update", "vendor of our screens")
    assert any("joined to others" in why for why in desk.withheld(STRANGER))
    desk.command("resolve", "kim", number, resolution="The vendor paid.", text="Keep this to yourselves.")
    desk.expect_mail(ADA, "resolution", "Keep this to yourselves.")
    told = desk.expect_mail(STRANGER, "resolution")
    assert "vendor" not in told.text
    assert "Keep this" not in told.text


# --- what suffers along ---


def test_what_several_wrote_of_while_its_storage_failed_stays_a_part_of_that(desk: Desk) -> None:
    desk.fire("volume latency", "san-01")
    desk.advance(timedelta(minutes=3))
    (number,) = {mail.about for mail in desk.take_mail()}
    for who, text in ((ADA, "The webshop is slow."), (BEN, "Every click in the webshop takes ages.")):
        desk.mail(who, "webshop", text)
        assert desk.expect_mail(who, "acknowledgement").about == number
    desk.advance(timedelta(minutes=50))
    desk.take_mail()
    for who in ("eva@fernhill.example", "tom@fernhill.example"):
        desk.mail(who, "Webshop", "Die Suche im Webshop hängt seit einer halben Stunde, nichts öffnet sich.")
        assert desk.expect_mail(who, "acknowledgement").about == number
    desk.advance(timedelta(minutes=30))
    assert len(desk.records()) == 1, "nobody is moved to a trouble that only people tell of"


def test_two_things_that_are_slow_and_colleagues_who_say_so_are_two_troubles(desk: Desk) -> None:
    """What a symptom and the assurance of colleagues have in common joins nobody's trouble to another's."""
    desk.mail(ADA, "Kelterbuch langsam", "Kelterbuch braucht ewig. Die Kolleginnen melden dasselbe. Bitte Rückruf.")
    mine = desk.expect_mail(ADA, "acknowledgement").about
    desk.advance(timedelta(minutes=4))
    desk.mail(
        BEN,
        "Rebenkarte zäh",
        "Jede Seite der Rebenkarte lädt minutenlang. Die Kolleginnen melden dasselbe. Bitte Rückruf.",
    )
    assert desk.expect_mail(BEN, "acknowledgement").about != mine
    desk.mail(KIM, "Kelterbuch", "Kelterbuch braucht auch bei mir ewig, es eilt.")
    assert desk.expect_mail(KIM, "acknowledgement").about == mine
