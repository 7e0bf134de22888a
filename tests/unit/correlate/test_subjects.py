"""What Gmail, Outlook and Apple Mail thread by: the subject without what stands before it, and the references."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from correlate.identity import known_as
from correlate.records import Participant
from correlate.subjects import KEPT_REFERENCES, references_to, shortened, subject_of
from tests.behaviour.mail_programs import base_subject
from tests.unit.correlate.world import START


@pytest.mark.parametrize(
    "theirs",
    [
        "Printer jam", "Re: Printer jam", "RE: Re: Printer jam", "AW: WG: Printer jam", "Re: [INC-7] Printer jam",
        "Antw: [INC-7] Re: [INC-7] Printer jam", "[INC-7] Printer jam", "Re[2]: Printer jam", "回复: Printer jam",
        "  Re :  Printer   jam ", "SV: Odp: Printer jam",
    ],
)  # fmt: skip
def test_however_they_write_it_the_subject_of_our_mails_is_the_same(theirs: str) -> None:
    assert subject_of("INC-7", theirs, reply=True) == "Re: [INC-7] Printer jam"
    assert subject_of("INC-7", theirs, reply=False) == "[INC-7] Printer jam"


@pytest.mark.parametrize("theirs", ["Printer jam", "Re: Printer jam", "[it-all] Printer jam", "Rechnung: Mai", "R2D2"])
def test_for_a_mail_program_it_is_the_subject_of_their_own_mail(theirs: str) -> None:
    assert base_subject(subject_of("INC-7", theirs, reply=True)) == base_subject(theirs)


@pytest.mark.parametrize("theirs", [None, "", "   ", "Re:", "[INC-7]"])
def test_without_a_subject_there_is_the_number(theirs: str | None) -> None:
    assert subject_of("INC-7", theirs, reply=True) == "Re: [INC-7]"


@given(st.text(max_size=300))
def test_a_subject_that_was_made_once_stays(theirs: str) -> None:
    once = subject_of("INC-7", theirs[:100], reply=True)

    if theirs.count(":") + theirs.count("[") < 15:
        assert subject_of("INC-7", once, reply=True) == once


@given(st.lists(st.text(alphabet="ab@x", min_size=1, max_size=4), max_size=30))
def test_of_many_references_the_first_and_the_newest_stay_in_order(references: list[str]) -> None:
    kept = shortened(tuple(references))

    unique = list(dict.fromkeys(references))
    assert len(kept) == min(len(unique), KEPT_REFERENCES)
    assert list(kept) == sorted(kept, key=unique.index)
    assert not unique or (kept[0], kept[-1]) == (unique[0], unique[-1])


def test_a_message_id_of_ours_is_known_without_its_key_and_others_as_they_are() -> None:
    assert known_as("inc-7.5f00.r17-abcdefghij234567@desk.example.com") == "inc-7.5f00@desk.example.com"
    for other in ("inc-7.5f00@desk.example.com", "r17-abcdefghij234567@x", "a.r17-short@x", "a.r0-abcdefghij234567@x"):
        assert known_as(other) == other


def a_person(**changes: object) -> Participant:
    return Participant(record="INC-7", address="ana@example.com", joined_at=START, **changes)  # type: ignore[arg-type]


def test_our_mails_go_on_with_the_thread_of_their_last_mail() -> None:
    ana = a_person(last_message_id="c@example.com", last_references=("a@example.com", "b@example.com"))

    assert references_to("INC-7", ana, "desk.example.com") == ("a@example.com", "b@example.com", "c@example.com")


def test_who_never_wrote_gets_one_thread_for_all_mails_about_a_record() -> None:
    assert references_to("INC-7", a_person(), "desk.example.com") == ("inc-7.thread@desk.example.com",)
