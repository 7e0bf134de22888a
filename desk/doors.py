"""The doors' process: SMTP, webhooks, pages and API on one event loop, in front of one group commit."""

import asyncio
import contextlib
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import datetime

import uvicorn
from sqlalchemy import Engine

from desk.accounts import Accounts
from desk.attribution import Accept, attributing
from desk.clock import SystemClock
from desk.config import Settings
from desk.hook_door import hook_door, hook_keys, note_used
from desk.metrics import DoorCounters
from desk.plus_addresses import PlusAddresses, secret_in
from desk.presence import stay_present
from desk.rspamd import Rspamd, scanning
from desk.web import create_app
from desk.web.services import WebServices
from ingest.group_commit import GroupCommit
from ingest.journal import Journal
from ingest.smtp import SmtpServer, smtp_server

log = logging.getLogger(__name__)


class _Pages(uvicorn.Server):
    """uvicorn without signal handlers of its own: the process has one way to stop."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def run_doors(settings: Settings, engine: Engine, journal: Journal, stop: threading.Event) -> None:
    """Open every door and answer until `stop` is set; raises OSError where an address cannot be listened on."""
    with asyncio.Runner(loop_factory=_event_loop) as runner:
        runner.run(_serve(settings, engine, journal, stop))


def _event_loop() -> asyncio.AbstractEventLoop:
    import uvloop

    return uvloop.new_event_loop()


async def _serve(settings: Settings, engine: Engine, journal: Journal, stop: threading.Event) -> None:
    clock = SystemClock()
    counters = DoorCounters()
    with GroupCommit(journal, clock) as commit:
        mail = _mail_door(settings, engine, commit, counters, clock) if settings.smtp_in.enabled else None
        services = WebServices(
            engine=engine,
            journal=journal,
            accept=commit.accept,
            settings=settings,
            clock=clock,
            accounts=Accounts(engine, clock),
            doors=counters,
        )
        keys = hook_keys(settings, engine, clock)
        hooks = hook_door(settings, engine, journal, commit.accept, keys, counters, clock)
        pages = _Pages(
            uvicorn.Config(
                hooks.in_front_of(create_app(services)),
                host=settings.http.listen,
                port=settings.http.port,
                http="httptools",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                forwarded_allow_ips=list(settings.http.trusted_proxies),
                timeout_graceful_shutdown=5,
            )
        )
        beside = [
            asyncio.create_task(note_used(keys)),
            asyncio.create_task(stay_present(engine, commit.accept, clock)),
        ]
        try:
            await _until_stopped(settings, mail, pages, stop)
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)


def _mail_door(
    settings: Settings, engine: Engine, commit: GroupCommit, counters: DoorCounters, clock: Callable[[], datetime]
) -> SmtpServer:
    own = frozenset(settings.own_addresses())
    plus = PlusAddresses(settings.desk.address, secret_in(settings.data_dir))
    accept: Accept = attributing(commit.accept, engine, plus)
    if settings.spam.rspamd_url is not None:
        accept = scanning(accept, Rspamd(settings.spam.rspamd_url, settings.spam.timeout, counters.spam))
    return smtp_server(settings.smtp_door(), accept, clock, allow=own.__contains__, count=counters.mail)


async def _until_stopped(settings: Settings, mail: SmtpServer | None, pages: _Pages, stop: threading.Event) -> None:
    listening = socket.create_server(
        (settings.http.listen, settings.http.port),
        family=socket.AF_INET6 if ":" in settings.http.listen else socket.AF_INET,
        backlog=2048,
    )
    if mail is not None:
        await mail.start()
        log.info("mail is accepted at %s", ", ".join(f"{host}:{port}" for host, port in mail.addresses))
    log.info("pages and webhooks are at %s", settings.public_url())
    serving = asyncio.create_task(pages.serve(sockets=[listening]))
    stopping = asyncio.create_task(asyncio.to_thread(stop.wait))
    try:
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stop.set()
        pages.should_exit = True
        if mail is not None:
            await mail.stop()
        await serving
        await stopping
