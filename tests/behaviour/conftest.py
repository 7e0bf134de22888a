"""One desk for each test, on SQLite and on PostgreSQL; mail that nobody expected fails the test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from classify.model import StoredModel, load
from classify.model_file import starter_model_path
from tests.behaviour.harness import Desk
from tests.prepared import prepare_sqlite, prepared_database


@pytest.fixture(scope="session")
def starter_model() -> StoredModel:
    return load(starter_model_path())


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def desk(request: pytest.FixtureRequest, tmp_path: Path, starter_model: StoredModel) -> Iterator[Desk]:
    database = None
    if request.param == "postgresql":
        database = prepared_database(request.getfixturevalue("postgresql"))
    else:
        prepare_sqlite(tmp_path)
    desk = Desk(tmp_path, database, starter_model)
    try:
        yield desk
        desk.assert_no_unexpected_mail()
    finally:
        desk.close()
