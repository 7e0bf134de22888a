"""Whom a name means, and under which name somebody acts."""

import pytest

from correlate.agents import agent_at, assignee_named, called, problem_manager_at
from correlate.policy import Agent, Policy, Service
from correlate.records import Reason

POLICY = Policy(
    staff=("lee@example.com",),
    problem_managers=("pm@example.com",),
    agents=(
        Agent(login="kim", name="Kim Larsen", address="kim@example.com", roles=("agent",)),
        Agent(login="ada", name="ada", address="ada@example.com", roles=("administrator",)),
        Agent(login="pia", name="Pia Moss", address="pia@example.com", roles=("problem-manager",)),
    ),
    services=(Service(name="print", owner="Print-Team@example.com"),),
)


@pytest.mark.parametrize(
    ("name", "means"),
    [
        ("kim", "kim"), ("KIM@example.com", "kim"), (" kim larsen ", "kim"), ("@ada", "ada"), ("lee", "lee"),
        ("lee@example.com", "lee@example.com"), ("print-team", "print-team"), ("networks", "Networks"),
    ],
)  # fmt: skip
def test_whom_a_name_means(name: str, means: str) -> None:
    assert assignee_named(POLICY, name, {"Networks"}) == means


def test_a_name_that_means_nobody_is_answered_with_those_that_do() -> None:
    known = ["kim", "ada", "pia", "lee@example.com", "print-team@example.com", "Networks"]
    assert assignee_named(POLICY, "bob", {"Networks"}) == Reason("no such agent", {"name": "bob", "known": known})
    assert assignee_named(Policy(), "bob") == "bob", "a desk that knows nobody takes every name"


def test_who_may_do_what_by_mail() -> None:
    assert [agent_at(POLICY, f"{who}@example.com") for who in ("Kim", "ada", "lee", "pia", "bob")] == [
        "kim", "ada", "lee@example.com", None, None,
    ]  # fmt: skip
    assert [problem_manager_at(POLICY, f"{who}@example.com") for who in ("pia", "pm", "ada", "kim")] == [
        "pia", "pm@example.com", "ada", None,
    ]  # fmt: skip


def test_how_people_are_told_of_an_agent() -> None:
    assert [called(POLICY, who) for who in ("kim", "ada", "lee.jones@example.com")] == [
        "Kim Larsen",
        "Ada",
        "Lee Jones",
    ]
