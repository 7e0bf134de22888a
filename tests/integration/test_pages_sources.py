"""Sources: what came by each hook, what was refused, its keys, what to paste; and the calendar of windows."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from desk.hook_keys import HookKeys
from desk.hooks import Hooks
from desk.metrics import DoorCounters, Metrics
from ingest.alerts import check_webhook
from ingest.event import Draft
from ingest.webhook import WebhookDoor, WebhookSettings
from tests.integration.pages_desk import PagesDesk, a_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PagesDesk]:
    with a_desk(tmp_path) as made:
        yield made


def a_door(desk: PagesDesk, counters: DoorCounters) -> httpx.AsyncClient:
    """Callers of a webhook door on this desk's journal."""
    door = WebhookDoor(
        WebhookSettings(tools=frozenset({"alertmanager"})), desk.commit.accept, HookKeys(desk.engine), check_webhook,
        desk.clock, note=lambda hook, tool, outcome, said: counters.source(hook, tool, outcome, said, desk.clock()),
    )  # fmt: skip
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=door), base_url="http://desk.example.com")


def count_at_doors(desk: PagesDesk, counters: DoorCounters) -> None:
    desk.app.state.services = replace(desk.app.state.services, doors=counters)


def test_a_source_shows_its_errors_its_keys_and_what_to_paste(desk: PagesDesk) -> None:
    hooks, counters = Hooks(desk.engine, desk.clock), DoorCounters()
    _, key = hooks.add("alertmanager", "prod")
    count_at_doors(desk, counters)
    caller = a_door(desk, counters)
    desk.alerts("shop-1")
    desk.settle()
    for body, status in (("{}", 400), ("nonsense", 400)):
        headers = {"authorization": f"Bearer {key}", "content-type": "application/json"}
        answer = desk.runner.run(caller.post("/hooks/alertmanager", content=body, headers=headers))
        assert answer.status_code == status
    desk.runner.run(caller.post("/hooks/alertmanager", content="{}", headers={"authorization": "Bearer wrong"}))
    browser = desk.browser("ann")
    browser.get("/sources")
    assert "2 refused" in browser.text
    browser.get("/sources/prod")
    assert "2 since the doors were opened; last now :" in browser.text
    assert "1 condition" in browser.text
    assert "webhook_configs" in browser.text
    assert "YOUR-KEY" in browser.text
    assert key not in browser.page.text
    assert browser.get("/sources/none").status_code == 404
    text = Metrics(desk.engine, desk.journal, counters).text().decode()
    assert 'desk_source_posts_total{outcome="400",source="prod",tool="alertmanager"} 2.0' in text


def test_what_could_not_be_read_is_counted_with_its_source(desk: PagesDesk) -> None:
    Hooks(desk.engine, desk.clock).add("alertmanager", "prod")
    desk.accept(Draft(kind="webhook", route="hook:prod", envelope={"tool": "alertmanager", "hook": "prod"}, body=b"{"))
    desk.settle()
    assert "1 unreadable" in " ".join(desk.browser("ann").get("/sources").text.split())


def test_an_administrator_makes_a_new_key_and_the_old_one_works_on(desk: PagesDesk) -> None:
    hooks = Hooks(desk.engine, desk.clock)
    _, old = hooks.add("alertmanager", "prod")
    ann, ada = desk.browser("ann"), desk.browser("ada")
    ann.get("/sources/prod")
    assert "Make a new key" not in ann.text
    assert ann.post("/sources/prod/rotate", csrf=ann.get("/queue").text and ann.token()).status_code == 403
    ada.get("/sources/prod")
    assert ada.post("/sources/prod/rotate", hours="soon").status_code == 422
    ada.get("/sources/prod")
    ada.post("/sources/prod/rotate", hours="2")
    shown = re.search(r"The new key is ([\w-]{20,})\.", ada.text.replace(" .", "."))
    assert shown
    assert f'credentials: "{shown.group(1)}"' in ada.text
    assert shown.group(1) not in ada.get("/sources/prod").text
    known = HookKeys(desk.engine, clock=desk.clock)
    assert known.lookup("alertmanager", shown.group(1)) is not None
    assert known.lookup("alertmanager", old) is not None
    desk.pass_time(hours=3)
    assert HookKeys(desk.engine, clock=desk.clock).lookup("alertmanager", old) is None
    assert ada.post("/sources/none/rotate", csrf=ada.token()).status_code == 404


def test_windows_stand_in_a_calendar(desk: PagesDesk) -> None:
    ann = desk.browser("ann")
    ann.get("/silences")
    ann.post(
        "/silences", services="shop", hours="2", starts_at="2026-03-08T22:00", rule="FREQ=WEEKLY;BYDAY=SU",
        comment="<b>patches</b>",
    )  # fmt: skip
    ann.get("/silences")
    days = re.findall(r'(?s)<td class="[a-z]*"><time datetime="([0-9-]+)".*?</td>', ann.page.text)
    assert days[0] == "2026-02-23"
    cells = dict(re.findall(r'(?s)<td class="[a-z]*"><time datetime="([0-9-]+)"[^>]*>(.*?)</td>', ann.page.text))
    assert {day for day, cell in cells.items() if "MNT-1" in cell} >= {"2026-03-08", "2026-03-15", "2026-03-22"}
    assert "<b>patches" not in ann.page.text
    assert "April 2026" in ann.get("/silences?month=2026-04").text
    assert "MNT-1" in ann.page.text.partition('id="calendar"')[2]
    assert ann.get("/silences?month=2026-99").status_code == 200
