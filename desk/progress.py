"""A progress bar on standard error: redrawn in a terminal, a line now and then elsewhere."""

import sys
import time
from typing import TextIO

_WIDTH = 32


class Progress:
    """`advance` it; leave the `with` block and the line is complete."""

    def __init__(self, what: str, total: int, stream: TextIO | None = None) -> None:
        self._what = what
        self._total = max(1, total)
        self._done = 0
        self._stream = stream or sys.stderr
        self._drawn_at = 0.0
        self._began = time.monotonic()

    def __enter__(self) -> "Progress":
        self._draw()
        return self

    def __exit__(self, *_: object) -> None:
        self._draw(last=True)
        self._stream.write("\n")
        self._stream.flush()

    def advance(self, by: int = 1) -> None:
        self._done = min(self._total, self._done + by)
        pause = 0.1 if self._stream.isatty() else 10.0
        if time.monotonic() - self._drawn_at >= pause:
            self._draw()

    def _draw(self, *, last: bool = False) -> None:
        self._drawn_at = time.monotonic()
        full = self._done * _WIDTH // self._total
        bar = "█" * full + "░" * (_WIDTH - full)
        seconds = time.monotonic() - self._began
        text = f"{self._what:<34} {bar} {100 * self._done // self._total:>3} %  {seconds:4.0f} s"
        terminal = self._stream.isatty()
        self._stream.write(f"\r{text}" if terminal else text + ("" if last else "\n"))
        self._stream.flush()
