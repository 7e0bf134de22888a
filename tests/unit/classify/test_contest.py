"""Paired tests, by figures that anybody can work out, and doubts about labels."""

from collections import Counter

import pytest

from classify.classification import Text
from classify.contest import broken, chance_of_stability, paired, population_stability, tail
from classify.doubts import Labelled, contradictions, odd_people, overruling


def label(key: str, body: str, value: str, actor: str = "kim", *, judged: bool = False) -> Labelled:
    return Labelled(key=key, text=Text(body=body), value=value, actor=actor, judged=judged)


def test_chance_is_that_of_a_fair_coin() -> None:
    assert tail(5, 5) == pytest.approx(1 / 32)
    assert tail(4, 5) == pytest.approx(6 / 32)
    assert tail(0, 7) == tail(3, 0) == 1.0


def test_only_answers_that_differ_count_and_a_draw_is_no_win() -> None:
    pair = paired(["a", "b", "b", None], ["a", "a", "a", "a"], ["a", "a", "a", "a"])
    assert (pair.old_right, pair.new_right, pair.won, pair.lost) == (1, 4, 3, 0)
    assert pair.chance == pytest.approx(1 / 8)
    assert paired(["a"], ["a"], ["a"]).chance == 1.0


def test_a_class_is_broken_by_losses_beyond_chance_and_not_by_one_or_two() -> None:
    truth = ["printing"] * 20 + ["network"] * 20
    worse = ["telephony"] * 9 + ["printing"] * 11 + ["network"] * 18 + ["printing"] * 2
    assert list(broken(truth, worse, truth)) == ["printing"]
    assert broken(truth, truth, truth) == {}


def test_stability_is_nought_without_a_move_and_large_with_one() -> None:
    before = Counter(a=500, b=300, c=200)
    assert population_stability(before, Counter(a=50, b=30, c=20)) < 0.02
    moved = Counter(a=20, b=30, c=50)
    assert population_stability(before, moved) > max(0.2, chance_of_stability(before, moved))
    few = Counter(a=3, b=4, c=3)
    assert population_stability(before, few) < chance_of_stability(before, few)


def test_near_equal_texts_with_different_labels_contradict_each_other_and_short_ones_must_be_equal() -> None:
    text = "the printer on floor {} prints blank pages since this morning and beeps"
    same = [label("1", text.format(1), "printing"), label("2", text.format(2), "hardware")]
    (group,) = contradictions([*same, label("3", "something else entirely about the network", "network")])
    assert {one.key for one in group} == {"1", "2"}
    assert contradictions([label("1", "printer broken", "printing"), label("2", "printer slow", "hardware")]) == []


def test_who_files_everything_under_one_word_is_odd_and_who_knows_one_thing_is_not() -> None:
    kinds = ["printing", "network", "email", "files"]
    everything = [label(f"e{n}", f"text {n}", "other", "eve") for n in range(12)]
    learned = {f"e{n}": (kinds[n % 4], 0.9) for n in range(12)}
    expert = [label(f"p{n}", f"toner {n}", "printing", "pat") for n in range(12)]
    learned |= {f"p{n}": ("printing", 0.9) for n in range(12)}
    assert [odd.actor for odd in odd_people([*everything, *expert], learned)] == ["eve"]
    assert odd_people([label(f"e{n}", f"text {n}", "other", "eve", judged=True) for n in range(12)], learned) == []


def test_who_alone_overrules_what_was_sure_is_doubted_until_somebody_bears_them_out() -> None:
    sure = {f"m{n}": "printing" for n in range(10)} | {f"k{n}": "printing" for n in range(3)}
    mallory = [label(f"m{n}", f"text {n}", "telephony", "mallory") for n in range(10)]
    assert [odd.actor for odd in overruling(mallory, sure)] == ["mallory"]
    assert overruling([*mallory, *(label(f"k{n}", f"t {n}", "telephony") for n in range(3))], sure) == []
