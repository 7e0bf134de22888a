"""The bell between the doors and the worker: rung once an input is durable, so that nobody has to look for it.

A ring may be lost, by a restart or a lost connection: whoever waits looks at the journal now and then all the same.
"""

import os
import select
from contextlib import suppress
from typing import Protocol

LOOK_SECONDS = 0.25
"""How long a lost ring may cost, and how long inputs of other programs on this machine wait (`desk silence add` …)."""
LOOK_WITHOUT_BELL_SECONDS = 0.05


class Bell(Protocol):
    """What the worker waits for while there is nothing to do."""

    def wait(self, seconds: float) -> bool:
        """Until it is rung, at most so long; whether it was. It may end early for nothing."""

    def close(self) -> None:
        """Let go of what it holds."""


class PipeBell:
    """Made by the parent of doors and worker, and inherited by both: either may be started again."""

    def __init__(self) -> None:
        self._hears, self._rings = os.pipe()
        os.set_blocking(self._hears, False)
        os.set_blocking(self._rings, False)
        self._poll = select.poll()
        self._poll.register(self._hears, select.POLLIN)

    def ring(self) -> None:
        """From any thread and process; costs a system call."""
        # A pipe that is full has been rung often enough.
        with suppress(BlockingIOError):
            os.write(self._rings, b"\0")

    def wait(self, seconds: float) -> bool:
        """See `Bell.wait`."""
        if not self._poll.poll(seconds * 1_000):
            return False
        with suppress(BlockingIOError):
            os.read(self._hears, 65_536)
        return True

    def close(self) -> None:
        """See `Bell.close`."""
        os.close(self._hears)
        os.close(self._rings)
