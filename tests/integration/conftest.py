"""Databases of both kinds, open doors, and a whole desk with a mail server before it."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest import journal_database
from tests.integration.open_doors import Doors, Session, Smtp, doors_at
from tests.integration.postfix import Postfix, a_postfix
from tests.integration.rig import Urls
from tests.integration.running_desk import RunningDesk, a_desk
from tests.prepared import prepare_sqlite, prepared_database


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def urls(request: pytest.FixtureRequest, tmp_path: Path) -> Urls:
    """A fresh journal and a fresh database, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        prepare_sqlite(tmp_path)
        return Urls(f"sqlite:///{tmp_path / 'journal.db'}", f"sqlite:///{tmp_path / 'desk.db'}")
    url = prepared_database(request.getfixturevalue("postgresql"))
    return Urls(url, url)


@pytest.fixture
def doors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Doors]:
    monkeypatch.setattr(journal_database, "SQLITE_LOCK_WAIT_MS", 50)
    with doors_at(tmp_path) as doors:
        yield doors


@pytest.fixture
def smtp(doors: Doors) -> Iterator[Smtp]:
    with doors.smtp(max_size=100_000) as smtp:
        yield smtp


@pytest.fixture
def session(smtp: Smtp) -> Iterator[Session]:
    with smtp.session() as session:
        yield session


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[RunningDesk]:
    with a_desk(tmp_path) as desk:
        yield desk


@pytest.fixture
def postfix(desk: RunningDesk, server_program: Callable[[str], str]) -> Iterator[Postfix]:
    for program in ("postfix", "saslpasswd2", "openssl"):
        server_program(program)
    if os.geteuid() != 0:
        pytest.skip("Postfix's master has to be started by root")
    with a_postfix(desk.smtp_port) as server:
        yield server
