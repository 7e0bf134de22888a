"""The matrix: the usual cells moved by criticality, and the policy's own."""

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
