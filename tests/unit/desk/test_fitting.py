"""Weights fitted to corrections: what misled counts less, what was missed counts more, little evidence moves little."""

from desk.fitting import Example, fitted, settings_text

GOOD = Example({"mail.start": -2.0, "mail.service": 4.5}, right=True)
MISLED = Example({"mail.start": -2.0, "mail.words": 3.0}, right=False)


def test_evidence_that_misled_counts_less_and_the_rest_stays() -> None:
    fit = fitted([GOOD] * 100 + [MISLED] * 60, 60)
    assert fit.factors["mail.words"] < 0.6
    assert fit.factors["mail.service"] >= 1
    assert (fit.right_before, fit.right_after) == (100, 160)
    assert '"mail.words" = ' in settings_text(fit)


def test_a_few_corrections_move_little() -> None:
    fit = fitted([GOOD] * 100 + [MISLED], 1)
    assert abs(fit.factors["mail.words"] - 1) < 0.35
    assert fit.right_after == fit.right_before


def test_pairs_that_people_joined_make_the_machine_bolder() -> None:
    missed = Example({"incident.start": -2.0, "incident.onset": 1.5}, right=True)
    fit = fitted([missed] * 60, 60)
    assert fit.factors["incident.onset"] > 1 > fit.factors["incident.start"]
    assert fit.right_after == 60


def test_the_same_examples_give_the_same_factors() -> None:
    examples = [GOOD] * 5 + [MISLED] * 7
    assert fitted(examples, 7) == fitted(examples, 7)
