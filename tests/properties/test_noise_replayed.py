"""Silences, windows, heartbeats, lifetimes, flapping and storms: the same records whatever the batches were."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from correlate.declared import Heartbeat, Inhibition, Source, Window
from correlate.matchers import parse
from correlate.policy import Policy, Service
from desk.replay.simulation import Simulation
from desk.replay.source import Recorded
from ingest.event import Command, Draft, Input
from ingest.normalize import draft_of

BEGIN = datetime(2026, 3, 2, 9, tzinfo=UTC)
POLICY = Policy(
    services=tuple(Service(name=f"s{n}", resources=(f"h{n}-*",), owner="o@x.example") for n in range(40)),
    heartbeats=(Heartbeat(name="backup", period=600, grace=60),),
    sources=(Source(name="am", lifetime=900, quiet_after=1800),),
    inhibit=(
        Inhibition(name="i", source=parse("severity=critical"), target=parse("severity=warning"), equal=("instance",)),
    ),
    windows=(Window(name="w", services=("s3",), rule="FREQ=DAILY;BYHOUR=9;BYMINUTE=30", duration=600),),
    storm_incidents=10,
)


def notice(name: str, instance: str, severity: str, status: str, at: datetime) -> dict[str, Any]:
    ends = at.isoformat() if status == "resolved" else "0001-01-01T00:00:00Z"
    labels = {"alertname": name, "instance": instance, "severity": severity}
    starts = (at - timedelta(seconds=30)).isoformat()
    return {"status": status, "labels": labels, "annotations": {}, "startsAt": starts, "endsAt": ends}


def post(alerts: list[dict[str, Any]]) -> Draft:
    body = msgspec.json.encode({"version": "4", "status": "firing", "alerts": alerts})
    return Draft(kind="webhook", route="hook:am", envelope={"tool": "alertmanager", "hook": "am"}, body=body)


def history() -> Iterator[tuple[datetime, Draft]]:
    """An hour and a half with some of everything."""
    chance = random.Random(5)
    for seconds in range(0, 5_400, 30):
        at = BEGIN + timedelta(seconds=seconds)
        host = chance.randrange(30)
        severities, statuses = ["critical", "warning"], ["firing", "firing", "resolved"]
        several = [notice("A", f"h{host}-1", chance.choice(severities), chance.choice(statuses), at) for _ in range(3)]
        yield at, post(several)
        if seconds == 900:
            yield from ((at, post([notice("Storm", f"h{n}-9", "critical", "firing", at)])) for n in range(30))
        if seconds % 600 == 0:
            asked = {"matchers": f'instance=~"h{host}.*"', "duration": 700, "comment": "c"}
            yield at, draft_of(Command(action="silence-add", actor="kim", arguments=asked), "web")
        if seconds in (90, 600, 3_000):
            yield at, Draft(kind="webhook", route="hook:backup", envelope={"tool": "heartbeat"}, body=b"")
        if seconds == 4_500:
            since = {"since": (at - timedelta(seconds=15)).isoformat()}
            yield at, draft_of(Command(action="doors-opened", actor="desk", arguments=since), "clock")


def replayed(batch: int) -> Simulation:
    simulation = Simulation(POLICY, None, batch=batch)
    items = [
        Input(
            position=place + 1, accepted_at=at, kind=draft.kind, route=draft.route, envelope=draft.envelope,
            body=draft.body,
        )
        for place, (at, draft) in enumerate(history())
    ]  # fmt: skip
    simulation.run([Recorded(line=place, item=item, trouble=None) for place, item in enumerate(items)])
    return simulation


def test_the_same_records_whatever_the_batches_were() -> None:
    once = replayed(500)
    happened = once.outcome.reasons()
    for rule in ("storm", "silenced", "not heard of", "not repeated in time", "flaps", "comes round again"):
        assert happened.get(rule), rule
    assert replayed(1).result.digest == replayed(17).result.digest == once.result.digest
