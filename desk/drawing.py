"""Charts are drawn in a process of their own: drawing takes seconds at first, and the doors must not wait for it.

The process is started with the first chart. It reads one JSON line for each chart and answers with one, and ends when
its input ends, so it never outlives the desk.
"""

import base64
import contextlib
import logging
import selectors
import subprocess
import sys
import threading
from collections import OrderedDict
from typing import IO

import msgspec

from desk import charts, figures

log = logging.getLogger(__name__)

PATIENCE_S = 60.0
REMEMBERED = 256


class DrawingError(Exception):
    """A chart could not be drawn; the figures are in a table all the same."""


class Wanted(msgspec.Struct, frozen=True):
    """One chart to draw."""

    series: charts.Series | None
    dark: bool
    weeks: figures.Weeks | None = None
    curve: figures.Curve | None = None
    png: bool = False

    def drawn(self) -> str:
        """The drawing itself, which takes seconds at first: SVG, or PNG in base64."""
        if self.series is not None and self.png:
            return base64.b64encode(charts.png(self.series)).decode()
        if self.series is not None:
            return charts.svg(self.series, dark=self.dark)
        wanted = self.weeks or self.curve
        assert wanted is not None
        return figures.drawn(wanted, dark=self.dark)


class Painter:
    """Draws one chart after the other and remembers the last ones. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._known: OrderedDict[Wanted, str] = OrderedDict()

    def svg(self, series: charts.Series, *, dark: bool = False) -> str:
        """The chart as an SVG document. Raises `DrawingError` where it could not be drawn within a minute."""
        return self._remembered(Wanted(series, dark))

    def png(self, series: charts.Series) -> bytes:
        """The chart as a PNG file on white, for a mail. Raises `DrawingError` as above."""
        return base64.b64decode(self._remembered(Wanted(series, False, png=True)))

    def figure(self, figure: figures.Weeks | figures.Curve, *, dark: bool = False) -> str:
        """A chart of the model's page, as above."""
        if isinstance(figure, figures.Weeks):
            return self._remembered(Wanted(None, dark, weeks=figure))
        return self._remembered(Wanted(None, dark, curve=figure))

    def _remembered(self, wanted: Wanted) -> str:
        with self._lock:
            if wanted in self._known:
                self._known.move_to_end(wanted)
                return self._known[wanted]
            drawn = self._draw(wanted)
            self._known[wanted] = drawn
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
            return drawn

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._end()

    def _draw(self, wanted: Wanted) -> str:
        process = self._process
        if process is None or process.poll() is not None:
            self._end()
            process = self._process = subprocess.Popen(
                [sys.executable, "-m", "desk.drawing"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(msgspec.json.encode(wanted) + b"\n")
            process.stdin.flush()
            line = _line(process.stdout)
        except OSError as error:
            line = b""
            log.warning("the process that draws charts is gone: %s", error)
        if not line:
            self._end()
            raise DrawingError("This chart could not be drawn; its figures are in the table.")
        return msgspec.json.decode(line, type=str)

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


def _line(stream: IO[bytes]) -> bytes:
    """One line, or nothing where it does not come in time. (The pipe is buffered, but carries one line at a time.)"""
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        return stream.readline() if selector.select(PATIENCE_S) else b""


def main() -> None:
    """The drawing process."""
    decode = msgspec.json.Decoder(Wanted).decode
    for line in sys.stdin.buffer:
        wanted = decode(line)
        drawn = wanted.drawn()
        sys.stdout.buffer.write(msgspec.json.encode(drawn) + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
