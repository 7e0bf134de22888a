"""Reading inputs at arm's length: a child process normalizes them, so that one that hangs, eats all memory or crashes
its reader takes nothing else with it.

The parent sends batches and goes on working; the child answers each batch as a whole, and finds the next one already
there. Where it dies, the place of the input that it was reading is known all the same: it notes it in a few bytes of
shared memory.
"""

import logging
import mmap
import os
import select
import signal
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from time import monotonic
from typing import BinaryIO, Protocol

import msgspec
from msgspec import Struct

from correlate.packing import Passed, received, sent
from desk.reading import InputReader
from ingest.event import Input, Reading

log = logging.getLogger(__name__)

Read = list[Passed]
"""For each input of a batch its events."""

AHEAD = 2
"""Batches that may be handed in while one is awaited: the child goes on where the parent has no time for it."""

HEADER = struct.Struct("<QQ")
"""What goes through the pipes: which of the shared files has a batch, and its length in bytes."""
PROGRESS = struct.Struct("<qq")
"""In shared memory: how many inputs of a batch were begun, and the place of the last one."""

KEPT_BYTES = 64 * 1024 * 1024
"""The shared file is emptied after a batch that was larger."""

OUT_OF_MEMORY = 71
"""The child's exit status when memory ran out."""

_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "PYTHONHASHSEED")


class Limits(Struct, frozen=True, kw_only=True):
    """What one input may take: processor and wall time in seconds, memory (address space of the child) in bytes.

    Time in which the child could have run, and other processes had the processors, does not count as wall time: on a
    machine that is busy with other things, no input is to blame for being slow.
    """

    cpu_seconds: float = 10.0
    wall_seconds: float = 30.0
    memory_bytes: int = 2 * 1024 * 1024 * 1024


class ReaderDiedError(Exception):
    """The child died over a batch. `index` is the place of the input that it was reading; the message says why."""

    def __init__(self, reason: str, index: int) -> None:
        super().__init__(reason)
        self.index = index


class Reader(Protocol):
    """Something that normalizes batches of inputs."""

    isolated: bool
    """Whether an input that kills its reader leaves this process alive."""

    def submit(self, reading: Reading, inputs: Sequence[Input]) -> "Future[Read]":
        """Begin to read a batch; the future raises `ReaderDiedError` where an input was too much.

        Batches are read in order. A child that died over one has not read those that were handed in after it.
        """

    def close(self) -> None:
        """End it. Nothing else may be called afterwards."""


class InProcessReader:
    """Reads here and now, without protection: for replays of what was read before, and for tests."""

    isolated = False

    def __init__(self) -> None:
        self._read = InputReader().read_all

    def submit(self, reading: Reading, inputs: Sequence[Input]) -> "Future[Read]":
        """Read the batch before returning."""
        future: Future[Read] = Future()
        future.set_result(received(sent(self._read(inputs, reading))))
        return future

    def close(self) -> None:
        """Nothing to end."""


class ChildReader:
    """Reads in a child process, which is started when it is needed and again after it died."""

    isolated = True
    program = "desk.reader_process"

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="reader")
        self._lock = threading.Lock()
        self._closed = False
        self._file = _shared_file()
        self._file.truncate(mmap.PAGESIZE)
        self._progress = mmap.mmap(self._file.fileno(), mmap.PAGESIZE)
        self._shared = [_shared_file() for _ in range(1 + AHEAD)]
        self._free: SimpleQueue[int] = SimpleQueue()
        """Shared files that hold nothing that is still wanted."""
        for place in range(len(self._shared)):
            self._free.put(place)
        self._child: subprocess.Popen[bytes] | None = None
        self._stuck = False

    def submit(self, reading: Reading, inputs: Sequence[Input]) -> "Future[Read]":
        """Hand the batch to the child, at once; waits where more than AHEAD were handed in before the one awaited."""
        place = self._free.get()
        try:
            child = self._running()
            self._hand(child, place, msgspec.msgpack.encode((reading, inputs)))
        except BaseException:
            self._free.put(place)
            raise
        return self._thread.submit(self._awaited, child, place)

    @property
    def process_id(self) -> int | None:
        """The child's process id, while there is one."""
        with self._lock:
            return None if self._child is None else self._child.pid

    def close(self) -> None:
        """Stop the child, whatever it is doing; what was handed in and not answered fails."""
        with self._lock:
            self._closed = True
            if self._child is not None:
                self._child.kill()
        self._thread.shutdown(cancel_futures=True)
        self._reap()
        self._progress.close()
        for file in (self._file, *self._shared):
            file.close()

    def _hand(self, child: "subprocess.Popen[bytes]", place: int, batch: bytes) -> None:
        assert child.stdin is not None
        try:
            os.write(child.stdin.fileno(), pass_on(self._files(), place, batch))
        except (OSError, ValueError) as error:
            # Whoever awaits its answer learns what became of it; a pipe that is closed already has no number.
            log.info("The reader went away: %s", error)

    def _files(self) -> list[int]:
        return [file.fileno() for file in self._shared]

    def _running(self) -> "subprocess.Popen[bytes]":
        with self._lock:
            if self._closed:
                raise ReaderDiedError("The desk is shutting down.", 0)
            if self._child is None:
                PROGRESS.pack_into(self._progress, 0, 0, -1)
                self._child = self._start()
            return self._child

    def _start(self) -> "subprocess.Popen[bytes]":
        root = str(Path(__file__).resolve().parent.parent)
        environment = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        environment["PYTHONPATH"] = root
        limits = self._limits
        return subprocess.Popen(  # noqa: S603 - our own program
            [
                sys.executable, "-m", self.program, str(self._file.fileno()),
                str(limits.cpu_seconds), str(limits.wall_seconds), str(limits.memory_bytes), *map(str, self._files()),
            ],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment,
            pass_fds=[self._file.fileno(), *self._files()],
        )  # fmt: skip

    # --- in the reader's thread ---

    def _awaited(self, child: "subprocess.Popen[bytes]", place: int) -> Read:
        """The child's answer to the batch in this shared file."""
        try:
            if child is not self._child:
                raise ReaderDiedError("Its reader had died before.", 0)
            self._stuck = False
            answer = self._answer(child)
            if answer is None:
                begun = max(self._place(), 0)
                raise ReaderDiedError(self._reap(), begun)
        finally:
            self._free.put(place)
        return received(answer)

    def _answer(self, child: "subprocess.Popen[bytes]") -> bytes | None:
        """The child's answer; None where it died, or did not move for longer than its limits allow."""
        assert child.stdout is not None
        descriptor = child.stdout.fileno()
        turns, last, spent = _Turns.of(child.pid), self._begun(), 0.0
        while not select.select([descriptor], [], [], 1.0)[0]:
            before, turns = turns, _Turns.of(child.pid)
            spent += turns.spent_since(before)
            # Before the first input it starts, and loads what it needs from disk.
            patience = self._limits.wall_seconds if last else self._limits.wall_seconds * 1.5 + 10
            if (begun := self._begun()) != last:
                last, spent = begun, 0.0
            elif spent > patience:
                log.warning("The reader did not move for %.0f seconds and was stopped", patience)
                self._stuck = True
                return None
        header = os.read(descriptor, HEADER.size)
        return passed(self._files(), header)[1] if len(header) == HEADER.size else None

    def _begun(self) -> int:
        return int(PROGRESS.unpack_from(self._progress)[0])

    def _place(self) -> int:
        return int(PROGRESS.unpack_from(self._progress)[1])

    def _reap(self) -> str:
        """Make an end of the child, and say in a sentence what became of it."""
        with self._lock:
            child, self._child = self._child, None
        if child is None:
            return "The reader was not running."
        if self._stuck:
            child.kill()
        elif child.poll() is None:
            try:
                # Its pipes closed a moment before it did: let it leave its own exit status.
                child.wait(0.5)
            except subprocess.TimeoutExpired:
                child.kill()
        status = child.wait()
        if self._stuck:
            status = -signal.SIGALRM
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                _close(pipe.fileno(), pipe)
        return _cause(status, self._limits)


class _Turns(Struct, frozen=True):
    """What a process had of the processors so far, in seconds: it ran, and it waited while others ran (up to its last
    turn). `runnable`: it runs or waits just now. Where the system says nothing of it, all its time counts."""

    at: float
    ran: float = 0.0
    waited: float = 0.0
    runnable: bool = False

    @classmethod
    def of(cls, process: int) -> "_Turns":
        try:
            ran, waited = Path(f"/proc/{process}/schedstat").read_text().split()[:2]
            state = Path(f"/proc/{process}/stat").read_text("utf-8", "replace").rpartition(") ")[2][:1]
            return cls(monotonic(), int(ran) / 1e9, int(waited) / 1e9, state == "R")
        except (OSError, ValueError):
            return cls(monotonic())

    def spent_since(self, before: "_Turns") -> float:
        """Seconds that were its own: those in which it ran and, unless it waits for a turn even now, those it slept."""
        if self.runnable:
            return self.ran - before.ran
        return self.at - before.at - (self.waited - before.waited)


def _shared_file() -> BinaryIO:
    """A file that only this process and its child know; in memory where the system has such files."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("quietdesk-reader"), "w+b")
    return tempfile.TemporaryFile()


def passed(files: Sequence[int], header: bytes) -> tuple[int, bytes]:
    """What the other side has left in one of the shared files, and in which; `header` is what it said over the pipe.

    Whole batches do not go through the pipe: it holds so little that each side would wait for the other dozens of
    times, and in the parent each time for a busy thread too.
    """
    place, length = HEADER.unpack(header)
    descriptor = files[place]
    parts, got = [], 0
    while got < length:
        part = os.pread(descriptor, length - got, got)
        if not part:
            raise OSError("The file shared with the reader is shorter than it was said to be.")
        parts.append(part)
        got += len(part)
    if length > KEPT_BYTES:
        os.ftruncate(descriptor, 0)
    return place, parts[0] if len(parts) == 1 else b"".join(parts)


def pass_on(files: Sequence[int], place: int, content: bytes) -> bytes:
    """Leave this in one of the shared files; the result is what to say over the pipe."""
    written = 0
    while written < len(content):
        written += os.pwrite(files[place], content[written:] if written else content, written)
    return HEADER.pack(place, len(content))


def _close(descriptor: int, pipe: object) -> None:
    """Close a pipe to a process that is gone; what is still buffered for it cannot be written."""
    try:
        pipe.close()  # type: ignore[attr-defined]
    except OSError:
        log.debug("Pipe %d was closed at the other end", descriptor)


def _cause(status: int, limits: Limits) -> str:
    """An exit status as a sentence. The same fault gives the same sentence."""
    if status == OUT_OF_MEMORY:
        return f"Reading it took more than {limits.memory_bytes // 2**20} MiB of memory."
    if status == -signal.SIGPROF:
        return f"Reading it took more than {limits.cpu_seconds:g} seconds of processor time."
    if status == -signal.SIGALRM:
        return f"Reading it took more than {limits.wall_seconds:g} seconds."
    if status < 0:
        return f"Its reader was killed by signal {-status} ({signal.strsignal(-status)})."
    return f"Its reader ended with status {status}."
