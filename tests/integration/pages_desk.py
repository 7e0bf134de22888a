"""A desk with pages: a real journal, a real worker in a thread, the real application, browsers without a network."""

import asyncio
import atexit
import re
import shutil
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import msgspec
from argon2 import PasswordHasher
from fastapi import FastAPI

from correlate.records import Suggestion
from desk import tables
from desk.accounts import Accounts
from desk.config import Settings
from desk.config_sections import DeskSettings, StorageSettings
from desk.database import writing
from desk.store import processed_position
from desk.web import WebServices, create_app
from ingest.event import Draft, Tick
from ingest.group_commit import GroupCommit
from tests.integration.rig import DESK, Rig, Urls

PASSWORD = "correct horse battery"
PEOPLE: Mapping[str, tuple[str, ...]] = {
    "ann": ("agent",),
    "pia": ("agent", "problem-manager"),
    "ada": ("administrator",),
    "bob": ("agent",),
}
PATIENCE_S = 20
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""What makes guessing slow would make every test slow that logs somebody in."""


class PagesDesk(Rig):
    """`worker` processes in a thread from the start; `paused` holds it back."""

    def __init__(self, urls: Urls) -> None:
        super().__init__(urls)
        folder = Path(urls.database.removeprefix("sqlite:///")).parent
        self.settings = Settings(
            desk=DeskSettings(name="Example IT", address=DESK), storage=StorageSettings(data_dir=str(folder))
        )
        self.accounts = Accounts(self.engine, self.clock, QUICK)
        self.commit = GroupCommit(self.journal, self.clock)
        self.app: FastAPI = create_app(
            WebServices(
                engine=self.engine, journal=self.journal, accept=self.commit.accept, settings=self.settings,
                clock=self.clock, accounts=self.accounts,
            )
        )  # fmt: skip
        self.runner = asyncio.Runner()
        self._stop, self._idle = threading.Event(), threading.Event()
        self.begin()

    def furnish(self) -> None:
        """People and a configuration, for an empty database."""
        for login, roles in PEOPLE.items():
            self.accounts.add_user(login, PASSWORD, roles, name=login.title())
        self.configure()
        self.settle()

    # --- the worker ---

    def begin(self) -> None:
        self._stop.clear()
        self._thread = threading.Thread(target=self._work)
        self._thread.start()

    def pause(self) -> None:
        self._stop.set()
        self._thread.join()

    def _work(self) -> None:
        with self.processor() as processor:
            while not self._stop.is_set():
                if not processor.step_batch():
                    self._stop.wait(0.002)

    def settle(self) -> None:
        """Wait until everything in the journal is processed."""
        head, waited = self.journal.head().position, threading.Event()
        for _ in range(PATIENCE_S * 200):
            with self.engine.connect() as connection:
                if processed_position(connection) >= head:
                    return
            waited.wait(0.005)
        raise AssertionError("the worker did not get there")

    def later(self, **by: float) -> None:
        """Time passes, and the clock says so."""
        self.pass_time(**by)
        self.state(Tick(), "clock")
        self.settle()

    # --- what happens ---

    def incident(self, *hosts: str) -> str:
        """Monitoring reports trouble that lasts; returns the incident's number."""
        self.alerts(*hosts)
        for _ in range(6):
            self.later(minutes=2)
        return str(self.value("SELECT number FROM records WHERE origin = 'alert' ORDER BY opened_at DESC LIMIT 1"))

    def request(self, subject: str = "Blank labels", text: str | None = None, **fields: str) -> str:
        """Somebody writes; returns the record's number."""
        self.mail("Eve Young <eve@example.com>", subject, text or f"{subject}.", **fields)
        self.settle()
        return self.newest()

    def raw_mail(self, raw: bytes) -> str:
        self.accept(
            Draft(kind="mail", route=DESK, envelope={"mail_from": "eve@example.com", "rcpt_to": [DESK]}, body=raw)
        )
        self.settle()
        return self.newest()

    def newest(self) -> str:
        return str(
            self.value("SELECT number FROM records WHERE origin = 'mail' ORDER BY opened_at DESC, serial DESC LIMIT 1")
        )

    def suggestion(self, *incidents: str, name: str = "SUG-1", **changed: Any) -> str:
        """The desk has found a pattern: it is put there before the worker starts anew, as a night's work would."""
        self.pause()
        found = Suggestion(
            **{
                "id": name, "key": f"service:{name}", "kind": "recurring", "status": "proposed",
                "title": "shop goes down again and again", "service": "shop", "incidents": incidents,
                "first_proposed_at": self.clock(), "updated_at": self.clock(), "p_value": 0.0002, "rate_ratio": 4.2,
                **changed,
            }
        )  # fmt: skip
        with writing(self.engine) as connection:
            connection.execute(
                tables.suggestions.insert().values(
                    body=msgspec.json.encode(found).decode(),
                    **{
                        column: getattr(found, column)
                        for column in (
                            "id",
                            "key",
                            "kind",
                            "status",
                            "title",
                            "service",
                            "first_proposed_at",
                            "updated_at",
                        )
                    },
                )
            )
        self.begin()
        return name

    def browser(self, login: str | None = None) -> "Browser":
        browser = Browser(self)
        if login is not None:
            browser.sign_in(login)
        return browser

    def close(self) -> None:
        self.pause()
        self.app.state.painter.close()
        self.runner.close()
        self.commit.close()
        super().close()


class Browser:
    """Follows links and sends forms as a browser without JavaScript does."""

    def __init__(self, desk: PagesDesk, **options: Any) -> None:
        self.desk = desk
        transport = httpx.ASGITransport(app=desk.app, client=("10.0.0.9", 4711))
        self.client = httpx.AsyncClient(
            transport=transport, base_url="http://desk.example.com", headers={"accept": "text/html"}, **options
        )
        self.page = httpx.Response(200, text="")

    def get(self, path: str, **options: Any) -> httpx.Response:
        self.page = self.desk.runner.run(self.client.get(path, **options))
        return self.page

    def follow(self, path: str) -> httpx.Response:
        return self.get(path, follow_redirects=True)

    def post(self, path: str, *, csrf: str | None = None, **fields: Any) -> httpx.Response:
        """Send a form with the token of the page that is open, and go where the answer leads."""
        data = {"csrf": self.token() if csrf is None else csrf, **fields}
        self.page = self.desk.runner.run(self.client.post(path, data=data, follow_redirects=True))
        return self.page

    def token(self) -> str:
        found = re.search(r'name="csrf" value="([^"]+)"', self.page.text)
        return found.group(1) if found else ""

    def sign_in(self, login: str, password: str = PASSWORD) -> httpx.Response:
        self.get("/login")
        return self.post("/login", login=login, password=password)

    @property
    def text(self) -> str:
        """What can be read on the page."""
        body = re.sub(r"(?s)<(script|style|head)\b.*?</\1>", " ", self.page.text)
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())

    @property
    def banner(self) -> str:
        found = re.search(r'(?s)<div class="banner.*?</div>', self.page.text)
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", found.group())).split()) if found else ""


@cache
def _fresh() -> Path:
    """A desk that has its tables, its people and its configuration: made once, and copied for each test."""
    folder = Path(tempfile.mkdtemp(prefix="quietdesk-pages-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    desk = PagesDesk(_files(folder))
    desk.furnish()
    desk.close()
    return folder


def _files(folder: Path) -> Urls:
    return Urls(f"sqlite:///{folder / 'journal.db'}", f"sqlite:///{folder / 'desk.db'}")


@contextmanager
def a_desk(folder: Path) -> Iterator[PagesDesk]:
    """A desk in this folder."""
    for file in _fresh().iterdir():
        shutil.copy(file, folder)
    desk = PagesDesk(_files(folder))
    try:
        yield desk
    finally:
        desk.close()
