"""The matrix: the usual cells moved by criticality, and the policy's own."""

import pytest

from correlate.matrices import differences, edited, priority_in
from correlate.policy import Policy
from correlate.priorities import cell_of


def test_a_cell_of_ones_own_holds_for_every_service_unless_one_names_its_criticality() -> None:
    own = {"high/low": "P2", "high/low/4": "P5"}
    assert cell_of(own, "high", "low", None) == "P2"
    assert cell_of(own, "high", "low", 1) == "P2"
    assert cell_of(own, "high", "low", 4) == "P5"


def test_the_usual_cells_are_moved_by_criticality() -> None:
    assert [cell_of({}, "medium", "medium", each) for each in (None, 1, 2, 3, 4)] == ["P3", "P2", "P3", "P3", "P4"]
    assert cell_of({}, "high", "high", 1) == "P1"
    assert cell_of({"high/high": "urgent"}, "high", "high", 4) == "P2"


def test_a_cell_for_troubles_of_no_known_service_holds_for_them_alone() -> None:
    own = {"low/low/none": "P2"}
    assert cell_of(own, "low", "low", None) == "P2"
    assert cell_of(own, "low", "low", 3) == "P5"


def test_cells_of_the_page_are_changed_one_by_one_and_those_of_the_file_come_first() -> None:
    policy = Policy(matrix={"high/high/1": "P2"})
    changed = edited(policy, {"low/low/1": "P1", "low/low/2": "P5"})
    assert dict(changed.page_matrix) == {"low/low/1": "P1"}, "what is as usual is no change"
    assert differences(policy, changed) == {"low/low/1": ("P4", "P1")}
    assert priority_in(changed, "high/high/1") == "P2"
    assert dict(edited(changed, {"low/low/1": None}).page_matrix) == {}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"high/high/1": "P1"}, "is set in desk.toml"),
        ({"high/huge/1": "P1"}, "is no cell"),
        ({"low/low/1": "P9"}, "A priority is one of P1, P2, P3, P4, P5"),
        ({"low/low/1": "P4"}, "This changes no cell"),
        ({}, "This changes no cell"),
    ],
)
def test_what_cannot_be_is_said(given: dict[str, str], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        edited(Policy(matrix={"high/high/1": "P2"}), given)
