"""On the page: a mail that was given up is sent again."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from starlette.types import ASGIApp

from desk.accounts import Accounts
from desk.config_file import parse_settings
from desk.tables import outbox
from desk.web import create_app
from desk.web.services import WebServices
from ingest.event import Draft
from tests.integration.rig import DESK, Rig, Urls


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Rig]:
    rig = Rig(Urls(f"sqlite:///{tmp_path}/journal.db", f"sqlite:///{tmp_path}/desk.db"))
    rig.configure()
    rig.mail("ana@example.com", "Printer is stuck", "It does not print.")
    with rig.processor() as processor:
        processor.run_until(rig.journal.head().position)
    yield rig
    rig.journal.close()
    rig.engine.dispose()


@pytest.fixture
def application(desk: Rig, tmp_path: Path) -> ASGIApp:
    async def accept(draft: Draft) -> int:
        return desk.accept(draft)

    accounts = Accounts(desk.engine, desk.clock)
    accounts.add_user("kim", "correct horse battery", ["agent"])
    services = WebServices(
        engine=desk.engine, journal=desk.journal, accept=accept, clock=desk.clock, accounts=accounts,
        settings=parse_settings({"desk": {"address": DESK}, "storage": {"data_dir": str(tmp_path)}}, tmp_path),
    )  # fmt: skip
    return create_app(services)


def look_and_send_again(application: ASGIApp) -> tuple[str, int]:
    """What somebody who is logged in sees of the mail, and the status of asking for it to be sent again."""

    async def visit() -> tuple[str, int]:
        transport = httpx.ASGITransport(application)
        base = "http://127.0.0.1:8025"
        async with httpx.AsyncClient(transport=transport, base_url=base, follow_redirects=True) as browser:
            form = {"csrf": token_on((await browser.get("/login")).text), "login": "kim"}
            signed_in = await browser.post("/login", data={**form, "password": "correct horse battery"})
            assert signed_in.status_code == 200
            page = (await browser.get("/mail/1")).text
            asked = await browser.post("/mail/1/again", data={"csrf": token_on(page)})
            return page, asked.status_code

    return asyncio.run(visit())


def token_on(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found, page
    return found[1]


def set_status(desk: Rig, status: str) -> None:
    with desk.engine.execution_options(writes=True).begin() as connection:
        connection.execute(sa.update(outbox).values(status=status, attempts=3, answer="550 5.1.1 no such person"))


def test_a_mail_that_was_given_up_is_sent_again(desk: Rig, application: ASGIApp) -> None:
    set_status(desk, "failed")

    page, answer = look_and_send_again(application)

    assert "550 5.1.1 no such person" in page
    assert answer == 200
    with desk.engine.connect() as connection:
        row = connection.execute(sa.select(outbox.c.status, outbox.c.attempts)).one()
    assert tuple(row) == ("due", 0)


def test_only_what_was_given_up_is_sent_again(desk: Rig, application: ASGIApp) -> None:
    set_status(desk, "sent")

    page, answer = look_and_send_again(application)

    assert "Send it again" not in page
    assert answer == 409
