"""Mappings that an administrator edits on a page: they hold from their input on, for posts and for mails."""

from datetime import timedelta

import pytest

from correlate.mapping_editing import in_force
from correlate.policy import Policy
from tests.behaviour.harness import Desk

PLANT = {
    "when": "plant && unit", "title": "join(' ', ['Unit', unit])", "resource": "unit", "status": "condition",
    "firing": "leaks", "resolved": "is tight",
}  # fmt: skip
BOILERS = {
    "from": r"@boilers\.example\.net$", "subject": r"^Boiler report",
    "body": "^Unit:\\s+(?P<resource>\\S+)\n^Condition:\\s+(?P<status>.+)$",
    "title": "Boiler {resource}", "severity": "major", "key": "resource", "firing": "leaks", "resolved": "is tight",
}  # fmt: skip


def report(desk: Desk, unit: str, condition: str) -> None:
    words = f"Unit: {unit}\nCondition: {condition}\n"
    desk.mail("probe@boilers.example.net", "Boiler report no. 7", words)


def titles(desk: Desk) -> list[str]:
    return [record.title for record in desk.records()]


def test_a_payload_that_nobody_knows_is_read_by_the_mapping_from_then_on(desk: Desk) -> None:
    assert desk.edit_mapping("save", "plant", PLANT) is None
    desk.post("auto", {"plant": 4, "unit": "B1", "condition": "leaks"})
    desk.advance(timedelta(minutes=10))
    assert titles(desk) == ["Unit B1"]
    desk.configure(close_after=86_400)
    desk.restart()
    desk.post("auto", {"plant": 4, "unit": "B1", "condition": "is tight"})
    assert desk.firing(desk.records()[0].number) == 0


def test_mails_of_a_tool_that_nobody_knows_become_alerts(desk: Desk) -> None:
    desk.edit_mapping("save", "boilers", BOILERS)
    report(desk, "B2", "leaks")
    desk.advance(timedelta(minutes=10))
    assert titles(desk) == ["Boiler B2"]
    report(desk, "B2", "is tight")
    assert desk.firing(desk.records()[0].number) == 0


def test_a_mapping_is_renamed_and_removed_and_mistakes_are_refused(desk: Desk) -> None:
    desk.edit_mapping("save", "plant", PLANT)
    assert desk.edit_mapping("save", "plant-4", PLANT, was="plant") is None
    assert desk.page_mappings() == ["plant-4"]
    assert "needs a" in (desk.edit_mapping("save", "bad", {"status": "x"}) or "")
    assert "no JMESPath" in (desk.edit_mapping("save", "bad", {"title": "a["}) or "")
    assert "small letters" in (desk.edit_mapping("save", "Plant 4", PLANT) or "")
    assert "meaning of its own" in (desk.edit_mapping("save", "auto", PLANT) or "")
    assert "too long" in (desk.edit_mapping("save", "long", {"title": "a" * 5_000}) or "")
    desk.edit_mapping("save", "other", PLANT)
    assert "one called other already" in (desk.edit_mapping("save", "other", PLANT, was="plant-4") or "")
    assert "no mapping “plant”" in (desk.edit_mapping("remove", "plant") or "")
    assert desk.edit_mapping("remove", "plant-4") is None
    assert desk.page_mappings() == ["other"]


@pytest.mark.parametrize("page", [{}, {"tool": {"title": "page"}}])
def test_one_of_the_file_counts_over_one_of_the_page(page: dict[str, dict[str, str]]) -> None:
    policy = Policy(mappings={"tool": {"title": "file"}}, page_mappings=page)
    assert in_force(policy) == {"tool": {"title": "file"}}
