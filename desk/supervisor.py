"""The parent of the desk's processes: starts each role, starts it again when it dies, ends them all together.

A role is a fork of the parent, which has imported what the roles share: they begin with it, instead of each taking half
a second for the same. The parent itself opens nothing and starts no thread, so that there is nothing to inherit.
"""

import gc
import logging
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Protocol

log = logging.getLogger(__name__)

ROLES = ("doors", "worker")
WRONG_USAGE = 2
"""The exit status with which a role says that starting it again is of no use."""
_STEADY_SECONDS = 30.0
_LONGEST_PAUSE = 30.0
_STOP_SECONDS = 20.0


class Work(Protocol):
    """What a role does in its process, until the event is set; the result is its exit status."""

    def __call__(self, role: str, stop: threading.Event, /) -> int: ...


class Role:
    """One child process. It ends by itself when this process is gone: it reads a pipe that only this one writes."""

    def __init__(self, name: str, run: Callable[[str], None]) -> None:
        self.name = name
        self._run = run
        self._pause = 0.5
        self._started = 0.0
        self.again_at = 0.0
        self.process: BaseProcess | None = None

    def start(self) -> None:
        self._started = time.monotonic()
        self.process = multiprocessing.get_context("fork").Process(target=self._run, args=(self.name,), name=self.name)
        self.process.start()

    def ended(self) -> int | None:
        """The exit status, once the process has ended; then `again_at` says when to start it again."""
        if self.process is None or (status := self.process.exitcode) is None:
            return None
        steady = time.monotonic() - self._started > _STEADY_SECONDS
        self._pause = 0.5 if steady else min(self._pause * 2, _LONGEST_PAUSE)
        self.again_at = time.monotonic() + self._pause
        self.process = None
        return status

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()

    def wait(self, until: float) -> None:
        if self.process is None:
            return
        self.process.join(max(0.1, until - time.monotonic()))
        if self.process.exitcode is None:
            log.warning("%s did not stop in time and is killed; what it accepted is safe in the journal", self.name)
            self.process.kill()
            self.process.join()


def supervise(work: Work, stop: threading.Event, names: Sequence[str] = ROLES) -> int:
    """Run every role of these names until `stop` is set, or until one of them says that it cannot run at all."""
    ours, theirs = os.pipe()

    def run(name: str) -> None:
        os.close(theirs)
        _call_process(name)
        _stop_with_parent(ours, stop)
        sys.exit(work(name, stop))

    roles = [Role(name, run) for name in names]
    status = 0
    gc.freeze()
    for role in roles:
        role.start()
    while not stop.is_set() and status == 0:
        status = _look_after(roles)
        stop.wait(0.2)
    for role in roles:
        role.stop()
    until = time.monotonic() + _STOP_SECONDS
    for role in roles:
        role.wait(until)
    os.close(ours)
    os.close(theirs)
    return status


def _look_after(roles: Sequence[Role]) -> int:
    for role in roles:
        ended = role.ended()
        if ended == WRONG_USAGE:
            return ended
        if ended is not None:
            log.error("%s ended with status %s and is started again", role.name, ended)
        elif role.process is None and time.monotonic() >= role.again_at:
            role.start()
    return 0


def _call_process(role: str) -> None:
    """What `top` and `ps -o comm` show instead of the same name three times, where the system can."""
    try:
        Path("/proc/self/comm").write_text(f"desk-{role}", encoding="ascii")
    except OSError as error:
        log.debug("This process keeps its parent's name: %s", error)


def stop_on_signals(stop: threading.Event) -> None:
    """SIGTERM and SIGINT set the event; a second one ends the process at once."""

    def handle(number: int, _frame: object) -> None:
        if stop.is_set():
            os._exit(128 + number)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, handle)


def _stop_with_parent(descriptor: int, stop: threading.Event) -> None:
    """Set the event when the parent is gone: its end of the pipe closes, however it died."""

    def watch() -> None:
        while os.read(descriptor, 1024):
            pass
        stop.set()

    threading.Thread(target=watch, name="parent", daemon=True).start()
