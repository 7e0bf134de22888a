"""The questions behind the pages for alerts give the same on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from desk.database import writing
from desk.web.queries import alerts, condition, saved, silences, sources
from desk.web.queries.alerts import Filter
from desk.web.queries.sources import Arrivals
from tests.integration.rig import Rig, Urls, a_rig


@pytest.fixture
def rig(urls: Urls) -> Iterator[Rig]:
    """Seven hosts that are down and were heard of twice."""
    with a_rig(urls) as made:
        made.configure()
        for _ in range(2):
            made.alerts(*(f"shop-{number}" for number in range(7)))
            made.pass_time(minutes=1)
        made.process()
        yield made


@pytest.mark.parametrize("sort", alerts.SORTS)
def test_pages_in_every_order_hold_each_condition_once(rig: Rig, sort: str) -> None:
    wanted, seen = Filter(sort=sort, words="SHOP-", source="prod"), []
    with rig.engine.connect() as connection:
        for _ in range(3):
            found = alerts.find(connection, wanted, rig.clock(), limit=3)
            seen += [(row.condition.resource, row.notices) for row in found.rows]
            wanted = replace(wanted, after=found.after or "")
    assert not wanted.after
    assert sorted(seen) == [(f"shop-{number}:9100", 2) for number in range(7)]


def test_one_condition_its_history_and_what_people_keep(rig: Rig) -> None:
    with rig.engine.connect() as connection:
        (row, *_) = alerts.find(connection, Filter(quiet="told"), rig.clock()).rows
        history = condition.history(connection, row.condition)
        assert [step.kind for step in history.steps] == ["alert-repeated", "condition-changed"]
        assert [step.count for step in history.steps] == [1, 1]
        assert alerts.choices(connection) == {"tool": ["alertmanager"], "source": ["hook:prod"], "service": ["shop"]}
        assert sources.firing_by_source(connection) == {"hook:prod": 7}
        assert sources.unreadable(connection, Arrivals(rig.journal)) == {}
        assert silences.between(connection, rig.clock(), rig.clock()) == []
    with writing(rig.engine) as connection:
        assert saved.save(connection, "ann", "mine", "severity=major")
        assert saved.save(connection, "ann", "mine", "severity=minor")
        (kept,) = saved.of(connection, "ann")
        assert kept.query == "severity=minor"
        saved.remove(connection, "bob", kept.id)
        assert saved.of(connection, "ann") == [kept]
        for number in range(saved.MOST - 1):
            assert saved.save(connection, "ann", f"filter {number}", "")
        assert not saved.save(connection, "ann", "one more", "")
