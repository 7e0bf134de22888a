"""Priority follows from impact, urgency and criticality by the matrix, and from nothing else."""

import pytest

from classify.classification import UNKNOWN, Classification, fact
from classify.priority import Matrix, classify_alert, more_pressing, prioritised, priority
from ingest.event import SEVERITY_RANK, Alert


@pytest.mark.parametrize(
    ("impact", "urgency", "expected"),
    [
        ("high", "high", "P1"), ("high", "medium", "P2"), ("high", "low", "P3"),
        ("medium", "high", "P2"), ("medium", "medium", "P3"), ("medium", "low", "P4"),
        ("low", "high", "P3"), ("low", "medium", "P4"), ("low", "low", "P5"),
    ],
)  # fmt: skip
def test_the_matrix_that_desks_start_from(impact: str, urgency: str, expected: str) -> None:
    assert priority(impact, urgency) == expected


def test_a_critical_service_is_one_step_more_pressing_and_an_unimportant_one_a_step_less() -> None:
    assert priority("medium", "medium", criticality=1) == "P2"
    assert priority("medium", "medium", criticality=3) == "P3"
    assert priority("medium", "medium", criticality=4) == "P4"


def test_nothing_is_more_pressing_than_p1_or_less_than_p5() -> None:
    assert priority("high", "high", criticality=1) == "P1"
    assert priority("low", "low", criticality=4) == "P5"


def test_what_nobody_said_is_the_ordinary_case() -> None:
    assert priority(None, None) == priority("low", "medium") == "P4"


def test_the_matrix_can_be_edited() -> None:
    strict = Matrix(low=("P2", "P2", "P2"), shift={})
    assert priority("low", "low", criticality=1, matrix=strict) == "P2"


def test_what_a_person_set_is_never_lowered() -> None:
    assert more_pressing("P1", "P3") == "P1"
    assert more_pressing("P4", "P2") == "P2"


@pytest.mark.parametrize("severity", sorted(SEVERITY_RANK))
def test_every_severity_has_an_impact_and_an_urgency(severity: str) -> None:
    alert = Alert(tool="alertmanager", status="firing", severity=severity, fingerprint="f", service="payments")
    found = classify_alert(alert)
    assert (found.type.value, found.model) == ("incident", None)
    assert found.impact.decided and found.urgency.decided
    assert found.rules == (f"severity={severity}",)
    assert found.service.value == "payments"


def test_a_worse_severity_is_never_less_pressing() -> None:
    ranked = sorted(SEVERITY_RANK, key=lambda word: SEVERITY_RANK[word])
    found = [
        classify_alert(Alert(tool="t", status="firing", severity=word, fingerprint="f")).priority for word in ranked
    ]
    assert found == sorted(found, reverse=True)


def test_a_classification_gets_its_priority_from_the_service_it_concerns() -> None:
    known = Classification(impact=fact("medium", "rule"), urgency=fact("high", "rule"))
    assert prioritised(known, criticality=1).priority == "P1"
    assert prioritised(Classification(impact=UNKNOWN)).priority == "P4"
