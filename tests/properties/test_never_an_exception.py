"""Whatever arrives is read or set aside with a reason; nothing raises, and the next input is served.

A CI run makes 20,000; `python -m tests.properties.test_never_an_exception 100000` does more.
"""

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from correlate.decide import keys_of
from correlate.effects import Effect
from correlate.engine import step
from correlate.policy import Policy
from correlate.rules import rule_from
from correlate.situation import Situation
from desk.simulator.company import DESK_ADDRESS, DOMAIN
from desk.simulator.world import World
from ingest.event import Input, Reading
from ingest.matching import PSEUDO_FIELDS
from ingest.normalize import normalize
from tests.properties.mutants import mutants
from tests.rounds import so_many

START = datetime(2026, 3, 2, tzinfo=UTC)
RULES = tuple(
    rule_from({"name": f"{field} {comparison}", "when": [[field, comparison, text]], "tags": [field]})
    for field in ("From", "Subject", "Received", *PSEUDO_FIELDS)
    for comparison, text in (("contains", "a"), ("is not", "x"), ("matches", "e.*r"))
    if field not in ("size", "verified")
)
SPAM_FIELDS = ("X-Spam-Status", "X-Spam-Score", "X-Spamd-Result")
READING = Reading(
    own_addresses=(DESK_ADDRESS,), own_domains=(DOMAIN,), message_id_domain=DOMAIN, rules=RULES,
    spam_headers=SPAM_FIELDS,
)  # fmt: skip
COUNT = so_many(4_000, in_ci=20_000)
PARTS = 4


def seeds() -> tuple[list[bytes], list[bytes]]:
    """Mails and payloads of the simulated company."""
    lines = World(3).past(START, START.replace(day=23))
    mails = [line["raw"].encode() for line in lines if line["kind"] == "mail"]
    payloads = [json.dumps(line["body"]).encode() for line in lines if line["kind"] == "webhook"]
    return mails, payloads


def inputs(count: int, seed: int) -> Iterator[Input]:
    mails, payloads = seeds()
    tools = (
        "alertmanager",
        "grafana",
        "generic",
        "auto",
        "zabbix",
        "datadog",
        "cloudwatch",
        "pagerduty",
        "no such tool",
    )
    for position, body in enumerate(mutants(mails, count // 2, seed), 1):
        yield Input(position=position, accepted_at=START, kind="mail", route=DESK_ADDRESS, body=body)
    for position, body in enumerate(mutants(payloads, count - count // 2, seed), count // 2 + 1):
        envelope = {"tool": tools[position % len(tools)], "content_type": "application/json"}
        yield Input(position=position, accepted_at=START, kind="webhook", route="hook:x", envelope=envelope, body=body)


def read_and_decide(count: int, seed: int) -> tuple[int, int]:
    """Numbers of events and of effects; raises whatever the desk would raise."""
    situation = Situation(Policy(own_addresses=(DESK_ADDRESS,), own_domains=(DOMAIN,), rules=RULES))
    read = decided = 0
    for item in inputs(count, seed):
        events = normalize(item, READING)
        for event in events:
            keys_of(event)
        effects: list[Effect] = step(
            situation, item.accepted_at, item.position, [(event, None) for event in events], item.route
        )
        read += len(events)
        decided += len(effects)
    return read, decided


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_mutants_are_read_or_set_aside_and_decided(part: int) -> None:
    read, decided = read_and_decide(COUNT // PARTS, seed=part)
    assert read >= COUNT // PARTS // 3
    assert decided


if __name__ == "__main__":
    print(read_and_decide(int(sys.argv[1]), seed=int(sys.argv[2]) if len(sys.argv) > 2 else 99))
