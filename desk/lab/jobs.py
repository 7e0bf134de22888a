"""Trials that a page asked for: each is a folder, played by a process of its own that gives way to everything else.

The folder has `job.json` (what is tried), `progress`, and then `result.json` or `trouble`. Only one runs at a time: a
lock on the lab's folder, which the system lets go when the process ends, says so.
"""

import fcntl
import logging
import os
import resource
import shutil
import subprocess
import sys
import threading
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from desk.copied_words import Copied
from desk.lab.difference import Difference
from desk.lab.trial import Trial

log = logging.getLogger(__name__)

KEPT = 20
NICE = 15
_LONGEST_NAME = 18
LONGEST_CPU = 4 * 3600
"""Seconds of processor time, after which a trial is ended: a changed setting may have it go on for ever."""
_CUT_OFF = "The trial was ended before it was over, for want of memory or time: try it over a shorter span."


class Job(Struct, frozen=True, kw_only=True):
    """One trial as it was asked for."""

    trial: Trial
    text: str
    actor: str
    asked_at: datetime
    journal: str
    since: datetime | None = None
    model: str | None = None
    """The file of the model in force."""


class State(Struct, frozen=True, kw_only=True):
    """A trial and how far it is. `progress` is between 0 and 1."""

    name: str
    job: Job
    progress: float = 0.0
    result: Difference | None = None
    trouble: str | None = None

    @property
    def over(self) -> bool:
        return self.result is not None or self.trouble is not None


class Lab:
    """The trials of one desk."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir / "lab"

    def begin(self, job: Job, python: Sequence[str] = (sys.executable,)) -> str:
        """Start a trial; returns its name. Raises OSError where it cannot be written."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        names = [int(path.name) for path in self.folder.iterdir() if path.name.isdecimal()]
        for old in sorted(names)[: -KEPT + 1]:
            shutil.rmtree(self.folder / str(old), ignore_errors=True)
        name = str(max(names, default=0) + 1)
        place = self.folder / name
        place.mkdir(mode=0o700)
        (place / "job.json").write_bytes(msgspec.json.encode(job))
        child = subprocess.Popen(  # noqa: S603 - our own command, and a folder of our own
            [*python, "-m", "desk", "whatif", "--job", str(place)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        # Nothing of it is left behind when it ends, however long it takes.
        threading.Thread(target=child.wait, daemon=True, name="lab").start()
        return name

    def state(self, name: str) -> State | None:
        """How far a trial is; None where there is none of this name, or one that this version cannot read."""
        place = self.folder / name
        if not name.isdecimal() or len(name) > _LONGEST_NAME or not (place / "job.json").is_file():
            return None
        # Whether it is still played is asked before its result: it may come to its end in between.
        cut_off = (place / "progress").is_file() and not self.is_busy()
        try:
            state = _read(place)
        except msgspec.MsgspecError:
            return None
        return msgspec.structs.replace(state, trouble=_CUT_OFF) if cut_off and not state.over else state

    def states(self) -> list[State]:
        """Every trial that is kept, newest first."""
        names = [path.name for path in self.folder.iterdir() if path.name.isdecimal()] if self.folder.is_dir() else []
        found = (self.state(name) for name in sorted(names, key=int, reverse=True))
        return [state for state in found if state is not None]

    def forget(self, copied: Copied) -> int:
        """Take what was copied from an erased mail out of the results; in how many it stood."""
        done = 0
        for result in sorted(self.folder.glob("*/result.json")):
            before = msgspec.json.decode(result.read_bytes())
            after = copied.without(before)
            if after != before:
                _write(result, msgspec.json.encode(after).decode())
                done += 1
        return done

    def is_busy(self) -> bool:
        """Whether a trial is being played."""
        if not self.folder.is_dir():
            return False
        with (self.folder / "lock").open("a") as lock:
            return not _locked(lock.fileno())


def _read(place: Path) -> State:
    result, trouble, done = place / "result.json", place / "trouble", place / "progress"
    return State(
        name=place.name,
        job=msgspec.json.decode((place / "job.json").read_bytes(), type=Job),
        progress=float(done.read_text() or 0) if done.is_file() else 0.0,
        result=msgspec.json.decode(result.read_bytes(), type=Difference) if result.is_file() else None,
        trouble=trouble.read_text("utf-8") if trouble.is_file() else None,
    )


def give_way() -> None:
    """This process is the first to be ended where memory is short, and is ended where it takes hours."""
    resource.setrlimit(resource.RLIMIT_CPU, (LONGEST_CPU, LONGEST_CPU))
    try:
        Path("/proc/self/oom_score_adj").write_text("1000")
    except OSError as error:
        log.info("The system does not take it that this process is ended first: %s", error)


def play(place: Path) -> int:
    """Play the trial of a folder, in the process that was made for it; its exit status."""
    os.nice(NICE)
    with (place.parent / "lock").open("a") as lock:
        if not _locked(lock.fileno()):
            _write(place / "trouble", "Another trial was being played: try again when it is over.")
            return 1
        _write(place / "progress", "0")
        return _play(place)


def _play(place: Path) -> int:
    from classify.model import load
    from classify.model_file import starter_model_path
    from desk.lab import trial
    from ingest.journal_sql import open_journal

    job = msgspec.json.decode((place / "job.json").read_bytes(), type=Job)
    try:
        model = load(Path(job.model) if job.model else starter_model_path())
        journal = open_journal(job.journal)
        try:
            records = list(trial.history(journal, job.since))
        finally:
            journal.close()

        def show(done: int) -> None:
            _write(place / "progress", f"{done / max(1, 2 * len(records)):.3f}")

        found = trial.run(job.trial, records, model, show)
    except (trial.ChangeError, OSError, ValueError, MemoryError) as error:
        _write(place / "trouble", str(error) or "The history could not be played.")
        return 1
    _write(place / "result.json", msgspec.json.encode(found).decode())
    return 0


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _write(file: Path, text: str) -> None:
    """Whole or not at all: the page reads it at any time."""
    beside = file.with_suffix(".new")
    beside.write_text(text, "utf-8")
    beside.rename(file)
