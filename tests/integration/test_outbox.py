"""The outbox: nobody else has a mail that is leased, what fails is tried again later and later, and then given up."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from correlate.records import Outgoing
from desk.database import migrate, open_database, writing
from desk.outbox import (
    GIVE_UP_AFTER,
    LEASE,
    Result,
    lease,
    renew,
    reported,
    retry_delay,
    settle,
    take_over,
    try_again,
    unreported,
)
from desk.tables import outbox
from tests.integration.postgresql import new_database

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    """A database with the desk's tables, on SQLite and on PostgreSQL."""
    url = f"sqlite:///{tmp_path_factory.mktemp('outbox')}/desk.db"
    if request.param == "postgresql":
        url = new_database(request.getfixturevalue("postgresql"), "outbox")
    engine = open_database(url, durable=False)
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def engine(made: sa.Engine) -> sa.Engine:
    with writing(made) as connection:
        connection.execute(sa.delete(outbox))
    return made


def put(engine: sa.Engine, to: str = "ana@example.com", *, at: datetime = NOW, status: str = "due") -> int:
    with writing(engine) as connection:
        serial = connection.execute(sa.select(sa.func.coalesce(sa.func.max(outbox.c.id), 0))).scalar_one() + 1
        mail = Outgoing(message_id=f"{serial}@example.com", kind="update", to=to, subject="[INC-1] x", template="taken")
        row: dict[str, Any] = {
            "id": serial, "message_id": mail.message_id, "kind": mail.kind, "to": to, "subject": mail.subject,
            "created_at": at, "position": 1, "status": status, "attempts": 0, "next_at": at, "rule": "test",
            "evidence": "{}", "body": msgspec.json.encode(mail).decode(),
        }  # fmt: skip
        connection.execute(sa.insert(outbox).values(row))
    return int(serial)


def take(
    engine: sa.Engine, holder: str = "me", now: datetime = NOW, limit: int = 10, per_domain: int = 10
) -> list[int]:
    return [due.id for due in lease(engine, holder, now, limit, per_domain=per_domain, busy={})]


def status(engine: sa.Engine, outbox_id: int) -> Any:
    with engine.connect() as connection:
        return connection.execute(sa.select(outbox).where(outbox.c.id == outbox_id)).one()


def test_a_leased_mail_belongs_to_one_sender(engine: sa.Engine) -> None:
    mail = put(engine)

    assert take(engine, "one") == [mail]
    assert take(engine, "other") == []


def test_a_lease_that_ended_is_anybodys(engine: sa.Engine) -> None:
    mail = put(engine)
    take(engine, "dead")

    assert take(engine, "other", NOW + LEASE - timedelta(seconds=1)) == []
    assert take(engine, "other", NOW + LEASE) == [mail]


def test_a_lease_is_kept_by_renewing_it(engine: sa.Engine) -> None:
    mail = put(engine)
    take(engine)
    renew(engine, "me", [mail], NOW + LEASE / 2)
    renew(engine, "somebody else", [mail], NOW + 10 * LEASE)

    assert take(engine, "other", NOW + LEASE) == []
    assert take(engine, "other", NOW + LEASE * 1.5) == [mail]


def test_the_one_who_waits_longest_goes_first_and_later_mail_waits(engine: sa.Engine) -> None:
    late = put(engine, at=NOW + timedelta(seconds=1))
    second, first = put(engine, at=NOW - timedelta(seconds=1)), put(engine, at=NOW - timedelta(seconds=2))

    assert take(engine, limit=1) == [first]
    assert take(engine) == [second]
    assert take(engine, now=NOW + timedelta(seconds=1)) == [late]


@pytest.mark.parametrize("not_due", ["held", "sent", "failed", "dropped"])
def test_nothing_but_due_mail_is_taken(engine: sa.Engine, not_due: str) -> None:
    put(engine, status=not_due)

    assert take(engine) == []


def test_one_domain_does_not_take_every_place(engine: sa.Engine) -> None:
    for n in range(5):
        put(engine, f"person{n}@slow.example")
    other = put(engine, "ana@fast.example")

    taken = lease(engine, "me", NOW, 10, per_domain=2, busy={"slow.example": 1})

    assert [due.outgoing.to for due in taken] == ["person0@slow.example", "ana@fast.example"]
    assert taken[1].id == other


def test_what_is_sent_is_final_and_waits_to_be_reported(engine: sa.Engine) -> None:
    mail = put(engine)
    take(engine)

    (final,) = settle(engine, "me", [Result(id=mail, attempts=0, outcome="sent", answer="250 ok")], NOW)

    assert (final.message_id, final.result, final.answer) == (f"{mail}@example.com", "sent", "250 ok")
    assert unreported(engine) == [final]
    reported(engine, [mail])
    assert unreported(engine) == []
    row = status(engine, mail)
    assert (row.status, row.attempts, row.finished_at, row.lease) == ("sent", 1, NOW, None)


def test_a_late_failure_of_a_lost_lease_changes_nothing_but_a_late_success_counts(engine: sa.Engine) -> None:
    mail = put(engine)
    take(engine, "slow")
    take(engine, "quick", NOW + LEASE)

    assert settle(engine, "slow", [Result(id=mail, attempts=0, outcome="failed", answer="550")], NOW) == []
    assert status(engine, mail).status == "sending"
    assert settle(engine, "slow", [Result(id=mail, attempts=0, outcome="sent", answer="250")], NOW)
    assert settle(engine, "quick", [Result(id=mail, attempts=0, outcome="sent", answer="250")], NOW) == []


def test_an_untried_mail_goes_back_as_it_was(engine: sa.Engine) -> None:
    mail = put(engine)
    take(engine)

    assert settle(engine, "me", [Result(id=mail, attempts=0, outcome="untried")], NOW) == []

    assert (status(engine, mail).status, status(engine, mail).attempts) == ("due", 0)
    assert take(engine) == [mail]


def test_a_failure_is_tried_again_later_and_later_and_then_given_up(engine: sa.Engine) -> None:
    mail, now, waits = put(engine), NOW, []
    while True:
        (due,) = lease(engine, "me", now, 1, per_domain=1, busy={})
        finals = settle(engine, "me", [Result(id=mail, attempts=due.attempts, outcome="again", answer="451 x")], now)
        if finals:
            break
        waits.append((status(engine, mail).next_at - now).total_seconds())
        now = status(engine, mail).next_at

    for expected, wait in zip([60, 300, 900, 3600, *[14400] * 30], waits, strict=False):
        assert 0.9 * expected <= wait <= 1.1 * expected
    assert 0.9 * GIVE_UP_AFTER <= (now - NOW).total_seconds() <= 1.1 * GIVE_UP_AFTER
    assert (finals[0].result, finals[0].answer) == ("failed", "451 x")
    assert status(engine, mail).status == "failed"


def test_mails_that_failed_together_do_not_come_back_together_and_each_comes_back_the_same() -> None:
    waits = {retry_delay(n, 1) for n in range(100)}

    assert len(waits) > 90
    assert waits == {retry_delay(n, 1) for n in range(100)}


def test_what_was_given_up_can_be_tried_again_by_a_person(engine: sa.Engine) -> None:
    mail = put(engine)
    take(engine)
    settle(engine, "me", [Result(id=mail, attempts=30, outcome="failed", answer="550")], NOW)

    assert try_again(engine, [mail], NOW) == 1
    assert try_again(engine, [mail], NOW) == 0
    assert take(engine) == [mail]


def test_a_new_process_takes_over_at_once(engine: sa.Engine) -> None:
    mail = put(engine)
    take(engine, "dead")

    assert take_over(engine) == 1
    assert take(engine, "me") == [mail]
