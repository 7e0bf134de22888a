"""What a model only proposes moves no priority: the ordinary case is assumed, and the record says so."""

from classify.classification import Classification, Verdict
from classify.priority import prioritised
from correlate.assumed import levels_of
from correlate.leaning import SURE, leans
from correlate.reasons import sentence


def said(value: str, *, decided: bool, confidence: float = 0.7) -> Verdict:
    return Verdict(value=value, confidence=confidence, decided=decided)


def test_decided_levels_hold() -> None:
    grave = Classification(impact=said("high", decided=True), urgency=said("high", decided=True))
    assert levels_of(grave) == ("high", "high", ())
    assert prioritised(grave).priority == "P1"


def test_proposed_levels_are_told_and_the_ordinary_case_is_assumed() -> None:
    guess = Classification(impact=said("high", decided=False), urgency=said("high", decided=False))
    impact, urgency, (why,) = levels_of(guess)
    assert (impact, urgency) == ("low", "medium")
    assert "impact high, 70% sure; urgency high, 70% sure" in sentence(why)
    assert prioritised(guess).priority == "P4"


def test_one_decided_and_one_proposed_level_are_each_what_they_are() -> None:
    half = Classification(impact=said("medium", decided=True), urgency=said("low", decided=False))
    impact, urgency, (why,) = levels_of(half)
    assert (impact, urgency) == ("medium", "medium")
    assert why.evidence["proposed"] == "urgency low, 70% sure"


def test_nothing_is_said_where_the_proposal_is_the_ordinary_case_or_there_is_no_model() -> None:
    usual = Classification(impact=said("low", decided=False), urgency=said("medium", decided=False))
    assert levels_of(usual) == ("low", "medium", ())
    assert levels_of(None) == ("low", "medium", ())


def test_a_proposal_leans_only_from_where_the_model_is_sure() -> None:
    assert leans(said("incident", decided=True, confidence=0.5))
    assert leans(said("incident", decided=False, confidence=SURE))
    assert not leans(said("incident", decided=False, confidence=SURE - 0.01))
