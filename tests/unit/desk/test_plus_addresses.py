"""Addresses that say which mail they answer, and that nobody can make up."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from desk.database import migrate, open_database, writing
from desk.plus_addresses import Answered, PlusAddresses, secret_in
from desk.tables import from_micros, outbox


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Connection]:
    engine = open_database(f"sqlite:///{tmp_path_factory.mktemp('plus')}/desk.db", durable=False)
    migrate(engine)
    with writing(engine) as connection:
        for serial in (17, 18):
            row: dict[str, Any] = {
                "id": serial, "message_id": f"{serial}@example.com", "kind": "update", "to": "a@b.c", "subject": "x",
                "created_at": from_micros(0), "position": 1, "status": "sent", "attempts": 1, "next_at": from_micros(0),
                "rule": "r", "evidence": "{}", "body": "{}",
            }  # fmt: skip
            connection.execute(sa.insert(outbox).values(row))
    with engine.connect() as connection:
        yield connection
    engine.dispose()


PLUS = PlusAddresses("desk@example.com", b"secret")


def test_an_address_resolves_to_the_mail_it_was_made_for(connection: sa.Connection) -> None:
    bounce = PLUS.make("bounce", 17, "17@example.com")
    reply = PLUS.make("reply", 18, "18@example.com")

    assert bounce.startswith("desk+b17-")
    assert PLUS.resolve(connection, bounce.upper()) == Answered("bounce", "17@example.com", "a@b.c")
    assert PLUS.resolve(connection, reply) == Answered("reply", "18@example.com", "a@b.c")


def test_nobody_can_make_one_up(connection: sa.Connection) -> None:
    right = PLUS.make("bounce", 17, "17@example.com")
    key = right.partition("-")[2]

    for wrong in (
        f"desk+b18-{key}",
        f"desk+r17-{key}",
        right.replace("@example.com", "@example.org"),
        right.replace("desk+", "other+"),
        f"desk+b17-{'a' * 16}@example.com",
        f"desk+b99-{key}",
        "desk@example.com",
        "desk+b17@example.com",
        "",
        PlusAddresses("desk@example.com", b"another secret").make("bounce", 17, "17@example.com"),
    ):
        assert PLUS.resolve(connection, wrong) is None, wrong


def test_an_address_that_would_be_too_long_stays_bare() -> None:
    local = "a" * 50

    assert PlusAddresses(f"{local}@b.c", b"s").make("reply", 10**9, "x@y") == f"{local}@b.c"


def test_the_secret_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    first = secret_in(tmp_path)

    assert len(first) == 32
    assert secret_in(tmp_path) == first
    assert (tmp_path / "address.key").stat().st_mode & 0o777 == 0o600


def test_a_secret_that_was_cut_short_is_replaced_because_anybody_could_guess_it(tmp_path: Path) -> None:
    file = tmp_path / "address.key"
    for left in (b"", b"half of it"):
        file.write_bytes(left)

        made = secret_in(tmp_path)

        assert len(made) == 32
        assert secret_in(tmp_path) == file.read_bytes() == made
        assert file.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["address.key"]
