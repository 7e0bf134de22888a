"""Inputs that hang, starve or crash their reader are set aside after two tries, and a replay sets them aside too."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from desk.database import writing
from desk.poison import MAX_TRIES
from desk.reader import ChildReader, Limits, ReaderDiedError
from ingest.event import Draft, Input, Reading, SetAside
from tests.integration.rig import START, Rig, Urls, a_rig, mail_draft

pytestmark = [pytest.mark.slow, pytest.mark.waits]

HANGS, STARVES, CRASHES, SLEEPS = "hangs", "starves", "crashes", "sleeps"
LIMITS = Limits(cpu_seconds=1.5, wall_seconds=5.0, memory_bytes=1024 * 1024 * 1024)


class PoisonedReader(ChildReader):
    """The real child, in which some words make the real reader do what a hostile input might one day achieve."""

    program = "tests.integration.poisoned_reader"


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    urls = Urls(f"sqlite:///{tmp_path / 'journal.db'}", f"sqlite:///{tmp_path / 'desk.db'}")
    with a_rig(urls, reader=PoisonedReader(LIMITS)) as rig:
        rig.configure()
        yield rig


def poison(how: str) -> Draft:
    return mail_draft("mallory@example.com", f"POISON {how}", "Hello.")


def quarantined(rig: Rig) -> list[int]:
    return [position for (position,) in rig.rows("SELECT position FROM quarantine ORDER BY position")]


def aside(rig: Rig) -> list[SetAside]:
    from ingest.normalize import normalize

    inputs = rig.journal.read(0, 1000)
    return [event for item in inputs if item.kind == "set-aside" for event in normalize(item, Reading())]  # type: ignore[misc]


@pytest.mark.parametrize(
    ("how", "why"),
    [
        (HANGS, "seconds"),
        (SLEEPS, "seconds"),
        (STARVES, "1024 MiB of memory"),
        (CRASHES, "signal 11"),
    ],
)
def test_it_is_set_aside_and_the_others_are_served(rig: Rig, how: str, why: str) -> None:
    rig.mail("ada@example.com", "Before", "The printer is stuck.")
    bad = rig.accept(poison(how))
    rig.mail("ben@example.com", "After", "The screen flickers.")
    rig.process()
    assert quarantined(rig) == [bad]
    assert [(event.position, event.attempts) for event in aside(rig)] == [(bad, 2)]
    assert why in aside(rig)[0].reason
    assert rig.rows("SELECT title FROM records ORDER BY serial") == [("Before",), ("After",)]
    assert rig.rows("SELECT * FROM attempts") == []


def test_several_in_a_row_are_each_set_aside(rig: Rig) -> None:
    bad = [rig.accept(poison(CRASHES)) for _ in range(3)]
    rig.mail("ben@example.com", "After", "The screen flickers.")
    rig.process()
    assert quarantined(rig) == bad
    assert rig.value("SELECT count(*) FROM records") == 1


def test_a_replay_sets_it_aside_without_trying_it(rig: Rig, tmp_path: Path) -> None:
    rig.mail("ada@example.com", "Before", "The printer is stuck.")
    bad = rig.accept(poison(HANGS))
    rig.mail("ben@example.com", "After", "The screen flickers.")
    rig.process()
    rig.process()  # its mark, which came in meanwhile
    before = len(aside(rig))
    # Read in this very process: had the replay tried it, the test would hang.
    with a_rig(Urls(rig.urls.journal, f"sqlite:///{tmp_path / 'replay.db'}")) as replay:
        replay.process()
        assert quarantined(replay) == [bad]
        assert len(aside(replay)) == before
        assert replay.digest() == rig.digest()


def test_tries_in_which_the_whole_desk_ended_count_too(rig: Rig) -> None:
    """The desk died again and again while it read this input alone: another try would only kill it again."""
    bad = rig.accept(poison(HANGS))
    rig.mail("ben@example.com", "After", "The screen flickers.")
    with writing(rig.engine) as connection:
        connection.exec_driver_sql(f"INSERT INTO attempts (position, count) VALUES ({bad}, {MAX_TRIES})")
    began = time.monotonic()
    rig.process()
    assert quarantined(rig) == [bad]
    assert "never ended" in aside(rig)[0].reason
    assert time.monotonic() - began < 60


def test_after_an_unclean_end_the_next_inputs_are_read_together_as_ever(rig: Rig) -> None:
    first = rig.accept(mail_draft("p0@example.com", "Matter 0", "Number 0 broke."))
    with rig.processor() as processor:
        processor.run_until(first)
    for n in range(1, 6):
        rig.accept(mail_draft(f"p{n}@example.com", f"Matter {n}", f"Number {n} broke."))
    with writing(rig.engine) as connection:
        connection.exec_driver_sql(f"UPDATE state SET value = '{first - 1}' WHERE name = 'running'")
    with rig.processor() as processor:
        assert processor.step_batch() == 5
    assert rig.value("SELECT count(*) FROM entries WHERE kind = 'mail-filed'") == 6


def test_after_an_unclean_end_without_any_progress_each_input_is_tried_alone_and_all_are_served(rig: Rig) -> None:
    good = [rig.accept(mail_draft(f"p{n}@example.com", f"Matter {n}", f"Number {n} broke.")) for n in range(5)]
    with writing(rig.engine) as connection:
        connection.exec_driver_sql("INSERT INTO state (name, value) VALUES ('running', '0')")
    with rig.processor() as processor:
        assert processor.step_batch() == 1
        processor.run_until(good[-1])
    assert rig.value("SELECT count(*) FROM entries WHERE kind = 'mail-filed'") == 5
    assert quarantined(rig) == []
    assert rig.rows("SELECT * FROM attempts") == []


def test_the_reader_says_which_input_killed_it() -> None:
    reader = PoisonedReader(LIMITS)
    try:
        inputs = [item(1, mail_draft("a@example.com", "One", "x")), item(2, poison(CRASHES)), item(3, poison(CRASHES))]
        with pytest.raises(ReaderDiedError, match="signal 11") as caught:
            reader.submit(Reading(), inputs).result()
        assert caught.value.index == 1
        assert len(reader.submit(Reading(), inputs[:1]).result()) == 1
    finally:
        reader.close()


def test_batches_are_handed_in_ahead_and_answered_in_order() -> None:
    reader = PoisonedReader(LIMITS)
    try:
        batches = [[item(n, mail_draft("a@example.com", f"Matter {n}", "x"))] for n in range(1, 4)]
        futures = [reader.submit(Reading(), batch) for batch in batches]
        subjects = [event.subject for future in futures for event in future.result()[0]]  # type: ignore[union-attr]
        assert subjects == ["Matter 1", "Matter 2", "Matter 3"]
    finally:
        reader.close()


def test_what_was_handed_in_after_an_input_that_killed_the_reader_is_not_read_and_can_be_handed_in_again() -> None:
    reader = PoisonedReader(LIMITS)
    bad, good = [item(1, poison(CRASHES))], [item(2, mail_draft("a@example.com", "After", "x"))]
    try:
        for _ in range(3):
            first, second = reader.submit(Reading(), bad), reader.submit(Reading(), good)
            with pytest.raises(ReaderDiedError, match="signal 11"):
                first.result()
            with pytest.raises(ReaderDiedError, match="before"):
                second.result()
            assert len(reader.submit(Reading(), good).result()) == 1
    finally:
        reader.close()


@pytest.mark.skipif(
    not Path("/proc/self/schedstat").exists(), reason="this system does not say how long a process waits"
)
def test_an_input_is_not_to_blame_for_a_machine_that_is_busy_with_other_things() -> None:
    reader = PoisonedReader(Limits(cpu_seconds=1.5, wall_seconds=0.5))
    hog = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        reader.submit(Reading(), []).result()
        child = reader.process_id
        assert child is not None
        for process in (child, hog.pid):
            os.sched_setaffinity(process, {min(os.sched_getaffinity(0))})
        os.sched_setscheduler(child, os.SCHED_IDLE, os.sched_param(0))
        assert len(reader.submit(Reading(), [item(1, poison("toils"))]).result()) == 1
    finally:
        hog.kill()
        hog.wait()
        reader.close()


def test_the_reader_ends_with_its_parent() -> None:
    script = (
        "import sys, time; from desk.reader import ChildReader; from ingest.event import Reading\n"
        "r = ChildReader(); r.submit(Reading(), []).result(); print(r.process_id, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    end = time.monotonic() + 10
    while is_alive(child):
        assert time.monotonic() < end, "the child outlived its parent"
        os.sched_yield()


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def item(position: int, draft: Draft) -> Input:
    return Input(
        position=position, accepted_at=START, kind=draft.kind, route=draft.route, envelope=draft.envelope,
        body=draft.body,
    )  # fmt: skip
