"""Records that read like this one are found, in any language, as the index grows."""

import random

import pytest

from classify.similar import SimilarIndex, terms


@pytest.fixture
def index() -> SimilarIndex:
    found = SimilarIndex()
    found.add("1", "Printer on floor 3 jams", "Paper jam in tray 2, nobody can print")
    found.add("2", "VPN drops every hour", "The tunnel is gone and I have to dial in again")
    found.add("3", "Drucker im 2. OG druckt nicht", "Papierstau, alle warten")
    found.add("4", "Cannot reach the booking page", "Error 502 since this morning")
    return found


def test_the_same_trouble_in_other_words_comes_first(index: SimilarIndex) -> None:
    assert index.find("printer jammed", "paper stuck in the tray again")[0].id == "1"
    assert index.find("Der Drucker hat Papierstau", "im zweiten Stock druckt nichts")[0].id == "3"
    assert index.find(None, "502 error on booking page")[0].id == "4"


def test_a_typo_in_the_subject_is_forgiven(index: SimilarIndex) -> None:
    assert index.find("bokking page eror", None)[0].id == "4"


def test_nothing_in_common_finds_nothing(index: SimilarIndex) -> None:
    assert index.find("zzz", "qqq") == []
    assert index.find(None, None) == []
    assert SimilarIndex().find("printer", "jam") == []


def test_scores_fall_and_an_equal_record_scores_about_one(index: SimilarIndex) -> None:
    found = index.find("Printer on floor 3 jams", "Paper jam in tray 2, nobody can print")
    assert found[0].score == pytest.approx(1, abs=0.05)
    assert [match.score for match in found] == sorted((match.score for match in found), reverse=True)


def test_a_record_that_is_taken_out_or_left_out_is_not_found(index: SimilarIndex) -> None:
    assert all(match.id != "1" for match in index.find("printer jam", "paper", without=["1"]))
    index.remove("1")
    index.remove("unknown")
    assert all(match.id != "1" for match in index.find("printer jam", "paper"))
    assert len(index) == 3


def test_a_record_that_comes_again_takes_the_place_of_the_first(index: SimilarIndex) -> None:
    index.add("1", "Coffee machine", "no more beans")
    assert len(index) == 4
    assert index.find("coffee beans", None)[0].id == "1"
    assert all(match.id != "1" for match in index.find("paper jam tray", None))


def test_names_count_by_their_parts_too() -> None:
    assert terms("BlockManager disk_full") == ["block", "block", "manag", "disk_", "disk", "full"]


def test_what_was_added_later_is_found_like_what_was_there_from_the_start() -> None:
    draw = random.Random(3)
    words = [f"word{i}" for i in range(300)]
    records = [(str(i), " ".join(draw.choices(words, k=4)), " ".join(draw.choices(words, k=30))) for i in range(200)]
    index = SimilarIndex()
    for record in records:
        index.add(*record)
    for record, subject, text in records[::10]:
        assert index.find(subject, text)[0].id == record


def test_the_same_records_in_the_same_order_give_the_same_answer(index: SimilarIndex) -> None:
    again = SimilarIndex()
    again.add("1", "Printer on floor 3 jams", "Paper jam in tray 2, nobody can print")
    again.add("2", "VPN drops every hour", "The tunnel is gone and I have to dial in again")
    again.add("3", "Drucker im 2. OG druckt nicht", "Papierstau, alle warten")
    again.add("4", "Cannot reach the booking page", "Error 502 since this morning")
    assert again.find("page jam", "again") == index.find("page jam", "again")
