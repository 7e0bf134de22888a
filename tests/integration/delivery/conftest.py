"""A mail server in this process, and a desk that hands its mail over to it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desk.clock import MovableClock
from tests.integration.post import START, Desk, MailServer


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(START)


@pytest.fixture
def server() -> Iterator[MailServer]:
    server = MailServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def desk(tmp_path: Path, clock: MovableClock, server: MailServer) -> Iterator[Desk]:
    desk = Desk(tmp_path, clock, host="127.0.0.1", port=server.port, security="none", timeout=5)
    yield desk
    desk.close()
