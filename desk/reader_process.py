"""The child process that normalizes inputs: `python -m desk.reader_process PROGRESS_FD CPU WALL MEMORY`.

It reads batches from its standard input and answers on what was its standard output. Timers kill it when one input
takes too long; it makes no attempt to survive, because its parent starts another.
"""

import gc
import mmap
import os
import resource
import signal
import sys
from typing import BinaryIO

import msgspec

from desk.reader import LENGTH, OUT_OF_MEMORY, PROGRESS
from ingest.event import Event, Input, Reading
from ingest.normalize import normalize

_decode = msgspec.msgpack.Decoder(tuple[Reading, list[Input]]).decode
_encode = msgspec.msgpack.Encoder().encode


def main(arguments: list[str]) -> int:
    """Answer batches until the parent closes the pipe."""
    progress = mmap.mmap(int(arguments[0]), mmap.PAGESIZE)
    cpu, wall, memory = float(arguments[1]), float(arguments[2]), int(arguments[3])
    # What a library prints must not get between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for number in (signal.SIGPROF, signal.SIGALRM):
        signal.signal(number, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    gc.freeze()
    try:
        _serve(sys.stdin.buffer, answers, progress, cpu, wall)
    except MemoryError:
        # Nothing that needs memory may happen any more.
        os._exit(OUT_OF_MEMORY)
    except BrokenPipeError:
        return 0
    return 0


def _serve(requests: BinaryIO, answers: BinaryIO, progress: mmap.mmap, cpu: float, wall: float) -> None:
    while True:
        header = requests.read(LENGTH.size)
        if len(header) < LENGTH.size:
            return
        request = requests.read(LENGTH.unpack(header)[0])
        answer = _encode(_normalized(request, progress, cpu, wall))
        answers.write(LENGTH.pack(len(answer)))
        answers.write(answer)
        answers.flush()


def _normalized(request: bytes, progress: mmap.mmap, cpu: float, wall: float) -> list[tuple[Event, ...]]:
    reading, inputs = _decode(request)
    events: list[tuple[Event, ...]] = []
    for place, item in enumerate(inputs):
        PROGRESS.pack_into(progress, 0, place + 1, place)
        signal.setitimer(signal.ITIMER_PROF, cpu)
        signal.setitimer(signal.ITIMER_REAL, wall)
        events.append(normalize(item, reading))
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.setitimer(signal.ITIMER_REAL, 0)
    return events


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
