"""Databases for tests that run on both kinds."""

import itertools
from pathlib import Path

import pytest

from tests.integration.rig import Urls
from tests.prepared import prepare_sqlite, prepared_database

_names = itertools.count(1)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def urls(request: pytest.FixtureRequest, tmp_path: Path) -> Urls:
    """A fresh journal and a fresh database, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        prepare_sqlite(tmp_path)
        return Urls(f"sqlite:///{tmp_path / 'journal.db'}", f"sqlite:///{tmp_path / 'desk.db'}")
    url = prepared_database(request.getfixturevalue("postgresql"), f"desk{next(_names)}")
    return Urls(url, url)
