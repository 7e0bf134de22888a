"""What words, times of day and old threads tell of where a mail belongs, in any language."""

import pytest

from classify.classification import Alternative, Classification, Verdict
from correlate.clock import said_time
from correlate.effects import MailFiled
from correlate.likeness import likeness
from correlate.lore import MAX_MAILS, Lore
from correlate.records import Cause
from correlate.situation import Situation
from correlate.turn import Turn
from ingest.event import Mail
from tests.unit.correlate.world import ADA, BEN, CAT, INCIDENT, POLICY, START, TestDesk, alert, at, mail

DAN = "dan@fernhill.example"


def asked(kind: str, confidence: float, *, decided: bool) -> Classification:
    other = Alternative("incident", 1 - confidence)
    return Classification(type=Verdict(kind, confidence, decided, (other,)))


def filed(desk: TestDesk) -> list[str]:
    return [effect.record for effect in desk.of(MailFiled)]


# --- words ---


def test_a_word_that_everybody_writes_tells_nothing() -> None:
    lore = Lore()
    for number in range(50):
        lore.learn(["allrede", f"w{number}"])
    topic = {"allrede": 2, "kverna": 2}
    common, rare = likeness(lore, topic, 2, ["allrede"]), likeness(lore, topic, 2, ["kverna"])
    assert common is not None and rare is not None
    assert common < 0.6 < 2 < rare


def test_words_that_nobody_shares_are_no_likeness() -> None:
    assert likeness(Lore(), {"kverna": 1}, 1, ["møllen", "stopper"]) is None


def test_what_was_said_long_ago_fades_and_survives_a_restart_alike() -> None:
    lore = Lore()
    for number in range(MAX_MAILS + 1):
        lore.learn(["often", *(["once"] if number == 3 else [])])
    assert lore.mails == (MAX_MAILS + 1) // 2
    assert "once" not in lore.words and lore.words["often"] == (MAX_MAILS + 1) // 2
    again = Lore()
    again.load(lore.stored())
    assert (again.mails, again.words) == (lore.mails, lore.words)


def test_marks_are_no_words() -> None:
    lore = Lore()
    lore.learn(["=print", "~slow", "spindel"])
    assert lore.words == {"spindel": 1}


def test_a_mail_counts_once_however_its_record_changes() -> None:
    desk = TestDesk()
    desk.take_pairs(0, [(mail(ADA, "Kverna", "Kverna har stoppet helt.", "1@x"), INCIDENT)])
    before = dict(desk.situation.lore.words)
    desk.command(1, "assign", "INC-1", to="agent@fernhill.example")
    assert desk.situation.lore.mails == 1 and desk.situation.lore.words == before


# --- clocks ---


@pytest.mark.parametrize(
    ("text", "offset", "minutes"),
    [
        ("broken since 8:45", None, -15),
        ("depuis 9h45 plus rien", 60, -15),
        ("od 09:45 nic", 60, -15),
        ("03:45 onwards", -300, -15),
        ("seit 08.45 geht nichts", None, -15),
        ("8.05 Uhr ging es noch", None, -55),
        ("sedan kl. 08.45 står det", None, -15),
        ("od ok. 8.45 nie działa", None, -15),
        ("it stopped at 8:45am", None, -15),
        ("it will stop at 8:45 p.m.", None, None),
        ("seit 08.12. geht nichts", None, None),
        ("version 8.45 is broken", None, None),
        ("um 8.45 EUR teurer", None, None),
        ("from 8.45.1.7 nobody gets through", None, None),
        ("the meeting at 17:00", None, None),
        ("version 1:30:22 of it", None, None),
        ("nothing of the kind", None, None),
    ],
)
def test_a_time_is_meant_on_the_writers_clock(text: str, offset: int | None, minutes: int | None) -> None:
    turn = Turn(Situation(POLICY), START, Cause(1))
    said = said_time(turn, mail(ADA, "x", text, "1@x", utc_offset=offset), text)
    assert said == (None if minutes is None else at(minutes))


def over_and_done(desk: TestDesk) -> None:
    desk.take(0, alert("a", resource="led-1"))
    desk.take(20, alert("a", status="resolved"))
    desk.wait_until(100)


def test_who_writes_late_and_says_when_it_was_is_told_of_what_was() -> None:
    desk = TestDesk()
    over_and_done(desk)
    desk.take_pairs(110, [(mail(ADA, "ledger", "Only now: around 9:05 the ledger was blank.", "1@x"), INCIDENT)])
    assert filed(desk) == ["INC-1"]


def test_what_began_after_the_end_is_a_new_trouble() -> None:
    desk = TestDesk()
    over_and_done(desk)
    desk.take_pairs(110, [(mail(ADA, "ledger", "The ledger is blank since 10:40.", "1@x"), INCIDENT)])
    assert filed(desk) == ["INC-2"]


# --- requests and troubles ---


def test_a_symptom_makes_a_trouble_of_what_the_model_cannot_tell() -> None:
    desk = TestDesk()
    unsure = asked("service request", 0.55, decided=False)
    desk.take_pairs(0, [(mail(ADA, "intranet pages", "Every page of the handbook is terribly slow.", "1@x"), unsure)])
    assert filed(desk) == ["INC-1"]


def test_a_cry_for_help_wants_nothing_in_particular() -> None:
    desk = TestDesk()
    unsure = asked("question", 0.7, decided=False)
    desk.take_pairs(0, [(mail(BEN, "help", "What is going on?", "1@x"), unsure)])
    assert filed(desk) == ["INC-1"]


def test_a_sure_request_stays_one_whatever_its_words() -> None:
    desk = TestDesk()
    sure = asked("service request", 0.97, decided=True)
    desk.take_pairs(0, [(mail(ADA, "Slow lane", "Please order a slow cooker for the kitchen.", "1@x"), sure)])
    assert filed(desk) == ["REQ-1"]


# --- old threads ---


def test_an_old_request_answered_with_a_trouble_is_a_trouble() -> None:
    desk = TestDesk()
    sure = asked("service request", 0.99, decided=True)
    desk.take_pairs(0, [(mail(ADA, "Bag", "Kindly order a rucksack with two pockets.", "1@x"), sure)])
    text = "Our weighing bridge shows nonsense figures."
    desk.take_pairs(200, [(mail(ADA, "Re: Bag", text, "2@x", in_reply_to="1@x"), INCIDENT)])
    assert filed(desk) == ["REQ-1", "INC-1"]


def test_more_words_on_ones_own_trouble_stay_with_it() -> None:
    desk = TestDesk()
    desk.take_pairs(0, [(mail(CAT, "Hinge", "The hinge of my notebook came off.", "1@x"), INCIDENT)])
    text = "Now the whole lid fell on the floor."
    desk.take_pairs(200, [(mail(CAT, "Re: Hinge", text, "2@x", in_reply_to="1@x"), INCIDENT)])
    assert filed(desk) == ["INC-1", "INC-1"]


def test_vague_words_lead_nowhere_while_two_troubles_are_going_on() -> None:
    desk = TestDesk()
    desk.take(0, alert("a", resource="led-1"), alert("b", resource="web-1"))
    desk.take_pairs(4, [(mail(DAN, "help", "Nothing works any more!", "1@x"), INCIDENT)])
    assert filed(desk) == ["INC-3"]


# --- second thoughts ---


def kverna(sender: str, thing: str, message_id: str) -> Mail:
    return mail(
        sender, f"{thing} spinner", f"Hver gang spindelen snurrer baklengs i {thing} hopper tallene.", message_id
    )


def test_the_same_words_at_the_same_time_are_one_trouble_by_two_names() -> None:
    desk = TestDesk()
    desk.take(0, kverna(ADA, "kverna", "1@x"), kverna(BEN, "kverna", "2@x"))
    desk.take(5, alert("a", resource="led-1"))
    desk.take(8, kverna(CAT, "ledger", "3@x"))
    assert desk.record("INC-1").merged_into == "INC-2"
    desk.take(12, kverna(DAN, "kverna", "4@x"))
    assert filed(desk)[-1] == "INC-2"


def test_the_same_words_an_hour_later_are_another_trouble() -> None:
    desk = TestDesk()
    desk.take(0, kverna(ADA, "kverna", "1@x"), kverna(BEN, "kverna", "2@x"))
    desk.take(65, alert("a", resource="led-1"))
    desk.take(68, kverna(CAT, "ledger", "3@x"))
    assert desk.record("INC-1").merged_into is None
