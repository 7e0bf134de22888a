"""Databases for tests that run on both kinds."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.postgresql import a_cluster, new_database
from tests.integration.rig import Urls

_names = itertools.count(1)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    with a_cluster() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def urls(request: pytest.FixtureRequest, tmp_path: Path) -> Urls:
    """A fresh journal and a fresh database, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        return Urls(f"sqlite:///{tmp_path / 'journal.db'}", f"sqlite:///{tmp_path / 'desk.db'}")
    url = new_database(request.getfixturevalue("postgresql"), f"desk{next(_names)}")
    return Urls(url, url)
