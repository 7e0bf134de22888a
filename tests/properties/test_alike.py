"""A run of alerts that is decided at once becomes what its alerts become one by one."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from correlate.declared import Inhibition, Route, Source
from correlate.effects import AlertRepeated, ConditionsJoined, Effect, MailDue
from correlate.engine import step
from correlate.packing import PackedAlert, parcel, received, sent
from correlate.policy import Policy
from correlate.records import Matcher
from correlate.rules import Rule
from correlate.situation import Situation
from ingest.event import Alert
from ingest.rule import Condition
from tests.unit.correlate.world import POLICY, START, alert, at

SERVICES = {"led": "led-{}", "storage": "nas-{}.fernhill.example:9100", "pages": "web-{}", "unknown": "box{}"}
ALERTS = st.builds(
    lambda number, resource, severity, status, began, labels, expires, kind: alert(
        f"f{number}",
        status,
        resource=SERVICES[resource].format(number % 7),
        severity=severity,
        title=f"{resource} does not answer",
        started_at=START - timedelta(minutes=began) if began else None,
        expires_at=at(30) if expires else None,
        labels=labels,
        kind=kind,
    ),
    st.integers(0, 60),
    st.sampled_from(["led", "led", "led", "storage", "pages", "unknown"]),
    st.sampled_from(["critical", "critical", "critical", "warning", "info"]),
    st.sampled_from(["firing", "firing", "firing", "firing", "resolved", "acknowledged"]),
    st.sampled_from([0, 0, 0, 1, 40]),
    st.sampled_from([{}, {}, {"a": "b"}, {"env": "staging"}, {"env": "prod"}, {"alert_type": "info"}]),
    st.sampled_from([False, False, False, True]),
    st.sampled_from(["alert", "alert", "alert", "alert", "test"]),
)
PROD = (Matcher("env", "=", "prod"),)
POLICIES = st.sampled_from(
    [
        POLICY,
        replace(POLICY, services=()),
        replace(POLICY, group_interval=90, repeat_interval=150),
        replace(POLICY, routes=(Route(name="prod", matchers=PROD, group_interval=90),)),
        replace(POLICY, routes=(Route(name="ledger", services=("ledger",), group_interval=90, group_wait=0),)),
        replace(POLICY, inhibit=(Inhibition(name="prod", source=PROD, target=(Matcher("a", "=", "b"),)),)),
        replace(POLICY, rules=(Rule(name="chatty", when=(Condition("alert label a", "is", "b"),), ignore=True),)),
        replace(POLICY, sources=(Source(name="tool", lifetime=600),)),
    ]
)
POSTS = st.lists(st.lists(ALERTS, min_size=1, max_size=25), min_size=1, max_size=4)


def decided(posts: list[list[Alert]], *, packed: bool, policy: Policy = POLICY) -> tuple[Situation, list[Effect]]:
    """The situation after these posts, a minute apart."""
    situation = Situation(policy)
    effects: list[Effect] = []
    for minute, post in enumerate(posts):
        numbered = tuple(msgspec.structs.replace(each, index=place) for place, each in enumerate(post))
        (passed,) = received(sent([parcel(numbered)])) if packed else (numbered,)
        effects += step(situation, at(minute), minute + 1, [(event, None) for event in passed], "hook:tool")
    return situation, effects


def mails(effects: list[Effect]) -> list[tuple[Any, ...]]:
    """What is sent of it, and when."""
    found = (effect.outgoing for effect in effects if isinstance(effect, MailDue))
    return [(mail.to, mail.kind, mail.about, mail.template, mail.facts) for mail in found]


def told(situation: Situation) -> Any:
    """All of a situation that later decisions can depend on and that posts of alerts can change."""
    members = {
        number: (known.conditions, known.firing, known.places, known.alerts, known.last_at)
        for number, known in situation.members.items()
    }
    deadlines = sorted((deadline.due, deadline.id) for deadline in situation.deadlines.until(at(1e6)))
    return (
        situation.conditions, situation.records, members, situation.by_service, situation.waiting, situation.aliases,
        situation.counters, situation.heard, deadlines,
    )  # fmt: skip


@given(POSTS, POLICIES)
@settings(max_examples=500, deadline=None)
def test_a_run_becomes_what_its_alerts_become_one_by_one(posts: list[list[Alert]], policy: Policy) -> None:
    at_once, effects = decided(posts, packed=True, policy=policy)
    one_by_one, singly = decided(posts, packed=False, policy=policy)
    assert told(at_once) == told(one_by_one)
    assert mails(effects) == mails(singly)


@pytest.mark.parametrize("one_by_one", [False, True])
def test_a_route_that_only_a_later_alert_fits_is_followed(one_by_one: bool) -> None:
    policy = replace(POLICY, routes=(Route(name="prod", matchers=PROD, group_interval=90),))
    first = [alert("f", resource="led-1")]
    later = [
        alert(f"g{number}", resource="led-1", labels={"env": "prod"} if number == 5 else {}) for number in range(9)
    ]
    situation, _ = decided([first, later], packed=not one_by_one, policy=policy)
    assert "news:INC-1" in situation.deadlines


def test_a_post_of_one_trouble_is_one_effect_for_all_but_the_first() -> None:
    post = [alert(f"f{number}", resource=f"led-{number}") for number in range(100)]
    situation, effects = decided([post, post], packed=True)
    runs = [effect for effect in effects if isinstance(effect, ConditionsJoined)]
    assert [len(run.conditions) for run in runs] == [98]
    assert runs[0].indexes == tuple(range(2, 100))
    assert {condition.record for condition in situation.conditions.values()} == {"INC-1"}
    (repeated,) = (effect for effect in effects if isinstance(effect, AlertRepeated))
    assert len(repeated.fingerprints) == 100


def test_what_the_alert_says_comes_through_the_packing() -> None:
    said = alert("a", labels={"env": "prod", "team": "net"}, started_at=START, links=("https://x.example/",), index=0)
    (passed,) = received(sent([parcel((said,))]))
    assert [each.alert(0) for each in passed if isinstance(each, PackedAlert)] == [said]
