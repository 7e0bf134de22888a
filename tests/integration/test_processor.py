"""From the journal into the tables: once, in order, in one transaction with the position."""

from collections.abc import Iterator

import pytest

from desk.database import writing
from desk.processor import BeyondJournalError, FencedError
from desk.store import processed_position, refusal_at
from ingest.event import Delivered, ModelInForce, Tick
from tests.integration.rig import Rig, Urls, a_rig, mail_draft, post_draft


@pytest.fixture
def rig(urls: Urls) -> Iterator[Rig]:
    with a_rig(urls) as rig:
        rig.configure()
        yield rig


def test_a_mail_becomes_a_record_with_an_answer_due(rig: Rig) -> None:
    rig.mail("ada@example.com", "Printer jam", "The printer eats my paper.", message_id="one@example.com")
    rig.process()
    ((number, title, requester),) = rig.rows("SELECT number, title, requester FROM records")
    assert (title, requester) == ("Printer jam", "ada@example.com")
    assert rig.rows("SELECT kind, status, about FROM outbox") == [("acknowledgement", "due", number)]
    assert ("one@example.com", number, "in") in rig.rows("SELECT message_id, record, direction FROM threads")


def test_alerts_become_one_incident_with_its_conditions(rig: Rig) -> None:
    rig.alerts("shop-1", "shop-2", "shop-3")
    rig.process()
    ((number, service, alerts),) = rig.rows("SELECT number, service, alerts FROM records")
    assert (service, alerts) == ("shop", 3)
    assert rig.rows("SELECT status, record FROM conditions") == [("firing", number)] * 3


def test_repeats_of_a_condition_cost_one_entry_for_each_batch(rig: Rig) -> None:
    rig.alerts("shop-1")
    rig.process()
    for _ in range(20):
        rig.alerts("shop-1")
    rig.process()
    repeats = rig.rows("SELECT position, last_position, count FROM entries WHERE kind = 'alert-repeated'")
    assert repeats == [(3, 22, 20)]
    assert rig.rows("SELECT alerts FROM records") == [(21,)]


def test_every_entry_has_a_reason(rig: Rig) -> None:
    rig.alerts("shop-1", "shop-2")
    rig.alerts("shop-1", status="resolved")
    rig.mail("ada@example.com", "Printer jam", "The printer eats my paper.")
    rig.process()
    assert rig.value("SELECT count(*) FROM entries WHERE rule = ''") == 0


def test_what_was_processed_is_not_processed_again(rig: Rig) -> None:
    rig.alerts("shop-1")
    rig.mail("ada@example.com", "Printer jam", "The printer eats my paper.")
    rig.process()
    before = rig.digest()
    assert rig.process() == 3
    assert rig.digest() == before


def test_a_start_beyond_the_journal_is_refused(rig: Rig) -> None:
    rig.process()
    with writing(rig.engine) as connection:
        connection.exec_driver_sql("UPDATE state SET value = '7' WHERE name = 'position'")
    with pytest.raises(BeyondJournalError, match="processed input 7, but its journal ends at 1"):
        rig.process()


def test_a_worker_that_was_overtaken_writes_nothing_more(rig: Rig) -> None:
    with rig.processor() as first:
        first.run_until(1)
        with rig.processor() as second:
            rig.mail("ada@example.com", "Printer jam", "The printer eats my paper.")
            with pytest.raises(FencedError):
                first.step_batch()
            assert rig.rows("SELECT number FROM records") == []
            assert second.step_batch() == 1
    assert rig.value("SELECT count(*) FROM records") == 1


def test_a_policy_holds_from_its_position_on(rig: Rig) -> None:
    """All of it in what could have been one batch: the same mail is read as ours once its domain is ours."""
    rig.mail("ada@other.example", "Printer jam", "It is stuck.")
    rig.configure(address="help@other.example", own_addresses=["help@other.example"])
    rig.mail("help@other.example", "Printer jam", "It is stuck.", message_id="two@other.example")
    rig.process()
    assert rig.value("SELECT count(*) FROM records") == 1


def test_a_broken_configuration_is_quarantined_and_the_old_one_stays(rig: Rig) -> None:
    rig.configure(group_wait="soon")
    rig.mail("ada@example.com", "Printer jam", "It is stuck.")
    rig.process()
    assert rig.rows("SELECT position FROM quarantine") == [(2,)]
    assert rig.value("SELECT count(*) FROM records") == 1


def test_what_cannot_be_understood_is_quarantined_and_the_next_input_is_served(rig: Rig) -> None:
    broken = post_draft(["shop-1"])
    rig.accept(type(broken)(kind="webhook", route=broken.route, envelope=broken.envelope, body=b'{"alerts": [{'))
    rig.alerts("shop-1")
    rig.process()
    assert rig.rows("SELECT position, status FROM quarantine") == [(2, "waiting")]
    assert rig.value("SELECT count(*) FROM records") == 1


def test_nul_characters_and_half_surrogates_are_stored_by_every_database(rig: Rig) -> None:
    rig.mail("ada@example.com", "=?utf-8?q?Printer=00jam?=", "eats\0paper")
    draft = post_draft(["shop-1"])
    rig.accept(type(draft)(
        kind="webhook", route="hook:x", envelope={**draft.envelope, "tool": "generic"},
        body=b'{"title": "a\\u0000b \\ud800 c", "status": "firing", "host": "shop-1\\u0000"}',
    ))  # fmt: skip
    assert rig.process() == 3
    assert rig.value("SELECT count(*) FROM records") == 2


def test_keys_of_any_length_are_stored(rig: Rig) -> None:
    long = "x" * 900 + "@example.com"
    rig.mail("ada@example.com", "Printer jam", "It is stuck.", message_id=long)
    rig.mail(f"{'a' * 3000}@example.com", "Other", "Another matter altogether.")
    rig.mail("ada@example.com", "Re: Printer jam", "And it beeps.", In_Reply_To=f"<{long}>")
    assert rig.process() == 4
    assert rig.value("SELECT count(*) FROM entries WHERE kind = 'mail-filed'") == 3
    assert rig.value("SELECT count(*) FROM records") == 2


# --- mail that is held ------------------------------------------------------------------------------------------------


def held_mail(rig: Rig) -> str:
    rig.configure(observing=["servicedesk@example.com"])
    rig.mail("ada@example.com", "Printer jam", "It is stuck.")
    rig.process()
    ((message_id, status),) = rig.rows("SELECT message_id, status FROM outbox")
    assert status == "held"
    return str(message_id)


def test_a_held_mail_is_released_by_a_command(rig: Rig) -> None:
    message_id = held_mail(rig)
    rig.command("mail-release", message_id)
    rig.process()
    assert rig.rows("SELECT status FROM outbox") == [("due",)]
    assert rig.value("SELECT count(*) FROM entries WHERE kind = 'mail-released' AND actor = 'kim'") == 1


def test_a_held_mail_is_dropped_by_a_command_and_stays_dropped(rig: Rig) -> None:
    message_id = held_mail(rig)
    rig.command("mail-drop", message_id)
    late = rig.command("mail-release", message_id)
    rig.process()
    assert rig.rows("SELECT status FROM outbox") == [("dropped",)]
    with rig.engine.connect() as connection:
        refusal = refusal_at(connection, late)
    assert refusal is not None
    assert refusal.rule == "mail is not held"
    assert refusal.evidence["status"] == "dropped"


def test_a_mail_can_be_released_in_the_batch_that_holds_it(rig: Rig) -> None:
    message_id = held_mail(rig)
    with writing(rig.engine) as connection:
        for table in ("state", "records", "conditions", "entries", "participants", "threads", "outbox", "deadlines"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
    rig.command("mail-release", message_id)
    rig.process()
    assert rig.rows("SELECT status FROM outbox") == [("due",)]


def test_a_delivery_report_ends_a_mail(rig: Rig) -> None:
    rig.mail("ada@example.com", "Printer jam", "It is stuck.")
    rig.process()
    message_id = rig.value("SELECT message_id FROM outbox")
    rig.state(Delivered(message_id=message_id, result="failed", answer="550 no such user"), "outbox")
    rig.process()
    assert rig.rows("SELECT status, answer FROM outbox") == [("failed", "550 no such user")]


# --- what pages ask ---------------------------------------------------------------------------------------------------


def test_a_page_sees_its_command_processed_and_refused(rig: Rig) -> None:
    position = rig.command("no-such-action", "INC-1")
    with rig.engine.connect() as connection:
        assert processed_position(connection) < position
    rig.process()
    with rig.engine.connect() as connection:
        assert processed_position(connection) == position
        assert refusal_at(connection, position) is not None
        assert refusal_at(connection, 1) is None


def test_observers_see_what_a_batch_brought_about(rig: Rig) -> None:
    seen: list[tuple[int, int]] = []
    rig.alerts("shop-1", "shop-2")
    rig.state(Tick(), "clock")
    rig.process(on_effects=lambda batch: seen.extend((d.input.position, len(d.events)) for d in batch))
    assert seen == [(1, 1), (2, 2), (3, 1)]


# --- models -----------------------------------------------------------------------------------------------------------


def test_a_model_that_is_missing_leaves_the_desk_to_its_rules(rig: Rig) -> None:
    rig.state(ModelInForce(digest="ab" * 32), "config")
    rig.mail("ada@example.com", "Printer jam", "It is stuck.")

    def models(_digest: str | None) -> None:
        raise OSError("no such file")

    rig.process(models=models)
    assert rig.value("SELECT count(*) FROM records") == 1
    assert "no such file" in rig.value("SELECT value FROM state WHERE name = 'warning:model'")
    rig.mail("ben@example.com", "Screen", "It flickers all day.")
    rig.process()
    assert rig.value("SELECT value FROM state WHERE name = 'warning:model'") != "null"


# --- many at once -----------------------------------------------------------------------------------------------------


def test_statements_grow_with_batches_not_with_events(rig: Rig) -> None:
    import sqlalchemy as sa

    counted: list[str] = []
    for number in range(60):
        rig.accept(post_draft([f"shop-{number}-{k}" for k in range(10)]))
        rig.accept(mail_draft(f"p{number}@example.com", f"Matter {number}", f"Something number {number} is broken."))
    with rig.processor(limit=500) as processor:
        sa.event.listen(rig.engine, "before_cursor_execute", lambda *a: counted.append(a[2]))
        processor.run_until(rig.journal.head().position)
    assert rig.value("SELECT count(*) FROM conditions") == 600
    assert len(counted) < 80
