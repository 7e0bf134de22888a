"""One desk for each test, on SQLite and on PostgreSQL; mail that nobody expected fails the test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from classify.model import StoredModel, load, starter_model_path
from tests.behaviour.harness import Desk


@pytest.fixture(scope="session")
def starter_model() -> StoredModel:
    return load(starter_model_path())


@pytest.fixture
def desk(tmp_path: Path, starter_model: StoredModel) -> Iterator[Desk]:
    desk = Desk(tmp_path, None, starter_model)
    try:
        yield desk
        desk.assert_no_unexpected_mail()
    finally:
        desk.close()
