"""Paired tests, by figures that anybody can work out, and doubts about labels."""

from collections import Counter

import numpy as np
import pytest

from classify.classification import Text
from classify.contest import (
    RISK,
    Paired,
    broken,
    by_class,
    chance_of_stability,
    paired,
    population_stability,
    risk_of_look,
    tail,
)
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
    assert list(broken(by_class(truth, worse, truth))) == ["printing"]
    assert broken(by_class(truth, truth, truth)) == {}


def pair(lost: int, won: int, rows: int = 100) -> Paired:
    return Paired(rows=rows, old_right=0, new_right=0, won=won, lost=lost)


def test_a_hundred_classes_are_not_broken_by_chance_and_one_that_is_broken_is_found_among_them() -> None:
    misfired, found = 0, 0
    for seed in range(100):
        draw = np.random.default_rng(seed)
        lost = draw.binomial(20, 0.5, 100)
        classes = {place: pair(int(each), 20 - int(each)) for place, each in enumerate(lost)}
        misfired += bool(broken(classes))
        found += "printing" in broken({**classes, "printing": pair(18, 2)})
    assert misfired <= 5
    assert found >= 80


def test_classes_on_which_the_models_hardly_differ_do_not_hide_one_that_is_broken() -> None:
    quiet = {f"quiet {place}": pair(1, 1) for place in range(300)}
    assert list(broken({**quiet, "printing": pair(7, 0)})) == ["printing"]


def test_a_loss_that_nobody_would_notice_breaks_no_class_however_sure_it_is() -> None:
    assert broken({"printing": pair(8, 0, rows=600)}) == {}
    assert list(broken({"printing": pair(12, 0, rows=600)})) == ["printing"]


def test_all_looks_at_one_model_together_risk_no_more_than_one_was_to() -> None:
    assert risk_of_look(9, 0) == 0.0
    assert risk_of_look(40, 40) == 0.0
    spent = [risk_of_look(labels, labels - 5) for labels in range(10, 5000, 5)]
    assert sum(spent) < RISK
    assert sum(spent) == pytest.approx(risk_of_look(4995, 0))
    assert risk_of_look(200, 0) > RISK / 2, "who waits for a first look loses nothing"


def test_over_ninety_nights_a_challenger_that_is_no_better_is_almost_never_promoted() -> None:
    promoted = {"corrected": 0, "not": 0}
    for seed in range(300):
        draw = np.random.default_rng(seed)
        differ = draw.random(900) < 0.3
        won = np.cumsum(differ & (draw.random(900) < 0.5))
        total = np.cumsum(differ)
        chances = {night: tail(int(won[night]), int(total[night])) for night in range(9, 900, 10)}
        promoted["corrected"] += any(chance < risk_of_look(n + 1, n - 9) for n, chance in chances.items())
        promoted["not"] += any(chance < RISK for chance in chances.values())
    assert promoted["corrected"] <= 15
    assert promoted["not"] > 45, "without a correction this test must fail"


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
