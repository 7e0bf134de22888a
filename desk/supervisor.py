"""The parent of the desk's processes: starts each role, starts it again when it dies, ends them all together."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence

log = logging.getLogger(__name__)

ROLES = ("doors", "worker")
WRONG_USAGE = 2
"""The exit status with which a role says that starting it again is of no use."""
_STEADY_SECONDS = 30.0
_LONGEST_PAUSE = 30.0
_STOP_SECONDS = 20.0


class Role:
    """One child process. It ends by itself when this process is gone: it reads the pipe that is its standard input."""

    def __init__(self, name: str, command: Sequence[str]) -> None:
        self.name = name
        self._command = command
        self._pause = 0.5
        self._started = 0.0
        self.again_at = 0.0
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._started = time.monotonic()
        self.process = subprocess.Popen(self._command, stdin=subprocess.PIPE)  # noqa: S603 - our own program

    def ended(self) -> int | None:
        """The exit status, once the process has ended; then `again_at` says when to start it again."""
        if self.process is None or (status := self.process.poll()) is None:
            return None
        steady = time.monotonic() - self._started > _STEADY_SECONDS
        self._pause = 0.5 if steady else min(self._pause * 2, _LONGEST_PAUSE)
        self.again_at = time.monotonic() + self._pause
        if self.process.stdin is not None:
            self.process.stdin.close()
        self.process = None
        return status

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()

    def wait(self, until: float) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            log.warning("%s did not stop in time and is killed; what it accepted is safe in the journal", self.name)
            self.process.kill()
            self.process.wait()


def supervise(command_of: Callable[[str], Sequence[str]], stop: threading.Event) -> int:
    """Run every role until `stop` is set, or until one of them says that it cannot run at all."""
    roles = [Role(name, command_of(name)) for name in ROLES]
    status = 0
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


def role_command(config: str | None, role: str) -> list[str]:
    """How this program calls itself for one role."""
    chosen = ["--config", config] if config else []
    return [sys.executable, "-m", "desk", *chosen, "serve", "--role", role, "--supervised"]


def stop_on_signals(stop: threading.Event) -> None:
    """SIGTERM and SIGINT set the event; a second one ends the process at once."""

    def handle(number: int, _frame: object) -> None:
        if stop.is_set():
            os._exit(128 + number)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, handle)


def stop_with_parent(stop: threading.Event) -> None:
    """Set the event when the parent is gone: its end of our standard input closes, however it died."""

    def watch() -> None:
        while os.read(0, 1024):
            pass
        stop.set()

    threading.Thread(target=watch, name="parent", daemon=True).start()
