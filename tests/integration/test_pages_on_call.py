"""The pages on whom the desk tells: who is on call, how a chain stands, what was posted, and a mute by hand."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from desk import tables
from desk.calendars import tell
from desk.database import writing
from desk.staff_settings import WebhookSettings
from tests.behaviour.test_escalation import ROTA
from tests.integration.pages_desk import PagesDesk, a_desk
from tests.integration.test_pages_api import Program


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PagesDesk]:
    with a_desk(tmp_path) as made:
        yield made


def on_call(desk: PagesDesk, **more: Any) -> None:
    desk.configure(
        teams=[{"name": "shop", "calendar": ROTA, "timezone": "Europe/Berlin",
                "people": [{"address": "ana@example.com", "name": "Ana Olsen"}]}],
        routes=[{"name": "shop", "services": ["shop"], "escalation": "night"}],
        escalations=[{"name": "night", "levels": [
            {"to": ["on-call:shop"], "after": 0}, {"to": ["boss@example.com", "webhook:pager"], "after": 900},
        ]}],
        webhooks=["pager"],
        **more,
    )  # fmt: skip
    desk.settle()


def test_without_teams_the_page_says_how_to_name_one(desk: PagesDesk) -> None:
    assert "[teams.NAME]" in desk.browser("ann").get("/on-call").text


def test_who_is_on_call_now_and_next(desk: PagesDesk) -> None:
    on_call(desk)
    shown = desk.browser("ann").get("/on-call").text
    assert "ana@example.com" in shown
    assert shown.index("ana@example.com") < shown.index("bo@fernhill.example")
    for words in ("on-call:shop", "15 min", "boss@example.com, webhook:pager", "Group wait"):
        assert words in shown
    assert desk.browser().get("/on-call").headers["location"].startswith("/login")


def test_a_name_without_an_address_and_a_gap_are_seen(desk: PagesDesk) -> None:
    later = ROTA.replace("20260302T", "20260402T").replace("20260309T", "20260409T").replace("Ana Olsen", "Somebody")
    desk.configure(teams=[{"name": "shop", "calendar": later}])
    desk.settle()
    shown = desk.browser("ann").get("/on-call").text
    assert "Nobody is on call." in shown
    assert "no address is known" in shown


def test_the_incident_says_who_was_told_and_who_comes_next(desk: PagesDesk) -> None:
    on_call(desk)
    number = desk.incident("shop-1")
    shown = desk.browser("ann").get(f"/records/{number}").text
    assert "1 of 2 levels told" in shown
    assert "boss@example.com, webhook:pager, unless somebody takes it." in shown
    browser = desk.browser("ann")
    browser.get(f"/records/{number}")
    browser.post(f"/records/{number}/take")
    assert "nobody else is told" in browser.get(f"/records/{number}").text


def test_what_was_posted_can_be_read(desk: PagesDesk) -> None:
    on_call(desk)
    desk.incident("shop-1")
    desk.later(minutes=5)
    browser = desk.browser("ann")
    listed = browser.get("/mail?kind=webhook").text
    assert "webhook:pager" in listed
    assert "shop-team@example.com" not in listed
    with desk.engine.connect() as connection:
        row = connection.scalar(sa.select(tables.outbox.c.id).where(tables.outbox.c.kind == "webhook"))
    one = browser.get(f"/mail/{row}").text
    assert "What is posted" in one
    assert "incident.escalated" in one


def test_a_person_mutes_and_unmutes_on_the_page(desk: PagesDesk) -> None:
    number = desk.incident("shop-1")
    browser = desk.browser("ann")
    browser.get(f"/records/{number}")
    browser.post(f"/records/{number}/mute", hours="1.5", text="The vendor is there.")
    assert "The vendor is there." in browser.get("/alerts?quiet=muted").text
    shown = browser.get(f"/records/{number}").text
    assert "muted by ann until" in shown
    assert "The vendor is there." in shown
    browser.post(f"/records/{number}/unmute")
    assert "muted by ann" not in browser.get(f"/records/{number}").text.partition("History")[0]
    assert "give the hours as a number" in browser.post(f"/records/{number}/mute", hours="soon").text


def test_a_program_mutes_too(desk: PagesDesk) -> None:
    number = desk.incident("shop-1")
    program = Program(desk, "ann")
    assert program.act("mute", subject=number, seconds=600, text="x").status_code == 200
    assert program.get(f"/api/v1/records/{number}").json()["mute"]["by"] == "ann"
    assert program.act("unmute", subject=number).status_code == 200
    assert program.act("unmute", subject=number).status_code == 409


def test_a_calendar_that_cannot_be_read_shows_on_the_health_page(desk: PagesDesk) -> None:
    tell(desk.engine, ["[teams.shop] rota.ics cannot be read: No such file or directory."])
    assert "rota.ics cannot be read" in desk.browser("ann").get("/health").text
    tell(desk.engine, [])
    assert "rota.ics" not in desk.browser("ann").get("/health").text
    with writing(desk.engine) as connection:
        connection.execute(sa.delete(tables.state).where(tables.state.c.name == "warning:calendars"))


def test_what_a_webhook_did_not_take_shows_on_three_pages_and_in_metrics(desk: PagesDesk) -> None:
    on_call(desk)
    webhook = WebhookSettings(name="pager", url="https://pager.example.com/in", secret_env="X")
    services = desk.app.state.services
    object.__setattr__(services, "settings", replace(services.settings, webhooks=(webhook,)))
    desk.incident("shop-1")
    desk.later(minutes=5)
    with writing(desk.engine) as connection:
        row = tables.outbox.c.kind == "webhook"
        connection.execute(sa.update(tables.outbox).where(row).values(status="failed", answer="410 gone", attempts=1))
    browser = desk.browser("ann")
    assert "pager did not take everything" in browser.get("/health").text
    shown = browser.get("/on-call").text
    assert "pager.example.com" in shown
    assert "410 gone" in shown
    assert "410 gone" in browser.get("/mail?state=failed").text
    assert 'desk_webhook_posts{status="failed",webhook="pager"} 1.0' in browser.get("/metrics").text
