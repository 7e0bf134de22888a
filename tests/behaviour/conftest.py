"""One desk for each test, on SQLite and on PostgreSQL; mail that nobody expected fails the test."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from classify.model import StoredModel, load
from classify.model_file import starter_model_path
from tests.behaviour.harness import Desk
from tests.prepared import copied_database, prepare_sqlite, prepared_database

Story = Callable[[Desk], None]
Lived = Callable[[Story], Desk]


class Past(NamedTuple):
    """A desk that was closed after its story, and where its tables are."""

    desk: Desk
    folder: Path
    database: str | None


@pytest.fixture(scope="session")
def starter_model() -> StoredModel:
    return load(starter_model_path())


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def cluster(request: pytest.FixtureRequest) -> str | None:
    """Where to make databases; None: SQLite."""
    return request.getfixturevalue("postgresql") if request.param == "postgresql" else None


@contextmanager
def watched(desk: Desk) -> Iterator[Desk]:
    try:
        yield desk
        desk.assert_no_unexpected_mail()
    finally:
        desk.close()


def _empty(folder: Path, cluster: str | None) -> str | None:
    if cluster is not None:
        return prepared_database(cluster)
    prepare_sqlite(folder)
    return None


@pytest.fixture
def desk(cluster: str | None, tmp_path: Path, starter_model: StoredModel) -> Iterator[Desk]:
    with watched(Desk(tmp_path, _empty(tmp_path, cluster), starter_model)) as desk:
        yield desk


@pytest.fixture(scope="session")
def pasts() -> dict[tuple[Story, str | None], Past]:
    return {}


@pytest.fixture
def lived(
    cluster: str | None,
    tmp_path: Path,
    starter_model: StoredModel,
    pasts: dict[tuple[Story, str | None], Past],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Lived]:
    """`lived(story)` is a desk on which that has happened. A story of weeks is told once in a run; each test goes on
    from there with a copy of its own."""

    def told(story: Story) -> Past:
        folder = tmp_path_factory.mktemp("past")
        database = _empty(folder, cluster)
        desk = Desk(folder, database, starter_model)
        try:
            story(desk)
        finally:
            desk.close()
        return Past(desk, folder, database)

    with ExitStack() as stack:

        def desk_after(story: Story) -> Desk:
            if (story, cluster) not in pasts:
                pasts[story, cluster] = told(story)
            past = pasts[story, cluster]
            shutil.copytree(past.folder, tmp_path, dirs_exist_ok=True)
            database = copied_database(past.database) if past.database is not None else None
            return stack.enter_context(watched(Desk(tmp_path, database, starter_model, goes_on_from=past.desk)))

        yield desk_after
