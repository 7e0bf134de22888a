"""What a key of Alertmanager's API sees of silences: those of its own alerts, and of people nothing."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desk.standing_in import Answers
from ingest.standins.call import Call
from tests.integration.pages_desk import PagesDesk, a_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PagesDesk]:
    with a_desk(tmp_path) as made:
        yield made


def seen(desk: PagesDesk, hook: str) -> list[dict[str, Any]]:
    answers = Answers(desk.engine, desk.journal, "0", desk.clock)
    said = answers("alertmanager", Call(action="silences", writes=False), hook)
    assert said is not None
    found: list[dict[str, Any]] = json.loads(said)
    return found


def test_a_key_sees_the_silences_of_its_own_alerts_only(desk: PagesDesk) -> None:
    desk.incident("shop-1")
    source = str(desk.value("SELECT min(source) FROM conditions")).removeprefix("hook:")
    desk.command("silence-add", None, matchers='instance=~"shop-1.*"', duration=7200, comment="Ada moves racks")
    desk.command("silence-add", None, matchers='instance="payroll-1"', duration=7200, comment="secret audit")
    desk.settle()
    (silence,) = seen(desk, source)
    assert silence["matchers"] == [{"name": "instance", "value": "shop-1.*", "isRegex": True, "isEqual": True}]
    assert (silence["createdBy"], silence["comment"]) == ("quietdesk", "silence")
    assert seen(desk, "another-hook") == []
