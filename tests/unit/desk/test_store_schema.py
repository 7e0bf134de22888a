"""The migrations make the tables that queries are written against."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from correlate.records import Condition
from desk.database import NewerSchemaError, migrate, open_database, schema_of, writing
from desk.own_tables import users
from desk.tables import conditions


@pytest.fixture
def engine(tmp_path: Path) -> sa.Engine:
    return open_database(f"sqlite:///{tmp_path / 'desk.db'}")


def test_the_migrated_schema_is_that_of_the_tables(engine: sa.Engine) -> None:
    migrate(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_name": lambda name, kind, _: kind != "table" or name != "desk_version"}
        )
        assert compare_metadata(context, users.metadata) == []


def test_migrating_twice_changes_nothing(engine: sa.Engine) -> None:
    migrate(engine)
    migrate(engine)
    with engine.connect() as connection:
        assert schema_of(connection) == "d0001"


def test_a_database_of_a_newer_desk_is_refused(engine: sa.Engine) -> None:
    migrate(engine)
    with writing(engine) as connection:
        connection.exec_driver_sql("UPDATE desk_version SET version_num = 'd9999'")
    with pytest.raises(NewerSchemaError, match="newer version"):
        migrate(engine)


def test_sqlite_is_set_up_so_that_a_commit_survives_a_power_failure(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "page_size")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "page_size": 16384}


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://localhost/desk"])
def test_a_database_that_cannot_carry_the_desk_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"path of a file|sqlite and postgresql"):
        open_database(url)


def test_a_condition_is_stored_whole() -> None:
    assert [column.name for column in conditions.columns] == list(Condition.__struct_fields__)
