"""What is planted in a simulated quarter, and how suggestions are compared with it."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from bench.worlds.causes import Plan
from bench.worlds.company import load
from bench.worlds.problems import matched, means

START = datetime(2026, 3, 2, tzinfo=UTC)


def plan(seed: int, *, planted: bool) -> Plan:
    random = Random(seed)
    return Plan(load("hafen", random), random, START, 91, planted=planted)


def cause(name: str, items: set[int], **about: Any) -> dict[str, Any]:
    starts = [START + timedelta(days=day) for day in range(4)]
    usual = {"id": name, "kind": "weekly", "claims": ["periodic"], "site": "erp", "changes": []}
    return {**usual, "items": items, "starts": starts, **about}


def suggestion(items: set[int], kind: str = "periodic", change: str | None = None) -> dict[str, Any]:
    return {
        "kind": kind, "items": items, "first": START + timedelta(days=9), "after_change": change, "about": "x",
    }  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_a_quarter_has_causes_with_all_their_faults_and_a_null_one_has_none(seed: int) -> None:
    quarter = plan(seed, planted=True)
    assert quarter.causes
    for planted in quarter.causes:
        assert len(planted.faults) >= 3
        assert {fault.cause for fault in planted.faults} == {planted.id}
        released = {deploy.id for deploy in quarter.deploys if deploy.site == planted.site}
        assert {fault.change for fault in planted.faults if fault.change} <= released
    assert {fault.cause for fault in plan(seed, planted=False).faults} == {"independent"}


def test_the_same_seed_plans_the_same_quarter() -> None:
    assert plan(3, planted=True).faults == plan(3, planted=True).faults


def test_a_suggestion_that_shares_half_is_of_the_cause_and_any_other_is_false() -> None:
    row = matched([cause("a", {1, 2, 3, 4}), cause("b", {7, 8})], [suggestion({1, 2, 3, 9}), suggestion({5, 6})])
    figures = means([row])
    assert figures["precision"] == 0.5
    assert figures["all"]["recall"] == 0.5
    assert figures["all"]["delay"] == 7.0


def test_a_kind_that_does_not_name_the_cause_and_a_change_that_is_not_named_count_against_it() -> None:
    row = matched([cause("a", {1, 2}, changes=["REL-1"])], [suggestion({1, 2}, "recurring")])
    assert means([row])["all"]["kind"] == 0.0
    assert means([row])["all"]["blamed"] == 0.0
    named = matched([cause("a", {1, 2}, changes=["REL-1"])], [suggestion({1, 2}, change="REL-1")])
    assert means([named])["all"]["blamed"] == 1.0
